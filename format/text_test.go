package format

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"blemish/geom"
)

// TestTextInTheWild reads the same three points from what programs write.
func TestTextInTheWild(t *testing.T) {
	want := []geom.Vec3{{X: 1.5, Y: -2, Z: 0.25}, {X: 4, Y: 5, Z: 6}, {X: 7e-3, Y: 8, Z: 9}}
	for _, tc := range []struct {
		name, file string
		fields     string
		scalar     string // holds 0, 1, 1
	}{
		{"gt.txt", "1.5,-2,.25,0\n4,5,6,1\n7e-3,8,9,1\n", "x y z column4", "column4"},
		{"gt.txt", "1.5 -2 .25 0\n4 5 6 1\n7e-3 8 9 1", "x y z column4", "column4"},
		{"gt.txt", "1.5 -2 0.25 0.000000000000000000e+00\r\n4 5 6 1\r\n7e-3 8 9 1\r\n", "x y z column4", "column4"},
		{"mac.txt", "1.5 -2 0.25\r4 5 6\r7e-3 8 9\r", "x y z", ""},
		{"bom.csv", "\ufeffx,y,z,label\n1.5,-2,0.25,0\n4,5,6,1\n7e-3,8,9,1\n", "x y z label", "label"},
		{"paraview.csv", "\"label\",\"Points:0\",\"Points:1\",\"Points:2\"\n0,1.5,-2,0.25\n1,4,5,6\n1,7e-3,8,9\n", "label Points:0 Points:1 Points:2", "label"},
		{"cloudcompare.asc", "//X Y Z label\n1.5 -2 0.25 0\n4 5 6 1\n7e-3 8 9 1\n", "X Y Z label", "label"},
		{"german.csv", "x;y;z;label\n1,5;-2;0,25;0\n4;5;6;1\n7e-3;8;9;1\n", "x y z label", "label"},
		{"german.txt", "1,5\t-2,0\t0,25\n4,0\t5,0\t6,0\n7e-3\t8,0\t9,0\n", "x y z", ""},
		{"units.csv", "X [mm], Y [mm], Z [mm], label\n1.5, -2, 0.25, 0\n4, 5, 6, 1\n7e-3, 8, 9, 1\n", "X [mm] Y [mm] Z [mm] label", "label"},
		{"order.csv", "z,y,label,x\n0.25,-2,0,1.5\n6,5,1,4\n9,8,1,7e-3\n", "z y label x", "label"},
		{"words.csv", "x,y,z,part,label\n1.5,-2,0.25,cap,0\n4,5,6,cup 1,1\n7e-3,8,9,\"a\",1\n", "x y z part label", "label"},
		{"trailing.csv", "1.5,-2,0.25,\n4,5,6,\n7e-3,8,9,\n", "x y z column", ""},
		{"comments.xyz", "# scanner 7\n% matlab\n1.5 -2 0.25\n// note\n\n4 5 6\n   7e-3 8 9   \n", "x y z", ""},
		{"leica.pts", "3\n1.5 -2 0.25 0\n4 5 6 1\n7e-3 8 9 1\n", "x y z intensity", "intensity"},
		{"n.xyzn", "1.5 -2 0.25 0 0 1\n4 5 6 0 0 1\n7e-3 8 9 0 0 1\n", "x y z nx ny nz", ""},
		{"quoted.csv", "\"1.5\",\"-2\",\"0.25\"\n\"4\",\"5\",\"6\"\n\"7e-3\",\"8\",\"9\"\n", "x y z", ""},
		{"noextension", "+1.5 -2. 0.25\n4 5 6\n7E-03 8 9\n", "x y z", ""},
	} {
		c, info, err := DecodeCloud(strings.NewReader(tc.file), tc.name)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if !reflect.DeepEqual(c.Points, want) || strings.Join(info.Fields, " ") != tc.fields || info.Kind != "text" {
			t.Errorf("%s: %v %+v", tc.name, c.Points, info)
		}
		if tc.scalar != "" && !reflect.DeepEqual(c.Scalar(tc.scalar), []float32{0, 1, 1}) {
			t.Errorf("%s: %v", tc.name, c.Scalars)
		}
		if tc.scalar == "" && len(c.Scalars) > 0 {
			t.Errorf("%s: %v", tc.name, c.Scalars)
		}
	}
}

func TestHeaderWithoutCoordinates(t *testing.T) {
	c, info, err := DecodeCloud(strings.NewReader("a b c d\n1 2 3 4\n"), "a.txt")
	if err != nil || c.Points[0] != (geom.Vec3{X: 1, Y: 2, Z: 3}) || c.Scalar("d")[0] != 4 || len(info.Warnings) != 1 {
		t.Errorf("%v %+v %v", c, info, err)
	}
}

func TestNotFinitePointsAreDroppedWithTheirValues(t *testing.T) {
	file := "x,y,z,nx,ny,nz,label\n1,2,3,0,0,1,10\nnan,2,3,0,0,1,11\n4,5,6,0,1,0,12\n7,,9,1,0,0,13\n7,1e39,9,1,0,0,14\n8,8,8,nan,0,0,15\n"
	c, info, err := DecodeCloud(strings.NewReader(file), "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	want := &geom.Cloud{
		Points:  []geom.Vec3{{X: 1, Y: 2, Z: 3}, {X: 4, Y: 5, Z: 6}, {X: 8, Y: 8, Z: 8}},
		Normals: []geom.Vec3{{Z: 1}, {Y: 1}, {}},
		Scalars: map[string][]float32{"label": {10, 12, 15}},
	}
	if !reflect.DeepEqual(c, want) || info.Dropped != 3 || info.Points != 3 || len(info.Warnings) != 1 {
		t.Errorf("%+v %+v", c, info)
	}
}

// TestTheEdgeOfFloat32 reads the largest float32 as people write it, and drops
// what lies beyond.
func TestTheEdgeOfFloat32(t *testing.T) {
	c, info, err := DecodeCloud(strings.NewReader("0 0 0\n3.4028235e+38 -3.4028235e+38 1\n3.4028236e+38 0 0\n"), "a.xyz")
	if err != nil || c.Len() != 2 || info.Dropped != 1 || c.Points[1] != (geom.Vec3{X: math.MaxFloat32, Y: -math.MaxFloat32, Z: 1}) {
		t.Errorf("%v %+v %v", c, info, err)
	}
}
