package format

import (
	"bytes"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"testing"

	"blemish/geom"
)

func mustMesh(t *testing.T, name, file string) (*geom.Mesh, *Info) {
	t.Helper()
	m, info, err := DecodeMesh(strings.NewReader(file), name)
	if err != nil {
		t.Fatal(err)
	}
	return m, info
}

const square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"

func TestOBJSpellings(t *testing.T) {
	two := [][3]int32{{0, 1, 2}, {0, 2, 3}}
	for _, faces := range []string{
		"f 1 2 3 4\n", "f 1/1 2/1 3/1 4/1\n", "f 1//1 2//1 3//1 4//1\n", "f 1/1/1 2/1/1 3/1/1 4/1/1\n", "f -4 -3 -2 -1\n",
		"f -4//-1 -3//-1 -2//-1 -1//-1\n", "f 1 2 \\\n3 4\n", "f 1 2\\\n 3\\\n 4\n", "f 1 2 3\nf 1 3 4\n", "f 1/ 2/ 3/ 4/ # note\n",
		"g a b\nusemtl red\ns 1\nf 1 2 3 4\nl 1 2\n", "\tf\t1\t2\t3\t4\r\n",
	} {
		m, _ := mustMesh(t, "a.obj", "# made by hand\nmtllib a.mtl\no thing\n"+square+"vt 0 0\nvn 0 0 1\n"+faces)
		if !reflect.DeepEqual(m.Faces, two) || len(m.Vertices) != 4 {
			t.Errorf("%q: %v", faces, m.Faces)
		}
	}
	for _, face := range []string{"f 1//0 2//1 3//1\n", "f 1/1/1/1 2 3\n", "f /1 2 3\n", "f\n", "f 1.0 2.0 3.0\n"} {
		if _, _, err := DecodeMesh(strings.NewReader(square+face), "a.obj"); err == nil {
			t.Errorf("%q is read", face)
		}
	}
}

func TestOBJNormalsAndColours(t *testing.T) {
	file := "v 0 0 0 0 0.501961 1\nv 1 0 0 1 1 1\nv 0 1 0 0 0 0\nvn 0 0 1\nvn 0 2 0\nvn 1 0 0\nf 1//1 2//2 3//3\n"
	c, _, err := DecodeCloud(strings.NewReader(file), "a.obj")
	if err != nil {
		t.Fatal(err)
	}
	if want := []geom.Vec3{{Z: 1}, {Y: 1}, {X: 1}}; !reflect.DeepEqual(c.Normals, want) {
		t.Errorf("normals %v", c.Normals)
	}
	if !reflect.DeepEqual(c.Scalar("green"), []float32{128, 255, 0}) {
		t.Errorf("green %v", c.Scalar("green"))
	}
	// Normals of corners are not the vertices' own.
	c, _, err = DecodeCloud(strings.NewReader(strings.Replace(file, "1//1 2//2", "1//2 2//1", 1)), "a.obj")
	if err != nil || c.Normals != nil {
		t.Errorf("%v %v", c, err)
	}
}

func TestFacesOfDroppedVerticesGo(t *testing.T) {
	m, info := mustMesh(t, "a.obj", "v 0 0 0\nv nan 0 0\nv 1 1 0\nv 0 1 0\nv -1 0.5 0\nf 1 2 3\nf 1 3 4 2\nf 1 3 4 5\nf 3 4 5\nf 1 1\n")
	if want := [][3]int32{{0, 1, 2}, {0, 2, 3}, {1, 2, 3}}; !reflect.DeepEqual(m.Faces, want) || len(m.Vertices) != 4 {
		t.Errorf("%v", m)
	}
	if info.Dropped != 1 || info.Faces != 5 || len(info.Warnings) != 3 {
		t.Errorf("%+v", info)
	}
}

func TestOFFSpellings(t *testing.T) {
	want := [][3]int32{{0, 1, 2}}
	for _, file := range []string{
		"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
		"OFF 3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
		"OFF3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
		"off # lower case\n\n# counts\n3 1\n0 0 0 # first\n1 0 0\n\n0 1 0\n3 0 1 2 0.5 0.5 0.5\n",
		"COFF\n3 1 0\n0 0 0 255 0 0 255\n1 0 0 255 0 0 255\n0 1 0 255 0 0 255\n3 0 1 2\n",
		"NOFF\n3 1 0\n0 0 0 0 0 1\n1 0 0 0 0 1\n0 1 0 0 0 1\n3  0 1 2\n",
		"CNOFF\n3 1 0\n0 0 0 0 0 1 1 0 0 1\n1 0 0 0 0 1 1 0 0 1\n0 1 0 0 0 1 1 0 0 1\n3 0 1 2\n",
		"3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
	} {
		m, info := mustMesh(t, "a.off", file)
		if !reflect.DeepEqual(m.Faces, want) || len(m.Vertices) != 3 || len(info.Warnings) > 0 {
			t.Errorf("%q: %v %+v", file, m, info)
		}
		c, _, err := DecodeCloud(strings.NewReader(file), "a.off")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(file, "NOFF") && !reflect.DeepEqual(c.Normals, []geom.Vec3{{Z: 1}, {Z: 1}, {Z: 1}}) {
			t.Errorf("%q: normals %v", file, c.Normals)
		}
		if (file[0] == 'C') != reflect.DeepEqual(c.Scalar("red"), []float32{255, 255, 255}) {
			t.Errorf("%q: colours %v", file, c.Scalars)
		}
	}
}

func TestSTLSpellings(t *testing.T) {
	upper := strings.ToUpper("solid a\n" + facet + "endsolid a\n")
	for _, file := range []string{
		"solid a\n" + facet + facet + "endsolid a\n",
		"solid\n" + facet + "endsolid\nsolid b\n" + facet + "endsolid b\n",
		upper + upper,
		"  solid a\r\n" + strings.ReplaceAll(facet+facet, "\n", "\r\n") + "endsolid\r\n",
		"solid with a very long name " + strings.Repeat("x", 200) + "\n" + facet + facet + "endsolid\n",
	} {
		m, info := mustMesh(t, "a.stl", file)
		if !reflect.DeepEqual(m.Faces, [][3]int32{{0, 1, 2}, {0, 1, 2}}) || len(m.Vertices) != 3 || info.Encoding != "ascii" || len(info.Warnings) > 0 {
			t.Errorf("%q: %v %+v", file, m, info)
		}
	}
	if _, info := mustMesh(t, "a.stl", "solid a\n"+facet); len(info.Warnings) != 1 {
		t.Errorf("a missing endsolid goes untold: %+v", info)
	}
}

// TestBinarySTLHeaders tries headers that mislead, under names that do not help.
func TestBinarySTLHeaders(t *testing.T) {
	body := binary.LittleEndian.AppendUint32(nil, 1)
	for _, v := range []float32{0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0} {
		body = binary.LittleEndian.AppendUint32(body, math.Float32bits(v))
	}
	body = append(body, 7, 7)
	for _, head := range []string{"", "solid blah\nfacet normal 0 0 0\n", "SOLID", "v 1 2 3\n", "ply\n", "OFF\n", "# .PCD v.7\n", "1 2 3\n", "PK\x03\x04", strings.Repeat(" ", 80), "solid" + strings.Repeat(" ", 75)} {
		file := append(append([]byte(head), make([]byte, 80-len(head))...), body...)
		for _, name := range []string{"a.stl", "a.bin"} {
			m, info, err := DecodeMesh(bytes.NewReader(file), name)
			if err != nil || len(m.Faces) != 1 || len(m.Vertices) != 3 || info.Encoding != "binary" {
				t.Errorf("header %q: %v %+v %v", head, m, info, err)
			}
		}
		if m, _, err := DecodeMesh(unsized{bytes.NewReader(file)}, "a.stl"); err != nil || len(m.Faces) != 1 {
			t.Errorf("header %q of unknown size: %v", head, err)
		}
		if m, info, err := DecodeMesh(bytes.NewReader(append(file, "extra"...)), "a.stl"); err != nil || len(m.Faces) != 1 || len(info.Warnings) != 1 {
			t.Errorf("header %q and a tail: %v", head, err)
		}
	}
}

func TestPLYElementsInAnyOrder(t *testing.T) {
	file := `ply
format ascii 1.0
comment faces first, lists everywhere
element face 2
property uchar flags
property list uchar uint vertex_index
property list uchar float texcoord
element camera 1
property float fov
element vertex 4
property double x
property list uchar int tags
property double z
property double y
property uchar intensity
element nothing 5
end_header
7 4 0 1 2 3 2 0.5 0.5
7 3 0 1
2
0
45
0 0 0 0 9
1 2 7 7 0 0 9
1 1 7 0 1 9
0 0 0 1 9
`
	m, info := mustMesh(t, "a.ply", file)
	if !reflect.DeepEqual(m.Faces, [][3]int32{{0, 1, 2}, {0, 2, 3}, {0, 1, 2}}) || info.Faces != 2 {
		t.Errorf("%v %+v", m, info)
	}
	if m.Vertices[2] != (geom.Vec3{X: 1, Y: 1}) {
		t.Errorf("%v", m.Vertices)
	}
	c, _, err := DecodeCloud(strings.NewReader(file), "a.ply")
	if err != nil || !reflect.DeepEqual(c.Scalar("intensity"), []float32{9, 9, 9, 9}) {
		t.Errorf("%v %v", c, err)
	}
}

func TestPLYStrips(t *testing.T) {
	m, _ := mustMesh(t, "a.ply", strings.Replace(plyHead, "3", "4", 1)+"element tristrips 1\nproperty list int int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n8 0 1 2 3 -1 0 2 3\n")
	if want := [][3]int32{{0, 1, 2}, {2, 1, 3}, {0, 2, 3}}; !reflect.DeepEqual(m.Faces, want) {
		t.Errorf("%v", m.Faces)
	}
}
