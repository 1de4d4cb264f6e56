package format

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"blemish/geom"
)

var objFormat = &fileFormat{
	kind: "obj", name: "OBJ", extensions: []string{".obj"}, encodings: []string{"ascii"}, faces: true,
	sniff: isOBJ, explains: true, read: readOBJ, writeMesh: writeOBJ,
}

// isOBJ knows an OBJ by its first statement.
func isOBJ(o *opening) bool {
	switch string(o.word) {
	case "v", "vn", "vt", "vp", "f", "o", "g", "s", "l", "p", "mtllib", "usemtl":
		return o.text
	}
	return false
}

// objReader holds what an OBJ file needs beside the builder.
type objReader struct {
	*reading
	corner []int32
	join   []byte // a statement that runs over several lines

	vn       []geom.Vec3 // normals, read only while they may be the vertices' own
	normals  int         // vn lines
	ownVN    bool        // so far every corner names the normal of its vertex's number
	colours  bool        // the first vertex has a colour
	unit     bool        // colours so far are 0…1
	texture  int         // vt lines
	vertices int
}

// readOBJ reads Wavefront OBJ: v with or without a colour, vn, and f in all its
// spellings (1, 1/1, 1//1, 1/1/1, negative numbers, any number of corners, "\" at
// the end of a line). Groups, materials, texture coordinates, lines and free-form
// surfaces are passed over. Normals become the cloud's where every corner names
// the normal with its vertex's own number, or where no corner names any and
// there is one a vertex.
// Source: Wavefront's Advanced Visualizer manual, appendix B1.
func readOBJ(r *reading) error {
	r.info.Encoding = "ascii"
	r.first = 1
	o := &objReader{reading: r, ownVN: true, unit: true}
	for {
		line, ok := o.statement()
		if !ok {
			break
		}
		if err := o.read(line); err != nil {
			return err
		}
	}
	if r.lineTooLong() {
		return r.ended("")
	}
	r.after = o.attributes
	if r.b == nil {
		return r.whole(ErrFormat, "holds no vertices: there is no line that begins with v")
	}
	return nil
}

// statement is a line, or several joined by "\".
func (o *objReader) statement() ([]byte, bool) {
	line, ok := o.nextLine()
	if !ok || len(line) == 0 || line[len(line)-1] != '\\' {
		return line, ok
	}
	o.join = o.join[:0]
	for ok && len(line) > 0 && line[len(line)-1] == '\\' && len(o.join) < maxLine {
		o.join = append(append(o.join, line[:len(line)-1]...), ' ')
		line, ok = o.nextLine()
	}
	o.join = append(o.join, line...)
	return o.join, true
}

func (o *objReader) read(line []byte) error {
	word, rest := nextToken(line)
	switch len(word) {
	case 1:
		switch word[0] {
		case 'v':
			return o.vertex(rest)
		case 'f':
			return o.face(rest)
		}
	case 2:
		switch string(word) {
		case "vn":
			return o.normal(rest)
		case "vt":
			o.texture++
		}
	}
	return nil
}

// vertex reads "x y z", "x y z w", "x y z r g b" or "x y z r g b a"; w is passed
// over, for it says nothing of a surface made of polygons.
func (o *objReader) vertex(rest []byte) error {
	var room [8]float64
	n, bad := rowParser{}.parse(beforeComment(rest), room[:], nil)
	if bad != nil {
		return o.atLine(ErrFormat, "%s is no number; a vertex is: v x y z", clip(bad))
	}
	if n < 3 || n > 8 {
		return o.atLine(ErrFormat, "the vertex has %s; it should be: v x y z, or v x y z red green blue", moreThan(n, 8))
	}
	if o.b == nil {
		o.begin3(n == 6 || n == 7)
	}
	b := o.b
	for k := 0; k < 3; k++ {
		b.cols[k].block[b.n] = room[k]
	}
	if o.colours && !o.plain {
		for k := 3; k < 6; k++ {
			v := math.NaN()
			if n >= 6 {
				v = room[k]
				o.unit = o.unit && v <= 1
			}
			b.cols[k].block[b.n] = v
		}
	}
	b.advance(1)
	o.vertices++
	return nil
}

// begin3 sets the columns at the first vertex.
func (o *objReader) begin3(colours bool) {
	o.colours = colours
	cols := []column{{name: "x", role: roleX}, {name: "y", role: roleY}, {name: "z", role: roleZ}}
	if colours {
		for _, name := range colourNames {
			cols = append(cols, column{name: name, role: roleScalar})
		}
	}
	// A vertex takes six bytes at least; about half of a file is faces.
	o.begin(cols, o.hintRows(maxPoints, 60))
}

func beforeComment(b []byte) []byte {
	if i := bytes.IndexByte(b, '#'); i >= 0 {
		return b[:i]
	}
	return b
}

func (o *objReader) normal(rest []byte) error {
	o.normals++
	if o.plain || !o.ownVN {
		return nil
	}
	var n [4]float64
	count, bad := rowParser{}.parse(beforeComment(rest), n[:], nil)
	if bad != nil || count != 3 {
		return o.atLine(ErrFormat, "a normal is: vn x y z")
	}
	o.vn = append(o.vn, unitNormal(n[0], n[1], n[2]))
	return nil
}

func (o *objReader) face(rest []byte) error {
	o.corner = o.corner[:0]
	for {
		var word []byte
		if word, rest = nextToken(rest); len(word) == 0 || word[0] == '#' {
			break
		}
		v, ok := o.index(word)
		if !ok {
			return o.badCorner(word)
		}
		o.corner = append(o.corner, v)
	}
	if len(o.corner) == 0 {
		return o.atLine(ErrFormat, "the face names no vertices; a face is: f 1 2 3")
	}
	if o.b == nil {
		return o.atLine(ErrFormat, "a face stands before the first vertex")
	}
	o.b.polygon(o.corner, o.line, 0)
	return nil
}

// index reads one corner: the number of its vertex from 0. Positive numbers may
// point ahead and are checked at the end; negative ones count back from here.
func (o *objReader) index(word []byte) (int32, bool) {
	var part [3][]byte
	n := 0
	for n < 3 {
		i := bytes.IndexByte(word, '/')
		if i < 0 {
			part[n] = word
			word = nil
			n++
			break
		}
		part[n], word = word[:i], word[i+1:]
		n++
	}
	if word != nil {
		return 0, false // a third slash
	}
	v, ok := objNumber(part[0], o.vertices)
	if !ok || len(part[0]) == 0 {
		return 0, false
	}
	if n > 1 && len(part[1]) > 0 {
		if _, ok := objNumber(part[1], o.texture); !ok {
			return 0, false
		}
	}
	if n > 2 && len(part[2]) > 0 {
		vn, ok := objNumber(part[2], o.normals)
		if !ok {
			return 0, false
		}
		if vn != v && o.ownVN {
			o.ownVN, o.vn = false, nil
		}
	}
	return v, true
}

func objNumber(b []byte, sofar int) (int32, bool) {
	v, ok := parseInt(b)
	switch {
	case !ok || v == 0 || v > math.MaxInt32 || v < -int64(sofar):
		return 0, false
	case v < 0:
		return int32(int64(sofar) + v), true
	}
	return int32(v - 1), true
}

// badCorner says what is wrong with a corner that index refused.
func (o *objReader) badCorner(word []byte) error {
	name, _, _ := bytes.Cut(word, []byte("/"))
	v, ok := parseInt(name)
	switch {
	case ok && v == 0:
		return o.atLine(ErrFormat, "the face names vertex 0; OBJ counts from 1")
	case ok && v < 0 && v < -int64(o.vertices):
		return o.atLine(ErrFormat, "the face names vertex %d, the %dth before this line, but only %d stand before it", v, -v, o.vertices)
	case ok && v > math.MaxInt32:
		return o.atLine(ErrTooLarge, "the face names vertex %d; at most %d are read", v, math.MaxInt32)
	}
	return o.atLine(ErrFormat, "%s is no corner of a face; it should be v, v/vt, v//vn or v/vt/vn in whole numbers that exist", clip(word))
}

// attributes adds what is known only at the end: the colours' scale, 0…255 as
// everywhere else, and the normals.
func (o *objReader) attributes(c *geom.Cloud, dropped []int32) {
	if o.unit {
		scaleUnitColours(c)
	}
	if !o.ownVN || len(o.vn) != o.vertices {
		return
	}
	c.Normals = make([]geom.Vec3, 0, c.Len())
	for i, n := range o.vn {
		if len(dropped) > 0 && dropped[0] == int32(i) {
			dropped = dropped[1:]
			continue
		}
		c.Normals = append(c.Normals, n)
	}
	o.info.Fields = append(o.info.Fields, "nx", "ny", "nz")
}

// writeOBJ writes v and f lines; coordinates read back exactly.
func writeOBJ(w io.Writer, m *geom.Mesh, _ writing) error {
	if err := writeVertexLines(w, m, "v "); err != nil {
		return err
	}
	return writeFaceLines(w, m.Faces, "f", 1)
}

// writeVertexLines writes "word x y z" lines with the origin added back.
func writeVertexLines(w io.Writer, m *geom.Mesh, word string) error {
	t := tableOf(&geom.Cloud{Points: m.Vertices, Origin: m.Origin}, attributes{})
	bw := buffered(w)
	for i := 0; i < t.rows; i++ {
		b := append(bw.AvailableBuffer(), word...)
		for k := range t.fields {
			if k > 0 {
				b = append(b, ' ')
			}
			b = t.fields[k].appendText(b, i)
		}
		if _, err := bw.Write(append(b, '\n')); err != nil {
			return fmt.Errorf("vertex %d: %w", i+1, err)
		}
	}
	return bw.Flush()
}
