package format

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"blemish/geom"
)

// WriteOptions chooses among a format's spellings.
type WriteOptions struct {
	// Encoding is "", "ascii", "binary", "binary_compressed" (PCD) or
	// "binary_big_endian" (PLY). "" is binary where the format has it, except for
	// an STL far from 0, whose detail only text keeps.
	Encoding string
	// Colors is one RGB a point, for PLY and PCD; nil for none. It takes the place
	// of scalars named red, green and blue.
	Colors [][3]uint8
	// Vertices are what is known of a mesh's vertices beside their place, for PLY; nil
	// for nothing. Its points are not used.
	Vertices *geom.Cloud
}

// WriteCloud writes a cloud in the format of path's extension: .pcd, .ply, .xyz,
// .txt, .asc, .csv, or .npy (coordinates only, N×3). Origin is added back.
func WriteCloud(path string, c *geom.Cloud, opt WriteOptions) error {
	encode, err := cloudEncoder(path, c, opt)
	if err != nil {
		return err
	}
	return WriteAtomic(path, encode)
}

// EncodeCloud is WriteCloud to a stream. name's extension tells the format.
func EncodeCloud(w io.Writer, name string, c *geom.Cloud, opt WriteOptions) error {
	encode, err := cloudEncoder(name, c, opt)
	if err != nil {
		return err
	}
	return stream(w, encode)
}

// WriteMesh writes a mesh in the format of path's extension: .ply, .obj, .off or
// .stl. Origin is added back.
func WriteMesh(path string, m *geom.Mesh, opt WriteOptions) error {
	encode, err := meshEncoder(path, m, opt)
	if err != nil {
		return err
	}
	return WriteAtomic(path, encode)
}

// EncodeMesh is WriteMesh to a stream. name's extension tells the format.
func EncodeMesh(w io.Writer, name string, m *geom.Mesh, opt WriteOptions) error {
	encode, err := meshEncoder(name, m, opt)
	if err != nil {
		return err
	}
	return stream(w, encode)
}

// encoder writes one file's bytes.
type encoder = func(io.Writer) error

func cloudEncoder(path string, c *geom.Cloud, opt WriteOptions) (encode encoder, err error) {
	if opt.Colors != nil && len(opt.Colors) != c.Len() {
		panic(fmt.Sprintf("format: %d colours for %d points", len(opt.Colors), c.Len()))
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".pcd":
		encode = func(w io.Writer) error { return encodePCD(w, c, opt) }
	case ".ply":
		encode = func(w io.Writer) error { return encodePLY(w, c, nil, opt) }
	case ".xyz", ".txt", ".asc", ".csv":
		encode = func(w io.Writer) error { return encodeText(w, c, ext == ".csv", opt) }
	case ".npy":
		encode = func(w io.Writer) error { return encodeNPY(w, c, opt) }
	case ".obj", ".off", ".stl":
		return nil, fmt.Errorf("cannot write %s: %s files hold surfaces, and a cloud has none; use .ply or .pcd", path, ext[1:])
	default:
		return nil, fmt.Errorf("cannot write %s: clouds are written as .pcd, .ply, .xyz, .txt, .asc, .csv or .npy", path)
	}
	return encode, nil
}

func meshEncoder(path string, m *geom.Mesh, opt WriteOptions) (encode encoder, err error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".ply":
		c := &geom.Cloud{Points: m.Vertices, Origin: m.Origin}
		if v := opt.Vertices; v != nil {
			if v.Len() != len(m.Vertices) {
				panic(fmt.Sprintf("format: %d vertices described for a mesh of %d", v.Len(), len(m.Vertices)))
			}
			c.Normals, c.Scalars = v.Normals, v.Scalars
		}
		encode = func(w io.Writer) error { return encodePLY(w, c, m.Faces, opt) }
	case ".obj":
		encode = func(w io.Writer) error { return encodeOBJ(w, m, opt) }
	case ".off":
		encode = func(w io.Writer) error { return encodeOFF(w, m, opt) }
	case ".stl":
		encode = func(w io.Writer) error { return encodeSTL(w, m, opt) }
	case ".pcd", ".xyz", ".txt", ".asc", ".csv", ".npy":
		return nil, fmt.Errorf("cannot write %s: %s files hold no faces; use .ply, .obj, .off or .stl", path, ext[1:])
	default:
		return nil, fmt.Errorf("cannot write %s: meshes are written as .ply, .obj, .off or .stl", path)
	}
	return encode, nil
}

// encodingOf checks the wish against what the format has; the first is the
// default.
func encodingOf(opt WriteOptions, format string, have ...string) (string, error) {
	if opt.Encoding == "" {
		return have[0], nil
	}
	for _, h := range have {
		if opt.Encoding == h {
			return h, nil
		}
	}
	return "", fmt.Errorf("%s has no encoding %q; it has %s", format, opt.Encoding, strings.Join(have, ", "))
}

// bytesOnly reports whether scalar values are whole and 0…255, as colours are.
func bytesOnly(values []float32) bool {
	for _, v := range values {
		if !(v >= 0 && v <= 255 && v == float32(uint8(v))) {
			return false
		}
	}
	return true
}

// attributes are a cloud's columns beside the coordinates, in writing order.
type attributes struct {
	normals []geom.Vec3
	colors  [][3]uint8 // nil for none
	names   []string   // of the scalars, fit for a header
	values  [][]float32
}

// attributesOf collects them. Scalars red, green and blue become colours where
// all their values are bytes. White space in names becomes "_".
func attributesOf(c *geom.Cloud, opt WriteOptions) attributes {
	a := attributes{normals: c.Normals, colors: opt.Colors}
	if a.normals != nil && len(a.normals) != c.Len() {
		panic(fmt.Sprintf("format: %d normals for %d points", len(a.normals), c.Len()))
	}
	red, green, blue := c.Scalar("red"), c.Scalar("green"), c.Scalar("blue")
	fromScalars := a.colors == nil && red != nil && green != nil && blue != nil && bytesOnly(red) && bytesOnly(green) && bytesOnly(blue)
	if fromScalars {
		a.colors = make([][3]uint8, c.Len())
		for i := range a.colors {
			a.colors[i] = [3]uint8{uint8(red[i]), uint8(green[i]), uint8(blue[i])}
		}
	}
	for _, name := range c.ScalarNames() {
		if (fromScalars || opt.Colors != nil) && (name == "red" || name == "green" || name == "blue") {
			continue
		}
		if len(c.Scalars[name]) != c.Len() {
			panic(fmt.Sprintf("format: scalar %q has %d values for %d points", name, len(c.Scalars[name]), c.Len()))
		}
		a.names = append(a.names, headerName(name))
		a.values = append(a.values, c.Scalars[name])
	}
	return a
}

// headerName makes a scalar's name one word.
func headerName(name string) string {
	word := strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == ',' || r == ';' || r == '"' {
			return '_'
		}
		return r
	}, name)
	if word == "" {
		return "_"
	}
	return word
}
