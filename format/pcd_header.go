package format

import (
	"fmt"
	"math"
	"strings"

	"blemish/geom"
)

// maxColumns and maxRecord bound one point's record, so that a header alone
// cannot ask for much.
const (
	maxColumns = 4096
	maxRecord  = 64 << 10 // bytes
	maxPoints  = math.MaxInt32
)

// pcdField is one entry of FIELDS.
type pcdField struct {
	name   string
	typ    scalarType
	count  int
	offset int // bytes into the record
}

// pcdHeader is what stands before the data.
// Source: pointclouds.org/documentation/tutorials/pcd_file_format.html.
type pcdHeader struct {
	fields        []pcdField
	width, height int64
	points        int64
	data          string
	stride        int // bytes of a record
	values        int // numbers of a record
}

// readPCDHeader reads up to and with the DATA line.
func readPCDHeader(r *reading) (*pcdHeader, error) {
	h := &pcdHeader{width: -1, height: -1, points: -1}
	entries := map[string][]string{}
	for h.data == "" {
		line, ok := r.nextLine()
		if !ok {
			return nil, r.ended("the file ends in its header; a DATA line should follow")
		}
		words := strings.Fields(string(line))
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		key := strings.ToUpper(words[0])
		switch key {
		case "COLUMNS":
			key = "FIELDS"
		case "VERSION", "VIEWPOINT", "FIELDS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "POINTS":
		case "DATA":
			if len(words) != 2 {
				return nil, r.atLine(ErrFormat, "DATA must be followed by ascii, binary or binary_compressed")
			}
			h.data = strings.ToLower(words[1])
		default:
			return nil, r.atLine(ErrFormat, "unknown header entry %s; the entries are VERSION, FIELDS, SIZE, TYPE, COUNT, WIDTH, HEIGHT, VIEWPOINT, POINTS and DATA", clip([]byte(words[0])))
		}
		entries[key] = words[1:]
		if key == "VIEWPOINT" {
			readViewpoint(r, words[1:])
		}
		if err := h.number(r, key, words[1:]); err != nil {
			return nil, err
		}
	}
	if err := h.layout(r, entries); err != nil {
		return nil, err
	}
	return h, h.countPoints(r)
}

// readViewpoint takes the scanner's place from VIEWPOINT, "tx ty tz qw qx qy qz".
// All 0 is what writers put that do not know it. The turn is not used: the points
// are in the frame that the place is in.
func readViewpoint(r *reading, words []string) {
	var at [7]float64
	for i, w := range words {
		v, ok := parseFloat([]byte(w))
		if !ok || v-v != 0 || len(words) != len(at) {
			r.info.warn("VIEWPOINT is not taken: it should be seven numbers, the place and the turn of the scanner")
			return
		}
		at[i] = v
	}
	if place := (geom.Vec{X: at[0], Y: at[1], Z: at[2]}); place != (geom.Vec{}) {
		r.sensor = &place
	}
}

// number reads the entries that hold one count.
func (h *pcdHeader) number(r *reading, key string, words []string) error {
	to := map[string]*int64{"WIDTH": &h.width, "HEIGHT": &h.height, "POINTS": &h.points}[key]
	if to == nil {
		return nil
	}
	if len(words) == 1 {
		if v, ok := parseInt([]byte(words[0])); ok && v >= 0 {
			*to = v
			return nil
		}
	}
	return r.atLine(ErrFormat, "%s is %s; it should be one whole number", key, clip([]byte(strings.Join(words, " "))))
}

// layout puts FIELDS, SIZE, TYPE and COUNT together. SIZE, TYPE and COUNT may
// be missing: then they are 4, F and 1.
func (h *pcdHeader) layout(r *reading, entries map[string][]string) error {
	names := entries["FIELDS"]
	if len(names) == 0 {
		return r.atLine(ErrFormat, "the header has no FIELDS line")
	}
	get := func(key, fallback string) ([]string, error) {
		words, there := entries[key]
		if !there {
			words = make([]string, len(names))
			for i := range words {
				words[i] = fallback
			}
		}
		if len(words) != len(names) {
			return nil, r.atLine(ErrFormat, "%s has %d entries for %d FIELDS", key, len(words), len(names))
		}
		return words, nil
	}
	sizes, err := get("SIZE", "4")
	if err != nil {
		return err
	}
	types, err := get("TYPE", "F")
	if err != nil {
		return err
	}
	counts, err := get("COUNT", "1")
	if err != nil {
		return err
	}
	for i, name := range names {
		size, ok1 := parseInt([]byte(sizes[i]))
		count, ok2 := parseInt([]byte(counts[i]))
		f := pcdField{name: name, offset: h.stride}
		if len(types[i]) == 1 && ok1 && size <= 8 {
			f.typ = scalarType{strings.ToLower(types[i])[0], int(size)}
		}
		if !f.typ.valid() {
			return r.atLine(ErrFormat, "field %q has TYPE %s and SIZE %s; I and U come in 1, 2, 4 and 8 bytes, F in 4 and 8", name, types[i], sizes[i])
		}
		if !ok2 || count < 1 {
			return r.atLine(ErrFormat, "field %q has COUNT %s; it should be 1 or more", name, counts[i])
		}
		if count > maxColumns || h.values+int(count) > maxColumns || h.stride+int(count)*f.typ.size > maxRecord {
			return r.atLine(ErrTooLarge, "a point has more than %d values or %d bytes", maxColumns, maxRecord)
		}
		f.count = int(count)
		h.values += f.count
		h.stride += f.count * f.typ.size
		h.fields = append(h.fields, f)
	}
	return nil
}

// countPoints decides the number of points: POINTS, or WIDTH times HEIGHT.
func (h *pcdHeader) countPoints(r *reading) error {
	area := int64(-1)
	if h.width >= 0 && h.height < 0 {
		h.height = 1
	}
	if h.width >= 0 {
		area = h.width * h.height
		if h.width > maxPoints || h.height > maxPoints {
			area = math.MaxInt64
		}
	}
	switch {
	case h.points < 0 && area < 0:
		return r.atLine(ErrFormat, "the header has neither POINTS nor WIDTH")
	case h.points < 0:
		h.points = area
	case area >= 0 && area != h.points:
		r.info.warn("WIDTH × HEIGHT is %d, but POINTS is %d; POINTS was taken", area, h.points)
	}
	if h.points > maxPoints {
		return r.atLine(ErrTooLarge, "the header promises %d points; at most %d are read", h.points, maxPoints)
	}
	return nil
}

// columns are the builder's columns: one a number of the record. Fields named
// "_" are padding. A field with COUNT above 1 gives "name[0]", "name[1]"….
func (h *pcdHeader) columns(r *reading) (cols []column, ok bool, err error) {
	var names []string
	for _, f := range h.fields {
		for k := 0; k < f.count; k++ {
			name := f.name
			if f.count > 1 {
				name = fmt.Sprintf("%s[%d]", f.name, k)
			}
			names = append(names, name)
		}
	}
	cols = columnsOf(names)
	i := 0
	for _, f := range h.fields {
		for k := 0; k < f.count; k++ {
			switch {
			case f.name == "_":
				cols[i].role = roleSkip
			case f.count > 1:
				cols[i].role = roleScalar
			case f.typ.size == 4 && (f.name == "rgb" || f.name == "rgba"):
				cols[i].role = roleColour
			}
			i++
		}
	}
	ok, err = r.assign(cols, false)
	return cols, ok, err
}
