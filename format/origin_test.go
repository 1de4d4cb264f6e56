package format

import (
	"bytes"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"blemish/geom"
)

// surveyText is n points of a metre's extent at a place in UTM coordinates, in
// steps of 0.1 mm.
func surveyText(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%.4f %.4f %.4f\n", 455123.0+float64(i%100)*0.0101, 5411987.5+float64(i/100%100)*0.0101, 312.25+float64(i%7)*1e-4)
	}
	return b.String()
}

// TestSurveyCoordinatesKeepTheirDetail holds tenths of a millimetre beside five
// thousand kilometres, in clouds below and above one block.
func TestSurveyCoordinatesKeepTheirDetail(t *testing.T) {
	for _, n := range []int{50, 4096, 30000} {
		text := surveyText(n)
		c, _, err := DecodeCloud(strings.NewReader(text), "survey.xyz")
		if err != nil {
			t.Fatal(err)
		}
		if c.Origin == [3]float64{} || c.Len() != n {
			t.Fatalf("%d points: origin %v", n, c.Origin)
		}
		for _, o := range c.Origin {
			if o != math.Round(o) {
				t.Errorf("origin %v is not round", c.Origin)
			}
		}
		for _, name := range []string{"a.xyz", "a.csv", "a.pcd", "a.ply", "a.npy"} {
			path := filepath.Join(t.TempDir(), name)
			if err := WriteCloud(path, c, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			back, _, err := ReadCloud(path)
			if err != nil || back.Origin != c.Origin {
				t.Fatalf("%s: %v, origin %v", name, err, back.Origin)
			}
			var again bytes.Buffer
			for _, p := range back.Points {
				fmt.Fprintf(&again, "%.4f %.4f %.4f\n", float64(p.X)+back.Origin[0], float64(p.Y)+back.Origin[1], float64(p.Z)+back.Origin[2])
			}
			if again.String() != text {
				t.Errorf("%d points through %s differ", n, name)
			}
		}
	}
}

func TestStrayZerosDoNotHideThatACloudIsFar(t *testing.T) {
	c, _, err := DecodeCloud(strings.NewReader("0 0 0\n"+surveyText(500)+"0 0 0\n"), "a.xyz")
	if err != nil || c.Origin == [3]float64{} {
		t.Fatalf("origin %v, %v", c.Origin, err)
	}
}

func TestOrdinaryCloudsHaveNoOrigin(t *testing.T) {
	for _, scale := range []float64{1e-7, 1, 1e6} {
		var points []geom.Vec
		for i := range 200 {
			points = append(points, geom.Vec{X: scale * (20 + float64(i%10)), Y: scale * float64(i/10), Z: 0})
		}
		if o := chooseOrigin(points); o != [3]float64{} {
			t.Errorf("scale %g: origin %v", scale, o)
		}
	}
	if o := chooseOrigin([]geom.Vec{{X: 5e6}}); o != [3]float64{} {
		t.Errorf("one point has no extent: %v", o)
	}
}

func TestFarMeshes(t *testing.T) {
	m := &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}, {Y: 1.0001}}, Faces: [][3]int32{{0, 1, 2}}, Origin: [3]float64{450000, 5.4e6, 300}}
	dir := t.TempDir()
	for _, name := range []string{"a.obj", "a.off", "a.ply", "a.stl"} {
		path := filepath.Join(dir, name)
		if err := WriteMesh(path, m, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		got, _, err := ReadMesh(path)
		if err != nil || got.Origin[0] != 450000 || math.Abs(float64(got.Vertices[2].Y)+got.Origin[1]-5400001.0001) > 1e-6 {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if err := WriteMesh(filepath.Join(dir, "b.stl"), m, WriteOptions{Encoding: "binary"}); err == nil || !strings.Contains(err.Error(), "32-bit") {
		t.Errorf("binary STL far from 0: %v", err)
	}
}
