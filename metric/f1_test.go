package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// The best F1 against every threshold there is, one after the other.
func TestBestF1TriesEveryThreshold(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for trial := range 200 {
		n := 1 + r.IntN(60)
		s, truth := make([]float32, n), make([]bool, n)
		for i := range s {
			s[i], truth[i] = float32(r.IntN(1+trial%30))-4, r.IntN(3) == 0
		}
		truth[r.IntN(n)] = true
		want := 0.0
		for _, threshold := range s {
			want = max(want, f1At(s, truth, float64(threshold)))
		}
		got, threshold := BestF1(s, truth)
		if math.Abs(got-want) > 1e-15 {
			t.Fatalf("F1 %v, want %v", got, want)
		}
		for _, lower := range s {
			if float64(lower) < threshold && f1At(s, truth, float64(lower)) >= want {
				t.Fatalf("threshold %v, but %v is as good and lower", threshold, lower)
			}
		}
	}
}

func TestDeLongIntervalEqualsThePairs(t *testing.T) {
	text, err := os.ReadFile("testdata/delong.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name               string
		Level, Low, High   float64
		Positive, Negative []float32
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 6 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		truth := make([]bool, len(c.Positive)+len(c.Negative))
		for i := range c.Positive {
			truth[i] = true
		}
		low, high := DeLongInterval(append(c.Positive, c.Negative...), truth, c.Level)
		if !(math.Abs(low-c.Low) < 1e-9 && math.Abs(high-c.High) < 1e-9) {
			t.Errorf("%s: %v to %v, want %v to %v", c.Name, low, high, c.Low, c.High)
		}
	}
	for _, level := range []float64{0, 1, math.NaN()} {
		if low, high := DeLongInterval([]float32{1, 2, 3, 4}, []bool{false, true, false, true}, level); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("level %v: %v to %v", level, low, high)
		}
	}
	if low, high := DeLongInterval([]float32{1, 2, 3}, []bool{false, true, false}, 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("one positive: %v to %v", low, high)
	}
}
