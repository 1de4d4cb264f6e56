package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"blemish/geom"
)

// encodePLY writes a cloud, or with faces a mesh. Coordinates are float, or
// double where an origin is added back; colours are three uchar; everything else
// is float.
func encodePLY(w io.Writer, c *geom.Cloud, faces [][3]int32, opt WriteOptions) error {
	encoding, err := encodingOf(opt, "PLY", "binary", "ascii", "binary_big_endian")
	if err != nil {
		return err
	}
	a := attributesOf(c, opt)
	t := tableOf(c, a)
	t.unpackColours(a.colors)
	var head strings.Builder
	word := map[string]string{"binary": "binary_little_endian"}[encoding]
	if word == "" {
		word = encoding
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
	if encoding == "ascii" {
		if err := t.writeText(w, ' '); err != nil {
			return err
		}
		return writeFaceLines(w, faces, "3", 0)
	}
	var order binary.AppendByteOrder = binary.LittleEndian
	if encoding == "binary_big_endian" {
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
