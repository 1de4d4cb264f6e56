package bank

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blemish/task"
)

// bruteNearest is the oracle: every vector measured, all sorted.
func bruteNearest(rows, q []float32, dim, k int) []measured {
	var all []measured
	for i := 0; i*dim < len(rows); i++ {
		all = append(all, measured{int32(i), Dist2(q, rows[i*dim:(i+1)*dim])})
	}
	slices.SortFunc(all, func(a, b measured) int {
		return cmp.Or(cmp.Compare(a.dist2, b.dist2), cmp.Compare(a.index, b.index))
	})
	return all[:min(k, len(all))]
}

// drawVectors draws sets that are hard on products: repeats, ties, a common part
// that is far larger than the differences, extreme sizes, one vector far off.
func drawVectors(t *rapid.T, most int) (rows []float32, dim int) {
	n := rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, most)).Draw(t, "n")
	dim = rapid.SampledFrom([]int{1, 3, 33, 165, 700}).Draw(t, "dim")
	kind := rapid.SampledFrom([]string{"free", "grid", "same", "offset", "outlier", "line"}).Draw(t, "kind")
	scale := rapid.SampledFrom([]float32{1, 1, 1e30, 1e-30}).Draw(t, "scale")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	rows = make([]float32, n*dim)
	for i := range rows {
		v := r.Float32() - 0.5
		switch kind {
		case "grid":
			v = float32(r.IntN(2))
		case "same":
			v = float32(i % dim)
		case "offset":
			v = 1000 + v/64
		case "outlier":
			if i < dim {
				v *= 1e6
			}
		case "line": // each vector nearer to the last than the one before
			v = float32(i / dim)
		}
		rows[i] = v * scale
	}
	return rows, dim
}

func TestNearestEqualsAnExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, dim := drawVectors(t, 1300)
		b, err := New(context.Background(), 2, rows, dim)
		if err != nil {
			t.Fatal(err)
		}
		// Queries from the bank, beside it, and far away.
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "queries"), 1))
		var queries []float32
		for range rapid.IntRange(0, 6).Draw(t, "count") {
			q := make([]float32, dim)
			if b.Len() > 0 {
				copy(q, b.row(r.IntN(b.Len())))
			}
			switch r.IntN(4) {
			case 0:
				q[r.IntN(dim)] += 0.25
			case 1:
				q[0] = 1e35
			case 2:
				for j := range q {
					q[j] *= 1.5
				}
			}
			queries = append(queries, q...)
		}
		k := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 400)).Draw(t, "k")
		width := min(k, b.Len())
		for _, workers := range []task.Workers{1, 3} {
			index, dist, err := b.Nearest(context.Background(), workers, queries, k)
			if err != nil || len(index) != len(queries)/dim*width {
				t.Fatalf("%d indices, %v", len(index), err)
			}
			for i := 0; i*dim < len(queries); i++ {
				for j, want := range bruteNearest(rows, queries[i*dim:(i+1)*dim], dim, width) {
					at := i*width + j
					if index[at] != want.index || dist[at] != float32(want.dist2) {
						t.Fatalf("query %d, neighbour %d: %d at %v, want %d at %v", i, j, index[at], dist[at], want.index, want.dist2)
					}
				}
			}
		}
	})
}

// clusters are n vectors about a few centres, as features of a part are.
func clusters(n, dim, centres int) []float32 {
	r := rand.New(rand.NewPCG(5, 6))
	rows := make([]float32, n*dim)
	for i := 0; i < n; i++ {
		c := rand.New(rand.NewPCG(uint64(r.IntN(centres)), 9))
		for j := range dim {
			rows[i*dim+j] = float32(c.Float64()*10 + 0.3*r.NormFloat64())
		}
	}
	return rows
}

func TestManyQueriesMeasureFew(t *testing.T) {
	const n, dim = 3000, 66
	rows := clusters(n, dim, 40)
	b, err := New(context.Background(), 2, rows, dim)
	if err != nil {
		t.Fatal(err)
	}
	queries := clusters(n+500, dim, 40)[n*dim:]
	index, dist, err := b.Nearest(context.Background(), 2, queries, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 500; i += 7 {
		for j, want := range bruteNearest(rows, queries[i*dim:(i+1)*dim], dim, 3) {
			if index[3*i+j] != want.index || dist[3*i+j] != float32(want.dist2) {
				t.Fatalf("query %d, neighbour %d: %d, want %d", i, j, index[3*i+j], want.index)
			}
		}
	}
	s := new(sweep)
	s.run(context.Background(), b, queries[:100*dim], 3)
	for i := range s.queries {
		q := &s.queries[i]
		q.drop()
		if len(q.found)+len(q.exact) > 8 {
			t.Fatalf("query %d: %d of %d vectors left to measure for 3 neighbours", i, len(q.found), n)
		}
	}
}

func TestVectorsAreChecked(t *testing.T) {
	ctx := context.Background()
	nan := float32(math.NaN())
	for _, c := range []struct {
		rows []float32
		dim  int
		want string
	}{
		{[]float32{1, 2, 3}, 2, "3 values are no rows of 2"},
		{[]float32{1, 2}, 0, "no rows of 0"},
		{[]float32{1, 2, nan, 4}, 2, "row 1, value 0 is NaN"},
		{[]float32{1, float32(math.Inf(1))}, 2, "row 0, value 1 is +Inf"},
	} {
		if _, err := New(ctx, 1, c.rows, c.dim); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New: %v, want %q", err, c.want)
		}
		if _, err := Coreset(ctx, 1, c.rows, c.dim, 1, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Coreset: %v, want %q", err, c.want)
		}
	}
	b, _ := New(ctx, 1, []float32{1, 2}, 2)
	if _, _, err := b.Nearest(ctx, 1, []float32{nan, 0}, 1); err == nil || !strings.Contains(err.Error(), "queries: row 0") {
		t.Errorf("a query that is no number: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := b.Nearest(cancelled, 1, []float32{1, 0}, 1); err == nil {
		t.Error("Nearest goes on")
	}
}

func BenchmarkNearest(b *testing.B) {
	for _, dim := range []int{33, 165, 1152} {
		rows := clusters(4096, dim, 300)
		bank, _ := New(context.Background(), 1, rows, dim)
		queries := clusters(4096+1024, dim, 300)[4096*dim:]
		b.Run(fmt.Sprint(dim), func(b *testing.B) {
			for b.Loop() {
				_, _, _ = bank.Nearest(context.Background(), 1, queries, 3)
			}
			b.ReportMetric(2*1024*4096*float64(dim)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
		})
	}
}
