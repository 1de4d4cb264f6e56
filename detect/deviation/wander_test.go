package deviation

import (
	"math"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
)

// sideOf is a scan of the bracket from above and aside, as a depth camera makes it: at the
// rims of what is seen the surface curls away.
func sideOf(r *seed.Rand, curl float64, more func(p, n geom.Vec) float64) *geom.Cloud {
	from := geom.Vec{X: 1, Y: 1, Z: 2}.Unit()
	whole := scanOf(r, 0, func(p, n geom.Vec) float64 {
		if n.Dot(from) < 0.2 {
			return math.NaN()
		}
		rim := min(p.X, p.Y)
		switch {
		case n.X > 0.9:
			rim = min(p.Y, p.Z)
		case n.Y > 0.9:
			rim = min(p.X, p.Z)
		}
		off := 0.002*r.Norm() - curl*max(0, 1-rim/0.15)
		if more != nil {
			off += more(p, n)
		}
		return off
	})
	seen := &geom.Cloud{}
	for _, p := range whole.Points {
		if p.Finite() {
			seen.Points = append(seen.Points, p)
		}
	}
	return seen
}

// Scanners are off at the rims of what they see: that is no defect, and does not hide one.
func TestRimsOfOneSideAreAllowedMore(t *testing.T) {
	r := seed.Stream(1, "rims")
	m := learnCAD(t, scoring.PoseFixed, 0.05, 0.05)
	for _, curl := range []float64{0, 0.12} {
		if res := detecttest.Score(t, m, sideOf(r, curl, nil)); res.Verdict != detect.Sound {
			t.Errorf("curled by %g: %v, score %.2f, %s", curl, res.Verdict, res.Object, res.Note)
		}
		dented := sideOf(r, curl, func(p, n geom.Vec) float64 {
			if n.Z > 0.5 && math.Hypot(p.X-2, p.Y-1.5) < 0.4 {
				return -0.1
			}
			return 0
		})
		if res := detecttest.Score(t, m, dented); res.Verdict != detect.Defective {
			t.Errorf("curled by %g and dented: %v, score %.2f, %s", curl, res.Verdict, res.Object, res.Note)
		}
	}
}

// A hole has a rim, too, which must not excuse what is off around it.
func TestRimsOfADefectAreNotAllowedMore(t *testing.T) {
	r := seed.Stream(2, "rims")
	m := learnCAD(t, scoring.PoseFixed, 0.05, 0.05)
	around := func(p, n geom.Vec) float64 {
		if n.Z > -0.9 {
			return 0
		}
		switch d := math.Hypot(p.X-1.5, p.Y-1.2); {
		case d < 0.3:
			return math.NaN()
		case d < 0.5:
			return -0.1
		}
		return 0
	}
	holed := scanOf(r, 0.002, around)
	seen := &geom.Cloud{}
	for _, p := range holed.Points {
		if p.Finite() {
			seen.Points = append(seen.Points, p)
		}
	}
	res := detecttest.Score(t, m, seen)
	deepest := 0.0
	for _, g := range res.Regions {
		deepest = max(deepest, float64(g.Peak))
	}
	if res.Verdict != detect.Defective || deepest < 1.7 {
		t.Errorf("%v, peak %.2f; off by twice what is allowed", res.Verdict, deepest)
	}
}
