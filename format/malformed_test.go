package format

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// allocated is how many bytes f takes, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const (
	plyHead = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
	plyFace = "element face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n"
	pcdHead = "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 1\nPOINTS 2\n"
	facet   = "facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n"
)

// TestMalformedFilesSayWhere holds the line and the words of what people see.
func TestMalformedFilesSayWhere(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		line       int
		says       string
	}{
		{"a.xyz", "", 0, "empty"},
		{"a.xyz", "\n\n# nothing\n", 0, "no line of numbers"},
		{"a.xyz", "1 2 3\n4 5\n", 2, "has 2 values; the lines before have 3"},
		{"a.xyz", "1 2 3\n4 5 6 7\n", 2, "more than 3 values"},
		{"a.xyz", "1 2 3\n\n4 five 6\n", 3, `"five" (value 2) is no number`},
		{"a.xyz", "1 2\n", 1, "needs three numbers"},
		{"a.xyz", "nan nan nan\n1 inf 2\n", 0, "all coordinates are NaN"},
		{"a.csv", "x,y,z,label\n1,2,3\n", 2, "3 values for the 4 names"},
		{"a.csv", "1,5 2,5\n", 1, "no number"},
		{"a.csv", "name,x,y,z\nfoo,bar,2,3\n", 2, "column 2 should hold a coordinate"},
		{"a.pts", "3\n1 2 3\n4 5 6\n", 3, "after 2 of the 3 points"},
		{"a.txt", "hello\n", 1, "needs three numbers"},
		{"a.dat", "\x00\x01\x02\x03", 0, "of no format that is read"},
		{"a.las", "LASF\x00\x00", 0, "LAS"},
		{"a.ply.gz", "\x1f\x8b\x08", 0, "gzip"},
		{"a.txt", "\xff\xfe1\x00 \x00", 0, "UTF-16"},
		{"a.pcd", pcdHead + "DATA ascii\n1 2 3\n4 x 6\n", 11, `"x" is no number (value 2 of point 2)`},
		{"a.pcd", pcdHead + "DATA ascii\n1 2 3\n4 5\n", 11, "point 2 has 2 values; the header asks for 3"},
		{"a.pcd", pcdHead + "DATA zip\n", 9, "ascii, binary or binary_compressed"},
		{"a.pcd", "VERSION 0.7\nFIELDS a b c\nWIDTH 1\nDATA ascii\n1 2 3\n", 0, "no x, y and z"},
		{"a.pcd", "VERSION 0.7\nFIELDS x y z\nSIZE 4 4\nWIDTH 1\nDATA ascii\n", 5, "SIZE has 2 entries for 3 FIELDS"},
		{"a.pcd", "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 3\nWIDTH 1\nDATA ascii\n", 5, `field "z" has TYPE F and SIZE 3`},
		{"a.pcd", "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nPIONTS 1\nDATA ascii\n", 4, `unknown header entry "PIONTS"`},
		{"a.ply", "ply\nformat ascii 2\nelement vertx 3\nend_header\n", 0, "no element vertex"},
		{"a.ply", "ply\nformat ascii 1.0\nelemnt vertex 3\n", 3, "is no header entry"},
		{"a.ply", "ply\nformat text 1.0\n", 2, "ascii, binary_little_endian or binary_big_endian"},
		{"a.ply", "ply\nformat ascii 1.0\nelement vertex 3\nproperty real x\n", 4, "a property line is"},
		{"a.ply", plyHead + "end_header\n1 2 3\n4 5 6 7\n7 8 9\n", 9, "more than 3 values"},
		{"a.ply", plyHead + "end_header\n1 2 3\n4 5 6\n", 9, "after 2 of the 3 vertex rows"},
		{"a.ply", plyHead + plyFace + "3 0 1 3\n", 13, "face 1 names vertex 3, but the file has 3 vertices, numbered 0 to 2"},
		{"a.ply", plyHead + plyFace + "3 0 1 -2\n", 13, "-2 in face 1 is no vertex number"},
		{"a.ply", plyHead + plyFace + "3 0 1 2 2\n", 13, `"2" is left over`},
		{"a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", 4, "face 1 names vertex 4, but the file has 3 vertices, numbered 1 to 3"},
		{"a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 0\n", 4, "OBJ counts from 1"},
		{"a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -1 -2 -4\n", 4, "only 3 stand before it"},
		{"a.obj", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 three\n", 4, `"three" is no corner`},
		{"a.obj", "v 0 0\n", 1, "has 2 values"},
		{"a.ply", "plyformat ascii 1.0\n", 1, "the first line should be ply"},
		{"a.pcd", "VERSON 0.7\n", 1, "unknown header entry"},
		{"a.obj", "cstype bspline\nv 1 2\n", 2, "has 2 values"},
		{"a.obj", "g empty\n", 0, "no vertices"},
		{"a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 3\n", 6, `face 1 names vertex "3"; they are numbered 0 to 2`},
		{"a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1\n", 6, "face 1 has 2 of its 3 corners"},
		{"a.off", "OFF BINARY\n", 1, "binary OFF"},
		{"a.stl", "solid a\n" + strings.Replace(facet, "vertex 1 0 0\n", "", 1), 7, "the facet has 2 vertices; it needs three"},
		{"a.stl", "solid a\n" + facet + "facet normal 0 0 1\n", 9, "ends within a facet"},
		{"a.stl", "solid a\nfacett\n", 2, "no STL keyword"},
	} {
		_, _, err := DecodeCloud(strings.NewReader(tc.file), tc.name)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: %v", tc.file, err)
			continue
		}
		if syntax.Line != tc.line || syntax.File != tc.name || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%q\n gives %v (line %d)\n want line %d and %q", tc.file, err, syntax.Line, tc.line, tc.says)
		}
	}
}

func TestMeshWithoutFaces(t *testing.T) {
	for name, file := range map[string]string{"a.xyz": "1 2 3\n", "a.obj": "v 1 2 3\n", "b.ply": plyHead + "end_header\n1 2 3\n1 2 4\n1 2 5\n"} {
		if _, _, err := DecodeMesh(strings.NewReader(file), name); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "no faces") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Range scans of Stanford's repository have lines that say "bye" in their headers.
func TestPLYHeaderWithALineOfOneWord(t *testing.T) {
	text := strings.Replace(plyHead, "element", "obj_info num_cols 2\nbye\nelement", 1) + "end_header\n1 2 3\n4 5 6\n7 8 9\n"
	cloud, _, err := ReadOptions{}.DecodeCloud(strings.NewReader(text), "a.ply")
	if err != nil || cloud.Len() != 3 {
		t.Fatal(cloud, err)
	}
}
