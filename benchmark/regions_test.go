package benchmark

import (
	"math"
	"testing"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/metric"
	"blemish/seed"
)

// plate is a flat scan of 4,000 points over 2 × 1 with two round defects of radius
// 0.15, around (0.5, 0.5) and (1.5, 0.5), in any unit.
func plate(unit float64) *geom.Cloud {
	r := seed.Stream(1, "plate")
	c := &geom.Cloud{}
	label := make([]float32, 4000)
	for i := range label {
		p := geom.Vec{X: 2 * r.Float64(), Y: r.Float64()}
		for _, x := range []float64{0.5, 1.5} {
			if math.Hypot(p.X-x, p.Y-0.5) < 0.15 {
				label[i] = 1
			}
		}
		c.Points = append(c.Points, p.Scale(unit).F())
	}
	c.SetScalar("label", label)
	return c
}

func TestRegionsAreTheConnectedParts(t *testing.T) {
	for _, unit := range []float64{1e-3, 1, 1e6} {
		c := plate(unit)
		region, err := regions(t.Context(), 1, c)
		if err != nil {
			t.Fatal(err)
		}
		var left, right int32
		for i, l := range c.Scalar("label") {
			switch side := &left; {
			case (region[i] > 0) != (l > 0):
				t.Fatalf("point %d has label %v and region %d", i, l, region[i])
			case l > 0:
				if float64(c.Points[i].X) > unit {
					side = &right
				}
				if *side == 0 {
					*side = region[i]
				}
				if *side != region[i] {
					t.Fatalf("unit %g: one defect has regions %d and %d", unit, *side, region[i])
				}
			}
		}
		if left == right {
			t.Errorf("unit %g: both defects are region %d", unit, left)
		}
	}
	c := plate(1)
	c.SetScalar("label", make([]float32, c.Len()))
	if region, err := regions(t.Context(), 1, c); err != nil || region[0] != 0 {
		t.Errorf("of a sound scan: %v, %v", region[0], err)
	}
	c.Scalars = nil
	if region, err := regions(t.Context(), 1, c); err != nil || region != nil {
		t.Errorf("without labels: %v, %v", region, err)
	}
}

// Regions of different scans must not run together: two scans with a region each,
// one of them found, have an overlap of a half.
func TestRegionsOfScansStayApart(t *testing.T) {
	scanOf := func(found bool) scan {
		c := &geom.Cloud{Points: make([]geom.Vec3, 4)}
		c.SetScalar("label", []float32{0, 0, 1, 1})
		point := []float32{1, 1, 0, 0}
		if found {
			point = []float32{1, 1, 2, 2}
		}
		return scan{item: dataset.Item{Defective: true, Kind: "bulge"}, cloud: c, result: &detect.Result{Point: point}, region: []int32{0, 0, 1, 1}}
	}
	score, _, region := pointScores([]scan{scanOf(true), scanOf(false)})
	if got := metric.AUPRO(score, region, proLimit); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("AUPRO %v, want 0.5 (regions %v)", got, region)
	}
}
