package register

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// Clouds as no scanner should give them.

// scaled multiplies and shifts points in float64, as a reader does.
func scaled(points []geom.Vec3, factor float64, shift geom.Vec) []geom.Vec3 {
	out := make([]geom.Vec3, len(points))
	for i, p := range points {
		out[i] = p.D().Scale(factor).Add(shift).F()
	}
	return out
}

// A survey grid's coordinates in float32 hold a few millimetres at best at thousands
// of kilometres: what is finer is gone, and must not be made up.
func TestFarFromTheOrigin(t *testing.T) {
	points, scan := bumpy(3000, seed.Stream(4)), bumpy(2000, seed.Stream(5))
	truth := geom.Pose{R: anyPose(seed.Stream(6)).R}
	far := geom.Vec{X: 40000, Y: 5000, Z: 100} // the last place is 4 mm there
	ref := mustReference(t, scaled(points, 1, far), Options{})
	res := mustAlign(t, ref, scaled(truth.ApplyAll(scan), 1, far), Options{})
	want := geom.Pose{R: truth.Inverse().R, T: far.Sub(truth.Inverse().R.MulVec(far))}
	if e := off(scaled(truth.ApplyAll(scan), 1, far), res.TargetFromSource, want); e > 0.02 {
		t.Errorf("off by %g: %+v", e, res)
	}
	// All of it within one place: an error, no pose.
	tiny := scaled(points, 1e-4, far)
	if _, err := NewReference(context.Background(), tiny, Options{}); !errors.Is(err, ErrDegenerate) {
		t.Errorf("detail below the last place: error %v", err)
	}
}

func TestTwoPlaces(t *testing.T) {
	ref := mustReference(t, bumpy(3000, seed.Stream(7)), Options{})
	two := make([]geom.Vec3, 50)
	for i := range two {
		two[i] = geom.Vec3{X: float32(i % 2), Y: 1}
	}
	for name, c := range map[string][]geom.Vec3{"two points": two[:2], "two places": two} {
		res, err := ref.Align(context.Background(), c, Options{})
		if name == "two points" {
			if !errors.Is(err, ErrTooFewPoints) {
				t.Errorf("two points: error %v", err)
			}
			continue
		}
		if err == nil {
			for _, v := range res.TargetFromSource.Matrix() {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%s: pose %v", name, res.TargetFromSource)
				}
			}
		} else if !errors.Is(err, ErrDegenerate) && !errors.Is(err, ErrTooFewPoints) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestInfiniteAndMissingPointsAreLeftOut(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	ref := mustReference(t, append(bumpy(3000, seed.Stream(8)), geom.Vec3{X: inf}, geom.Vec3{Y: nan}), Options{})
	scan := bumpy(2000, seed.Stream(9))
	bad := append([]geom.Vec3{{X: nan, Y: nan, Z: nan}, {Z: -inf}, {X: math.MaxFloat32}}, scan...)
	if a, b := mustAlign(t, ref, scan, Options{}), mustAlign(t, ref, bad, Options{}); off(scan, a.TargetFromSource, b.TargetFromSource) > 0.002 {
		t.Errorf("%v with bad points, %v without", b.TargetFromSource, a.TargetFromSource)
	}
}

// Every point three hundred times over, ten thousand with BLEMISH_LONG: the work is bounded by the
// places there are.
func TestMillionsOfDuplicates(t *testing.T) {
	times := 300
	if os.Getenv("BLEMISH_LONG") != "" {
		times = 10_000
	}
	ref := mustReference(t, bumpy(3000, seed.Stream(10)), Options{})
	places := bumpy(1000, seed.Stream(11))
	truth := anyPose(seed.Stream(12))
	scan := make([]geom.Vec3, 0, 1000*times)
	for _, p := range truth.ApplyAll(places) {
		for range times {
			scan = append(scan, p)
		}
	}
	res := mustAlign(t, ref, scan, Options{})
	if e := off(truth.ApplyAll(places), res.TargetFromSource, truth.Inverse()); e > 0.01 {
		t.Errorf("off by %g: %+v", e, res)
	}
	same := make([]geom.Vec3, 1000*times)
	if _, err := ref.Align(context.Background(), same, Options{}); !errors.Is(err, ErrDegenerate) {
		t.Errorf("all at one place: error %v", err)
	}
}
