package register

import (
	"context"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

func TestCompareUnitsNamesTheUnit(t *testing.T) {
	reference := scaled(bumpy(8000, seed.Stream(1)), 40, geom.Vec{X: 500})
	scan := bumpy(6000, seed.Stream(2))
	for _, c := range []struct {
		unit float64 // of the scan's coordinates, in the reference's
		want string
	}{
		{1000, "1000 times smaller than the reference: metres instead of millimetres"},
		{1e-3, "1000 times larger than the reference: millimetres instead of metres"},
		{25.4, "25.4 times smaller than the reference: inches instead of millimetres"},
		{1 / 304.8, "304.8 times larger than the reference: millimetres instead of feet"},
		{1e9, "1000000000 times smaller than the reference: another unit, or another part"},
	} {
		hint, other := CompareUnits(scaled(scan, 40/c.unit, geom.Vec{}), reference)
		if !other || !strings.Contains(hint.Text, c.want) {
			t.Errorf("unit %g: %v, %q", c.unit, other, hint.Text)
		}
		if e := hint.Factor / c.unit; e < 0.95 || e > 1.05 {
			t.Errorf("unit %g: factor %g", c.unit, hint.Factor)
		}
	}
}

// What a ratio of ten leaves open, a pose decides: part and scene differ as much.
func TestReferenceCompareUnitsTriesOut(t *testing.T) {
	ctx := context.Background()
	part := bumpy(4000, seed.Stream(1))
	ref := mustReference(t, part, Options{})
	r := seed.Stream(2)
	scan := anyPose(r).ApplyAll(bumpy(2500, r))
	for _, factor := range []float64{10, 0.1} {
		hint, other, err := ref.CompareUnits(ctx, scaled(scan, 1/factor, geom.Vec{}), Options{})
		if err != nil || !other || hint.Factor != factor {
			t.Errorf("in a unit of %g: %v, %+v, %v", factor, other, hint, err)
		}
	}
	floor := func(n int) []geom.Vec3 {
		out := make([]geom.Vec3, n)
		for i := range out {
			out[i] = geom.Vec{X: r.Uniform(-8, 8), Y: r.Uniform(-8, 8), Z: -0.7}.F()
		}
		return out
	}
	for name, scan := range map[string][]geom.Vec3{
		"the part": scan, "the part on a floor": append(floor(5000), scan...), "a floor": floor(5000),
		"a corner": pick(scan, within(scan, geom.Vec{X: float64(scan[0].X), Y: float64(scan[0].Y), Z: float64(scan[0].Z)}, 0.5)),
	} {
		if hint, other, err := ref.CompareUnits(ctx, scan, Options{}); err != nil || other {
			t.Errorf("%s: %+v, %v", name, hint, err)
		}
	}
}

// within lists the points at most so far from a place.
func within(points []geom.Vec3, place geom.Vec, reach float64) []int32 {
	var index []int32
	for i, p := range points {
		if p.D().Sub(place).Norm() <= reach {
			index = append(index, int32(i))
		}
	}
	return index
}
