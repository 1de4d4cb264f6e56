package bank

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"blemish/task"
)

// clustered draws vectors around a few centres.
func clustered(r *rand.Rand, centres []float32, n, dim int, spread float32) []float32 {
	rows := make([]float32, n*dim)
	for i := range n {
		c := r.IntN(len(centres) / dim)
		for j := range dim {
			rows[i*dim+j] = centres[c*dim+j] + spread*float32(r.NormFloat64())
		}
	}
	return rows
}

// Heads must not change what is found, whether they rule out most or give up.
func TestHeadsFindWhatAnExhaustiveSearchFinds(t *testing.T) {
	for _, dim := range []int{128, 165, 384} {
		for _, spread := range []float32{0, 0.1, 100} {
			r := rand.New(rand.NewPCG(uint64(dim), 5))
			centres := make([]float32, 40*dim)
			for i := range centres {
				centres[i] = 10 * r.Float32()
			}
			rows, queries := clustered(r, centres, 1500, dim, spread), clustered(r, centres, 300, dim, spread)
			copy(rows[700*dim:], rows[:100*dim]) // twice there: ties
			b, err := New(t.Context(), 2, rows, dim)
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range []int{1, 3, 7} {
				for _, workers := range []task.Workers{1, 3} {
					index, dist, err := b.Nearest(context.Background(), workers, queries, k)
					if err != nil {
						t.Fatal(err)
					}
					for i := 0; i < 300; i += 7 {
						for j, want := range bruteNearest(rows, queries[i*dim:(i+1)*dim], dim, k) {
							if index[i*k+j] != want.index || dist[i*k+j] != float32(want.dist2) {
								t.Fatalf("dim %d, spread %v, query %d, neighbour %d: %d at %v, want %v", dim, spread, i, j, index[i*k+j], dist[i*k+j], want)
							}
						}
					}
				}
			}
			if spread == 0.1 && b.headless.Load() || spread == 100 && !b.headless.Load() {
				t.Errorf("dim %d, spread %v: headless is %v", dim, spread, b.headless.Load())
			}
		}
	}
}

func TestFartherThanIsCertain(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	told := 0
	for range 5000 {
		n := 1 + r.IntN(300)
		scale := float32(math.Pow(10, float64(r.IntN(60)-30)))
		a, b := make([]float32, n), make([]float32, n)
		for i := range a {
			a[i], b[i] = scale*r.Float32(), scale*r.Float32()
		}
		d := Dist2(a, b)
		if fartherThan(a, b, d) {
			t.Fatalf("%d values at %v: farther than %v", n, scale, d)
		}
		if fartherThan(a, b, d*(1-1e-3)) {
			told++
		}
	}
	if told < 1500 {
		t.Errorf("only %d of 5000 told", told)
	}
}
