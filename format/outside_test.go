package format

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesOfOtherPrograms reads what testdata/make_open3d.py wrote.
func TestFilesOfOtherPrograms(t *testing.T) {
	for _, tc := range []struct{ name, has string }{
		{"o3d_ascii.pcd", "normals colours"}, {"o3d_binary.pcd", "normals colours"}, {"o3d_compressed.pcd", "normals colours"},
		{"o3d_ascii.ply", "normals colours"}, {"o3d_binary.ply", "normals colours"},
		{"o3d.xyz", ""}, {"o3d.xyzn", "normals"}, {"o3d.pts", "colours intensity0"},
		{"o3d_tensor.ply", "label intensity"}, {"o3d_tensor.pcd", "label intensity"},
		{"o3d_tensor_ascii.pcd", "label intensity"}, {"o3d_tensor_compressed.pcd", "label intensity"},
		{"numpy_f8.npy", ""},
	} {
		c, info, err := ReadCloud(filepath.Join("testdata", tc.name))
		if err != nil {
			t.Error(err)
			continue
		}
		if c.Len() != 21 || len(info.Warnings) > 0 || (c.Normals != nil) != strings.Contains(tc.has, "normals") {
			t.Fatalf("%s: %+v", tc.name, info)
		}
		want := map[string]func(i int) float32{}
		if strings.Contains(tc.has, "colours") {
			want["red"] = func(i int) float32 { return float32(12 * i) }
			want["green"] = func(i int) float32 { return float32(255 - i) }
			want["blue"] = func(int) float32 { return 7 }
		}
		if strings.Contains(tc.has, "label") {
			want["label"] = func(i int) float32 { return float32(i % 2) }
			want["intensity"] = func(i int) float32 { return float32(i) / 2 }
		}
		if strings.Contains(tc.has, "intensity0") {
			want["intensity"] = func(int) float32 { return 0 }
		}
		if len(c.Scalars) != len(want) {
			t.Errorf("%s: scalars %v", tc.name, c.ScalarNames())
		}
		for i, p := range c.Points {
			// Text PLY of Open3D has six digits.
			if p.X != float32(i)/8 || math.Abs(float64(p.Y)+float64(i*i)/64) > 6e-6 || p.Z != float32(i%3) {
				t.Errorf("%s: point %d is %v", tc.name, i, p)
			}
			if c.Normals != nil && (math.Abs(float64(c.Normals[i].X)-0.6) > 1e-6 || math.Abs(float64(c.Normals[i].Z)+0.8) > 1e-6) {
				t.Errorf("%s: normal %d is %v", tc.name, i, c.Normals[i])
			}
			for name, at := range want {
				if v := c.Scalar(name); v == nil || v[i] != at(i) {
					t.Errorf("%s: %s of point %d is not %v: %v", tc.name, name, i, at(i), v)
				}
			}
		}
	}
	for _, name := range []string{"o3d.obj", "o3d.off", "o3d.stl", "o3d_mesh.ply"} {
		m, info, err := ReadMesh(filepath.Join("testdata", name))
		if err != nil || len(m.Vertices) != 4 || len(m.Faces) != 4 || len(info.Warnings) > 0 {
			t.Errorf("%s: %+v %v", name, info, err)
			continue
		}
		// A tetrahedron of Open3D has edges of 2·sqrt(2/3) and looks outward.
		var volume float64
		for _, f := range m.Faces {
			volume += m.Vertices[f[0]].D().Dot(m.Vertices[f[1]].D().Cross(m.Vertices[f[2]].D())) / 6
		}
		if math.Abs(volume-0.5132) > 1e-3 {
			t.Errorf("%s: volume %v", name, volume)
		}
	}
	c, _, err := ReadCloud(filepath.Join("testdata", "numpy_i2_big.npy"))
	if err != nil || c.Len() != 4 || c.Points[3].Z != 11 {
		t.Errorf("big-endian integers: %v %v", c, err)
	}
}
