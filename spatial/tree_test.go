package spatial

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
	"blemish/task"
)

// bruteKNN is the oracle: every point measured, all sorted.
func bruteKNN(points []geom.Vec3, q geom.Vec3, k int) []Neighbor {
	var keys []key
	var strays []Neighbor
	for i, p := range points {
		if !p.Finite() {
			strays = append(strays, Neighbor{int32(i), inf32})
			continue
		}
		d := dist2(p.X-q.X, p.Y-q.Y, p.Z-q.Z)
		if d != d {
			d = inf32
		}
		keys = append(keys, makeKey(d, int32(i)))
	}
	slices.Sort(keys)
	var out []Neighbor
	for _, k := range keys {
		out = append(out, k.neighbor())
	}
	out = append(out, strays...)
	return out[:min(max(k, 0), len(out))]
}

func bruteRadius(points []geom.Vec3, q geom.Vec3, r float64) []Neighbor {
	if !(r >= 0) || !q.Finite() {
		return nil
	}
	var out []Neighbor
	for _, n := range bruteKNN(points, q, len(points)) {
		if points[n.Index].Finite() && n.Dist2 <= float32(r*r) {
			out = append(out, n)
		}
	}
	return out
}

// drawPoints draws clouds that are hard on neighbour searches: ties, repeats,
// lines, planes, extreme sizes, coordinates that are no numbers.
func drawPoints(t *rapid.T, most int) []geom.Vec3 {
	n := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(0, most)).Draw(t, "n")
	kind := rapid.SampledFrom([]string{"grid", "free", "line", "plane", "same", "strays"}).Draw(t, "kind")
	scale := rapid.SampledFrom([]float32{1, 1e30, 1e-30, 1e18, 1e-22}).Draw(t, "scale")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	points := make([]geom.Vec3, n)
	for i := range points {
		p := geom.Vec3{X: r.Float32() - 0.5, Y: r.Float32() - 0.5, Z: r.Float32() - 0.5}
		switch kind {
		case "grid":
			p = geom.Vec3{X: float32(r.IntN(5)), Y: float32(r.IntN(4)), Z: float32(r.IntN(3))}
		case "line":
			p.Y, p.Z = 2*p.X, 0
		case "plane":
			p.Z = 7
		case "same":
			p = geom.Vec3{X: 3, Y: 1, Z: 2}
		case "strays":
			switch r.IntN(4) {
			case 0:
				p.Y = float32(math.NaN())
			case 1:
				p.Z = float32(math.Inf(-1))
			}
		}
		points[i] = geom.Vec3{X: p.X * scale, Y: p.Y * scale, Z: p.Z * scale}
	}
	return points
}

func drawQuery(t *rapid.T, points []geom.Vec3) geom.Vec3 {
	switch {
	case len(points) > 0 && rapid.Bool().Draw(t, "own"):
		return points[rapid.IntRange(0, len(points)-1).Draw(t, "which")]
	case rapid.IntRange(0, 9).Draw(t, "odd") == 0:
		return geom.Vec3{X: 1, Y: float32(math.NaN()), Z: 2}
	}
	c := rapid.Float32Range(-2, 6)
	return geom.Vec3{X: c.Draw(t, "x"), Y: c.Draw(t, "y"), Z: c.Draw(t, "z")}
}

func TestSearchesEqualAnExhaustiveOne(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, 1500)
			tree := NewTree(points)
			for range 4 {
				q := drawQuery(t, points)
				k := rapid.OneOf(rapid.IntRange(0, 70), rapid.IntRange(0, 2000)).Draw(t, "k")
				if got, want := tree.KNN(q, k, nil), bruteKNN(points, q, k); !slices.Equal(got, want) {
					t.Fatalf("KNN(%v, %d) of %d points:\n%v\nwant\n%v", q, k, len(points), got, want)
				}
				radius := rapid.SampledFrom([]float64{0, 0.1, 1, 2, 1e30, 1e-30, math.Inf(1), math.NaN(), -1}).Draw(t, "radius")
				if got, want := tree.Radius(q, radius, nil), bruteRadius(points, q, radius); !slices.Equal(got, want) {
					t.Fatalf("Radius(%v, %v):\n%v\nwant\n%v", q, radius, got, want)
				}
				want := Neighbor{-1, inf32}
				if near := bruteKNN(points, q, 1); len(near) > 0 {
					want = near[0]
				}
				if got := tree.Nearest(q); got != want {
					t.Fatalf("Nearest(%v) is %v, want %v", q, got, want)
				}
			}
		})
	})
}

func TestBatchesEqualSingleSearches(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, 700)
			tree := NewTree(points)
			k := rapid.IntRange(0, 40).Draw(t, "k")
			width := min(k, len(points))
			for _, workers := range []task.Workers{1, 3} {
				index, dist, err := tree.KNNSelf(context.Background(), workers, k)
				if err != nil {
					t.Fatal(err)
				}
				checkRows(t, points, points, k, width, index, dist)
				queries := make([]geom.Vec3, rapid.IntRange(0, 30).Draw(t, "queries"))
				for i := range queries {
					queries[i] = drawQuery(t, points)
				}
				index, dist, err = tree.KNNBatch(context.Background(), workers, queries, k)
				if err != nil {
					t.Fatal(err)
				}
				checkRows(t, points, queries, k, width, index, dist)
			}
		})
	})
}

func TestRadiusWalksEqualSingleSearches(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, 700)
			tree := NewTree(points)
			most := rapid.IntRange(-1, 50).Draw(t, "most")
			radius := rapid.SampledFrom([]float64{0, 0.2, 1, 2, 1e30, 1e-30, math.Inf(1), math.NaN(), -1}).Draw(t, "radius")
			for _, workers := range []task.Workers{1, 3} {
				rows := make([][]Neighbor, len(points))
				err := tree.ForRadius(context.Background(), workers, radius, most, func(_ int, i int32, near []Neighbor) {
					rows[i] = slices.Clone(near)
				})
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range points {
					want := bruteRadius(points, p, radius)
					if most > 0 {
						want = want[:min(most, len(want))]
					}
					if !slices.Equal(rows[i], want) {
						t.Fatalf("point %d has neighbours %v, want %v", i, rows[i], want)
					}
				}
			}
		})
	})
}

func checkRows(t *rapid.T, points, queries []geom.Vec3, k, width int, index []int32, dist []float32) {
	if len(index) != len(queries)*width || len(dist) != len(index) {
		t.Fatalf("%d and %d values for %d rows of %d", len(index), len(dist), len(queries), width)
	}
	for i, q := range queries {
		for j, want := range bruteKNN(points, q, k) {
			if got := (Neighbor{index[i*width+j], dist[i*width+j]}); got != want {
				t.Fatalf("row %d, neighbour %d: %v, want %v", i, j, got, want)
			}
		}
	}
}

func TestQueriesDoNotAllocate(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, allocates by itself")
	}
	points := make([]geom.Vec3, 5000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range points {
		points[i] = geom.Vec3{X: r.Float32(), Y: r.Float32(), Z: r.Float32()}
	}
	tree := NewTree(points)
	room := make([]Neighbor, 0, 500)
	for name, f := range map[string]func(){
		"KNN":     func() { room = tree.KNN(points[7], 64, room) },
		"Nearest": func() { tree.Nearest(geom.Vec3{X: 0.3, Y: 0.2, Z: 0.9}) },
		"Radius":  func() { room = tree.Radius(points[9], 0.1, room) },
	} {
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
	if len(room) < 5 {
		t.Fatalf("only %d points in the ball", len(room))
	}
}

// However many queries there are, a batch allocates its results and little else: lists
// in two pieces for each chunk.
func TestBatchesDoNotAllocateForEachQuery(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, allocates by itself")
	}
	ctx := context.Background()
	few, many := NewTree(bumpyTorus(4096)), NewTree(bumpyTorus(65536))
	radius := map[*Tree]float64{few: 0.08, many: 0.02} // about as many neighbours
	for name, f := range map[string]func(t *Tree) error{
		"KNNSelf":      func(t *Tree) error { _, _, err := t.KNNSelf(ctx, 1, 16); return err },
		"KNNBatch":     func(t *Tree) error { _, _, err := t.KNNBatch(ctx, 1, t.points, 16); return err },
		"Distances":    func(t *Tree) error { _, _, err := t.Distances(ctx, 1, t.points); return err },
		"CountWithin":  func(t *Tree) error { _, err := t.CountWithin(ctx, 1, t.points, radius[t]); return err },
		"RadiusSelf":   func(t *Tree) error { _, err := t.RadiusSelf(ctx, 1, radius[t], 0); return err },
		"RadiusBatch":  func(t *Tree) error { _, err := t.RadiusBatch(ctx, 1, t.points, radius[t], 0); return err },
		"ForNeighbors": func(t *Tree) error { return t.ForNeighbors(ctx, 1, 16, func(int, int32, []Neighbor) {}) },
		"ForRadius":    func(t *Tree) error { return t.ForRadius(ctx, 1, radius[t], 0, func(int, int32, []Neighbor) {}) },
		"ForNearest": func(t *Tree) error {
			return t.ForNearest(ctx, 1, t.points, geom.Vec{}, func(int32, Neighbor) {})
		},
	} {
		count := func(tree *Tree) float64 {
			return testing.AllocsPerRun(3, func() {
				if err := f(tree); err != nil {
					t.Fatal(err)
				}
			})
		}
		more := 50.0 // the working memory is collected now and then
		if strings.HasPrefix(name, "Radius") {
			more += 2 * (65536 - 4096) / ChunkSize
		}
		if a, b := count(few), count(many); b-a > more {
			t.Errorf("%s allocates %v times for 4,096 queries and %v times for 65,536", name, a, b)
		} else {
			t.Log(name, a, b)
		}
	}
}

func TestCancelledSearchesReturnTheError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tree := NewTree([]geom.Vec3{{X: 1}, {X: 2}})
	if _, _, err := tree.KNNSelf(ctx, 1, 2); err == nil {
		t.Error("KNNSelf goes on")
	}
	if _, err := Spacing(ctx, 1, tree); err == nil {
		t.Error("Spacing goes on")
	}
	if _, err := FarthestPoints(ctx, 1, tree.Points(), 2, 0); err == nil {
		t.Error("FarthestPoints goes on")
	}
}

func TestForNearestEqualsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	draw := func(n int, grid bool) []geom.Vec3 {
		points := make([]geom.Vec3, n)
		for i := range points {
			points[i] = geom.Vec3{X: r.Float32(), Y: r.Float32(), Z: r.Float32()}
			if grid {
				points[i] = geom.Vec3{X: float32(r.IntN(9)), Y: float32(r.IntN(9)), Z: float32(r.IntN(2))}
			}
		}
		return points
	}
	for _, n := range []int{0, 1, 2, 17, 300, 5000} {
		for _, grid := range []bool{false, true} {
			tree, queries, shift := NewTree(draw(n, grid)), draw(2000, grid), geom.Vec{X: 0.5}
			queries[3].Y = float32(math.NaN())
			got := make([]Neighbor, len(queries))
			if err := tree.ForNearest(t.Context(), 3, queries, shift, func(i int32, near Neighbor) { got[i] = near }); err != nil {
				t.Fatal(err)
			}
			for i, q := range queries {
				want := tree.Nearest(q.D().Add(shift).F())
				if n == 0 || i == 3 {
					want = Neighbor{-1, inf32}
				}
				if got[i] != want {
					t.Fatalf("%d points, query %d: %v, want %v", n, i, got[i], want)
				}
			}
		}
	}
}
