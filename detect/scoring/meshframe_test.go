package scoring

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/weights"
)

// wedge is a closed mesh without symmetry.
func wedge() *geom.Mesh {
	return &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 4}, {X: 4, Y: 3}, {Y: 3}, {Z: 1}, {X: 4, Z: 2}, {X: 4, Y: 3, Z: 0.5}, {Y: 3, Z: 0.7}},
		Faces:    [][3]int32{{0, 2, 1}, {0, 3, 2}, {4, 5, 6}, {4, 6, 7}, {0, 1, 5}, {0, 5, 4}, {1, 2, 6}, {1, 6, 5}, {2, 3, 7}, {2, 7, 6}, {3, 0, 4}, {3, 4, 7}},
	}
}

func TestMeshFrameIsTheMeshsOwn(t *testing.T) {
	ctx := context.Background()
	f, err := NewMeshFrame(ctx, wedge(), FrameOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	points, _ := mesh.Sample(wedge(), 6000, seed.Stream(1, "scan"))
	want := geom.Pose{R: geom.RotationQuat(0.5, 0.1, -0.7, 0.5), T: geom.Vec{X: 3, Y: -8, Z: 1}}
	scan := want.Inverse().ApplyAll(points)
	pose, err := f.AddScan(ctx, 0, scan)
	if err != nil {
		t.Fatal(err)
	}
	if f.Scans() != 1 || f.Residuals[0] > 1e-3 {
		t.Errorf("%d scans, residuals %v", f.Scans(), f.Residuals)
	}
	var worst float64
	for i, p := range scan {
		worst = max(worst, pose.ApplyVec(p.D()).Sub(points[i].D()).Norm())
	}
	if worst > 1e-3 {
		t.Errorf("the scan is %g off where it was", worst)
	}
	metres := make([]geom.Vec3, len(scan))
	for i, p := range scan {
		metres[i] = p.D().Scale(0.001).F()
	}
	if _, err := f.AddScan(ctx, 0, metres); err == nil || !strings.Contains(err.Error(), "unit") {
		t.Errorf("a scan in metres: %v", err)
	}

	file := &weights.File{}
	f.Save(file)
	again, err := OpenFrame(ctx, file, FrameOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	saved := &weights.File{}
	again.Save(saved)
	var a, b bytes.Buffer
	if err := weights.Encode(&a, file); err != nil {
		t.Fatal(err)
	}
	if err := weights.Encode(&b, saved); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || again.Scans() != 1 {
		t.Error("a frame that was opened is saved otherwise")
	}
}

func TestMeshFramesThatCannotBe(t *testing.T) {
	ctx := context.Background()
	if _, err := NewMeshFrame(ctx, &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}}}, FrameOptions{}); err == nil {
		t.Error("a mesh without faces is taken")
	}
	f, err := NewMeshFrame(ctx, wedge(), FrameOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*weights.File){
		"vertex out of range": func(f *weights.File) { f.Find("frame.faces").Data[4] = 8 },
		"negative vertex":     func(f *weights.File) { f.Find("frame.faces").Data[4] = -1 },
		"half a vertex":       func(f *weights.File) { f.Find("frame.faces").Data[4] = 1.5 },
		"NaN in a face":       func(f *weights.File) { f.Find("frame.faces").Data[4] = float32(math.NaN()) },
		"infinite place":      func(f *weights.File) { f.Find("frame.vertices").Data[4] = float32(math.Inf(1)) },
		"no area":             func(f *weights.File) { clear(f.Find("frame.vertices").Data) },
		"all one face":        func(f *weights.File) { clear(f.Find("frame.faces").Data) },
	} {
		file := &weights.File{}
		f.Save(file)
		change(file)
		if _, err := OpenFrame(ctx, file, FrameOptions{Seed: 1}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
