package pod

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"blemish/seed"
)

// The figures of testdata/fits.py, which computes in 40 digits and finds the profile another way.
func TestFitsOfAnotherProgram(t *testing.T) {
	text, err := os.ReadFile("testdata/fits.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name                              string
		Sizes                             []float64
		Hits                              []int
		Intercept, Slope, A50, A90, A9095 float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 4 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		var trials []Trial
		for i, s := range c.Sizes {
			trials = append(trials, Trial{s, c.Hits[i] == 1})
		}
		f, err := FitLogit(trials)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		for _, v := range []struct {
			name      string
			got, want float64
		}{{"intercept", f.Intercept, c.Intercept}, {"slope", f.Slope, c.Slope}, {"a50", f.A50, c.A50}, {"a90", f.A90, c.A90}, {"a90/95", f.A9095, c.A9095}} {
			if !(math.Abs(v.got/v.want-1) < 1e-6) {
				t.Errorf("%s: %s is %.10g, want %.10g", c.Name, v.name, v.got, v.want)
			}
		}
		if p := f.POD(f.A90); math.Abs(p-0.9) > 1e-9 {
			t.Errorf("%s: the POD at a90 is %v", c.Name, p)
		}
	}
}

// The same part in another unit has the same curve.
func TestFitScalesWithTheUnit(t *testing.T) {
	r := seed.Stream(1, "unit")
	trials := draw(r, 80, 1, 2)
	f, err := FitLogit(trials)
	if err != nil {
		t.Fatal(err)
	}
	for i := range trials {
		trials[i].Size *= 1e-6
	}
	g, err := FitLogit(trials)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range [][2]float64{{f.A50, g.A50}, {f.A90, g.A90}, {f.A9095, g.A9095}} {
		if math.Abs(v[1]/v[0]*1e6-1) > 1e-9 {
			t.Errorf("%v became %v", v[0], v[1])
		}
	}
}

// draw makes n trials of sizes spread evenly in the logarithm from a tenth to ten times a50.
func draw(r *seed.Rand, n int, a50, slope float64) []Trial {
	trials := make([]Trial, n)
	for i := range trials {
		x := math.Log(0.1) + (math.Log(10)-math.Log(0.1))*(float64(i)+0.5)/float64(n)
		trials[i] = Trial{a50 * math.Exp(x), r.Bool(1 / (1 + math.Exp(-slope*x)))}
	}
	return trials
}

// In 95 of 100 repeats the true a90 lies below a90/95.
func TestCoverageOfTheBound(t *testing.T) {
	repeats, within := 150, 0.055
	if os.Getenv("BLEMISH_LONG") != "" {
		repeats, within = 2000, 0.015
	}
	const a50, slope = 0.7, 2.0
	want := a50 * math.Exp(math.Log(9)/slope)
	covered, fits := 0, 0
	for i := range repeats {
		f, err := FitLogit(draw(seed.Stream(7, "coverage", i), 100, a50, slope))
		if err != nil {
			continue
		}
		fits++
		if f.A9095 >= want {
			covered++
		}
	}
	if fits < repeats*99/100 {
		t.Errorf("only %d of %d fits", fits, repeats)
	}
	if share := float64(covered) / float64(fits); math.Abs(share-0.95) > within {
		t.Errorf("the bound holds in %.2f %% of %d repeats, want 95 ± %.1f", 100*share, fits, 100*within)
	}
}

func TestFitsThatAreNotAllowed(t *testing.T) {
	level := func(size float64, hits, misses int) (out []Trial) {
		for i := range hits + misses {
			out = append(out, Trial{size, i < hits})
		}
		return out
	}
	join := func(parts ...[]Trial) (out []Trial) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	for _, c := range []struct {
		name   string
		trials []Trial
		want   error
	}{
		{"nothing", nil, ErrTooFew},
		{"hits alone", level(1, 50, 0), ErrTooFew},
		{"four misses", join(level(1, 1, 4), level(2, 50, 0)), ErrTooFew},
		{"separated", join(level(1, 0, 30), level(2, 30, 0)), ErrSeparated},
		{"separated but for a tie", join(level(1, 0, 30), level(2, 15, 15), level(3, 30, 0)), ErrSeparated},
		{"one size", level(1, 30, 30), ErrSeparated},
		{"flat", join(level(1, 10, 10), level(2, 10, 10), level(4, 11, 9)), ErrNoTrend},
		{"falling", join(level(1, 18, 2), level(2, 10, 10), level(4, 2, 18)), ErrNoTrend},
		{"turned round", join(level(1, 30, 0), level(2, 0, 30)), ErrNoTrend},
		{"a size of 0", level(0, 10, 10), ErrSize},
		{"no number", level(math.NaN(), 10, 10), ErrSize},
		{"infinite", level(math.Inf(1), 10, 10), ErrSize},
	} {
		if f, err := FitLogit(c.trials); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, f, err, c.want)
		}
	}
}

// Published values: Clopper and Pearson's limits as tables give them.
func TestClopperPearson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{0, 10, 0, 0.30850}, {1, 10, 0.00253, 0.44502}, {5, 10, 0.18709, 0.81291}, {10, 10, 0.69150, 1}, {0, 1, 0, 0.975}, {2, 40, 0.00611, 0.16920}} {
		low, high := ClopperPearson(c.k, c.n, 0.95)
		if math.Abs(low-c.low) > 2e-5 || math.Abs(high-c.high) > 2e-5 {
			t.Errorf("%d of %d: %.5f to %.5f, want %.5f to %.5f", c.k, c.n, low, high, c.low, c.high)
		}
	}
	if low, high := ClopperPearson(3, 2, 0.95); low == low || high == high {
		t.Error("3 of 2 has an interval")
	}
}
