package feature

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// readFixture reads a file that testdata/make_oracle.py wrote.
func readFixture[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	out := make([]T, len(data)/binary.Size(v))
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNormalsEqualOpen3Ds(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	want := readFixture[geom.Vec3](t, "normals.f32")
	got, variation, err := Normals(context.Background(), 0, spatial.NewTree(points), 30)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if cos := math.Abs(got[i].D().Dot(want[i].D())); cos < 1-1e-6 {
			t.Fatalf("normal %d is %v, Open3D's %v", i, got[i], want[i])
		}
		if !(variation[i] > 0 && variation[i] < 1.0/3) {
			t.Fatalf("variation %v", variation[i])
		}
	}
}

// Both round in their own way; histograms are in percent.
const fpfhTolerance = 2e-4

func TestFPFHEqualsOpen3Ds(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	normals := readFixture[geom.Vec3](t, "normals.f32")
	tree := spatial.NewTree(points)
	withEachKernel(t, func(t *testing.T) {
		near, err := FPFH(context.Background(), 0, tree, normals, 60)
		if err != nil {
			t.Fatal(err)
		}
		hybrid, err := FPFHRadius(context.Background(), 0, tree, normals, 0.25, 20)
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string][]float32{"fpfh_knn60.f32": near, "fpfh_hybrid.f32": hybrid} {
			want := readFixture[float32](t, name)
			if len(got) != len(want) {
				t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
			}
			for i := range got {
				if !(math.Abs(float64(got[i]-want[i])) < fpfhTolerance) {
					t.Fatalf("%s: point %d, value %d: %v, want %v", name, i/FPFHSize, i%FPFHSize, got[i], want[i])
				}
			}
		}
	})
}

func TestFPFHScalesEqualSingleOnes(t *testing.T) {
	points := bumpyTorus(1500)
	tree := spatial.NewTree(points)
	normals, _, _ := Normals(context.Background(), 1, tree, 20)
	scales := []int{40, 300, 80, 1, 2}
	got, err := FPFHScales(context.Background(), 2, tree, normals, scales...)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range scales {
		want, _ := FPFH(context.Background(), 1, tree, normals, k)
		if !slices.Equal(got[i], want) {
			t.Errorf("over %d neighbours another result", k)
		}
	}
	all, _ := FPFHRadius(context.Background(), 1, tree, normals, 10, 0)
	whole, _ := FPFH(context.Background(), 1, tree, normals, len(points))
	if !slices.Equal(all, whole) {
		t.Error("a radius around everything gives another result than all neighbours")
	}
}

func TestFPFHSearchesTwiceAsItKeeps(t *testing.T) {
	points := bumpyTorus(1200)
	tree := spatial.NewTree(points)
	normals, _, _ := Normals(context.Background(), 1, tree, 20)
	radius := 0.3
	for _, r := range []*float64{nil, &radius} {
		h, err := newHoods(context.Background(), 2, tree, normals, 40, r)
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := h.fpfh(context.Background(), 2, []int{40, 9})
		h.chunks = nil
		again, _ := h.fpfh(context.Background(), 2, []int{40, 9})
		for i := range kept {
			if !slices.Equal(kept[i], again[i]) {
				t.Error("another result")
			}
		}
	}
}
