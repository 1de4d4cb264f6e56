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

func TestListsAndCountsEqualSingleSearches(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, 900)
			tree := NewTree(points)
			queries := make([]geom.Vec3, rapid.IntRange(0, 20).Draw(t, "queries"))
			for i := range queries {
				queries[i] = drawQuery(t, points)
			}
			radius := rapid.SampledFrom([]float64{0, 0.2, 1, 2, 1e30, 1e-30, math.Inf(1), math.NaN(), -1}).Draw(t, "radius")
			for _, workers := range []task.Workers{1, 3} {
				batch, err := tree.RadiusBatch(context.Background(), workers, queries, radius, 0)
				if err != nil {
					t.Fatal(err)
				}
				checkLists(t, batch, points, queries, radius)
				count, err := tree.CountWithin(context.Background(), workers, queries, radius)
				if err != nil {
					t.Fatal(err)
				}
				for i, c := range count {
					if index, _ := batch.Row(i); int(c) != len(index) {
						t.Fatalf("query %d: %d within the radius, want %d", i, c, len(index))
					}
				}
				self, err := tree.RadiusSelf(context.Background(), workers, radius, 0)
				if err != nil {
					t.Fatal(err)
				}
				checkLists(t, self, points, points, radius)
			}
		})
	})
}

func checkLists(t *rapid.T, got *Lists, points, queries []geom.Vec3, radius float64) {
	if got.Len() != len(queries) {
		t.Fatalf("%d rows for %d queries", got.Len(), len(queries))
	}
	pairs := 0
	defer func() {
		if pairs != got.Pairs() {
			t.Fatalf("%d pairs in all, want %d", got.Pairs(), pairs)
		}
	}()
	for i, q := range queries {
		index, dist := got.Row(i)
		want := bruteRadius(points, q, radius)
		pairs += len(want)
		if len(index) != len(want) || len(dist) != len(want) {
			t.Fatalf("query %d: %d neighbours, want %d", i, len(index), len(want))
		}
		for j, n := range want {
			if index[j] != n.Index || dist[j] != n.Dist2 {
				t.Fatalf("query %d, neighbour %d: %d at %v, want %v", i, j, index[j], dist[j], n)
			}
		}
	}
}

func TestTooManyPairsAreRefused(t *testing.T) {
	ctx := context.Background()
	tree := NewTree(make([]geom.Vec3, 150000))
	_, err := tree.RadiusSelf(ctx, 2, 1, 1e6)
	if err == nil || !strings.Contains(err.Error(), "more than 1000000 pairs of points") {
		t.Errorf("RadiusSelf: %v", err)
	}
	err = tree.ForRadius(ctx, 2, 1, 0, func(int, int32, []Neighbor) { t.Fatal("a visit") })
	if err == nil || !strings.Contains(err.Error(), "22500000000 pairs of points") {
		t.Errorf("ForRadius: %v", err)
	}
}

func TestSortedQueriesAnswerInTheirOwnOrder(t *testing.T) {
	points := bumpyTorus(20000)
	tree := NewTree(points)
	r := rand.New(rand.NewPCG(1, 1))
	queries := make([]geom.Vec3, manyQueries+33)
	for i := range queries {
		p := points[r.IntN(len(points))]
		queries[i] = geom.Vec3{X: p.X + 0.01*r.Float32(), Y: p.Y, Z: p.Z}
	}
	queries[5].X = float32(math.NaN())
	index, dist, err := tree.KNNBatch(context.Background(), 2, queries, 3)
	if err != nil {
		t.Fatal(err)
	}
	lists, err := tree.RadiusBatch(context.Background(), 2, queries, 0.01, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range queries {
		for j, n := range tree.KNN(q, 3, nil) {
			if (Neighbor{index[3*i+j], dist[3*i+j]}) != n {
				t.Fatalf("query %d, neighbour %d: %d, want %v", i, j, index[3*i+j], n)
			}
		}
		near, _ := lists.Row(i)
		want := tree.Radius(q, 0.01, nil)
		if !slices.EqualFunc(near, want, func(i int32, n Neighbor) bool { return i == n.Index }) {
			t.Fatalf("query %d: %v, want %v", i, near, want)
		}
	}
}

func TestDistancesAreThoseToTheNearest(t *testing.T) {
	nan := float32(math.NaN())
	for _, scale := range []float32{1, 1e18, 1e-18} {
		tree := NewTree([]geom.Vec3{{X: nan}, {X: 3 * scale}, {Y: 4 * scale}, {X: 3 * scale}})
		dist, index, err := tree.Distances(context.Background(), 2, []geom.Vec3{{}, {Y: 4 * scale}, {X: 3 * scale, Z: scale}, {Z: nan}})
		if err != nil || !slices.Equal(index, []int32{1, 2, 1, -1}) || !slices.Equal(dist, []float32{3 * scale, 0, scale, inf32}) {
			t.Errorf("scale %v: %v from %v (%v)", scale, dist, index, err)
		}
	}
	dist, index, err := NewTree(nil).Distances(context.Background(), 1, []geom.Vec3{{X: 1}})
	if err != nil || index[0] != -1 || dist[0] != inf32 {
		t.Errorf("from nothing: %v, %v, %v", dist, index, err)
	}
}
