package register

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/task"
)

func mustReference(t testing.TB, points []geom.Vec3, opt Options) *Reference {
	t.Helper()
	ref, err := NewReference(context.Background(), points, opt)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func mustAlign(t testing.TB, ref *Reference, points []geom.Vec3, opt Options) *Result {
	t.Helper()
	res, err := ref.Align(context.Background(), points, opt)
	if err != nil {
		t.Fatal(err)
	}
	if d := res.TargetFromSource.R.Det(); math.Abs(d-1) > 1e-9 {
		t.Fatalf("determinant %v", d)
	}
	return res
}

func TestAlignRecoversRandomPoses(t *testing.T) {
	for _, shape := range shapes {
		name := shape.name
		ref := mustReference(t, shape.sample(3000, seed.Stream(1, name)), Options{})
		for trial := 0; trial < 2; trial++ {
			r := seed.Stream(1, name, "trial", trial)
			scan := shape.sample(2000, r)
			truth := anyPose(r)
			res := mustAlign(t, ref, truth.Inverse().ApplyAll(scan), Options{})
			if e := off(truth.Inverse().ApplyAll(scan), res.TargetFromSource, truth); e > 0.01 {
				t.Errorf("%s %d: off by %.4f, %+v", name, trial, e, res)
			}
			if res.Overlap < 0.95 || res.Covered < 0.9 || res.Ambiguous {
				t.Errorf("%s %d: overlap %.3f, covered %.3f, ambiguous %v", name, trial, res.Overlap, res.Covered, res.Ambiguous)
			}
		}
	}
}

func TestAlignIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	points := bumpy(3000, seed.Stream(2))
	scan := anyPose(seed.Stream(3)).ApplyAll(bumpy(2000, seed.Stream(4)))
	var first *Result
	for _, workers := range []task.Workers{1, 3} {
		res := mustAlign(t, mustReference(t, points, Options{Workers: workers}), scan, Options{Workers: workers})
		if first == nil {
			first = res
		} else if res.TargetFromSource != first.TargetFromSource || res.Residual != first.Residual || len(res.Hypotheses) != len(first.Hypotheses) {
			t.Errorf("%d workers: %+v, 1 worker: %+v", workers, res, first)
		}
	}
}

func TestAlignKnowsNoUnit(t *testing.T) {
	truth := anyPose(seed.Stream(6))
	points, scan := bumpy(3000, seed.Stream(5)), truth.ApplyAll(bumpy(2000, seed.Stream(7)))
	want := mustAlign(t, mustReference(t, points, Options{}), scan, Options{})
	if e := off(scan, want.TargetFromSource, truth.Inverse()); e > 0.01 || want.Overlap < 0.95 || !(want.Residual < 0.01) {
		t.Errorf("off by %g: %+v", e, want)
	}
	for _, unit := range []float64{1e-30, 1e30} {
		got := mustAlign(t, mustReference(t, scaled(points, unit, geom.Vec{}), Options{}), scaled(scan, unit, geom.Vec{}), Options{})
		back := geom.Pose{R: got.TargetFromSource.R, T: got.TargetFromSource.T.Scale(1 / unit)}
		if e := off(scan, back, want.TargetFromSource); e > 1e-4 {
			t.Errorf("unit %g: off by %g", unit, e)
		}
		if math.Abs(got.Residual/unit-want.Residual) > 1e-3*want.Residual || math.Abs(got.Overlap-want.Overlap) > 0.002 {
			t.Errorf("unit %g: residual %g, want %g; overlap %g, want %g", unit, got.Residual/unit, want.Residual, got.Overlap, want.Overlap)
		}
	}
}

func TestMirroredScansAreTold(t *testing.T) {
	for _, shape := range shapes {
		points := 2000
		if shape.name == "bumpy" { // by how much a mirror image is worse depends on the spacing
			points = 4000
		}
		ref := mustReference(t, shape.sample(points*3/2, seed.Stream(8)), Options{})
		scan := shape.sample(points, seed.Stream(9))
		good := mustAlign(t, ref, scan, Options{})
		for i := range scan {
			scan[i].X = -scan[i].X
		}
		bad := mustAlign(t, ref, anyPose(seed.Stream(10)).ApplyAll(scan), Options{})
		if good.Mirrored {
			t.Errorf("%s: a true scan counts as mirrored", shape.name)
		}
		if shape.name == "bumpy" {
			if bad.Residual < 4*good.Residual || bad.Overlap > 0.7*good.Overlap || !bad.Mirrored {
				t.Errorf("mirrored %s: residual %g (true %g), overlap %g (true %g), told %v", shape.name, bad.Residual, good.Residual, bad.Overlap, good.Overlap, bad.Mirrored)
			}
		} else if bad.Mirrored {
			t.Errorf("a %s is its own mirror image: %+v", shape.name, bad)
		}
	}
}

func TestDegenerateClouds(t *testing.T) {
	ref := mustReference(t, bumpy(3000, seed.Stream(10)), Options{})
	r := seed.Stream(11)
	same, line, plane, ten := make([]geom.Vec3, 100), make([]geom.Vec3, 500), make([]geom.Vec3, 500), bumpy(10, r)
	for i := range line {
		line[i] = geom.Vec3{X: float32(r.Float64()), Y: 1, Z: 2}
		plane[i] = geom.Vec3{X: float32(r.Float64()), Y: float32(r.Float64()), Z: 2}
	}
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		points []geom.Vec3
		want   error
	}{
		"none": {nil, ErrTooFewPoints}, "nine": {bumpy(9, r), ErrTooFewPoints}, "same": {same, ErrDegenerate},
		"not finite": {append([]geom.Vec3{{X: nan}, {Y: nan}}, ten[:8]...), ErrTooFewPoints},
		"line":       {line, nil}, "plane": {plane, nil}, "ten": {ten, nil},
	} {
		res, err := ref.Align(context.Background(), c.points, Options{})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
		if err != nil {
			continue
		}
		for _, v := range res.TargetFromSource.Matrix() {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: pose %v", name, res.TargetFromSource)
			}
		}
		if name == "line" && !res.Ambiguous {
			t.Errorf("a line turns freely: %+v", res)
		}
		if own, err := NewReference(context.Background(), c.points, Options{}); err != nil {
			t.Errorf("%s as a reference: %v", name, err)
		} else if res := mustAlign(t, own, c.points, Options{}); math.IsNaN(res.Residual) {
			t.Errorf("%s upon itself: %+v", name, res)
		}
	}
}

func TestStrayPointsDoNotMatter(t *testing.T) {
	ref := mustReference(t, mug(3000, seed.Stream(15)), Options{})
	r := seed.Stream(16)
	scan := mug(2000, r)
	for i := 0; i < 30; i++ { // a haze around the part, and some far away
		reach := 1.5
		if i%10 == 0 {
			reach = 1000
		}
		scan = append(scan, geom.Vec{X: reach * r.Norm(), Y: reach * r.Norm(), Z: reach * r.Norm()}.F())
	}
	res := mustAlign(t, ref, scan, Options{})
	if e := off(scan[:2000], res.TargetFromSource, geom.IdentityPose()); e > 0.01 {
		t.Errorf("off by %g: %+v", e, res)
	}
}

func TestAlignStopsOnCancel(t *testing.T) {
	ref := mustReference(t, bumpy(2000, seed.Stream(12)), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ref.Align(ctx, bumpy(2000, seed.Stream(13)), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// skipLong leaves out, with -short, what takes five seconds of processor time and more.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long")
	}
}

// TestOneSideOfAThinSheet holds the upper side of a tray against both sides, which lie
// closer than the points of the scan: most poses must not end on the lower side, or between
// the two. Some do, where two of the four sides fit by chance.
func TestOneSideOfAThinSheet(t *testing.T) {
	skipLong(t)
	right, poses := 0, 1
	if os.Getenv("BLEMISH_LONG") != "" {
		poses = 4
	}
	for _, thickness := range []float64{0.012, 0.02, 0.03} {
		ref := mustReference(t, tray(12000, thickness, false, seed.Stream(1, "reference")), Options{})
		for i := range poses {
			scan := tray(4000, thickness, true, seed.Stream(1, "scan", i))
			pose := anyPose(seed.Stream(1, "pose", i))
			res := mustAlign(t, ref, pose.ApplyAll(scan), Options{})
			if off(scan, res.TargetFromSource.Mul(pose), geom.IdentityPose()) < thickness/4 {
				right++
			}
		}
	}
	if all := 3 * poses; 3*right < 2*all {
		t.Errorf("%d of %d poses are right", right, all)
	} else {
		t.Logf("%d of %d poses are right", right, all)
	}
}
