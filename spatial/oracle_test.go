package spatial

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/task"
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

func TestNeighboursEqualSciPys(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	want := readFixture[int32](t, "neighbours.i32")
	got, _, err := NewTree(points).KNNSelf(context.Background(), 0, 12)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("neighbours differ from SciPy's (%v)", err)
	}
}

func TestVoxelsEqualOpen3Ds(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	want := readFixture[geom.Vec3](t, "voxels.f32")
	got, _ := VoxelDownsample(points, 0.4)
	slices.SortFunc(got, func(a, b geom.Vec3) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return 0
	})
	if len(got) != len(want) {
		t.Fatalf("%d voxels, Open3D has %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Dist2(want[i]) > 1e-12 {
			t.Fatalf("voxel %d is at %v, Open3D's at %v", i, got[i], want[i])
		}
	}
}

func TestFarthestPointsEqualOpen3Ds(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	want := readFixture[geom.Vec3](t, "farthest.f32")
	picked, err := FarthestPoints(context.Background(), 1, points, len(want), 0)
	if err != nil {
		t.Fatal(err)
	}
	// Open3D hands the points out in their original order.
	slices.Sort(picked)
	for i, p := range picked {
		if points[p] != want[i] {
			t.Fatalf("pick %d is %v, Open3D's %v", i, points[p], want[i])
		}
	}
}

func TestSpacingIsTheMeanNearestDistance(t *testing.T) {
	points := readFixture[geom.Vec3](t, "points.f32")
	var want float64
	for i, p := range points {
		least := math.Inf(1)
		for j, q := range points {
			if i != j {
				least = min(least, p.Dist2(q))
			}
		}
		want += math.Sqrt(least) / float64(len(points))
	}
	// Repeats, alone or by the hundred, change nothing, nor does what is no number.
	more := slices.Concat(points, points[:300], slices.Repeat(points[:1], 700), []geom.Vec3{{X: float32(math.NaN())}})
	for _, cloud := range [][]geom.Vec3{points, more} {
		for _, workers := range []task.Workers{1, 4} {
			got, err := Spacing(context.Background(), workers, NewTree(cloud))
			if err != nil || math.Abs(got-want) > 1e-12*want {
				t.Errorf("spacing %v, want %v (%v)", got, want, err)
			}
		}
	}
	for _, cloud := range [][]geom.Vec3{nil, points[:1], slices.Repeat(points[:1], 50)} {
		if got, _ := Spacing(context.Background(), 1, NewTree(cloud)); got != 0 {
			t.Errorf("spacing %v of %d points at one place", got, len(cloud))
		}
	}
}
