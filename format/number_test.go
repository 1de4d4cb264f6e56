package format

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// holds compares parseFloat with strconv on one text. What strconv takes must come
// out bit for bit; what it refuses must be one of the odd spellings of NaN and
// infinity.
func holds(t interface{ Fatalf(string, ...any) }, s string) {
	got, ok := parseFloat([]byte(s))
	want, err := strconv.ParseFloat(strings.NewReplacer("d", "e", "D", "e").Replace(s), 64) // Fortran's exponents
	if err != nil && !math.IsInf(want, 0) {
		if ok && got == got && !math.IsInf(got, 0) {
			t.Fatalf("%q: got %v, strconv refuses", s, got)
		}
		return
	}
	if !ok || math.Float64bits(got) != math.Float64bits(want) && !(got != got && want != want) {
		t.Fatalf("%q: got %v %v, want %v", s, got, ok, want)
	}
}

func TestParseFloatEqualsStrconv(t *testing.T) {
	for _, s := range []string{
		"0", "-0", "+0", "1", "-1.5", ".5", "5.", "-.411", ".", "", "-", "e5", "1e", "1e+", "1e5", "1E-5", "1e-22", "1e22", "1e23", "1e-23",
		"9007199254740992", "9007199254740993", "9007199254740992e22", "9223372036854775807", "18446744073709551616", "99999999999999999999",
		"0.1", "123456789.123456789", "4.9e-324", "1e-400", "1e400", "-1e400", "00000000000000000000000000001", "0e99999", "0e-9999", "0e-99999",
		"nan", "NaN", "inf", "-Inf", "+infinity", "0x1p-2", "1_000", "1,5", "1 ", " 1", "1d5", "0.1D+01", "-1.5d-400", "0.12345678901234567890123D+02", "1dd5", "1d5e5", "infd1", "--1", "1.2.3", "1e5.5", "１", "1e0000000000000000001",
		"1.000000000000000055511151231257827", "2.2250738585072011e-308", "8.533e+68", "1.0E+00",
	} {
		holds(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		holds(t, rapid.StringMatching(`[+-]?[0-9]{0,21}(\.[0-9]{0,21})?([eEdD][+-]?[0-9]{0,4})?`).Draw(t, "text"))
	})
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "value")
		style := rapid.SampledFrom([]byte("efg")).Draw(t, "style")
		holds(t, strconv.FormatFloat(v, style, rapid.IntRange(-1, 19).Draw(t, "precision"), 64))
		if s := string(appendNumber(nil, v, 64)); !math.IsInf(v, 0) {
			if got, ok := parseFloat([]byte(s)); !ok || math.Float64bits(got) != math.Float64bits(v) {
				t.Fatalf("%v written as %q reads as %v", v, s, got)
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float32().Draw(t, "value")
		s := string(appendNumber(nil, float64(v), 32))
		if got, ok := parseFloat([]byte(s)); !ok || math.Float32bits(float32(got)) != math.Float32bits(v) {
			t.Fatalf("%v written as %q reads as %v", v, s, got)
		}
	})
}

// TestDecimalTies tries decimals at and beside the middle between two float64
// values, where rounding is hard.
func TestDecimalTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// An odd multiple of half a unit in the last place, with as many decimals.
		q := rapid.Uint64Range(1<<53, 1<<54-1).Draw(t, "q") | 1
		k := rapid.IntRange(0, 9).Draw(t, "k")
		exact := new(big.Float).SetMantExp(new(big.Float).SetPrec(200).SetUint64(q), -k)
		text := exact.Text('f', k)
		holds(t, text)
		last := text[len(text)-1]
		holds(t, text[:len(text)-1]+string(last+1))
		holds(t, text[:len(text)-1]+string(last-1))
		holds(t, text+"e-3")
		holds(t, text+"e7")
	})
	rapid.Check(t, func(t *rapid.T) {
		m, exp := rapid.Uint64Range(0, 9999999999999999999).Draw(t, "m"), rapid.IntRange(-30, 30).Draw(t, "exp")
		holds(t, strconv.FormatUint(m, 10)+"e"+strconv.Itoa(exp))
	})
}

func TestOddSpellingsOfNaN(t *testing.T) {
	for s, want := range map[string]float64{
		"1.#QNAN": math.NaN(), "-1.#IND": math.NaN(), "nan(ind)": math.NaN(), "-nan": math.NaN(), "-NaN(0x8000)": math.NaN(),
		"1.#INF": math.Inf(1), "-1.#INF00": math.Inf(-1),
	} {
		if got, ok := parseFloat([]byte(s)); !ok || got != want && !(got != got && want != want) {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"nano", "1.5#", "#", "--nan", "- nan"} {
		if got, ok := parseFloat([]byte(s)); ok {
			t.Errorf("%q reads as %v", s, got)
		}
	}
}

func TestParseInt(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "-7": -7, "+12": 12, "999999999999999999": 999999999999999999} {
		if got, ok := parseInt([]byte(s)); !ok || got != want {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-", "1.0", "1e3", "x", "9999999999999999999"} {
		if got, ok := parseInt([]byte(s)); ok {
			t.Errorf("%q reads as %v", s, got)
		}
	}
}
