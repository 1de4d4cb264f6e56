package spatial

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
	"blemish/task"
)

// bruteFarthest measures every point against every pick.
func bruteFarthest(points []geom.Vec3, n, start int) []int32 {
	dist := make([]float32, len(points))
	for i, p := range points {
		dist[i] = inf32
		if !p.Finite() {
			dist[i] = -1
		}
	}
	var picked []int32
	for next := start; next >= 0 && len(picked) < n; {
		picked = append(picked, int32(next))
		q := points[next]
		dist[next] = -1
		best := float32(-1)
		next = -1
		for i, p := range points {
			if d := dist2(p.X-q.X, p.Y-q.Y, p.Z-q.Z); d < dist[i] {
				dist[i] = d
			}
			if dist[i] > best {
				best, next = dist[i], i
			}
		}
	}
	return picked
}

func TestFarthestPointsEqualAnExhaustiveSearch(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			points := drawPoints(t, 1200)
			n := rapid.IntRange(0, 120).Draw(t, "n")
			start := rapid.IntRange(0, max(0, len(points)-1)).Draw(t, "start")
			got, err := FarthestPoints(context.Background(), 2, points, n, start)
			if n == 0 || len(points) == 0 {
				if err != nil || len(got) > 0 {
					t.Fatalf("picked %v of nothing (%v)", got, err)
				}
				return
			}
			if !points[start].Finite() {
				if err == nil {
					t.Fatal("started at a point that is no number")
				}
				return
			}
			if want := bruteFarthest(points, n, start); err != nil || !slices.Equal(got, want) {
				t.Fatalf("picked %v, want %v (%v)", got, want, err)
			}
		})
	})
}

func TestFarthestKernelsEqualTheReference(t *testing.T) {
	withEachKernel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		for trial := 0; trial < 2000; trial++ {
			var group [groupFloats]float32
			for i := 0; i < lanes; i++ {
				for a := 0; a < 3; a++ {
					lo, hi := edgeFloat(r), edgeFloat(r)
					group[a*lanes+i], group[(3+a)*lanes+i] = min(lo, hi), max(lo, hi)
				}
			}
			coords, dist := make([]float32, lanes*blockFloats), make([]float32, lanes*lanes)
			for i := range coords {
				coords[i] = edgeFloat(r)
			}
			var limit [lanes]float32
			for i := range dist {
				dist[i] = []float32{-1, inf32, 0, r.Float32()}[r.IntN(4)]
			}
			for i := range limit {
				limit[i] = []float32{-1, inf32, 0, r.Float32()}[r.IntN(4)]
			}
			q := [3]float32{edgeFloat(r), edgeFloat(r), edgeFloat(r)}
			wantDist, wantLimit := slices.Clone(dist), limit
			if got, want := nearerBoxes(&q, &group, &limit), nearerBoxesGeneric(&q, &group, &limit); got != want {
				t.Fatalf("boxes %016b, want %016b", got, want)
			}
			lowerGroup(&q, &group, &limit, coords, dist)
			lowerGroupGeneric(&q, &group, &wantLimit, coords, wantDist)
			if !sameBits(dist, wantDist) || !sameBits(limit[:], wantLimit[:]) {
				t.Fatalf("lowered to %v %v, want %v %v", dist, limit, wantDist, wantLimit)
			}
		}
	})
}

func TestTreesAreTheSameOnAnyNumberOfWorkers(t *testing.T) {
	points := bumpyTorus(40000)
	want := NewTree(points)
	for _, workers := range []task.Workers{2, 3, 8} {
		got, err := BuildTree(context.Background(), workers, points)
		if err != nil || !slices.Equal(got.order, want.order) {
			t.Fatalf("%d workers: another order (%v)", workers, err)
		}
	}
}
