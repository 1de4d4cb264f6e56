package bank

import (
	"context"
	"math"
	"slices"
	"testing"

	"blemish/seed"
)

// Both kinds of projection keep squared distances on average, and within a third where there
// are many dimensions; the uniform one up to its scale.
func TestProjectionsKeepDistances(t *testing.T) {
	const dim, n = 400, 60
	r := seed.Stream(1, "project test")
	rows := make([]float32, n*dim)
	for i := range rows {
		rows[i] = float32(r.Norm())
	}
	for _, width := range []int{-1, 128} {
		out, to, err := Project(context.Background(), 2, rows, dim, width, seed.Stream(2, "matrix"))
		if err != nil {
			t.Fatal(err)
		}
		if want := NearlyIsometric(n); width < 0 && to != want || width > 0 && to != width || len(out) != n*to {
			t.Fatalf("width %d: %d values a row", width, to)
		}
		scale := 1.0
		if width > 0 { // the variance of entries uniform in ±1/√dim is 1/(3·dim)
			scale = float64(width) / (3 * dim)
		}
		var sum float64
		count := 0
		for i := range n {
			for j := range i {
				ratio := Dist2(out[i*to:(i+1)*to], out[j*to:(j+1)*to]) / Dist2(rows[i*dim:(i+1)*dim], rows[j*dim:(j+1)*dim]) / scale
				sum += ratio
				count++
				if ratio < 0.1 || ratio > 1.9 {
					t.Fatalf("width %d: a squared distance changes by %.2f", width, ratio)
				}
			}
		}
		if mean := sum / float64(count); math.Abs(mean-1) > 0.15 {
			t.Errorf("width %d: squared distances change by %.2f on average", width, mean)
		}
		again, _, _ := Project(context.Background(), 1, rows, dim, width, seed.Stream(2, "matrix"))
		if !slices.Equal(out, again) {
			t.Errorf("width %d: another number of workers changes the projection", width)
		}
	}
	if out, to, err := Project(context.Background(), 1, rows, dim, dim, r); err != nil || to != dim || !slices.Equal(out, rows) {
		t.Errorf("to as many dimensions: %d, error %v", to, err)
	}
}

// The first pick is where the mean of the distances to the starts is greatest; what follows
// is the greedy choice from these means on, by brute force.
func TestCoresetFromStarts(t *testing.T) {
	const dim, n, starts, keep = 5, 900, 10, 40
	r := seed.Stream(3, "coreset test")
	rows := make([]float32, n*dim)
	for i := range rows {
		rows[i] = float32(r.Norm())
	}
	row := func(i int) []float32 { return rows[i*dim : (i+1)*dim] }
	from := seed.Stream(4, "starts").Perm(n)[:starts]
	dist := make([]float64, n)
	for i := range dist {
		for _, s := range from {
			dist[i] += math.Sqrt(Dist2(row(i), row(int(s)))) / starts
		}
	}
	var want []int32
	for range keep {
		far := 0
		for i, d := range dist {
			if d > dist[far] {
				far = i
			}
		}
		want = append(want, int32(far))
		for i := range dist {
			dist[i] = min(dist[i], math.Sqrt(Dist2(row(i), row(far))))
		}
	}
	got, err := CoresetFrom(context.Background(), 3, rows, dim, keep, starts, seed.Stream(4, "starts"))
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, want %v, error %v", got, want, err)
	}
	plain, err := CoresetFrom(context.Background(), 3, rows, dim, keep, 0, nil)
	if exact := bruteCoreset(rows, dim, keep, 0); err != nil || !slices.Equal(plain, exact) {
		t.Errorf("without starts %v, want %v, error %v", plain, exact, err)
	}
}

// The formula as it is written, without care for large numbers.
func TestReweighting(t *testing.T) {
	const dim, n = 4, 200
	r := seed.Stream(5, "reweight test")
	rows, queries := make([]float32, n*dim), make([]float32, 30*dim)
	for i := range rows {
		rows[i] = float32(r.Norm())
	}
	for i := range queries {
		queries[i] = float32(1.5 * r.Norm())
	}
	ctx := context.Background()
	b, err := New(ctx, 1, rows, dim)
	if err != nil {
		t.Fatal(err)
	}
	index, dist2, err := b.Nearest(ctx, 1, queries, 1)
	if err != nil {
		t.Fatal(err)
	}
	far := 0
	for i, d := range dist2 {
		if d > dist2[far] {
			far = i
		}
	}
	q, nearest := queries[far*dim:(far+1)*dim], b.row(int(index[far]))
	around := make([]int, n)
	for i := range around {
		around[i] = i
	}
	slices.SortFunc(around, func(i, j int) int {
		if Dist2(nearest, b.row(i)) < Dist2(nearest, b.row(j)) {
			return -1
		}
		return 1
	})
	s := math.Sqrt(float64(dist2[far]))
	var sum float64
	for _, i := range around[1:3] {
		sum += math.Exp(math.Sqrt(Dist2(q, b.row(i))) / 2)
	}
	want := s * (1 - math.Exp(s/2)/sum)
	got, err := b.Reweighted(ctx, 1, queries, index, dist2, 3)
	if err != nil || math.Abs(got/want-1) > 1e-6 {
		t.Errorf("%v, want %v, error %v", got, want, err)
	}
	// Where numbers are so large that their exponentials are not, the score stays one.
	for i := range rows {
		rows[i] *= 1e4
	}
	for i := range queries {
		queries[i] *= 1e4
	}
	if b, err = New(ctx, 1, rows, dim); err != nil {
		t.Fatal(err)
	}
	index, dist2, _ = b.Nearest(ctx, 1, queries, 1)
	if got, err := b.Reweighted(ctx, 1, queries, index, dist2, 3); err != nil || !(got > 0.5*1e4*s && got <= 1e4*s*1.001) {
		t.Errorf("of large numbers %v, error %v", got, err)
	}
}
