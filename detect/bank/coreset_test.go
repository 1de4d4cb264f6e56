package bank

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"blemish/task"
)

// bruteCoreset is the oracle: every row measured against every pick.
func bruteCoreset(rows []float32, dim, n, start int) []int32 {
	count := len(rows) / dim
	dist := make([]float64, count)
	for i := range dist {
		dist[i] = math.Inf(1)
	}
	picks := []int32{int32(start)}
	for len(picks) < min(n, count) {
		last := int(picks[len(picks)-1])
		next, far := -1, 0.0
		for i := range dist {
			dist[i] = min(dist[i], Dist2(rows[i*dim:(i+1)*dim], rows[last*dim:(last+1)*dim]))
			if dist[i] > far {
				next, far = i, dist[i]
			}
		}
		if next < 0 {
			break
		}
		picks = append(picks, int32(next))
	}
	return picks
}

func TestCoresetsEqualAnExhaustiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, dim := drawVectors(t, 1500)
		if len(rows) == 0 {
			return
		}
		n := rapid.IntRange(1, 60).Draw(t, "n")
		start := rapid.IntRange(0, len(rows)/dim-1).Draw(t, "start")
		want := bruteCoreset(rows, dim, n, start)
		for _, workers := range []task.Workers{1, 3} {
			got, err := Coreset(context.Background(), workers, rows, dim, n, start)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%v, want %v (%v)", got, want, err)
			}
		}
	})
}

func TestCoresetWantsAStart(t *testing.T) {
	for _, start := range []int{-1, 2} {
		if _, err := Coreset(context.Background(), 1, []float32{1, 2}, 1, 1, start); err == nil {
			t.Errorf("start %d passes", start)
		}
	}
	if got, err := Coreset(context.Background(), 1, nil, 3, 5, 0); len(got) != 0 || err != nil {
		t.Errorf("%v, %v of nothing", got, err)
	}
}

func BenchmarkCoreset(b *testing.B) {
	const dim = 165
	rows := clusters(8192, dim, 300)
	for b.Loop() {
		_, _ = Coreset(context.Background(), 1, rows, dim, 820, 0)
	}
}
