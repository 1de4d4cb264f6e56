package feature

import (
	"context"
	"math"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// oddClouds are what scanners and users hand in besides surfaces.
func oddClouds() map[string][]geom.Vec3 {
	torus := bumpyTorus(1500)
	scaled := func(s float64, shift float64) []geom.Vec3 {
		out := make([]geom.Vec3, len(torus))
		for i, p := range torus {
			v := p.D().Scale(s)
			out[i] = geom.Vec{X: v.X + shift, Y: v.Y + 2*shift, Z: v.Z}.F()
		}
		return out
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	strays := append([]geom.Vec3{{X: nan}, {Y: inf}, {Z: -inf}}, torus...)
	same, line, plane := make([]geom.Vec3, 700), make([]geom.Vec3, 700), make([]geom.Vec3, 700)
	for i := range same {
		same[i] = geom.Vec3{X: 3, Y: -1, Z: 7}
		line[i] = geom.Vec3{X: float32(i), Y: 2 * float32(i), Z: 5}
		plane[i] = geom.Vec3{X: float32(i % 26), Y: float32(i / 26), Z: 5}
	}
	return map[string][]geom.Vec3{
		"nothing": nil, "one point": torus[:1], "two points": torus[:2], "two points at one place": same[:2],
		"no numbers": {{X: nan}, {Y: inf}, {Z: nan}}, "strays": strays,
		"one place": same, "a line": line, "a plane": plane,
		"huge": scaled(1e30, 0), "tiny": scaled(1e-30, 0), "a survey grid": scaled(1000, 4e6),
	}
}

func TestEveryKernelEndsOnOddClouds(t *testing.T) {
	ctx := context.Background()
	for name, points := range oddClouds() {
		t.Run(name, func(t *testing.T) {
			tree, err := spatial.BuildTree(ctx, 2, points)
			if err != nil {
				t.Fatal(err)
			}
			no := func(err error) {
				t.Helper()
				if err != nil {
					t.Error(err)
				}
			}
			normals, variation, err := Normals(ctx, 2, tree, 12)
			no(err)
			no(OrientOutward(ctx, 2, tree, normals, 12))
			for i, n := range normals {
				length := n.D().Norm()
				if n != (geom.Vec3{}) && math.Abs(length-1) > 1e-6 || !(variation[i] >= 0 && variation[i] <= 0.34) {
					t.Fatalf("normal %d is %v, variation %v", i, n, variation[i])
				}
			}
			near, err := FPFHScales(ctx, 2, tree, normals, 5, 30)
			no(err)
			within, err := FPFHRadius(ctx, 2, tree, normals, 0.1, 50)
			no(err)
			for _, values := range [][]float32{near[0], near[1], within} {
				for i, v := range values {
					if !(v >= 0 && v <= 200.01) {
						t.Fatalf("FPFH value %d is %v", i, v)
					}
				}
			}
			change, err := RateOfChange(ctx, 2, tree, ChangeOptions{Neighbors: 10})
			if name == "huge" {
				if err == nil || !strings.Contains(err.Error(), "scale the cloud") {
					t.Errorf("rate of change: %v", err)
				}
			} else if no(err); err == nil {
				for i, r := range change.Rate {
					if !(r >= 0) || math.IsInf(float64(r), 0) {
						t.Fatalf("rate %d is %v", i, r)
					}
				}
			}
			spacing, err := spatial.Spacing(ctx, 2, tree)
			no(err)
			if !(spacing >= 0) || math.IsInf(spacing, 0) {
				t.Errorf("spacing %v", spacing)
			}
			_, _, err = spatial.Components(ctx, 2, points, 3*spacing)
			no(err)
			// Where squares vanish or overflow, all points are neighbours, and too many.
			if _, err = tree.RadiusSelf(ctx, 2, 3*spacing, 1<<20); name != "tiny" && name != "huge" {
				no(err)
			}
			_, _, err = tree.Distances(ctx, 2, points)
			no(err)
			spatial.VoxelDownsample(points, 2*spacing)
			if len(points) > 0 && points[0].Finite() {
				_, err = spatial.FarthestPoints(ctx, 2, points, 20, 0)
				no(err)
			}
		})
	}
}

// Millimetres on a grid of millions of metres: what float32 keeps of them depends on
// the cloud's origin, which readers take off; with it the features are the same.
func TestSurveyCloudsLessTheirOriginKeepTheirDetail(t *testing.T) {
	torus := bumpyTorus(3000)
	moved := make([]geom.Vec3, len(torus))
	origin := [3]float64{4512345.25, 5498765.5, 512}
	for i, p := range torus {
		// In the file: float64 in metres, 2 m across with millimetre detail.
		file := [3]float64{float64(p.X) + origin[0], float64(p.Y) + origin[1], float64(p.Z) + origin[2]}
		moved[i] = geom.Vec{X: file[0] - origin[0], Y: file[1] - origin[1], Z: file[2] - origin[2]}.F()
	}
	a, _, err := Normals(context.Background(), 1, spatial.NewTree(torus), 16)
	if err != nil {
		t.Fatal(err)
	}
	b, _, _ := Normals(context.Background(), 1, spatial.NewTree(moved), 16)
	for i := range a {
		if math.Abs(a[i].D().Dot(b[i].D())) < 1-1e-6 {
			t.Fatalf("normal %d is %v, on the grid %v", i, a[i], b[i])
		}
	}
}
