package format

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"blemish/geom"
)

// binaryFiles are random points in every binary format, under their names.
func binaryFiles(t testing.TB, points int) map[string][]byte {
	r := rand.New(rand.NewPCG(5, 6))
	c, m := &geom.Cloud{}, &geom.Mesh{}
	for i := range points {
		c.Points = append(c.Points, geom.Vec3{X: r.Float32(), Y: r.Float32(), Z: r.Float32()})
		if i >= 2 {
			m.Faces = append(m.Faces, [3]int32{int32(i - 2), int32(i - 1), int32(i)})
		}
	}
	m.Vertices = c.Points
	files := map[string][]byte{}
	add := func(name string, err error, b *bytes.Buffer) {
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	for _, encoding := range []string{"binary", "binary_compressed"} {
		var b bytes.Buffer
		add(encoding+".pcd", EncodeCloud(&b, "a.pcd", c, WriteOptions{Encoding: encoding}), &b)
	}
	for _, encoding := range []string{"binary", "binary_big_endian"} {
		var b, faces bytes.Buffer
		add(encoding+".ply", EncodeCloud(&b, "a.ply", c, WriteOptions{Encoding: encoding}), &b)
		add(encoding+"_mesh.ply", EncodeMesh(&faces, "a.ply", m, WriteOptions{Encoding: encoding}), &faces)
	}
	var npy, stl bytes.Buffer
	add("a.npy", EncodeCloud(&npy, "a.npy", c, WriteOptions{}), &npy)
	add("a.stl", EncodeMesh(&stl, "a.stl", m, WriteOptions{}), &stl)
	return files
}

// TestTextModeDamageIsToldNotRead sends binary files through what text transfers and
// editors do to them. The file as it was must be read; the damaged one must not, and
// the error must name the cause where it can be known.
func TestTextModeDamageIsToldNotRead(t *testing.T) {
	for _, points := range []int{300, 40000} {
		for name, good := range binaryFiles(t, points) {
			if _, info, err := DecodeCloud(bytes.NewReader(good), name); err != nil || info.Warnings != nil {
				t.Errorf("%s: %+v %v", name, info, err)
			}
			unix := bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n"))
			for how, damaged := range map[string][]byte{"sized": unix, "piped": unix} {
				var err error
				if how == "sized" {
					_, _, err = DecodeCloud(bytes.NewReader(damaged), name)
				} else {
					_, _, err = DecodeCloud(unsized{bytes.NewReader(damaged)}, name)
				}
				// An STL through a pipe has neither size nor a line of text before its data; a
				// compressed block's own sizes may be what is damaged.
				told := err != nil && strings.Contains(err.Error(), "text mode")
				if !told && !(name == "a.stl" && how == "piped") {
					t.Errorf("%s of %d points, %s: %v", name, points, how, err)
				}
			}
			// Decoded as UTF-8 and written again.
			if name != "a.npy" { // whose first byte is no character already
				damaged := bytes.ToValidUTF8(good, []byte("\uFFFD"))
				if _, _, err := DecodeCloud(bytes.NewReader(damaged), name); err == nil {
					t.Errorf("%s of %d points, through UTF-8, was read", name, points)
				}
			}
		}
	}
}

// TestLostCarriageReturnsAreTold takes the carriage returns before line feeds out.
func TestLostCarriageReturnsAreTold(t *testing.T) {
	for name, good := range binaryFiles(t, 60000) {
		damaged := bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n"))
		if len(damaged) == len(good) || strings.Contains(name, "mesh") || name == "a.stl" {
			continue
		}
		if _, _, err := DecodeCloud(bytes.NewReader(damaged), name); !errors.Is(err, ErrTruncated) || !strings.Contains(err.Error(), "text mode") {
			t.Errorf("%s, %d bytes short: %v", name, len(good)-len(damaged), err)
		}
	}
}

// TestHeadersWithCRLFAreNoDamage reads binary data after a header of CR LF lines.
func TestHeadersWithCRLFAreNoDamage(t *testing.T) {
	for name, good := range binaryFiles(t, 500) {
		end := bytes.Index(good, []byte("end_header\n"))
		if end < 0 {
			continue
		}
		end += len("end_header\n")
		file := append(bytes.ReplaceAll(good[:end], []byte("\n"), []byte("\r\n")), good[end:]...)
		if c, _, err := DecodeCloud(bytes.NewReader(file), name); err != nil || c.Len() != 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSTLCountsThatDoNotFit reads the facets that follow a count of 0 or of too few.
func TestSTLCountsThatDoNotFit(t *testing.T) {
	good := binaryFiles(t, 302)["a.stl"]
	for _, said := range []uint32{0, 12, 299, math.MaxUint32} {
		for _, name := range []string{"a.stl", "a.dat"} {
			file := append([]byte(nil), good...)
			copy(file, fmt.Sprintf("%-80s", "solid from a program"))
			file[80], file[81], file[82], file[83] = byte(said), byte(said>>8), byte(said>>16), byte(said>>24)
			m, info, err := DecodeMesh(bytes.NewReader(file), name)
			if err != nil || len(m.Faces) != 300 || !strings.Contains(strings.Join(info.Warnings, " "), fmt.Sprintf("promises %d triangles, but 300 follow", said)) {
				t.Errorf("%s with count %d: %+v %v", name, said, info, err)
			}
			m, _, err = DecodeMesh(unsized{bytes.NewReader(file)}, "a.stl")
			if said == 0 || said == math.MaxUint32 {
				if err != nil || len(m.Faces) != 300 {
					t.Errorf("count %d through a pipe: %v", said, err)
				}
			} else if err != nil || len(m.Faces) != int(said) {
				t.Errorf("count %d through a pipe: %v", said, err)
			}
			// Part of a facet at the end: what was promised is read, nothing more.
			_, _, err = DecodeMesh(bytes.NewReader(file[:len(file)-7]), "a.stl")
			if fails := said == 0 || said == math.MaxUint32; fails != (err != nil) {
				t.Errorf("count %d, cut: %v", said, err)
			}
		}
	}
	noise := append([]byte(nil), good[:84+50]...)
	noise[80], noise[81] = 1, 0
	for range 3 * 50 {
		noise = append(noise, 0xff)
	}
	if m, info, err := DecodeMesh(bytes.NewReader(noise), "a.stl"); err != nil || len(m.Faces) != 1 || len(info.Warnings) != 1 {
		t.Errorf("bytes that are no facets: %+v %v", info, err)
	}
}

// TestDecimalCommasInEveryText reads the mesh formats and PCD with decimal commas.
func TestDecimalCommasInEveryText(t *testing.T) {
	corner := [][3]string{{"0,5", "0", "0"}, {"1,5", "0", "-2,5E1"}, {"0,5", "1,25", "0"}}
	row := func(i int) string { return strings.Join(corner[i][:], " ") }
	rows := row(0) + "\n" + row(1) + "\n" + row(2) + "\n"
	for name, file := range map[string]string{
		"a.stl": "solid x\nfacet normal 0 0 1\nouter loop\nvertex " + row(0) + "\nvertex " + row(1) + "\nvertex " + row(2) + "\nendloop\nendfacet\nendsolid x\n",
		"a.obj": "v " + row(0) + "\nv " + row(1) + "\nv " + row(2) + "\nf 1 2 3\n",
		"a.off": "OFF\n3 1 0\n" + rows + "3 0 1 2\n",
		"a.ply": plyHead + "element face 1\nproperty list uchar int vertex_indices\nend_header\n" + rows + "3 0 1 2\n",
		"a.pcd": "FIELDS x y z\nWIDTH 3\nDATA ascii\n" + rows,
		"a.xyz": rows,
	} {
		c, _, err := DecodeCloud(strings.NewReader(file), name)
		if err != nil || fmt.Sprint(c.Points) != "[{0.5 0 0} {1.5 0 -25} {0.5 1.25 0}]" {
			t.Errorf("%s: %v %v", name, c, err)
		}
	}
}
