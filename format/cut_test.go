package format

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"blemish/geom"
)

// unsized hides how many bytes a reader holds.
type unsized struct{ io.Reader }

// cutFiles are small files of every kind. Those that state a count must notice
// every cut.
func cutFiles(t testing.TB) (counted, open map[string][]byte) {
	c := sample()
	c.Points, c.Normals = c.Points[:9], c.Normals[:9]
	for name := range c.Scalars {
		c.Scalars[name] = c.Scalars[name][:9]
	}
	m := &geom.Mesh{Vertices: c.Points, Faces: [][3]int32{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 4, 8}}}
	counted, open = map[string][]byte{}, map[string][]byte{}
	put := func(to map[string][]byte, name string, encode func(w io.Writer) error) {
		var file bytes.Buffer
		if err := encode(&file); err != nil {
			t.Fatal(err)
		}
		to[name] = file.Bytes()
	}
	for _, w := range spellings(WritableColumns) {
		to := counted
		if WritableColumns.format(w.name) == textFormat {
			to = open
		}
		put(to, w.name, func(f io.Writer) error { return w.cloud(f, c) })
	}
	for _, w := range spellings(WritableMesh) {
		to := counted
		if w.name == "ascii.obj" || w.name == "ascii.stl" {
			to = open
		}
		put(to, "mesh "+w.name, func(f io.Writer) error { return w.mesh(f, m) })
	}
	put(counted, "a.npy", func(f io.Writer) error { return EncodeCloud(f, "a.npy", c, WriteOptions{}) })
	counted["a.pts"] = []byte("3\n1 2 3 40\n4 5 6 50\n7 8 9.25 60\n")
	counted["a.ptx"] = []byte(ptxScanText("1 2 3", ""))
	return counted, open
}

// TestCutAtEveryByte cuts files everywhere, with and without a known size.
func TestCutAtEveryByte(t *testing.T) {
	counted, open := cutFiles(t)
	for name, file := range counted {
		whole, _, err := DecodeCloud(bytes.NewReader(file), name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range file {
			for _, in := range []io.Reader{bytes.NewReader(file[:n]), unsized{bytes.NewReader(file[:n])}} {
				cloud, info, err := DecodeCloud(in, name)
				if err != nil {
					if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrFormat) {
						t.Fatalf("%s cut at %d: %v", name, n, err)
					}
					continue
				}
				// Only the last line's end, or a piece of its last number, may go
				// without an error, and then it is told.
				lastLine := file[bytes.LastIndexByte(file[:len(file)-1], '\n')+1:]
				if cloud.Len() != whole.Len() || len(info.Warnings) == 0 || n < len(file)-len(lastLine) {
					t.Fatalf("%s cut at byte %d of %d is read as %+v", name, n, len(file), info)
				}
			}
		}
	}
	for name, file := range open {
		for n := range file {
			c, info, err := DecodeCloud(bytes.NewReader(file[:n]), name)
			if err == nil && (c.Len() == 0 || info.Points != c.Len()) {
				t.Fatalf("%s cut at byte %d is read as %+v", name, n, info)
			}
		}
	}
}

// TestPromisesAreNotBelieved gives headers that promise far more than follows.
func TestPromisesAreNotBelieved(t *testing.T) {
	for name, file := range map[string]string{
		"a.pcd": "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2000000000\nHEIGHT 1\nPOINTS 2000000000\nDATA binary\n123456789012",
		"b.pcd": "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2000000000\nHEIGHT 1\nPOINTS 2000000000\nDATA ascii\n1 2 3\n",
		"c.pcd": "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 300000000\nHEIGHT 1\nPOINTS 300000000\nDATA binary_compressed\n\xff\xff\xff\x7f\x00\xa4\x93\xd6aaaa",
		"d.pcd": "VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 1000000000000\nHEIGHT 1\nPOINTS 1000000000000\nDATA binary\n",
		"e.pcd": "VERSION .7\nFIELDS x y z f\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1000000000\nWIDTH 1\nHEIGHT 1\nDATA binary\n",
		"a.ply": "ply\nformat binary_little_endian 1.0\nelement vertex 2000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\n123456789012",
		"b.ply": "ply\nformat ascii 1.0\nelement vertex 1000000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n",
		"c.ply": "ply\nformat binary_little_endian 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uint int vertex_indices\nend_header\n123456789012\xff\xff\xff\x1f1234",
		"d.ply": "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uint int vertex_indices\nend_header\n0 0 0\n2000000000 0 0\n",
		"a.stl": string(make([]byte, 80)) + "\xff\xff\xff\x7f" + string(make([]byte, 100)),
		"a.off": "OFF\n2000000000 2000000000 0\n0 0 0\n",
		"b.off": "OFF\n3 1 0\n0 0 0\n0 1 0\n1 0 0\n2000000000 0 1 2\n",
		"a.npy": "\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 3)}     \n123",
		"b.npy": "\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999, 3)}  \n123",
		"c.npy": "\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'",
		"a.pts": "1000000000\n1 2 3\n",
	} {
		for _, in := range []io.Reader{bytes.NewReader([]byte(file)), unsized{bytes.NewReader([]byte(file))}} {
			var err error
			used := allocated(func() { _, _, err = DecodeCloud(in, name) })
			if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrFormat) {
				t.Errorf("%s: %v", name, err)
			}
			if used > 40<<20 {
				t.Errorf("%s: a file of %d bytes took %d bytes (%v)", name, len(file), used, err)
			}
		}
	}
}
