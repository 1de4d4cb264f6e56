package scoring

import (
	"context"
	"slices"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
)

func TestEachScanIsHeldOutOnce(t *testing.T) {
	for _, scans := range []int{2, 8, 19} {
		var owner []int32
		for s := range scans {
			owner = append(owner, slices.Repeat([]int32{int32(s)}, 10)...)
		}
		parts := Parts(owner, scans, "test", 1)
		size := map[int32]int{}
		for i, p := range parts {
			if p != parts[i/10*10] {
				t.Fatalf("%d scans: scan %d is cut", scans, owner[i])
			}
			size[p]++
		}
		if len(size) != min(scans, mostParts) {
			t.Errorf("%d scans: %d parts", scans, len(size))
		}
		for p := range size {
			if most := 10 * (scans + mostParts - 1) / mostParts; int(p) >= len(size) || size[p] > max(10, most) {
				t.Errorf("%d scans: part %d has %d points", scans, p, size[p])
			}
		}
	}
}

func TestTheOnlyScanIsHalved(t *testing.T) {
	points := square(101, seed.Stream(1, "halves"))
	parts := Parts(make([]int32, len(points)), 1, "test", 1)
	halves := Halves(points, "test", 1)
	for p, half := range halves {
		index, own, others := Split(points, parts, int32(p))
		if len(half) != len(own) || len(own)+len(others) != len(points) || len(half) < 50 {
			t.Errorf("half %d: %d points, %d in its part, %d others", p, len(half), len(own), len(others))
		}
		for k, i := range index {
			if own[k] != points[i] || !slices.Contains(half, points[i]) {
				t.Fatalf("half %d: point %d is not its own", p, i)
			}
		}
	}
	if slices.Equal(parts, Parts(make([]int32, len(points)), 1, "another", 1)) {
		t.Error("detectors share a stream")
	}
}

// Scans that stand alone keep their pose and their size: only the middle moves.
func TestScansThatStandAlone(t *testing.T) {
	points := square(500, seed.Stream(2, "alone"))
	r := &Reference{Settings: Settings{Points: 1000}}
	shifted := geom.Pose{R: geom.Identity3(), T: geom.Vec{X: 7, Z: -3}}.ApplyAll(points)
	clouds, err := r.Bring(context.Background(), []*geom.Cloud{{Points: shifted}}, true, FrameOptions{}, detect.FitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	placed, _, pose, fit, err := r.place(context.Background(), Sample(&geom.Cloud{Points: shifted}, 1000), [3]float64{})
	if err != nil || fit.Overlap != 1 || r.Frame != nil {
		t.Fatalf("fit %+v, error %v", fit, err)
	}
	if !slices.Equal(placed, clouds[0]) {
		t.Error("a sound scan stands elsewhere when it is scored")
	}
	if d := placed[3].Dist2(placed[7]) - points[3].Dist2(points[7]); d > 1e-6 || d < -1e-6 || pose.ApplyVec(shifted[3].D()).F() != placed[3] {
		t.Errorf("pose %+v changes distances by %g", pose, d)
	}
	if _, _, _, _, err := r.place(context.Background(), Sample(&geom.Cloud{Points: shifted[:50]}, 1000), [3]float64{}); !Unplaced(err) {
		t.Errorf("of 50 points: error %v", err)
	}
}
