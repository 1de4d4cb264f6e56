package format

import (
	"bytes"
	"strings"
)

// plyProperty is a number or, where count is valid, a list of numbers.
type plyProperty struct {
	name  string
	typ   scalarType
	count scalarType // of a list's length; zero for a plain number
}

func (p plyProperty) list() bool { return p.count.size > 0 }

// plyElement is one table of the file.
type plyElement struct {
	name   string
	count  int64
	props  []plyProperty
	stride int // bytes of an item, 0 where it has lists or nothing
}

type plyHeader struct {
	encoding string // as in Info
	elements []plyElement
}

var plyTypes = map[string]scalarType{
	"char": {'i', 1}, "int8": {'i', 1}, "uchar": {'u', 1}, "uint8": {'u', 1},
	"short": {'i', 2}, "int16": {'i', 2}, "ushort": {'u', 2}, "uint16": {'u', 2},
	"int": {'i', 4}, "int32": {'i', 4}, "uint": {'u', 4}, "uint32": {'u', 4},
	"long": {'i', 8}, "int64": {'i', 8}, "ulong": {'u', 8}, "uint64": {'u', 8},
	"float": {'f', 4}, "float32": {'f', 4}, "double": {'f', 8}, "float64": {'f', 8},
}

// readPLYHeader reads up to and with end_header.
func readPLYHeader(r *reading) (*plyHeader, error) {
	h := &plyHeader{}
	if line, _ := r.nextLine(); !bytes.EqualFold(bytes.TrimSpace(line), []byte("ply")) {
		return nil, r.atLine(ErrFormat, "the first line should be ply, not %s", clip(line))
	}
	for {
		line, ok := r.nextLine()
		if !ok {
			return nil, r.ended("the file ends in its header; end_header should follow")
		}
		if bytes.IndexByte(line, 0) >= 0 {
			return nil, r.atLine(ErrFormat, "the header holds binary data; end_header is missing before it")
		}
		words := strings.Fields(string(line))
		if len(words) == 0 {
			continue
		}
		var err error
		switch words[0] {
		case "comment", "obj_info":
		case "format":
			err = h.format(r, words)
		case "element":
			err = h.element(r, words)
		case "property":
			err = h.property(r, words)
		case "end_header":
			if h.encoding == "" {
				return nil, r.atLine(ErrFormat, "the header has no format line")
			}
			return h, nil
		default:
			if len(words) == 1 {
				continue // scanners' own programs leave such lines: "bye" in range scans of Stanford's
			}
			err = r.atLine(ErrFormat, "%s is no header entry; the entries are format, comment, obj_info, element, property and end_header", clip([]byte(words[0])))
		}
		if err != nil {
			return nil, err
		}
	}
}

func (h *plyHeader) format(r *reading, words []string) error {
	if len(words) >= 2 {
		switch words[1] {
		case "ascii":
			h.encoding = "ascii"
			return nil
		case "binary_little_endian":
			h.encoding = "binary"
			return nil
		case "binary_big_endian":
			h.encoding = "binary_big_endian"
			return nil
		}
	}
	return r.atLine(ErrFormat, "the format should be ascii, binary_little_endian or binary_big_endian")
}

func (h *plyHeader) element(r *reading, words []string) error {
	if len(words) != 3 {
		return r.atLine(ErrFormat, "an element line is: element NAME COUNT")
	}
	count, ok := parseInt([]byte(words[2]))
	if !ok || count < 0 {
		return r.atLine(ErrFormat, "element %s has count %s; it should be a whole number", words[1], clip([]byte(words[2])))
	}
	if count > maxPoints {
		return r.atLine(ErrTooLarge, "the header promises %d %s items; at most %d are read", count, words[1], maxPoints)
	}
	if len(h.elements) == 64 {
		return r.atLine(ErrTooLarge, "the header has more than 64 elements")
	}
	h.elements = append(h.elements, plyElement{name: words[1], count: count})
	return nil
}

func (h *plyHeader) property(r *reading, words []string) error {
	if len(h.elements) == 0 {
		return r.atLine(ErrFormat, "a property stands before any element")
	}
	e := &h.elements[len(h.elements)-1]
	var p plyProperty
	ok := false
	switch {
	case len(words) == 3:
		p.name = words[2]
		p.typ, ok = plyTypes[words[1]]
	case len(words) == 5 && words[1] == "list":
		p.name = words[4]
		p.count, ok = plyTypes[words[2]]
		if ok {
			p.typ, ok = plyTypes[words[3]]
		}
		ok = ok && p.count.kind != 'f'
	}
	if !ok {
		return r.atLine(ErrFormat, "a property line is: property TYPE NAME, or property list COUNTTYPE TYPE NAME; types are char, uchar, short, ushort, int, uint, float, double or int8 to float64")
	}
	if len(e.props) == maxColumns {
		return r.atLine(ErrTooLarge, "element %s has more than %d properties", e.name, maxColumns)
	}
	e.props = append(e.props, p)
	e.stride = 0
	for _, p := range e.props {
		if p.list() {
			e.stride = 0
			break
		}
		e.stride += p.typ.size
	}
	return nil
}

// bytes is the size of a binary file's data, -1 where lists leave it open.
func (h *plyHeader) bytes() (n int64) {
	for _, e := range h.elements {
		if e.stride == 0 && len(e.props) > 0 && e.count > 0 {
			return -1
		}
		n += e.count * int64(e.stride)
	}
	return n
}

// vertex is the index of the element that holds the points, -1 for none.
func (h *plyHeader) vertex() int {
	for i, e := range h.elements {
		switch strings.ToLower(e.name) {
		case "vertex", "vertices", "point", "points":
			return i
		}
	}
	return -1
}

// corners is the index of the list property that holds a face's vertices, -1
// where e holds no faces. Range grids have lists of the same name that are none.
func (e *plyElement) corners() int {
	if e.name != "face" && e.name != "faces" && e.name != "tristrips" {
		return -1
	}
	only, lists := -1, 0
	for i, p := range e.props {
		if !p.list() {
			continue
		}
		switch p.name {
		case "vertex_indices", "vertex_index", "vertex_indexes", "vertex_idx":
			return i
		}
		only, lists = i, lists+1
	}
	if lists == 1 && e.props[only].typ.kind != 'f' {
		return only // under whatever name
	}
	return -1
}
