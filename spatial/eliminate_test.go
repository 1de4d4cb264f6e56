package spatial

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blemish/geom"
)

// plainEliminate is Eliminate with every pair measured and no heap.
func plainEliminate(points []geom.Vec3, n int, area float64) []int32 {
	e := &elimination{reach: 2 * discRadius(area, n)}
	e.least = e.reach * (1 - math.Pow(float64(n)/float64(len(points)), eliminateGamma)) * eliminateBeta
	var left []int32
	for i := range points {
		left = append(left, int32(i))
	}
	for len(left) > n {
		worst, most := 0, int64(-1)
		for at, i := range left {
			var w int64
			for _, j := range left {
				d := dist2(points[i].X-points[j].X, points[i].Y-points[j].Y, 0)
				if i != j && d <= float32(e.reach*e.reach) {
					w += e.crowding(d)
				}
			}
			if w > most {
				worst, most = at, w
			}
		}
		left = slices.Delete(left, worst, worst+1)
	}
	return left
}

func square(r *rand.Rand, n int) []geom.Vec3 {
	points := make([]geom.Vec3, n)
	for i := range points {
		points[i] = geom.Vec3{X: r.Float32(), Y: r.Float32(), Z: 3}
	}
	return points
}

// leastGap is the least distance between two of the points.
func leastGap(points []geom.Vec3, picked []int32) float64 {
	gap := math.Inf(1)
	for a, i := range picked {
		for _, j := range picked[:a] {
			gap = min(gap, points[i].Dist2(points[j]))
		}
	}
	return math.Sqrt(gap)
}

func TestEliminateEqualsAnExhaustiveOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for trial := range 20 {
		points := square(r, 150)
		n := 20 + trial
		got, err := Eliminate(t.Context(), 2, points, n, 1)
		if err != nil {
			t.Fatal(err)
		}
		if want := plainEliminate(points, n, 1); !slices.Equal(got, want) {
			t.Fatalf("trial %d: %v, want %v", trial, got, want)
		}
	}
}

func TestEliminateKeepsPointsApart(t *testing.T) {
	points := square(rand.New(rand.NewPCG(2, 1)), 5000)
	picked, err := Eliminate(t.Context(), 1, points, 1000, 1)
	if err != nil || len(picked) != 1000 {
		t.Fatalf("%d points, error %v", len(picked), err)
	}
	// The paper reaches 0.7 to 0.8 of the densest packing's distance in the plane.
	if rho := leastGap(points, picked) / 2 / discRadius(1, 1000); rho < 0.65 {
		t.Errorf("relative radius %.3f", rho)
	}
	again, _ := Eliminate(t.Context(), 5, points, 1000, 1)
	if !slices.Equal(picked, again) {
		t.Error("the number of workers changes the result")
	}
	apart, err := EliminateWithin(t.Context(), 1, points, 0.03, Discs(1, 0.03))
	if err != nil {
		t.Fatal(err)
	}
	if gap := leastGap(points, apart); gap < 0.03 {
		t.Errorf("points %v apart, 0.03 asked for", gap)
	}
	if want := Discs(1, 0.03); len(apart) < want*8/10 || len(apart) > want*12/10 {
		t.Errorf("%d points left, about %d expected", len(apart), want)
	}
	// No point that was taken away would fit in again.
	for i, p := range points {
		near := math.Inf(1)
		for _, j := range apart {
			near = min(near, p.Dist2(points[j]))
		}
		if math.Sqrt(near) > 0.03 {
			t.Fatalf("point %d is %v from all that are left", i, math.Sqrt(near))
		}
	}
}

func TestEliminateTakesAnything(t *testing.T) {
	nan := float32(math.NaN())
	equal, points := make([]geom.Vec3, 100), square(rand.New(rand.NewPCG(4, 1)), 100)
	for name, c := range map[string]struct {
		points []geom.Vec3
		n      int
		area   float64
		want   int
	}{
		"nothing": {nil, 5, 1, 0}, "one": {equal[:1], 5, 1, 1}, "all equal": {equal, 7, 1, 1}, "no area": {points, 7, 0, 7},
		"none wanted": {equal, 0, 1, 0}, "not finite": {[]geom.Vec3{{X: nan}, {}, {X: 1}}, 3, 1, 2}, "a huge area": {points, 7, 1e30, 7}, "many equal": {make([]geom.Vec3, 500_000), 7, 1, 1},
	} {
		got, err := Eliminate(t.Context(), 1, c.points, c.n, c.area)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d points, want %d, error %v", name, len(got), c.want, err)
		}
	}
	if got, err := EliminateWithin(t.Context(), 1, equal, 0.1, 1); err != nil || len(got) != 1 {
		t.Errorf("of equal points %d are left, error %v", len(got), err)
	}
	if _, err := Eliminate(t.Context(), 1, equal, 3, math.NaN()); err == nil {
		t.Error("an area of NaN is taken")
	}
	if _, err := EliminateWithin(t.Context(), 1, equal, 0, 1); err == nil {
		t.Error("a spacing of 0 is taken")
	}
}

func TestSurfaceArea(t *testing.T) {
	points := square(rand.New(rand.NewPCG(3, 1)), 20000)
	for i := range points {
		points[i].X *= 3
	}
	got, err := SurfaceArea(t.Context(), 2, NewTree(points))
	if err != nil || math.Abs(got/3-1) > 0.03 {
		t.Errorf("area %v, want 3, error %v", got, err)
	}
}
