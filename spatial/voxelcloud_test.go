package spatial

import (
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
)

func TestVoxelCloudAveragesEverything(t *testing.T) {
	c := &geom.Cloud{
		Points:  []geom.Vec3{{X: 0}, {X: 0.2}, {X: 5}, {X: 5.1}},
		Normals: []geom.Vec3{{X: 1}, {Y: 1}, {Z: 1}, {Z: -1}},
		Origin:  [3]float64{7, 8, 9},
	}
	c.SetScalar("label", []float32{0, 1, 1, 1})
	v := VoxelCloud(c, 1)
	half := float32(math.Sqrt(0.5))
	if v.Len() != 2 || v.Points[0] != (geom.Vec3{X: 0.1}) || v.Normals[0] != (geom.Vec3{X: half, Y: half}) || v.Normals[1] != (geom.Vec3{}) {
		t.Errorf("points %v, normals %v", v.Points, v.Normals)
	}
	if l := v.Scalar("label"); l[0] != 0.5 || l[1] != 1 || v.Origin != c.Origin {
		t.Errorf("label %v, origin %v", l, v.Origin)
	}
}

func TestVoxelSize(t *testing.T) {
	points := square(rand.New(rand.NewPCG(1, 1)), 20000)
	for _, n := range []int{1, 2, 10, 500, 5000} {
		c, _ := VoxelDownsample(points, VoxelSize(points, n))
		if len(c) > n || len(c) < n*9/10 {
			t.Errorf("%d cells, %d wanted", len(c), n)
		}
	}
	if size := VoxelSize(points[:0], 5); size != 0 {
		t.Errorf("of nothing: %v", size)
	}
	equal := make([]geom.Vec3, 9)
	if c, _ := VoxelDownsample(equal, VoxelSize(equal, 3)); len(c) != 1 {
		t.Errorf("of equal points: %d", len(c))
	}
}
