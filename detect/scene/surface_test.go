package scene

import (
	"context"
	"math"
	"slices"
	"testing"

	"blemish/detect/scene/scenetest"
	"blemish/geom"
	"blemish/seed"
)

func ball(n int, radius float64, r *seed.Rand) []geom.Vec3 {
	points := make([]geom.Vec3, n)
	for i := range points {
		x, y, z := r.Direction()
		points[i] = geom.Vec{X: x, Y: y, Z: z}.Scale(radius).F()
	}
	return points
}

func build(t *testing.T, points []geom.Vec3) *Surface {
	t.Helper()
	s, err := NewSurface(context.Background(), 1, points, false)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// On a plate ten times as wide as thick, normals are right up to the edges, and
// point outwards on both sides, although the plate is only two spacings thick.
func TestNormalsOfAThinPlate(t *testing.T) {
	for _, c := range []struct{ noise, share float64 }{{0, 0.97}, {0.003, 0.9}} {
		points, want := scenetest.Slab(8000, 1, 0.8, 0.045, c.noise, seed.Stream(1, "plate"))
		s := build(t, points)
		right := 0
		for i, n := range s.Normal {
			if n.D().Dot(want[i].D()) > 0.9 {
				right++
			}
		}
		if share := float64(right) / float64(len(points)); share < c.share {
			t.Errorf("noise %g: %.1f %% of the normals are right", c.noise, 100*share)
		}
	}
}

func TestSpacingAndRoughness(t *testing.T) {
	ctx := context.Background()
	for _, noise := range []float64{0, 0.002, 0.005} {
		points, _ := scenetest.Slab(10000, 1, 1, 0.3, noise, seed.Stream(2, "slab"))
		s := build(t, points)
		sorted := slices.Clone(s.Spacing)
		slices.Sort(sorted)
		if got, want := sorted[5000], math.Sqrt((2+1.2)/10000); math.Abs(got/want-1) > 0.1 {
			t.Errorf("spacing %g, want %g", got, want)
		}
		got, err := roughness(ctx, 1, s.Tree)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-noise) > 0.35*noise+1e-6 {
			t.Errorf("noise %g is measured as %g", noise, got)
		}
	}
}

// Distances to a ball are the true ones, in size and in sign, although the nearest
// points are farther away.
func TestDistanceIsToTheSurface(t *testing.T) {
	r := seed.Stream(3, "ball")
	s := build(t, ball(20000, 1, r))
	for _, height := range []float64{-0.05, -0.01, 0, 0.01, 0.05} {
		feet, err := s.Feet(context.Background(), 2, ball(500, 1+height, r), 20, 1.5)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range feet {
			// An eighth of the spacing, 0.025: what the normals leave at the rim of the discs.
			if math.Abs(f.Signed-height) > 0.003 {
				t.Fatalf("a point %g above the ball has distance %g", height, f.Signed)
			}
			if d := f.At.Norm(); math.Abs(d-1) > 0.003 {
				t.Fatalf("its foot is %g from the middle", d)
			}
		}
	}
}

// A point above the rim of an open sheet is beside it, not above it.
func TestDiscsEnd(t *testing.T) {
	r := seed.Stream(4, "sheet")
	var points []geom.Vec3
	for range 4000 {
		points = append(points, geom.Vec3{X: float32(r.Float64()), Y: float32(r.Float64())})
	}
	s := build(t, points)
	f, _ := s.Closest(geom.Vec3{X: 1.2, Y: 0.5}, 20, 1.5, nil)
	if d := math.Abs(f.Signed); math.Abs(d-0.2) > 0.03 {
		t.Errorf("0.2 beside the sheet the distance is %g", d)
	}
}

func TestFewPointsMakeASurface(t *testing.T) {
	for n := 1; n < 6; n++ {
		points := make([]geom.Vec3, n)
		for i := range points {
			points[i] = geom.Vec3{X: float32(i)} // a line: no normals
		}
		s := build(t, points)
		f, _ := s.Closest(geom.Vec3{Y: 2}, 20, 1.5, nil)
		if math.Abs(math.Abs(f.Signed)-2) > 1e-6 {
			t.Errorf("%d points: distance %g, want 2", n, f.Signed)
		}
	}
}
