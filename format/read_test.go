package format

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"blemish/geom"
)

// sample is a small cloud with everything a cloud can have.
func sample() *geom.Cloud {
	c := &geom.Cloud{}
	for i := 0; i < 100; i++ {
		f := float32(i)
		c.Points = append(c.Points, geom.Vec3{X: f * 0.1, Y: -f / 3, Z: 1e-3 * f * f})
		c.Normals = append(c.Normals, geom.Vec3{X: 0.6, Y: 0, Z: -0.8})
	}
	label, score := make([]float32, 100), make([]float32, 100)
	for i := range label {
		label[i], score[i] = float32(i%2), 1/float32(i+1)
	}
	c.SetScalar("label", label)
	c.SetScalar("score", score)
	return c
}

func TestCloudRoundTripThroughFiles(t *testing.T) {
	want := sample()
	for _, tc := range []struct{ ext, encoding string }{
		{".pcd", ""}, {".pcd", "ascii"}, {".pcd", "binary_compressed"},
		{".ply", ""}, {".ply", "ascii"}, {".ply", "binary_big_endian"},
		{".txt", ""}, {".xyz", ""}, {".asc", "ascii"}, {".csv", ""},
	} {
		path := filepath.Join(t.TempDir(), "cloud"+tc.ext)
		if err := WriteCloud(path, want, WriteOptions{Encoding: tc.encoding}); err != nil {
			t.Fatal(tc, err)
		}
		got, info, err := ReadCloud(path)
		if err != nil {
			t.Fatal(tc, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v: read back differs: %v", tc, info)
		}
		if len(info.Warnings) > 0 || info.Points != 100 || info.Faces != 0 {
			t.Errorf("%v: info %+v", tc, info)
		}
	}
}

// dataDir is the folder of test data, which lies outside the repository.
func dataDir(t testing.TB, parts ...string) string {
	t.Helper()
	root := os.Getenv("BLEMISH_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no test data: %v (set BLEMISH_DATA)", err)
	}
	return path
}
