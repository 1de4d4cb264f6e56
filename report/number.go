package report

// Numbers that may not exist: metrics of a class without defects, an expected
// residual that was never measured.

import (
	"encoding/json"
	"math"
	"strconv"
)

// Number is a float64 that documents write as null where it is NaN or infinite,
// because JSON has no word for those; null reads as NaN.
type Number float64

// None is the number that cannot be computed.
func None() Number { return Number(math.NaN()) }

// Known reports whether n is a finite number.
func (n Number) Known() bool { return float64(n)-float64(n) == 0 }

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = None()
		return nil
	}
	var f float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*n = Number(f)
	return nil
}

// text is n for CSV: the shortest decimal that reads back the same, empty where
// there is none.
func (n Number) text() string {
	if !n.Known() {
		return ""
	}
	return strconv.FormatFloat(float64(n), 'g', -1, 64)
}

// fixed is n with a fixed count of decimals for tables, a dash where there is none.
func (n Number) fixed(decimals int) string {
	if !n.Known() {
		return "–"
	}
	return strconv.FormatFloat(float64(n), 'f', decimals, 64)
}

// short is n with about three significant digits, for lengths of unknown size.
func (n Number) short() string {
	if !n.Known() {
		return "–"
	}
	a := math.Abs(float64(n))
	switch {
	case a == 0:
		return "0"
	case a >= 1e6 || a < 1e-4:
		return strconv.FormatFloat(float64(n), 'e', 2, 64)
	case a >= 100:
		return strconv.FormatFloat(float64(n), 'f', 0, 64)
	}
	return strconv.FormatFloat(float64(n), 'f', 2-int(math.Floor(math.Log10(a))), 64)
}

func parseNumber(s string) (Number, error) {
	if s == "" {
		return None(), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	return Number(f), err
}
