package format

import (
	"encoding/binary"
	"math"
)

// readPCD reads the PCD format of the Point Cloud Library, versions .5 to .7.
func readPCD(r *reading) error {
	h, err := readPCDHeader(r)
	if err != nil {
		return err
	}
	cols, ok := h.columns()
	if !ok {
		return r.whole(ErrFormat, "FIELDS names no x, y and z")
	}
	switch h.data {
	case "ascii":
		r.info.Encoding = "ascii"
		return readPCDText(r, h, cols)
	case "binary":
		r.info.Encoding = "binary"
		return readPCDBinary(r, h, cols)
	case "binary_compressed":
		r.info.Encoding = "binary_compressed"
		return readPCDCompressed(r, h, cols)
	}
	return r.atLine(ErrFormat, "DATA is %s; it should be ascii, binary or binary_compressed", clip([]byte(h.data)))
}

// readPCDText reads one point a line. An F rgb is a float whose bits are the
// colour, as PCL has it; a U rgb is the number itself.
func readPCDText(r *reading, h *pcdHeader, cols []column) error {
	r.begin(cols, r.hintText(h.points, h.values))
	var floatColour []bool
	for _, f := range h.fields {
		for k := 0; k < f.count; k++ {
			floatColour = append(floatColour, f.typ.kind == 'f')
		}
	}
	err := r.readRows(h.points, "point", rowParser{}, h.values, func(vals []float64) error {
		b := r.b
		for j := range cols {
			switch c := &b.cols[j]; c.role {
			case roleSkip:
			case roleColour:
				v := vals[j]
				if floatColour[j] {
					v = float64(math.Float32bits(float32(v)))
				}
				c.block[b.n] = max(v, 0) // NaN stays NaN and becomes some colour
			default:
				c.block[b.n] = vals[j]
			}
		}
		b.advance(1)
		return nil
	})
	if err != nil {
		return err
	}
	r.warnOfCut()
	r.warnOfLines()
	return nil
}

// readRows reads count lines of width numbers each; blank lines are passed over.
// what names one row in errors.
func (r *reading) readRows(count int64, what string, p rowParser, width int, row func([]float64) error) error {
	vals := make([]float64, width)
	for i := int64(0); i < count; i++ {
		line, ok := r.nextLine()
		for ok && blank(line) {
			line, ok = r.nextLine()
		}
		if !ok {
			return r.ended("the file ends after %d of the %d %s rows that its header promises", i, count, what)
		}
		n, bad := p.parse(line, vals, nil)
		if bad != nil {
			return r.atLine(ErrFormat, "%s is no number (value %d of %s %d)", clip(bad), n+1, what, i+1)
		}
		if n != width {
			if n < width && r.cut {
				return r.ended("the file ends within %s %d of %d", what, i+1, count)
			}
			return r.atLine(ErrFormat, "%s %d has %s; the header asks for %d", what, i+1, moreThan(n, width), width)
		}
		if err := row(vals); err != nil {
			return err
		}
	}
	return nil
}

// moreThan words a count that parse stops counting at width+1.
func moreThan(n, width int) string {
	if n > width {
		return "more than " + plural(width, "value")
	}
	return plural(n, "value")
}

// warnOfCut tells that a text file with a stated count ends without a line end:
// then nobody can know whether its last number is whole.
func (r *reading) warnOfCut() {
	if r.cut {
		r.info.warn("the last line has no line end; if the file was cut, its last number may be wrong")
	}
}

// warnOfLines tells of lines after the data.
func (r *reading) warnOfLines() {
	for {
		line, ok := r.nextLine()
		if !ok {
			return
		}
		if !blank(line) {
			r.info.warn("ignored what follows the data from line %d on", r.line)
			return
		}
	}
}

// hintText is how many rows to make room for: a row takes two bytes a value at
// least.
func (r *reading) hintText(promised int64, values int) int {
	return r.hintRows(promised, max(2*values, 1))
}

// hintRows is how many rows to make room for: the promise, but no more than the
// bytes that are there can hold; little where that is unknown.
func (r *reading) hintRows(promised int64, bytes int) int {
	left := r.left()
	if left < 0 {
		left = 1 << 20
	}
	return int(min(promised, left/int64(bytes)+1, maxPoints))
}

// checkRoom refuses at once a promise that the rest of a file of known size
// cannot keep.
func (r *reading) checkRoom(count int64, stride int, what string) error {
	left := r.left()
	if left < 0 || count <= left/int64(stride) {
		return nil
	}
	return r.atByte(ErrTruncated, "the header promises %d %s records of %d bytes, but only %d bytes follow: %d records", count, what, stride, left, left/int64(stride))
}

// readPCDBinary reads records of fixed size.
func readPCDBinary(r *reading, h *pcdHeader, cols []column) error {
	if err := r.checkRoom(h.points, h.stride, "point"); err != nil {
		return err
	}
	r.begin(cols, r.hintRows(h.points, h.stride))
	for done := int64(0); done < h.points; {
		n := int(min(int64(r.b.rows-r.b.n), h.points-done, max(1, bufferSize/int64(h.stride))))
		raw := r.take(n * h.stride)
		if raw == nil {
			return r.atByte(ErrTruncated, "the file ends after about %d of the %d points that its header promises", done, h.points)
		}
		j := 0
		for _, f := range h.fields {
			for k := 0; k < f.count; k++ {
				r.fillColumn(j, n, f.typ, raw, f.offset+k*f.typ.size, h.stride)
				j++
			}
		}
		r.b.advance(n)
		done += int64(n)
	}
	r.warnOfRest()
	return nil
}

// fillColumn decodes n rows of column j into the block.
func (r *reading) fillColumn(j, n int, typ scalarType, raw []byte, off, stride int) {
	c := &r.b.cols[j]
	if c.role == roleSkip {
		return
	}
	if c.role == roleColour {
		typ.kind = 'u' // the bits are the colour
	}
	typ.decode(c.block[r.b.n:r.b.n+n], raw, off, stride)
}

// warnOfRest tells of bytes after the data.
func (r *reading) warnOfRest() {
	if r.fill(1) {
		r.info.warn("ignored what follows the data from byte %d on", r.offset())
	}
}

// readPCDCompressed reads the two sizes and the LZF-packed block, in which the
// fields stand one after the other.
func readPCDCompressed(r *reading, h *pcdHeader, cols []column) error {
	head := r.take(8)
	if head == nil {
		return r.atByte(ErrTruncated, "the file ends before its compressed data")
	}
	packed, size := int64(binary.LittleEndian.Uint32(head)), int64(binary.LittleEndian.Uint32(head[4:]))
	if want := h.points * int64(h.stride); size != want {
		return r.atByte(ErrFormat, "the compressed block holds %d bytes; %d points of %d bytes need %d", size, h.points, h.stride, want)
	}
	if left := r.left(); left >= 0 && packed > left {
		return r.atByte(ErrTruncated, "the compressed block should have %d bytes, but only %d follow", packed, left)
	}
	// Checked before anything is allocated: LZF cannot expand by more than that.
	if size > packed*lzfMaxRatio {
		return r.atByte(ErrFormat, "%d compressed bytes cannot hold %d bytes", packed, size)
	}
	in := r.take(int(packed))
	if in == nil {
		return r.atByte(ErrTruncated, "the file ends within its compressed block of %d bytes", packed)
	}
	raw := make([]byte, size)
	if at, err := lzfExpand(raw, in); err != nil {
		return &SyntaxError{File: r.name, Offset: r.offset() - packed + int64(at), Msg: "compressed data are damaged: " + err.Error(), Err: ErrFormat}
	}
	r.begin(cols, int(h.points))
	for done := int64(0); done < h.points; {
		n := int(min(int64(r.b.rows-r.b.n), h.points-done))
		j := 0
		for _, f := range h.fields {
			width := f.typ.size * f.count
			column := raw[int64(f.offset)*h.points+done*int64(width):]
			for k := 0; k < f.count; k++ {
				r.fillColumn(j, n, f.typ, column, k*f.typ.size, width)
				j++
			}
		}
		r.b.advance(n)
		done += int64(n)
	}
	r.warnOfRest()
	return nil
}
