package format

import (
	"io"
	"math"

	"blemish/geom"
)

var plyFormat = &fileFormat{
	kind: "ply", name: "PLY", extensions: []string{".ply"}, encodings: []string{"binary", "ascii", "binary_big_endian"},
	faces: true, columns: true, vertexColumns: true, sniff: isPLY, explains: true, read: readPLY,
	writeCloud: func(w io.Writer, c *geom.Cloud, how writing) error { return writePLY(w, c, nil, how) },
	writeMesh:  writePLYMesh,
}

// isPLY knows a PLY by the first word of its first line.
func isPLY(o *opening) bool {
	word, _ := nextToken(firstLine(o.window, o.eol))
	return string(word) == "ply" || string(word) == "PLY"
}

// readPLY reads the Stanford polygon format: any elements, properties and types.
// The vertex element's numbers become the cloud's columns; the lists named
// vertex_indices or vertex_index of the elements face and tristrips become faces;
// everything else is passed over.
// Source: paulbourke.net/dataformats/ply (G. Turk's description).
func readPLY(r *reading) error {
	h, err := readPLYHeader(r)
	if err != nil {
		return err
	}
	r.info.Encoding = h.encoding
	vertex := h.vertex()
	if vertex < 0 {
		return r.whole(ErrFormat, "the header has no element vertex")
	}
	if err := r.beginPLY(h, &h.elements[vertex]); err != nil {
		return err
	}
	read := r.binaryElement
	if h.encoding == "ascii" {
		read = r.textElement
	} else if err := r.refuseTextMode(h.bytes()); err != nil {
		return err
	}
	for i := range h.elements {
		e := &h.elements[i]
		if len(e.props) == 0 {
			if e.count > 0 && (i == vertex || e.name == "face") {
				return r.whole(ErrFormat, "element %s has no properties", e.name)
			}
			continue
		}
		if err := read(h, e, i == vertex); err != nil {
			return err
		}
	}
	if h.encoding == "ascii" {
		r.warnOfCut()
		r.warnOfLines()
		return nil
	}
	r.warnOfRest()
	return nil
}

// beginPLY sets the columns from the vertex element's properties.
func (r *reading) beginPLY(h *plyHeader, e *plyElement) error {
	cols := make([]column, len(e.props))
	least := 0 // bytes of the shortest vertex
	for i, p := range e.props {
		cols[i].name = p.name
		if p.list() {
			least += p.count.size
			cols[i].role = roleSkip
			r.info.warn("left out the list property %s of %s", p.name, e.name)
		} else {
			least += p.typ.size
		}
	}
	found, err := r.assign(cols, false)
	if err != nil {
		return err
	}
	if !found {
		return r.whole(ErrFormat, "element %s has no properties x, y and z", e.name)
	}
	if h.encoding == "ascii" {
		r.begin(cols, r.hintText(e.count, len(e.props)))
		return nil
	}
	r.begin(cols, r.hintRows(e.count, least))
	return nil
}

// isStrips reports whether an element's lists are triangle strips.
func (e *plyElement) isStrips() bool { return e.name == "tristrips" }

// binaryElement reads one element of a binary file.
func (r *reading) binaryElement(h *plyHeader, e *plyElement, vertex bool) error {
	big := h.encoding == "binary_big_endian"
	if e.stride == 0 {
		return r.binaryLists(e, vertex, big)
	}
	if err := r.checkRoom(e.count, e.stride, e.name); err != nil {
		return err
	}
	if !vertex {
		if !r.skip(e.count * int64(e.stride)) {
			return r.atByte(ErrTruncated, "the file ends within its %d %s items", e.count, e.name)
		}
		return nil
	}
	for done := int64(0); done < e.count; {
		n := int(min(int64(r.b.rows-r.b.n), e.count-done, max(1, bufferSize/int64(e.stride))))
		raw := r.take(n * e.stride)
		if raw == nil {
			return r.atByte(ErrTruncated, "the file ends after about %d of the %d vertices that its header promises", done, e.count)
		}
		off := 0
		for j, p := range e.props {
			if big {
				p.typ.swap(raw, off, e.stride, n)
			}
			r.fillColumn(j, n, p.typ, raw, off, e.stride)
			off += p.typ.size
		}
		r.b.advance(n)
		done += int64(n)
	}
	return nil
}

// binaryLists reads an element with lists, item by item.
func (r *reading) binaryLists(e *plyElement, vertex, big bool) error {
	corners := -1
	if !vertex {
		corners = e.corners()
	}
	var corner []int32
	for i := int64(0); i < e.count; i++ {
		at := r.offset()
		for j, p := range e.props {
			n := 1
			if p.list() {
				raw := r.take(p.count.size)
				if raw == nil {
					return r.cutItem(e, i)
				}
				if big {
					p.count.swap(raw, 0, 0, 1)
				}
				v, ok := p.count.index(raw)
				if !ok || int(v) > math.MaxInt32/p.typ.size {
					return r.atByte(ErrFormat, "list %s of %s %d has an impossible length", p.name, e.name, i+1)
				}
				n = int(v)
			}
			if j != corners && !vertex {
				if !r.skip(int64(n) * int64(p.typ.size)) {
					return r.cutItem(e, i)
				}
				continue
			}
			raw := r.take(n * p.typ.size)
			if raw == nil {
				return r.cutItem(e, i)
			}
			if big {
				p.typ.swap(raw, 0, p.typ.size, n)
			}
			if vertex {
				if !p.list() {
					r.fillColumn(j, 1, p.typ, raw, 0, p.typ.size)
				}
				continue
			}
			var bad int
			if corner, bad = p.typ.indices(corner[:0], raw, n, e.isStrips()); bad >= 0 {
				return &SyntaxError{File: r.name, Offset: at, Err: ErrFormat,
					Msg: "corner " + numbered("", bad+1) + " of " + numbered(e.name+" ", int(i)+1) + " is no vertex number; they count from 0"}
			}
			r.face(e, corner, 0, at)
		}
		if vertex {
			r.b.advance(1)
		}
	}
	return nil
}

func (r *reading) cutItem(e *plyElement, i int64) error {
	return r.atByte(ErrTruncated, "the file ends within %s %d of the %d that its header promises", e.name, i+1, e.count)
}

// indices decodes n vertex numbers; bad is the place of one that is none, -1
// where all are good. In strips, -1 is allowed.
func (t scalarType) indices(dst []int32, raw []byte, n int, strips bool) (out []int32, bad int) {
	for k := 0; k < n; k++ {
		v, ok := t.index(raw[k*t.size:])
		if !ok {
			if !strips || t.kind != 'i' || t.signed(t.bits(raw[k*t.size:])) != -1 {
				return dst, k
			}
			v = -1
		}
		dst = append(dst, v)
	}
	return dst, -1
}

// face adds a polygon, or the triangles of strips that are separated by -1 and
// turn over with every triangle.
func (r *reading) face(e *plyElement, corner []int32, line int, at int64) {
	if !e.isStrips() {
		r.b.polygon(corner, line, at)
		return
	}
	start := 0
	for i, v := range corner {
		if v < 0 {
			start = i + 1
			continue
		}
		switch k := i - start; {
		case k < 2:
		case k%2 == 0:
			r.b.polygon([]int32{corner[i-2], corner[i-1], v}, line, at)
		default:
			r.b.polygon([]int32{corner[i-1], corner[i-2], v}, line, at)
		}
	}
}
