package scoring

import (
	"context"
	"math"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
)

// spots is a square with two spots of high score and some noise.
func spots(n int) (Evidence, func(p geom.Vec3) int) {
	e := Evidence{Scan: square(n, seed.Stream(1, "regions"))}
	spot := func(p geom.Vec3) int {
		switch {
		case p.Dist2(geom.Vec3{X: 0.3, Y: 0.3}) < 0.1*0.1:
			return 1
		case p.Dist2(geom.Vec3{X: 0.7, Y: 0.7}) < 0.05*0.05:
			return 2
		}
		return 0
	}
	for i, p := range e.Scan {
		s, d := float32(0.2), float32(0)
		switch spot(p) {
		case 1:
			s, d = 2, 0.01
		case 2:
			s, d = 3, -0.02
		}
		if i == 7 && spot(p) == 0 {
			s = 5 // one wild point
		}
		e.Score, e.Signed = append(e.Score, s), append(e.Signed, d)
	}
	return e, spot
}

func TestRegionsAreTheSpots(t *testing.T) {
	e, spot := spots(4000)
	regions, err := FindRegions(context.Background(), 1, e, RegionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(regions) != 2 {
		t.Fatalf("%d regions: %+v", len(regions), regions)
	}
	for i, want := range []struct {
		spot         int
		kind         string
		radius, peak float64
		depth        float64
		middle       geom.Vec
	}{
		{2, detect.Missing, 0.05, 3, 0.02, geom.Vec{X: 0.7, Y: 0.7}},
		{1, detect.Excess, 0.1, 2, 0.01, geom.Vec{X: 0.3, Y: 0.3}},
	} {
		r := regions[i]
		for _, p := range r.Index {
			if spot(e.Scan[p]) != want.spot {
				t.Errorf("region %d holds the point %v", i, e.Scan[p])
			}
		}
		area := math.Pi * want.radius * want.radius
		if r.Kind != want.kind || r.Peak != want.peak || math.Abs(r.Mean-want.peak) > 1e-6 || math.Abs(r.Depth-want.depth) > 1e-6 {
			t.Errorf("region %d: %+v", i, r)
		}
		if math.Abs(r.Area/area-1) > 0.2 {
			t.Errorf("region %d has area %g, want %g", i, r.Area, area)
		}
		if r.Center.Sub(want.middle).Norm() > 0.02 || r.Points != len(r.Index) || r.Box.Diagonal() > 2.9*want.radius {
			t.Errorf("region %d: %d points around %v in %v", i, r.Points, r.Center, r.Box)
		}
	}
}

func TestHysteresis(t *testing.T) {
	e, spot := spots(4000)
	// A faint border joins its region, a faint spot elsewhere does not count.
	for i, p := range e.Scan {
		d := math.Sqrt(p.Dist2(geom.Vec3{X: 0.3, Y: 0.3}))
		if d >= 0.1 && d < 0.15 || p.Dist2(geom.Vec3{X: 0.3, Y: 0.8}) < 0.05*0.05 {
			e.Score[i] = 0.6
		}
	}
	regions, err := FindRegions(context.Background(), 1, e, RegionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(regions) != 2 {
		t.Fatalf("%d regions", len(regions))
	}
	border := 0
	for _, i := range regions[1].Index {
		if spot(e.Scan[i]) == 0 {
			border++
		}
	}
	if border < 50 {
		t.Errorf("%d points of the faint border are in the region", border)
	}
}

func TestMissingSurfaceJoinsItsRim(t *testing.T) {
	e, _ := spots(4000)
	// The first spot is a hole: its points are gone, its rim is charged.
	hole := geom.Vec3{X: 0.3, Y: 0.3}
	var kept Evidence
	for _, p := range e.Scan {
		d := math.Sqrt(p.Dist2(hole))
		if d < 0.1 {
			kept.Missing, kept.Surprise = append(kept.Missing, p), append(kept.Surprise, 4)
			continue
		}
		s := float32(0.1)
		if d < 0.115 {
			s = 3
		}
		kept.Scan, kept.Score, kept.Signed = append(kept.Scan, p), append(kept.Score, s), append(kept.Signed, 0)
	}
	kept.Area = 1.0 / 4000
	regions, err := FindRegions(context.Background(), 1, kept, RegionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(regions) != 1 || regions[0].Kind != detect.Missing || len(regions[0].Index) == 0 || regions[0].Peak != 4 {
		t.Fatalf("regions %+v", regions)
	}
	if want := math.Pi * 0.115 * 0.115; math.Abs(regions[0].Area/want-1) > 0.25 {
		t.Errorf("area %g, want %g", regions[0].Area, want)
	}
}

func TestNoEvidenceNoRegions(t *testing.T) {
	regions, err := FindRegions(context.Background(), 1, Evidence{Scan: make([]geom.Vec3, 9), Score: make([]float32, 9)}, RegionOptions{})
	if err != nil || len(regions) != 0 {
		t.Errorf("%v, %v", regions, err)
	}
}
