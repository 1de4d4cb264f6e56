package inspection_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/inspection"
	"blemish/seed"
)

// The datum faces of the wedge: A below, B at y = 0, C at x = 0.
const datums = `
zones:
- {name: A, kind: datum, box: {min: [2, 2, -1.5], max: [38, 28, 1.5]}}
- {name: B, kind: datum, box: {min: [2, -1.5, 2], max: [38, 1.5, 20]}}
- {name: C, kind: datum, box: {min: [-1.5, 2, 2], max: [1.5, 28, 9]}}
`

// off is how far two poses take a point of the part apart, at most.
func off(a, b geom.Pose, m *geom.Mesh) float64 {
	most := 0.0
	for _, v := range m.Vertices {
		p := b.Inverse().ApplyVec(v.D())
		most = math.Max(most, a.ApplyVec(p).Sub(v.D()).Norm())
	}
	return most
}

// A top that is too high as a whole pulls the best fit up; aligned by its other faces the part
// stands right.
func TestDatumPlanes(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseAny)
	r := seed.Stream(1, "datum")
	high, pose := scanOf(wedge(), 12000, r, func(_, n geom.Vec) float64 {
		if n.Z > 0.5 {
			return 0.4
		}
		return 0
	})
	truth := pose.Inverse()
	best := off(detecttest.Score(t, model, high).Pose, truth, wedge())
	adjust(t, model, "align: {planes: [A, B, C]}\n"+datums, nil)
	res := detecttest.Score(t, model, high)
	if d := off(res.Pose, truth, wedge()); d > 0.01 || d > best/4 {
		t.Errorf("the pose by datum planes is %.4f off, the best fit %.4f", d, best)
	}
	// What is measured is 0.4 on the top, and nothing elsewhere.
	spread := inspection.NewSpread(res, inspection.Tolerance{})
	if math.Abs(spread.High-0.4) > 0.1 || math.Abs(spread.Low) > 0.1 {
		t.Errorf("deviations from %.3f to %.3f", spread.Low, spread.High)
	}
	adjust(t, model, "align: {surface: [A, B, C]}\n"+datums, nil)
	if d := off(detecttest.Score(t, model, high).Pose, truth, wedge()); d > 0.01 {
		t.Errorf("the pose by the best fit to three faces is %.4f off", d)
	}
	// One face alone says three things; the rest stays.
	adjust(t, model, "align: {surface: [A]}\n"+datums, nil)
	up := detecttest.Score(t, model, high).Pose.Mul(pose)
	if z := up.Rotate(geom.Vec3{Z: 1}); z.Z < 1-1e-6 || math.Abs(up.T.Z) > 0.01 || math.Hypot(up.T.X, up.T.Y) > 0.2 {
		t.Errorf("by one face: %+v", up)
	}
	// A scan that does not show a datum has no pose.
	cut, back := &geom.Cloud{}, pose.Inverse()
	for _, p := range high.Points {
		if back.Apply(p).X > 3 {
			cut.Points = append(cut.Points, p)
		}
	}
	adjust(t, model, "align: {planes: [A, B, C]}\n"+datums, nil)
	if res := detecttest.Score(t, model, cut); res.Verdict != detect.Unsure || !strings.Contains(res.Reason, "datum C") {
		t.Errorf("without a datum: %v, %q", res.Verdict, res.Reason)
	}
}

// A bore and the face across it; the outside, which is eccentric by 0.3, does not pull.
func TestDatumAxis(t *testing.T) {
	model := learnt(t, tube(), 0.5, scoring.PoseAny)
	r := seed.Stream(2, "axis")
	moved, pose := scanOf(tube(), 20000, r, func(p, n geom.Vec) float64 {
		if math.Hypot(p.X, p.Y) > 13 {
			return 0.3 * n.X
		}
		return 0
	})
	plan := `
align: {axis: bore, plane: foot}
zones:
- {name: bore, kind: datum, cylinder: {from: [0, 0, 1], to: [0, 0, 24], radius: 9.5}}
- {name: foot, kind: datum, box: {min: [-20, -20, -1.5], max: [20, 20, 1.5]}}
`
	adjust(t, model, plan, nil)
	res := detecttest.Score(t, model, moved)
	stands := res.Pose.Mul(pose) // the part in its own frame
	if z := stands.Rotate(geom.Vec3{Z: 1}); z.Z < 1-1e-6 {
		t.Errorf("the axis is turned by %.4f", math.Acos(float64(z.Z)))
	}
	if math.Hypot(stands.T.X, stands.T.Y) > 0.02 || math.Abs(stands.T.Z) > 0.01 {
		t.Errorf("the part is shifted by %.4f, %.4f, %.4f (%s)", stands.T.X, stands.T.Y, stands.T.Z, res.Reason)
	}
}

func TestDatumsThatFixNoPose(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseAny)
	for text, want := range map[string]string{
		"align: {planes: [A, A, B]}" + datums:     "parallel",
		"align: {axis: A, plane: B}" + datums:     "on no cylinder",
		"align: {axis: A}" + datums:               "plane",
		"align: {planes: [A, B]}" + datums:        "three zones",
		"align: {surface: [A], axis: B}" + datums: "got 2",
	} {
		p, err := inspection.Parse([]byte(text))
		if err == nil {
			_, err = p.Adjustment(context.Background(), model, nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

// A pose that is given is taken as it is, in the coordinates of the file.
func TestGivenPose(t *testing.T) {
	model := learnt(t, wedge(), 0.3, scoring.PoseAny)
	scan, pose := scanOf(wedge(), 6000, seed.Stream(4, "given"), nil)
	scan.Origin = [3]float64{1000, -2000, 5}
	truth := pose.Inverse().Absolute(scan.Origin, [3]float64{})
	if err := model.Adjust(detect.Adjustment{Pose: &truth}); err != nil {
		t.Fatal(err)
	}
	res := detecttest.Score(t, model, scan)
	if d := off(res.Pose, pose.Inverse(), wedge()); d > 1e-6 || res.Verdict != detect.Sound || res.Fit.Overlap < 0.95 {
		t.Errorf("pose %.2g off, %v (%s), overlap %.2f", d, res.Verdict, res.Reason, res.Fit.Overlap)
	}
	wrong := geom.Pose{R: truth.R, T: truth.T.Add(geom.Vec{X: 3})}
	if err := model.Adjust(detect.Adjustment{Pose: &wrong}); err != nil {
		t.Fatal(err)
	}
	if res := detecttest.Score(t, model, scan); res.Verdict == detect.Sound {
		t.Errorf("3 off: %v", res.Verdict)
	}
}
