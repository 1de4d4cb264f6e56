package format

import (
	"fmt"
	"io"
	"strings"

	"blemish/geom"
)

// WriteOptions chooses among a format's spellings.
type WriteOptions struct {
	// Encoding is "" or one of the format's: EncodingList names them. "" is binary where
	// the format has it, except for an STL far from 0, whose detail only text keeps.
	Encoding string
	// Colors is one RGB a point of a cloud; nil for none. It takes the place of scalars
	// named red, green and blue. NPY has no room for it.
	Colors [][3]uint8
	// Vertices are the normals and scalars of a mesh's vertices, for formats that are
	// WritableVertexColumns; nil for none. Its points are not used.
	Vertices *geom.Cloud
}

// WriteCloud writes a cloud in the format of path's extension, one of
// WritableCloud.Extensions; an NPY has the coordinates only, N×3. Origin is added back.
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

// WriteMesh writes a mesh in the format of path's extension, one of
// WritableMesh.Extensions. Origin is added back.
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

func cloudEncoder(path string, c *geom.Cloud, opt WriteOptions) (encoder, error) {
	if opt.Colors != nil && len(opt.Colors) != c.Len() {
		panic(fmt.Sprintf("format: %d colours for %d points", len(opt.Colors), c.Len()))
	}
	ext := extensionOf(path)
	f := WritableCloud.format(path)
	switch {
	case f != nil:
		return f.encoder(opt, func(w io.Writer, encoding string) error {
			return f.writeCloud(w, c, writing{ext, encoding, opt})
		}), nil
	case WritableMesh.Has(path):
		return nil, fmt.Errorf("cannot write %s: %s files hold surfaces, and a cloud has none; use .ply or .pcd", path, ext[1:])
	}
	return nil, fmt.Errorf("cannot write %s: clouds are written as %s", path, WritableCloud)
}

func meshEncoder(path string, m *geom.Mesh, opt WriteOptions) (encoder, error) {
	ext := extensionOf(path)
	f := WritableMesh.format(path)
	switch {
	case f != nil:
		return f.encoder(opt, func(w io.Writer, encoding string) error {
			return f.writeMesh(w, m, writing{ext, encoding, opt})
		}), nil
	case WritableCloud.Has(path):
		return nil, fmt.Errorf("cannot write %s: %s files hold no faces; use %s", path, ext[1:], WritableMesh)
	}
	return nil, fmt.Errorf("cannot write %s: meshes are written as %s", path, WritableMesh)
}

// encoder checks the encoding that is asked for before it writes.
func (f *fileFormat) encoder(opt WriteOptions, write func(w io.Writer, encoding string) error) encoder {
	return func(w io.Writer) error {
		encoding, err := f.encodingOf(opt)
		if err != nil {
			return err
		}
		return write(w, encoding)
	}
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
