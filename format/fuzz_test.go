package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/geom"
)

// seeds adds the fixtures and the cut-test files of the given extensions.
func seeds(f *testing.F, extensions ...string) {
	counted, open := cutFiles(f)
	fixtures, _ := filepath.Glob("testdata/*.*")
	for _, path := range fixtures {
		if data, err := os.ReadFile(path); err == nil {
			open[path] = data
		}
	}
	for _, files := range []map[string][]byte{counted, open} {
		for name, data := range files {
			for _, ext := range extensions {
				if filepath.Ext(name) == ext {
					f.Add(data)
				}
			}
		}
	}
}

// checkDecode holds what every reader promises about any bytes: no panic, memory
// in proportion to the input, errors of the known kinds, and results that are
// finite, in range, of one length, and survive being written and read again.
func checkDecode(t *testing.T, data []byte, name string) {
	var cloud *geom.Cloud
	var info *Info
	var err error
	used := allocated(func() { cloud, info, err = DecodeCloud(bytes.NewReader(data), name) })
	// LZF packs up to 89 to 1, a byte may become a float32 and its copy.
	if limit := uint64(8<<20 + 2000*len(data)); used > limit {
		t.Fatalf("%d bytes took %d bytes of memory", len(data), used)
	}
	if err != nil {
		if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		DecodeMesh(bytes.NewReader(data), name) // may do: it passes over normals and scalars
		return
	}
	if cloud.Len() == 0 || info.Points != cloud.Len() || cloud.Normals != nil && len(cloud.Normals) != cloud.Len() {
		t.Fatalf("%d points, %d normals, %+v", cloud.Len(), len(cloud.Normals), info)
	}
	for i, p := range cloud.Points {
		if !p.Finite() || cloud.Normals != nil && !cloud.Normals[i].Finite() {
			t.Fatalf("point %d is %v", i, p)
		}
	}
	for scalar, values := range cloud.Scalars {
		if len(values) != cloud.Len() {
			t.Fatalf("scalar %q has %d values for %d points", scalar, len(values), cloud.Len())
		}
	}
	again, _, err := DecodeCloud(unsized{bytes.NewReader(data)}, name)
	if err != nil || again.Len() != cloud.Len() || again.Origin != cloud.Origin || len(again.Scalars) != len(cloud.Scalars) {
		// A binary STL of which neither name nor header tells is known by its size.
		if info.Kind != "stl" {
			t.Fatalf("read otherwise where the size is unknown: %v", err)
		}
	}
	rereadCloud(t, cloud)
	mesh, meshInfo, err := DecodeMesh(bytes.NewReader(data), name)
	if err != nil {
		if info.Faces > 0 && !strings.Contains(err.Error(), "three finite corners") {
			t.Fatalf("%d faces, but no mesh: %v", info.Faces, err)
		}
		return
	}
	if meshInfo.Faces != info.Faces || len(mesh.Vertices) != cloud.Len() {
		t.Fatalf("mesh %+v, cloud %+v", meshInfo, info)
	}
	for f, corners := range mesh.Faces {
		for _, v := range corners {
			if v < 0 || int(v) >= len(mesh.Vertices) {
				t.Fatalf("face %d is %v of %d vertices", f, corners, len(mesh.Vertices))
			}
		}
	}
	rereadMesh(t, mesh)
}

// sameCloudPoints compares places: to the bit without origins, to float32's
// precision with one.
func sameCloudPoints(t *testing.T, what string, got, want []geom.Vec3, gotOrigin, wantOrigin [3]float64) {
	if len(got) != len(want) {
		t.Fatalf("%s: %d points, want %d", what, len(got), len(want))
	}
	exact := gotOrigin == [3]float64{} && wantOrigin == [3]float64{}
	slack := 0.0
	if !exact {
		far := max(math.Abs(wantOrigin[0]), math.Abs(wantOrigin[1]), math.Abs(wantOrigin[2]))
		slack = 1e-6*geom.BoxOf(want).Diagonal() + 1e-6*farthest(want) + 1e-12*far
	}
	for i := range want {
		g := got[i].D().Add(geom.Vec{X: gotOrigin[0], Y: gotOrigin[1], Z: gotOrigin[2]})
		w := want[i].D().Add(geom.Vec{X: wantOrigin[0], Y: wantOrigin[1], Z: wantOrigin[2]})
		if d := g.Sub(w).Norm(); exact && got[i] != want[i] || !(d <= slack) {
			t.Fatalf("%s: point %d is %v, want %v (origins %v %v)", what, i, g, w, gotOrigin, wantOrigin)
		}
	}
}

// encoded writes through a small buffer, for speed.
func encoded(encode func(io.Writer) error) (*bytes.Buffer, error) {
	file := &bytes.Buffer{}
	w := bufio.NewWriterSize(file, 512)
	err := encode(w)
	w.Flush()
	return file, err
}

func farthest(points []geom.Vec3) (d float64) {
	for _, p := range points {
		d = max(d, p.D().Norm())
	}
	return d
}

func rereadCloud(t *testing.T, c *geom.Cloud) {
	for _, w := range spellings(WritableColumns) {
		file, err := encoded(func(f io.Writer) error { return w.cloud(f, c) })
		if err != nil {
			t.Fatal(w.name, err)
		}
		got, info, err := DecodeCloud(file, w.name)
		if err != nil {
			if errors.Is(err, ErrTooLarge) && len(c.Scalars) > maxColumns/2 {
				continue
			}
			t.Fatalf("%s: %v", w.name, err)
		}
		if info.Dropped > 0 || len(got.Scalars) != len(c.Scalars) || (got.Normals == nil) != (c.Normals == nil) {
			// Three scalars may be named as a normal's parts are.
			if c.Normals != nil || got.Normals == nil || len(got.Scalars)+3 != len(c.Scalars) {
				t.Fatalf("%s: %+v, scalars %v, want %v", w.name, info, got.ScalarNames(), c.ScalarNames())
			}
		}
		sameCloudPoints(t, w.name, got.Points, c.Points, got.Origin, c.Origin)
	}
}

func rereadMesh(t *testing.T, m *geom.Mesh) {
	for _, w := range spellings(WritableMesh) {
		file, err := encoded(func(f io.Writer) error { return w.mesh(f, m) })
		if err != nil {
			if m.Origin != [3]float64{} && w.name == "binary.stl" {
				continue
			}
			t.Fatal(w.name, err)
		}
		got, info, err := DecodeMesh(file, w.name)
		if err != nil || info.Dropped > 0 || len(got.Faces) != len(m.Faces) {
			t.Fatalf("%s: %v %+v", w.name, err, info)
		}
		var g, v []geom.Vec3
		for f := range m.Faces {
			for k := range m.Faces[f] {
				g = append(g, got.Vertices[got.Faces[f][k]])
				v = append(v, m.Vertices[m.Faces[f][k]])
			}
		}
		sameCloudPoints(t, w.name, g, v, got.Origin, m.Origin)
	}
}

func FuzzPCD(f *testing.F) {
	seeds(f, ".pcd")
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.pcd") })
}

func FuzzPLY(f *testing.F) {
	seeds(f, ".ply")
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.ply") })
}

func FuzzOBJ(f *testing.F) {
	seeds(f, ".obj")
	f.Add([]byte(square + "v 2 2 2 1 0 0\nvt 0 0\nvn 0 0 1\nf 1/1/1 2/1/1 \\\n 3/1/1 -1\nf 1//1 2//1 3//1\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.obj") })
}

func FuzzSTL(f *testing.F) {
	seeds(f, ".stl")
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.stl") })
}

func FuzzOFF(f *testing.F) {
	seeds(f, ".off")
	f.Add([]byte("CNOFF\n3 1 0\n0 0 0 0 0 1 1 0 0 1\n1 0 0 0 0 1 1 0 0 1\n0 1 0 0 0 1 1 0 0 1\n3 0 1 2\n"))
	f.Add([]byte("OFF3 1 0\n0 0 0\n1 0 0\n0 1 0\n4 0 1 2 0 255 0 0\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.off") })
}

func FuzzText(f *testing.F) {
	seeds(f, ".xyz", ".csv", ".pts", ".xyzn")
	f.Add([]byte("x;y;z;label\n1,5;-2;0,25;0\n4;5;6;1\n"))
	f.Add([]byte("//X Y Z part\n455123.0001 5411987.5 1 a\n455124.0001 5411987.5 2 b\n"))
	f.Add([]byte("name,pos_x,pos_y,pos_z\n\"a \"\"b\"\", c\nd\",1,2,3 # note\ne,\"4\",5,6\n"))
	f.Add([]byte("0,5, 1,25, 2\n1, 2, 3,5\n"))
	f.Add([]byte("X;Y;Z;I\n2\n1;2;3;4\n1,5D+00;2;3;4\n1\n7;8;9;0\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.txt") })
}

func FuzzPTS(f *testing.F) {
	seeds(f, ".pts")
	f.Add([]byte("2\n1 2 3 0.5\n4 5 6 0.5\n1\n7 8 9 1\n"))
	f.Add([]byte("0\n1\n1 2 3 0.5 255 0 9\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.pts") })
}

func FuzzPTX(f *testing.F) {
	f.Add([]byte(ptxScanText("10 20 30", " 255 128 0")))
	f.Add([]byte(ptxScanText("450000 5400000 300", "") + ptxScanText("0 0 0", " 1 2 3")))
	f.Fuzz(func(t *testing.T, data []byte) { checkDecode(t, data, "fuzz.ptx") })
}

func FuzzNPY(f *testing.F) {
	seeds(f, ".npy")
	f.Fuzz(func(t *testing.T, data []byte) {
		checkDecode(t, data, "fuzz.npy")
		values, shape, err := ReadNPY(bytes.NewReader(data))
		if err != nil {
			return
		}
		n := 1
		for _, s := range shape {
			n *= s
		}
		if n != len(values) {
			t.Fatalf("%d values of shape %v", len(values), shape)
		}
		if err := WriteNPY(io.Discard, values, shape...); err != nil {
			t.Fatal(err)
		}
	})
}
