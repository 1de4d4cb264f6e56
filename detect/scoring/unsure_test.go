package scoring_test

import (
	"context"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/shape"
)

// scanOf samples a built-in shape.
func scanOf(t *testing.T, class string, n, i int) *geom.Cloud {
	t.Helper()
	m, err := shape.Build(class, seed.Stream(5, class))
	if err != nil {
		t.Fatal(err)
	}
	points, _ := mesh.Sample(m, n, seed.Stream(6, class, i))
	return &geom.Cloud{Points: points}
}

func TestOtherObjectsAreUnsure(t *testing.T) {
	frame, err := scoring.NewFrame(context.Background(), []*geom.Cloud{scanOf(t, "tap1", 3000, 0), scanOf(t, "tap1", 6000, 1)}, scoring.FrameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	mirrored := scanOf(t, "tap1", 3000, 2)
	for i := range mirrored.Points {
		mirrored.Points[i].X = -mirrored.Points[i].X
	}
	for _, c := range []struct {
		what, reason string
		scan         *geom.Cloud
		want         detect.Verdict
	}{
		{"the same part", "", scanOf(t, "tap1", 3000, 3), detect.Sound},
		{"its mirror image", "mirror image", mirrored, detect.Unsure},
		{"another part", "another part", scanOf(t, "vase2", 3000, 0), detect.Unsure},
	} {
		_, fit, err := frame.Place(context.Background(), 0, c.scan.Points)
		if err != nil {
			t.Fatal(err)
		}
		r := detect.Result{Fit: fit, Object: 0.5, Threshold: 1}
		r.Judge()
		if r.Verdict != c.want || !strings.Contains(r.Reason, c.reason) {
			t.Errorf("%s: %v (%q), fit %+v", c.what, r.Verdict, r.Reason, fit)
		}
	}
}
