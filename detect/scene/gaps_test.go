package scene

import (
	"context"
	"math"
	"testing"

	"blemish/detect/scene/scenetest"
	"blemish/geom"
	"blemish/seed"
)

var usual = Options{Neighbors: 20, Reach: 1.5}

// plate is a part: a box of 1 × 0.8 × 0.3 from 12,000 points.
func plate(t *testing.T) *Part {
	t.Helper()
	points, _ := scenetest.Slab(12000, 1, 0.8, 0.3, 0, seed.Stream(1, "reference"))
	p, err := NewPart(context.Background(), 1, points, make([]int32, len(points)), 4000)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func look(t *testing.T, p *Part, points []geom.Vec3) *View {
	t.Helper()
	v, err := p.Look(context.Background(), 1, points, usual)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// box scans the plate anew and keeps what keep says.
func box(name string, n int, keep func(p, side geom.Vec3) bool) []geom.Vec3 {
	points, side := scenetest.Slab(n, 1, 0.8, 0.3, 0, seed.Stream(2, name))
	var kept []geom.Vec3
	for i, p := range points {
		if keep(p, side[i]) {
			kept = append(kept, p)
		}
	}
	return kept
}

func most(v []float32) (float64, int) {
	best, at := 0.0, -1
	for i, e := range v {
		if float64(e) > best {
			best, at = float64(e), i
		}
	}
	return best, at
}

// A hole of radius 0.1 in the top is a void, at its place, charged to its rim and not to
// the other side of the plate; a whole scan shows nothing of the kind.
func TestAHoleIsAVoid(t *testing.T) {
	p := plate(t)
	if chance, _ := most(look(t, p, box("whole", 6000, func(_, _ geom.Vec3) bool { return true })).Gaps.Expected); chance > 15 { // exp(−15)·4000 sites: once in 800 scans
		t.Errorf("a whole scan misses %.1f points", chance)
	}
	v := look(t, p, box("hole", 6000, func(p, side geom.Vec3) bool { return side.Z < 0.5 || math.Hypot(float64(p.X), float64(p.Y)) > 0.1 }))
	e, at := most(v.Gaps.Expected)
	// π·0.1²·6000/2.68 ≈ 70 points are gone.
	if e < 45 || e > 95 || p.Sites[at].Dist2(geom.Vec3{Z: 0.15}) > 0.03*0.03 {
		t.Fatalf("the hole misses %.1f points at %v", e, p.Sites[at])
	}
	charged, err := v.Charge(context.Background(), v.Gaps.Expected, v.Spacing)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range v.Tree.Points() {
		d := math.Hypot(float64(q.X), float64(q.Y))
		if q.Z > 0.1 && d < 0.105 && !(charged[i] > 20) {
			t.Errorf("a point of the rim, %.3f from the middle, is charged %v", d, charged[i])
		}
		if q.Z < -0.1 && charged[i] > 15 {
			t.Errorf("a point on the other side is charged %v", charged[i])
		}
	}
}

// What faces down was not seen, and neither was the back of a scan from above: nothing is
// charged, and it is told how much.
func TestWhatWasNotSeenIsNotCharged(t *testing.T) {
	p := plate(t)
	for _, c := range []struct {
		name   string
		keep   func(p, side geom.Vec3) bool
		unseen float64
	}{
		{"without underside", func(_, side geom.Vec3) bool { return side.Z > -0.5 }, 0.8 / 2.68},
		{"the top alone", func(_, side geom.Vec3) bool { return side.Z > 0.5 }, 1 - 0.8/2.68},
		{"top and one side", func(_, side geom.Vec3) bool { return side.Z > 0.5 || side.X > 0.5 }, 1 - 1.04/2.68},
	} {
		v := look(t, p, box(c.name, 6000, c.keep))
		if e, at := most(v.Gaps.Expected); e > 15 {
			t.Errorf("%s: %.1f points are missed at %v", c.name, e, p.Sites[at])
		}
		if got := p.Share(v.Gaps.Unseen); math.Abs(got-c.unseen) > 0.09 {
			t.Errorf("%s: %.3f of the part were not seen, want %.3f", c.name, got, c.unseen)
		}
		if len(v.Eyes) == 0 {
			t.Errorf("%s: no place explains it", c.name)
		}
	}
}

// A hole in the one side that was seen is still found.
func TestAHoleInAViewIsFound(t *testing.T) {
	p := plate(t)
	v := look(t, p, box("view with hole", 12000, func(p, side geom.Vec3) bool {
		return side.Z > 0.5 && math.Hypot(float64(p.X), float64(p.Y)) > 0.1
	}))
	if e, at := most(v.Gaps.Expected); e < 60 || p.Sites[at].Dist2(geom.Vec3{Z: 0.15}) > 0.03*0.03 {
		t.Errorf("the hole misses %.1f points at %v", e, p.Sites[max(0, at)])
	}
}

func TestAScanOfNothing(t *testing.T) {
	v := look(t, plate(t), []geom.Vec3{{X: 0, Y: 0, Z: 0.15}})
	if len(v.Set) != 1 {
		t.Fatalf("%d sets", len(v.Set))
	}
}

// A table under the plate and points in the air are no part of it.
func TestTableAndStrays(t *testing.T) {
	p := plate(t)
	r := seed.Stream(3, "table")
	scan := box("on a table", 6000, func(_, side geom.Vec3) bool { return side.Z > -0.5 })
	part := len(scan)
	for range 12000 {
		q := geom.Vec3{X: float32(r.Uniform(-1.5, 1.5)), Y: float32(r.Uniform(-1.5, 1.5)), Z: -0.151}
		if math.Abs(float64(q.X)) > 0.5 || math.Abs(float64(q.Y)) > 0.4 {
			scan = append(scan, q)
		}
	}
	table := len(scan)
	for range 40 {
		scan = append(scan, geom.Vec3{X: float32(r.Uniform(-1, 1)), Y: float32(r.Uniform(-1, 1)), Z: float32(r.Uniform(0.4, 1))})
	}
	v := look(t, p, scan)
	wrong := map[string]int{}
	for i, s := range v.Set {
		q := scan[i]
		switch {
		case i < part && s != Comparable && q.Z > -0.05:
			wrong["part"]++
		case i >= part && i < table && s != Clutter && max(math.Abs(float64(q.X))-0.5, math.Abs(float64(q.Y))-0.4) > 0.1:
			wrong["table"]++
		case i >= table && s != Stray:
			wrong["stray"]++
		}
	}
	if wrong["part"] > 2 || wrong["table"] > 0 || wrong["stray"] > 1 {
		t.Errorf("in the wrong set: %v", wrong)
	}
}

// An island of surface that was seen once, beside the part and in sight, is not missing where a
// scan of the top does not reach it: nothing around it says that it should be there.
func TestAnIslandIsNotMissing(t *testing.T) {
	points, _ := scenetest.Slab(12000, 1, 0.8, 0.3, 0, seed.Stream(1, "reference"))
	r := seed.Stream(4, "island")
	for range 60 {
		sin, cos := math.Sincos(r.Uniform(0, 2*math.Pi))
		radius := 0.07 * math.Sqrt(r.Float64())
		points = append(points, geom.Vec{X: 0.9 + radius*cos, Y: radius * sin, Z: 0.15}.F())
	}
	p, err := NewPart(context.Background(), 1, points, make([]int32, len(points)), 4000)
	if err != nil {
		t.Fatal(err)
	}
	v := look(t, p, box("top", 6000, func(_, side geom.Vec3) bool { return side.Z > 0.5 }))
	if e, at := most(v.Gaps.Expected); e > 15 {
		t.Errorf("%.1f points are missed at %v", e, p.Sites[at])
	}
}
