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

var npyFormat = &fileFormat{
	kind: "npy", name: "NPY", extensions: []string{".npy"}, encodings: []string{"binary"},
	magic: isNPY, read: readNPYCloud, writeCloud: writeNPYCloud,
}

// npyHeader is the description of a NumPy array.
// Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
type npyHeader struct {
	typ     scalarType
	big     bool
	fortran bool // columns stand one after the other
	shape   []int
	count   int64 // product of shape
}

// npyWide is how many values of a point are more than clouds have.
const npyWide = 100

const npyMagic = "\x93NUMPY"

func isNPY(_ *source, window []byte) bool { return bytes.HasPrefix(window, []byte(npyMagic)) }

// readNPYHeader reads up to the first number. Versions 1 to 3.
func readNPYHeader(r *reading) (*npyHeader, error) {
	head := r.take(8)
	if head == nil || string(head[:6]) != npyMagic {
		return nil, r.whole(ErrFormat, "is no NPY file: it does not begin with \\x93NUMPY")
	}
	width := 2
	switch head[6] {
	case 1:
	case 2, 3:
		width = 4
	default:
		return nil, r.whole(ErrFormat, "is NPY version %d; 1 to 3 are read", head[6])
	}
	raw := r.take(width)
	if raw == nil {
		return nil, r.atByte(ErrTruncated, "the file ends in its header")
	}
	size := int(scalarType{'u', width}.bits(raw))
	if size > maxRecord {
		return nil, r.atByte(ErrTooLarge, "the header has %d bytes; at most %d are read", size, maxRecord)
	}
	text := r.take(size)
	if text == nil {
		return nil, r.atByte(ErrTruncated, "the file ends in its header")
	}
	// The header ends with a line feed, which a text-mode transfer makes two bytes.
	if last := len(text) - 1; last >= 0 && text[last] == '\r' {
		if next := r.peek(1); len(next) == 1 && next[0] == '\n' {
			return nil, r.atByte(ErrFormat, "the file went through a transfer in text mode, which changes its numbers; transfer it again in binary mode")
		}
	}
	h, err := parseNPYHeader(r, string(text))
	if err != nil {
		return nil, err
	}
	return h, r.refuseTextMode(h.count * int64(h.typ.size))
}

// parseNPYHeader reads the Python dictionary "{'descr': '<f4', 'fortran_order':
// False, 'shape': (10, 3), }".
func parseNPYHeader(r *reading, text string) (*npyHeader, error) {
	value := func(key string) string {
		for _, quote := range []string{"'", `"`} {
			if _, after, ok := strings.Cut(text, quote+key+quote); ok {
				_, after, _ = strings.Cut(after, ":")
				return strings.TrimSpace(after)
			}
		}
		return ""
	}
	h := &npyHeader{count: 1}
	descr := value("descr")
	if strings.HasPrefix(descr, "[") {
		return nil, r.whole(ErrFormat, "is a structured array; save plain columns, such as numpy.column_stack([a['x'], a['y'], a['z']])")
	}
	if len(descr) < 5 || descr[4] != descr[0] || !h.parseType(descr[1:4]) {
		return nil, r.whole(ErrFormat, "has an element type that is not read (%s); save it as float32", clip([]byte(descr)))
	}
	h.fortran = strings.HasPrefix(value("fortran_order"), "True")
	shape, _, ok := strings.Cut(strings.TrimPrefix(value("shape"), "("), ")")
	if !ok || !strings.HasPrefix(value("shape"), "(") {
		return nil, r.whole(ErrFormat, "has no shape in its header")
	}
	for _, word := range strings.Split(shape, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		n, ok := parseInt([]byte(word))
		if !ok || n < 0 {
			return nil, r.whole(ErrFormat, "has %s in its shape, which is no length", clip([]byte(word)))
		}
		if n > maxPoints || len(h.shape) == 32 || n > 0 && h.count > math.MaxInt64/8/n {
			return nil, r.whole(ErrTooLarge, "has shape (%s); at most %d rows are read", shape, maxPoints)
		}
		h.shape = append(h.shape, int(n))
		h.count *= n
	}
	return h, nil
}

// parseType reads "<f4", ">i8", "|u1" and "|b1".
func (h *npyHeader) parseType(s string) bool {
	h.big = s[0] == '>'
	h.typ = scalarType{s[1], int(s[2] - '0')}
	if h.typ == (scalarType{'b', 1}) {
		h.typ.kind = 'u'
	}
	return strings.IndexByte("<>|=", s[0]) >= 0 && h.typ.valid()
}

// shapeFault says why an array of this shape is no cloud and which NumPy call helps,
// "" where it is one: N×M, or the H×W×M of an organised cloud, with x, y, z first.
func (h *npyHeader) shapeFault() string {
	s := h.shape
	n := len(s)
	switch {
	case n == 2 && (s[0] == 3 && s[1] != 3 || s[0] > 3 && s[0] <= 8 && s[1] > 4*s[0]):
		return "points must be rows, so save a.T.copy()"
	case n == 3 && s[0] == 3 && (s[2] < 3 || s[2] > 8):
		return "coordinates must come last, so save numpy.moveaxis(a, 0, -1).copy()"
	case n > 3 && s[n-1] >= 3:
		return fmt.Sprintf("it has too many dimensions, so save a.reshape(-1, %d)", s[n-1])
	case n < 2 || n > 3 || s[n-1] < 3:
		return "a cloud is N rows of x, y, z and more"
	case h.fortran:
		return "it is in Fortran order, so save numpy.ascontiguousarray(a)"
	}
	return ""
}

// readNPYCloud reads an N×M or H×W×M array: x, y, z in the first three columns, the
// rest are scalars "column4", "column5"….
func readNPYCloud(r *reading) error {
	r.info.Encoding = "binary"
	h, err := readNPYHeader(r)
	if err != nil {
		return err
	}
	if fault := h.shapeFault(); fault != "" {
		return r.whole(ErrFormat, "has shape %s; %s", strings.ReplaceAll(fmt.Sprint(h.shape), " ", " × "), fault)
	}
	width := h.shape[len(h.shape)-1]
	rows := h.count / int64(width)
	if rows > maxPoints {
		return r.whole(ErrTooLarge, "has %d rows; at most %d are read", rows, maxPoints)
	}
	stride := width * h.typ.size
	if width > maxColumns || stride > maxRecord {
		return r.whole(ErrTooLarge, "has %d columns; at most %d are read", width, maxColumns)
	}
	if err := r.checkRoom(rows, stride, "row"); err != nil {
		return err
	}
	cols := columnsOf(namesByExtension("", width))
	if _, err := r.assign(cols, true); err != nil {
		return err
	}
	if len(h.shape) == 2 && width > npyWide {
		r.info.warn("every point has %d values; if this is a picture or a depth map, it must be turned into x, y, z first", width)
	}
	r.begin(cols, r.hintRows(rows, stride))
	for done := int64(0); done < rows; {
		n := int(min(int64(r.b.rows-r.b.n), rows-done, max(1, bufferSize/int64(stride))))
		raw := r.take(n * stride)
		if raw == nil {
			return r.atByte(ErrTruncated, "the file ends after about %d of the %d rows that its header promises", done, rows)
		}
		if h.big {
			h.typ.swap(raw, 0, h.typ.size, n*width)
		}
		for j := range cols {
			r.fillColumn(j, n, h.typ, raw, j*h.typ.size, stride)
		}
		r.b.advance(n)
		done += int64(n)
	}
	r.warnOfRest()
	return nil
}

// ReadNPY reads a NumPy array of numbers in C order, row-major, as float32.
// Types f4, f8, i1 to i8, u1 to u8 and bool, of either byte order.
func ReadNPY(in io.Reader) (data []float32, shape []int, err error) {
	r := &reading{source: newSource(in, "npy"), info: &Info{}}
	if data, shape, err = readNPYArray(r); r.cause(err) != nil {
		return nil, nil, r.cause(err)
	}
	return data, shape, nil
}

func readNPYArray(r *reading) (data []float32, shape []int, err error) {
	h, err := readNPYHeader(r)
	if err != nil {
		return nil, nil, err
	}
	if err := r.checkRoom(h.count, h.typ.size, "number"); err != nil {
		return nil, nil, err
	}
	if h.fortran && len(h.shape) > 1 {
		return nil, nil, r.whole(ErrFormat, "is in Fortran order; save numpy.ascontiguousarray(a)")
	}
	hint := r.hintRows(h.count, h.typ.size)
	var block [blockRows]float64
	for done := int64(0); done < h.count; {
		n := int(min(blockRows, h.count-done))
		raw := r.take(n * h.typ.size)
		if raw == nil {
			return nil, nil, r.atByte(ErrTruncated, "the file ends after about %d of the %d numbers that its header promises", done, h.count)
		}
		if h.big {
			h.typ.swap(raw, 0, h.typ.size, n)
		}
		h.typ.decode(block[:n], raw, 0, h.typ.size)
		data = grow(data, n, hint)
		for _, v := range block[:n] {
			data = append(data, float32(v))
		}
		done += int64(n)
	}
	return data, h.shape, nil
}

// WriteNPY writes data as a float32 array. It panics where the shape's product is
// not len(data).
func WriteNPY(w io.Writer, data []float32, shape ...int) error {
	n := 1
	for _, s := range shape {
		n *= s
	}
	if n != len(data) {
		panic(fmt.Sprintf("format: %d numbers for shape %v", len(data), shape))
	}
	if err := writeNPYHeader(w, "<f4", shape); err != nil {
		return err
	}
	bw := buffered(w)
	for _, v := range data {
		if _, err := bw.Write(binary.LittleEndian.AppendUint32(bw.AvailableBuffer(), math.Float32bits(v))); err != nil {
			return err
		}
	}
	return bw.Flush()
}

func writeNPYHeader(w io.Writer, descr string, shape []int) error {
	var dims strings.Builder
	for _, s := range shape {
		fmt.Fprintf(&dims, "%d, ", s)
	}
	list := strings.TrimSuffix(dims.String(), " ") // "(3,)"
	if len(shape) > 1 {
		list = strings.TrimSuffix(list, ",")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, list)
	// The numbers begin at a multiple of 64.
	text += strings.Repeat(" ", 63-(len(npyMagic)+4+len(text))%64) + "\n"
	_, err := fmt.Fprintf(w, "%s\x01\x00%s%s", npyMagic, binary.LittleEndian.AppendUint16(nil, uint16(len(text))), text)
	return err
}

// writeNPYCloud writes the coordinates, N×3: float32, or float64 where an origin is
// added back.
func writeNPYCloud(w io.Writer, c *geom.Cloud, _ writing) error {
	t := tableOf(c, attributes{})
	descr := "<f4"
	if t.fields[0].typ.size == 8 {
		descr = "<f8"
	}
	if err := writeNPYHeader(w, descr, []int{t.rows, 3}); err != nil {
		return err
	}
	return t.writeBinary(w, binary.LittleEndian)
}
