package format

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"blemish/geom"
)

// writePCD writes PCD 0.7. Coordinates are F 4, or F 8 where an origin is added
// back; colours one U 4 named rgb; everything else F 4. The scanner's place, where
// it is known, is the VIEWPOINT.
func writePCD(w io.Writer, c *geom.Cloud, how writing) error {
	t := tableOf(c, attributesOf(c, how.opt))
	var names, sizes, types, ones strings.Builder
	for _, f := range t.fields {
		fmt.Fprintf(&names, " %s", pcdName(f))
		fmt.Fprintf(&sizes, " %d", f.typ.size)
		fmt.Fprintf(&types, " %c", f.typ.kind-'a'+'A')
		ones.WriteString(" 1")
	}
	var at geom.Vec
	if c.Sensor != nil {
		at = c.Sensor.Add(geom.Vec{X: c.Origin[0], Y: c.Origin[1], Z: c.Origin[2]})
	}
	_, err := fmt.Fprintf(w, "# .PCD v0.7 - Point Cloud Data file format\nVERSION 0.7\nFIELDS%s\nSIZE%s\nTYPE%s\nCOUNT%s\nWIDTH %d\nHEIGHT 1\nVIEWPOINT %v %v %v 1 0 0 0\nPOINTS %d\nDATA %s\n",
		names.String(), sizes.String(), types.String(), ones.String(), c.Len(), at.X, at.Y, at.Z, c.Len(), how.encoding)
	if err != nil {
		return err
	}
	switch how.encoding {
	case "ascii":
		return t.writeText(w, ' ')
	case "binary":
		return t.writeBinary(w, binary.LittleEndian)
	}
	return t.writePacked(w)
}

// pcdName is a field's name as PCL knows it.
func pcdName(f field) string {
	switch f.name {
	case "nx", "ny", "nz":
		return "normal_" + f.name[1:]
	case "rgb", "rgba", "_": // packed colours, packed colours, padding
		if f.typ.kind == 'f' {
			return f.name + "_"
		}
	}
	return f.name
}

// writePacked writes the two sizes and the fields one after the other, packed.
func (t *table) writePacked(w io.Writer) error {
	stride := 0
	for _, f := range t.fields {
		stride += f.typ.size
	}
	if int64(stride)*int64(t.rows) >= math.MaxUint32 {
		return fmt.Errorf("%w: binary_compressed PCD holds less than 4 GiB; use binary", ErrTooLarge)
	}
	raw := make([]byte, 0, stride*t.rows)
	for _, f := range t.fields {
		for i := 0; i < t.rows; i++ {
			raw = f.append(raw, binary.LittleEndian, i)
		}
	}
	packed := lzfCompress(raw)
	if int64(len(packed)) > math.MaxUint32 {
		return fmt.Errorf("%w: binary_compressed PCD holds less than 4 GiB; use binary", ErrTooLarge)
	}
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(packed)))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(raw)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(packed)
	return err
}

// buffered is w itself where it is buffered already.
func buffered(w io.Writer) *bufio.Writer {
	if b, ok := w.(*bufio.Writer); ok {
		return b
	}
	return bufio.NewWriterSize(w, bufferSize)
}
