package format

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"blemish/geom"
)

// A binary STL is 80 bytes of any text, a count, and 50 bytes a triangle: normal,
// three corners, two bytes of anything.
const stlHeader, stlFacet = 80, 50

var stlFormat = &fileFormat{
	kind: "stl", name: "STL", extensions: []string{".stl"}, encodings: []string{"binary", "ascii"}, faces: true,
	magic: isBinarySTL, sniff: isTextSTL, read: readSTL, writeMesh: writeSTL,
}

// isBinarySTL knows a binary STL by its size, which follows from its count, and
// where the size is unknown or wrong by its name. That its text begins with
// "solid" means nothing: many programs write that into the header.
func isBinarySTL(s *source, window []byte) bool {
	if len(window) < stlHeader+4 {
		return false
	}
	count := int64(binary.LittleEndian.Uint32(window[stlHeader:]))
	if count > 0 && s.size == stlHeader+4+count*stlFacet {
		return true
	}
	if bytes.IndexByte(window, 0) < 0 {
		return false // text, or nothing that is read
	}
	head := strings.ToLower(string(bytes.TrimLeft(window[:stlHeader], " \t\r\n")))
	return strings.HasPrefix(head, "solid") || extensionOf(s.name) == ".stl"
}

// isTextSTL knows the text kind by its first word.
func isTextSTL(o *opening) bool { return o.text && strings.EqualFold(string(o.word), "solid") }

// stlColumns are the columns of both kinds.
func stlColumns() []column {
	return []column{{name: "x", role: roleX}, {name: "y", role: roleY}, {name: "z", role: roleZ}}
}

// readSTL reads both kinds of STL. Corners whose coordinates are exactly equal
// become one vertex, numbered in order of first appearance; facet normals and
// attribute bytes are passed over, for the corners' order tells the front.
func readSTL(r *reading) error {
	r.weld = true
	window := r.peek(sniffWindow)
	head := string(bytes.TrimLeft(window, " \t\r\n"))
	if !isBinarySTL(r.source, window) && len(head) >= 5 && strings.EqualFold(head[:5], "solid") {
		return readSTLText(r)
	}
	return readSTLBinary(r)
}

func readSTLBinary(r *reading) error {
	r.info.Encoding = "binary"
	head := r.take(stlHeader + 4)
	if head == nil {
		return r.whole(ErrTruncated, "is too short for a binary STL: the header alone has %d bytes", stlHeader+4)
	}
	count := int64(binary.LittleEndian.Uint32(head[stlHeader:]))
	var err error
	if count, err = r.stlCount(count); err != nil {
		return err
	}
	if count > maxPoints/3 {
		return r.whole(ErrTooLarge, "the header promises %d triangles; at most %d are read", count, maxPoints/3)
	}
	if count >= 0 {
		if err := r.checkRoom(count, stlFacet, "triangle"); err != nil {
			return err
		}
	}
	r.begin(stlColumns(), 3*r.hintRows(max(count, 0), stlFacet))
	single := scalarType{'f', 4}
	b := r.b
	for i := int64(0); i != count; i++ {
		raw := r.take(stlFacet)
		if raw == nil && count < 0 && r.pos == r.end {
			r.info.warn("the header promises no count of triangles; all %d were read", i)
			break
		}
		if raw == nil && count < 0 {
			return r.atByte(ErrTruncated, "the file ends within triangle %d", i+1)
		}
		if raw == nil {
			return r.atByte(ErrTruncated, "the file ends after %d of the %d triangles that its header promises", i, count)
		}
		for corner := 0; corner < 3; corner++ {
			for k := 0; k < 3; k++ {
				single.decode(b.cols[k].block[b.n:b.n+1], raw, 12+12*corner+4*k, 4)
			}
			b.advance(1)
		}
		v := int32(3 * i)
		b.polygon([]int32{v, v + 1, v + 2}, 0, r.offset()-stlFacet)
	}
	r.warnOfRest()
	return nil
}

// stlCount is the number of triangles to read, -1 for all to the end: what the header
// says, or, where the rest of the file are whole triangles all the same, those. Programs that
// do not know the count when they begin write 0 or the largest number, and some
// forget to come back.
func (r *reading) stlCount(said int64) (int64, error) {
	left := r.left()
	if left < 0 && (said == 0 || said == math.MaxUint32) && r.fill(1) && r.facetsFollow(maxPoints) {
		return -1, nil // a pipe: to its end
	}
	if err := r.refuseTextMode(said * stlFacet); err != nil && said > 0 && said < math.MaxUint32 {
		return 0, err
	}
	there := left / stlFacet
	if left <= 0 || left%stlFacet != 0 || there <= said && said < math.MaxUint32 || there == said || !r.facetsFollow(there) {
		if said == 0 {
			return 0, r.whole(ErrFormat, "the header promises no triangles; was the file written to its end?")
		}
		return said, nil
	}
	r.info.warn("the header promises %d triangles, but %d follow; all were read", said, there)
	return there, nil
}

// facetsFollow reports whether the next bytes are triangles: their numbers are
// finite, and none is beyond what lengths in any unit are.
func (r *reading) facetsFollow(count int64) bool {
	window := r.peek(int(min(count*stlFacet, sniffWindow)))
	var v [9]float64
	for ; len(window) >= stlFacet; window = window[stlFacet:] {
		scalarType{'f', 4}.decode(v[:], window, 12, 4)
		for _, x := range v {
			if !(math.Abs(x) < 1e30) {
				return false
			}
		}
	}
	return true
}

// readSTLText reads the text kind by its keywords, whatever the lines. Several
// solids become one mesh.
func readSTLText(r *reading) error {
	r.info.Encoding = "ascii"
	r.begin(stlColumns(), 3*r.hintRows(maxPoints/3, 250))
	var corner []int32
	facet, open := false, false // inside a facet, inside a solid
	for {
		line, ok := r.nextLine()
		if !ok {
			break
		}
		word, rest := nextToken(line)
		switch strings.ToLower(string(word)) {
		case "":
		case "solid":
			if facet {
				return r.atLine(ErrFormat, "a solid begins within a facet; endfacet is missing")
			}
			open = true
		case "facet":
			if facet {
				return r.atLine(ErrFormat, "a facet begins within a facet; endfacet is missing")
			}
			facet, corner = true, corner[:0]
		case "outer", "endloop":
		case "vertex":
			if !facet {
				return r.atLine(ErrFormat, "a vertex stands outside any facet")
			}
			if err := r.stlVertex(rest); err != nil {
				return err
			}
			corner = append(corner, int32(r.b.seen+r.b.n-1))
		case "endfacet":
			if !facet || len(corner) < 3 {
				return r.atLine(ErrFormat, "the facet has %s; it needs three", plural(len(corner), "vertex"))
			}
			r.b.polygon(corner, r.line, 0)
			facet = false
		case "endsolid", "end":
			if facet {
				return r.atLine(ErrFormat, "the solid ends within a facet; endfacet is missing")
			}
			open = false
		default:
			return r.atLine(ErrFormat, "%s is no STL keyword; they are solid, facet, outer, vertex, endloop, endfacet and endsolid", clip(word))
		}
	}
	switch {
	case r.lineTooLong() || facet:
		return r.ended("the file ends within a facet; endfacet and endsolid should follow")
	case open:
		r.info.warn("endsolid is missing at the end; the file may have been cut")
	}
	return nil
}

func (r *reading) stlVertex(rest []byte) error {
	var v [3]float64
	n, bad := rowParser{}.parse(rest, v[:], nil)
	if bad != nil || n != 3 {
		return r.atLine(ErrFormat, "a vertex line is: vertex x y z")
	}
	for k := range v {
		r.b.cols[k].block[r.b.n] = v[k]
	}
	r.b.advance(1)
	return nil
}

// weldEqual makes points that are equal one, keeps the order of first appearance
// and renumbers faces. The table is open-addressed with linear probing.
func weldEqual(points []geom.Vec3, faces [][3]int32) []geom.Vec3 {
	size := 64
	for size < 2*len(points) {
		size *= 2
	}
	table := make([]int32, size) // number + 1
	renumber := make([]int32, len(points))
	kept := int32(0)
	for i, p := range points {
		p = geom.Vec3{X: p.X + 0, Y: p.Y + 0, Z: p.Z + 0} // -0 is 0
		h := uint64(math.Float32bits(p.X))*0x9e3779b97f4a7c15 ^ uint64(math.Float32bits(p.Y))*0xc2b2ae3d27d4eb4f ^ uint64(math.Float32bits(p.Z))*0x165667b19e3779f9
		slot := int((h ^ h>>29) * 0xbf58476d1ce4e5b9 >> 20 & uint64(size-1))
		for table[slot] != 0 && points[table[slot]-1] != p {
			slot = (slot + 1) & (size - 1)
		}
		if table[slot] == 0 {
			points[kept] = p
			kept++
			table[slot] = kept
		}
		renumber[i] = table[slot] - 1
	}
	for f := range faces {
		for k, v := range faces[f] {
			faces[f][k] = renumber[v]
		}
	}
	return points[:kept:kept]
}

// writeSTL writes an STL. Coordinates far from 0 do not fit binary STL's 32-bit
// floats: they are written as text unless "binary" is asked for, which is refused.
func writeSTL(w io.Writer, m *geom.Mesh, how writing) error {
	if m.Origin != [3]float64{} {
		if how.encoding = "ascii"; how.opt.Encoding == "binary" {
			return fmt.Errorf("binary STL stores 32-bit floats, too coarse so far from 0 (origin %g, %g, %g); use ascii, .ply or .obj", m.Origin[0], m.Origin[1], m.Origin[2])
		}
	}
	if how.encoding == "ascii" {
		return writeSTLText(w, m)
	}
	if int64(len(m.Faces)) > math.MaxUint32 {
		return fmt.Errorf("%w: STL holds at most %d triangles", ErrTooLarge, uint32(math.MaxUint32))
	}
	head := make([]byte, stlHeader, stlHeader+4)
	copy(head, "binary STL")
	if _, err := w.Write(binary.LittleEndian.AppendUint32(head, uint32(len(m.Faces)))); err != nil {
		return err
	}
	bw := buffered(w)
	for f, t := range m.Faces {
		b := bw.AvailableBuffer()
		for _, p := range [4]geom.Vec3{m.FaceNormal(f).F(), m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]]} {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(p.X))
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(p.Y))
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(p.Z))
		}
		if _, err := bw.Write(append(b, 0, 0)); err != nil {
			return err
		}
	}
	return bw.Flush()
}

func writeSTLText(w io.Writer, m *geom.Mesh) error {
	t := tableOf(&geom.Cloud{Points: m.Vertices, Origin: m.Origin}, attributes{})
	bw := buffered(w)
	bw.WriteString("solid mesh\n")
	for f, corners := range m.Faces {
		n := m.FaceNormal(f)
		b := append(bw.AvailableBuffer(), "facet normal"...)
		for _, v := range [3]float64{n.X, n.Y, n.Z} {
			b = appendNumber(append(b, ' '), float64(float32(v)), 32)
		}
		b = append(b, "\nouter loop\n"...)
		for _, v := range corners {
			b = append(b, "vertex"...)
			for k := range t.fields {
				b = t.fields[k].appendText(append(b, ' '), int(v))
			}
			b = append(b, '\n')
		}
		if _, err := bw.Write(append(b, "endloop\nendfacet\n"...)); err != nil {
			return err
		}
	}
	bw.WriteString("endsolid mesh\n")
	return bw.Flush()
}
