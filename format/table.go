package format

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"

	"blemish/geom"
)

// table is a cloud as columns of numbers to write.
type table struct {
	rows   int
	fields []field
}

// field is one column; at gives its values, exact in float64.
type field struct {
	name string
	typ  scalarType
	at   func(i int) float64
}

// tableOf lays out x y z, nx ny nz, rgb and the scalars. Coordinates are float64
// where an origin is added back.
func tableOf(c *geom.Cloud, a attributes) *table {
	t := &table{rows: c.Len()}
	single, coordinate := scalarType{'f', 4}, scalarType{'f', 4}
	if c.Origin != [3]float64{} {
		coordinate = scalarType{'f', 8}
	}
	p, o := c.Points, c.Origin
	t.fields = []field{
		{"x", coordinate, func(i int) float64 { return float64(p[i].X) + o[0] }},
		{"y", coordinate, func(i int) float64 { return float64(p[i].Y) + o[1] }},
		{"z", coordinate, func(i int) float64 { return float64(p[i].Z) + o[2] }},
	}
	if n := a.normals; n != nil {
		t.fields = append(t.fields,
			field{"nx", single, func(i int) float64 { return float64(n[i].X) }},
			field{"ny", single, func(i int) float64 { return float64(n[i].Y) }},
			field{"nz", single, func(i int) float64 { return float64(n[i].Z) }})
	}
	if rgb := a.colors; rgb != nil {
		t.fields = append(t.fields, field{"rgb", scalarType{'u', 4}, func(i int) float64 {
			return float64(uint32(rgb[i][0])<<16 | uint32(rgb[i][1])<<8 | uint32(rgb[i][2]))
		}})
	}
	for k, name := range a.names {
		values := a.values[k]
		t.fields = append(t.fields, field{name, single, func(i int) float64 { return float64(values[i]) }})
	}
	return t
}

// unpackColours replaces rgb by red, green and blue of one byte each.
func (t *table) unpackColours(rgb [][3]uint8) {
	for i, f := range t.fields {
		if f.name != "rgb" || f.typ.kind != 'u' {
			continue
		}
		three := make([]field, 3)
		for k := range three {
			three[k] = field{colourNames[k], scalarType{'u', 1}, func(i int) float64 { return float64(rgb[i][k]) }}
		}
		t.fields = append(t.fields[:i:i], append(three, t.fields[i+1:]...)...)
		return
	}
}

// append adds the bytes of row i.
func (f *field) append(b []byte, order binary.AppendByteOrder, i int) []byte {
	v := f.at(i)
	switch f.typ {
	case scalarType{'f', 4}:
		return order.AppendUint32(b, math.Float32bits(float32(v)))
	case scalarType{'f', 8}:
		return order.AppendUint64(b, math.Float64bits(v))
	case scalarType{'u', 1}:
		return append(b, uint8(v))
	}
	return order.AppendUint32(b, uint32(v))
}

// appendText adds row i as text that reads back as the same number.
func (f *field) appendText(b []byte, i int) []byte {
	v := f.at(i)
	if f.typ.kind == 'u' {
		return strconv.AppendUint(b, uint64(v), 10)
	}
	return appendNumber(b, v, 8*f.typ.size)
}

// appendNumber writes the shortest text that reads back as v, in float32 or
// float64 as bits says. NaN and infinities are written as C does.
func appendNumber(b []byte, v float64, bits int) []byte {
	switch {
	case v != v:
		return append(b, "nan"...)
	case math.IsInf(v, 1):
		return append(b, "inf"...)
	case math.IsInf(v, -1):
		return append(b, "-inf"...)
	}
	// Plain digits where people would write them so; survey coordinates are in the millions.
	if a := math.Abs(v); a == 0 || a >= 1e-5 && a < 1e15 {
		return strconv.AppendFloat(b, v, 'f', -1, bits)
	}
	return strconv.AppendFloat(b, v, 'g', -1, bits)
}

// writeBinary writes row after row.
func (t *table) writeBinary(w io.Writer, order binary.AppendByteOrder) error {
	bw := buffered(w)
	for i := 0; i < t.rows; i++ {
		b := bw.AvailableBuffer()
		for k := range t.fields {
			b = t.fields[k].append(b, order, i)
		}
		if _, err := bw.Write(b); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// writeText writes a row a line.
func (t *table) writeText(w io.Writer, delim byte) error {
	bw := buffered(w)
	for i := 0; i < t.rows; i++ {
		b := bw.AvailableBuffer()
		for k := range t.fields {
			if k > 0 {
				b = append(b, delim)
			}
			b = t.fields[k].appendText(b, i)
		}
		if _, err := bw.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return bw.Flush()
}
