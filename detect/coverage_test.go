package detect

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// A hole of radius 0.08 in a random scan of a square is seen, at its place, and
// charged to its rim; a whole scan shows nothing of the kind.
func TestCoverageSeesAHole(t *testing.T) {
	ctx := context.Background()
	r := seed.Stream(1, "coverage")
	reference := spatial.NewTree(square(12000, r))
	c := NewCoverage(reference, 4000)
	if n := len(c.Sites()); n > 4000 || n < 3000 {
		t.Fatalf("%d sites", n)
	}
	middle := geom.Vec3{X: 0.4, Y: 0.6}
	whole := square(4000, r)
	var holed []geom.Vec3
	for _, p := range whole {
		if p.Dist2(middle) > 0.08*0.08 {
			holed = append(holed, p)
		}
	}
	most := func(points []geom.Vec3) (*Void, *spatial.Tree, float64, int) {
		scan := spatial.NewTree(points)
		v, err := c.Measure(ctx, 1, scan, float64(len(points))/12000)
		if err != nil {
			t.Fatal(err)
		}
		best, at := 0.0, -1
		for i, e := range v.Expected {
			if float64(e) > best {
				best, at = float64(e), i
			}
		}
		return v, scan, best, at
	}
	_, _, chance, _ := most(whole)
	if chance > 14 { // exp(−14)·4000 sites: once in 300 scans
		t.Errorf("a whole scan misses %.1f points", chance)
	}
	v, scan, best, at := most(holed)
	// π·0.08²·4000 ≈ 80 points are gone.
	if best < 50 || best > 110 || c.Sites()[at].Dist2(middle) > 0.02*0.02 {
		t.Errorf("the hole misses %.1f points at %v", best, c.Sites()[at])
	}
	surprise := make([]float32, len(v.Expected))
	for i, e := range v.Expected {
		if float64(e) > chance {
			surprise[i] = e
		}
	}
	charged, err := c.Charge(ctx, 1, scan, v, surprise, 1/math.Sqrt(4000))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range scan.Points() {
		d := math.Sqrt(p.Dist2(middle))
		if d < 0.085 && !(charged[i] > 20) {
			t.Errorf("a point of the rim, %.3f from the middle, is charged %v", d, charged[i])
		}
		if d > 0.14 && charged[i] > 0 {
			t.Errorf("a point %.3f from the middle is charged %v", d, charged[i])
		}
	}
}

func TestCoverageOfAnEmptyScan(t *testing.T) {
	c := NewCoverageAt(spatial.NewTree(square(100, seed.Stream(1))), square(50, seed.Stream(2)))
	v, err := c.Measure(context.Background(), 1, spatial.NewTree(nil), 0.5)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Expected {
		if e != 50 {
			t.Fatalf("expected %v points, want all 50", e)
		}
	}
}
