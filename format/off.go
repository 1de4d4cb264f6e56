package format

import (
	"fmt"
	"io"
	"math"
	"strings"

	"blemish/geom"
)

var offFormat = &fileFormat{
	kind: "off", name: "OFF", extensions: []string{".off"}, encodings: []string{"ascii"}, faces: true,
	sniff: isOFF, read: readOFF, writeMesh: writeOFF,
}

// isOFF knows an OFF by its keyword, which may be missing where the name tells. Binary
// data may follow the keyword.
func isOFF(o *opening) bool {
	_, _, ok := offKeyword(o.word)
	return ok || o.text && o.ext == ".off"
}

// offKeyword splits the first word of an OFF file, "[ST][C][N]OFF", into its
// prefix and what is glued to it: ModelNet writes "OFF490 518 0".
func offKeyword(word []byte) (prefix string, rest []byte, ok bool) {
	i := 0
	for i+3 <= len(word) && !(word[i]|0x20 == 'o' && word[i+1]|0x20 == 'f' && word[i+2]|0x20 == 'f') {
		i++
	}
	if i+3 > len(word) {
		return "", nil, false
	}
	prefix, rest = strings.ToUpper(string(word[:i])), word[i+3:]
	if len(rest) > 0 && rest[0]-'0' > 9 {
		return "", nil, false
	}
	switch strings.TrimPrefix(prefix, "ST") {
	case "", "C", "N", "CN", "4", "C4", "CN4", "N4":
		return prefix, rest, true
	}
	return "", nil, false
}

// offReader reads OFF by lines without comments.
type offReader struct {
	*reading
	prefix          string
	vertices, faces int64
	unit            bool // colours so far are 0…1
}

// readOFF reads the text kind of Geomview's OFF: vertices, with normals for
// NOFF and colours for COFF, and polygons, whose colours are passed over.
// Source: geomview.org/docs/html/OFF.html.
func readOFF(r *reading) error {
	r.info.Encoding = "ascii"
	o := &offReader{reading: r, unit: true}
	line, ok := o.next()
	if !ok {
		return r.ended("the file ends before its counts")
	}
	word, rest := nextToken(line)
	if prefix, glued, named := offKeyword(word); named {
		o.prefix = prefix
		line = append(append([]byte(nil), glued...), rest...)
		if blank(line) {
			if line, ok = o.next(); !ok {
				return r.ended("the file ends before its counts")
			}
		}
	}
	if strings.Contains(o.prefix, "4") {
		return r.atLine(ErrFormat, "the file is %sOFF, in four dimensions; only three are read", o.prefix)
	}
	if first, _ := nextToken(line); strings.EqualFold(string(first), "BINARY") {
		return r.atLine(ErrFormat, "the file is a binary OFF; only text is read, so save it as text or PLY")
	}
	if err := o.counts(line); err != nil {
		return err
	}
	if err := o.readVertices(); err != nil {
		return err
	}
	if err := o.readFaces(); err != nil {
		return err
	}
	r.warnOfCut()
	for {
		line, ok := o.next()
		if !ok {
			break
		}
		if !blank(line) {
			r.info.warn("ignored what follows the data from line %d on", r.line)
			break
		}
	}
	r.after = o.scaleColours
	return nil
}

// next is the next line that holds more than a comment.
func (o *offReader) next() ([]byte, bool) {
	for {
		line, ok := o.nextLine()
		if !ok {
			return nil, false
		}
		if line = beforeComment(line); !blank(line) {
			return line, true
		}
	}
}

// counts reads "vertices faces edges"; the edges may be missing.
func (o *offReader) counts(line []byte) error {
	var v [3]float64
	n, bad := rowParser{}.parse(line, v[:], nil)
	if bad != nil || n < 2 || n > 3 || v[0] != math.Trunc(v[0]) || v[1] != math.Trunc(v[1]) || !(v[0] >= 0 && v[1] >= 0) {
		return o.atLine(ErrFormat, "the counts should be three whole numbers: vertices, faces, edges")
	}
	if v[0] > maxPoints || v[1] > maxPoints {
		return o.atLine(ErrTooLarge, "the header promises %.0f vertices and %.0f faces; at most %d are read", v[0], v[1], maxPoints)
	}
	o.vertices, o.faces = int64(v[0]), int64(v[1])
	return nil
}

func (o *offReader) readVertices() error {
	names := []string{"x", "y", "z"}
	if strings.Contains(o.prefix, "N") {
		names = append(names, "nx", "ny", "nz")
	}
	normal := len(names)
	if strings.Contains(o.prefix, "C") {
		names = append(names, colourNames[:]...)
	}
	cols := columnsOf(names)
	assignRoles(cols)
	o.begin(cols, o.hintText(o.vertices, len(names)))
	// More may stand on a line: opacity, texture coordinates, colours that the
	// keyword does not announce.
	vals := make([]float64, len(names)+8)
	for i := int64(0); i < o.vertices; i++ {
		line, ok := o.next()
		if !ok {
			return o.ended("the file ends after %d of the %d vertices that its header promises", i, o.vertices)
		}
		n, bad := rowParser{}.parse(line, vals, nil)
		if bad != nil {
			return o.atLine(ErrFormat, "%s is no number (value %d of vertex %d)", clip(bad), n+1, i+1)
		}
		if n < normal || n > len(vals) {
			return o.atLine(ErrFormat, "vertex %d has %s; %sOFF asks for %d", i+1, moreThan(n, len(vals)), o.prefix, len(names))
		}
		for k := range names {
			v := vals[k]
			if k >= normal {
				if n < len(names) { // a colour may be missing, or be a number in a table
					v = math.NaN()
				}
				o.unit = o.unit && !(v > 1)
			}
			if c := &o.b.cols[k]; c.role != roleSkip {
				c.block[o.b.n] = v
			}
		}
		o.b.advance(1)
	}
	return nil
}

func (o *offReader) readFaces() error {
	var corner []int32
	for i := int64(0); i < o.faces; i++ {
		line, ok := o.next()
		if !ok {
			return o.ended("the file ends after %d of the %d faces that its header promises", i, o.faces)
		}
		word, rest := nextToken(line)
		n, fine := parseInt(word)
		if !fine || n < 0 || n > int64(len(line)) {
			return o.atLine(ErrFormat, "face %d begins with %s; it should be the number of its corners, as many as follow", i+1, clip(word))
		}
		corner = corner[:0]
		for k := int64(0); k < n; k++ {
			word, rest = nextToken(rest)
			v, fine := parseInt(word)
			if len(word) == 0 {
				return o.atLine(ErrFormat, "face %d has %d of its %d corners", i+1, k, n)
			}
			if !fine || v < 0 || v >= o.vertices {
				return o.atLine(ErrFormat, "face %d names vertex %s; they are numbered 0 to %d", i+1, clip(word), o.vertices-1)
			}
			corner = append(corner, int32(v))
		}
		o.b.polygon(corner, o.line, 0)
	}
	return nil
}

// scaleColours brings colours of 0…1 to 0…255.
func (o *offReader) scaleColours(c *geom.Cloud, _ []int32) {
	if o.unit {
		scaleUnitColours(c)
	}
}

// writeOFF writes the plain kind; coordinates read back exactly.
func writeOFF(w io.Writer, m *geom.Mesh, _ writing) error {
	if _, err := fmt.Fprintf(w, "OFF\n%d %d 0\n", len(m.Vertices), len(m.Faces)); err != nil {
		return err
	}
	if err := writeVertexLines(w, m, ""); err != nil {
		return err
	}
	return writeFaceLines(w, m.Faces, "3", 0)
}
