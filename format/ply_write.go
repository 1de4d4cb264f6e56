package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"blemish/geom"
)

// writePLYMesh writes a mesh with what WriteOptions.Vertices say of its vertices.
func writePLYMesh(w io.Writer, m *geom.Mesh, how writing) error {
	c := &geom.Cloud{Points: m.Vertices, Origin: m.Origin}
	if v := how.opt.Vertices; v != nil {
		if v.Len() != len(m.Vertices) {
			panic(fmt.Sprintf("format: %d vertices described for a mesh of %d", v.Len(), len(m.Vertices)))
		}
		c.Normals, c.Scalars = v.Normals, v.Scalars
	}
	return writePLY(w, c, m.Faces, how)
}

// writePLY writes a cloud, or with faces a mesh. Coordinates are float, or
// double where an origin is added back; colours are three uchar; everything else
// is float.
func writePLY(w io.Writer, c *geom.Cloud, faces [][3]int32, how writing) error {
	a := attributesOf(c, how.opt)
	t := tableOf(c, a)
	t.unpackColours(a.colors)
	var head strings.Builder
	word := map[string]string{"binary": "binary_little_endian"}[how.encoding]
	if word == "" {
		word = how.encoding
	}
	fmt.Fprintf(&head, "ply\nformat %s 1.0\nelement vertex %d\n", word, t.rows)
	for _, f := range t.fields {
		typ := map[scalarType]string{{'f', 4}: "float", {'f', 8}: "double", {'u', 1}: "uchar"}[f.typ]
		fmt.Fprintf(&head, "property %s %s\n", typ, f.name)
	}
	if faces != nil {
		fmt.Fprintf(&head, "element face %d\nproperty list uchar int vertex_indices\n", len(faces))
	}
	head.WriteString("end_header\n")
	if _, err := io.WriteString(w, head.String()); err != nil {
		return err
	}
	if how.encoding == "ascii" {
		if err := t.writeText(w, ' '); err != nil {
			return err
		}
		return writeFaceLines(w, faces, "3", 0)
	}
	var order binary.AppendByteOrder = binary.LittleEndian
	if how.encoding == "binary_big_endian" {
		order = binary.BigEndian
	}
	if err := t.writeBinary(w, order); err != nil {
		return err
	}
	bw := buffered(w)
	for _, f := range faces {
		b := append(bw.AvailableBuffer(), 3)
		for _, v := range f {
			b = order.AppendUint32(b, uint32(v))
		}
		if _, err := bw.Write(b); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// writeFaceLines writes "word a b c" lines, first being the number of vertex 0.
func writeFaceLines(w io.Writer, faces [][3]int32, word string, first int64) error {
	bw := buffered(w)
	for _, f := range faces {
		b := append(bw.AvailableBuffer(), word...)
		for _, v := range f {
			b = strconv.AppendInt(append(b, ' '), int64(v)+first, 10)
		}
		if _, err := bw.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return bw.Flush()
}
