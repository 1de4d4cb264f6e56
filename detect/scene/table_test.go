package scene

import (
	"context"
	"math"
	"testing"

	"blemish/detect/scene/scenetest"
	"blemish/geom"
	"blemish/seed"
)

// mushroom is a plate of 1 × 0.8 × 0.2 on a foot of 0.2 × 0.2 × 0.3, which stands at z = 0.
func mushroom(n int, r *seed.Rand) []geom.Vec3 {
	var points []geom.Vec3
	plate, side := scenetest.Slab(n, 1, 0.8, 0.2, 0, r)
	for i, q := range plate {
		if side[i].Z < -0.5 && math.Abs(float64(q.X)) < 0.1 && math.Abs(float64(q.Y)) < 0.1 {
			continue // the foot is there
		}
		points = append(points, geom.Vec3{X: q.X, Y: q.Y, Z: q.Z + 0.4})
	}
	foot, side := scenetest.Slab(n/7, 0.2, 0.2, 0.3, 0, r)
	for i, q := range foot {
		if side[i].Z < 0.5 {
			points = append(points, geom.Vec3{X: q.X, Y: q.Y, Z: q.Z + 0.15})
		}
	}
	return points
}

// A table is clutter under an overhang, too, where nothing connects it with the rest of it,
// and what is hidden next to it is not missing.
func TestATableUnderAnOverhangIsClutter(t *testing.T) {
	reference := mushroom(12000, seed.Stream(1, "mushroom"))
	p, err := NewPart(context.Background(), 1, reference, make([]int32, len(reference)), 4000)
	if err != nil {
		t.Fatal(err)
	}
	r := seed.Stream(2, "mushroom")
	var scan []geom.Vec3
	for _, q := range mushroom(8000, r) {
		if q.Z > 0.03 { // the underside and what is next to the table are hidden
			scan = append(scan, q)
		}
	}
	part := len(scan)
	for range 20000 {
		q := geom.Vec3{X: float32(r.Uniform(-1.5, 1.5)), Y: float32(r.Uniform(-1.5, 1.5))}
		x, y := math.Abs(float64(q.X)), math.Abs(float64(q.Y))
		island := x < 0.4 && y < 0.3 && (x > 0.12 || y > 0.12)
		if island || x > 0.6 || y > 0.5 {
			scan = append(scan, q)
		}
	}
	v := look(t, p, scan)
	wrong := map[string]int{}
	for i, s := range v.Set {
		switch {
		case i < part && scan[i].Z > 0.15 && s != Comparable:
			wrong["part"]++
		case i >= part && s != Clutter:
			wrong["table"]++
		}
	}
	if wrong["part"] > 4 || wrong["table"] > 0 {
		t.Errorf("in the wrong set: %v", wrong)
	}
	if e, at := most(v.Gaps.Expected); e > 15 {
		t.Errorf("%.1f points are missed at %v", e, p.Sites[at])
	}
	for _, i := range v.Beside() {
		if int(i) >= part {
			t.Errorf("a point of the table stands beside it")
			break
		}
	}
}

// Points in the air are strays, the few points of a steep dent are not.
func TestASmallSteepDentIsNoStray(t *testing.T) {
	p := plate(t)
	r := seed.Stream(4, "dent")
	scan := box("dent", 6000, func(_, _ geom.Vec3) bool { return true })
	deep := map[int]bool{}
	for i, q := range scan {
		d := math.Hypot(float64(q.X), float64(q.Y))
		if q.Z > 0.1499 && d < 0.08 {
			scan[i].Z -= float32(0.09 * (1 - d/0.08))
			deep[i] = d < 0.04
		}
	}
	n := len(scan)
	for range 40 {
		scan = append(scan, geom.Vec3{X: float32(r.Uniform(-1, 1)), Y: float32(r.Uniform(-1, 1)), Z: float32(r.Uniform(0.4, 1))})
	}
	v := look(t, p, scan)
	for i, s := range v.Set {
		if i >= n && s != Stray {
			t.Errorf("a point in the air is in set %d", s)
		}
		if deep[i] && s != Comparable {
			t.Errorf("a point %.3f deep is in set %d", 0.15-scan[i].Z, s)
		}
	}
}

// Where a region of a scan was taken away, no part of it is called missing.
func TestARegionThatWasNotScannedIsNotCharged(t *testing.T) {
	p := plate(t)
	v := look(t, p, box("two thirds", 8000, func(p, side geom.Vec3) bool {
		return math.Hypot(float64(p.X)+0.5, float64(p.Y)+0.4) > 0.7
	}))
	if e, at := most(v.Gaps.Expected); e > 15 {
		t.Errorf("%.1f points are missed at %v", e, p.Sites[at])
	}
}
