package stat

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// By the ranks: how many values are below the one that is said, and how many are not above it.
func TestRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 40; n++ {
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(r.IntN(15)) - 7
		}
		holds := func(what string, got float32, rank int) {
			t.Helper()
			below, upTo := 0, 0
			for _, v := range values {
				if v < got {
					below++
				}
				if v <= got {
					upTo++
				}
			}
			if below > rank || upTo <= rank {
				t.Errorf("%s of %v is %g", what, values, got)
			}
		}
		holds("median", Median(slices.Clone(values)), n/2)
		holds("lower median", Quantile(slices.Clone(values), 0.5), (n-1)/2)
		holds("least", Quantile(slices.Clone(values), 0), 0)
		holds("largest", Quantile(slices.Clone(values), 1), n-1)
		holds("quartile", Quantile(slices.Clone(values), 0.25), (n-1)/4)
	}
	if Median[int](nil) != 0 || Quantile([]float64{}, 0.5) != 0 {
		t.Error("something of nothing")
	}
}

func TestEvenSamples(t *testing.T) {
	items := make([]int, 100)
	for i := range items {
		items[i] = i
	}
	for n := range 120 {
		got := Every(items, n)
		if len(got) != min(n, 100) {
			t.Fatalf("%d of 100 when %d are asked for", len(got), n)
		}
		for i := 1; i < len(got); i++ {
			if gap := got[i] - got[i-1]; got[0] != 0 || gap < 100/n || gap > 100/n+1 {
				t.Fatalf("%d of 100: %v", n, got)
			}
		}
	}
	for most := 1; most < 30; most++ {
		for n := range 100 {
			step, taken := Step(n, most), 0
			for i := 0; i < n; i += step {
				taken++
			}
			if taken > most || n < most && taken != n || n >= most && 2*taken < most {
				t.Errorf("step %d takes %d of %d, at most %d are wanted", step, taken, n, most)
			}
		}
	}
}
