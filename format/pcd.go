package format

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
)

var pcdFormat = &fileFormat{
	kind: "pcd", name: "PCD", extensions: []string{".pcd"}, encodings: []string{"binary", "ascii", "binary_compressed"}, columns: true,
	sniff: isPCD, explains: true, read: readPCD, writeCloud: writePCD,
}

// isPCD knows a PCD by its first comment, or by the first word of its header.
func isPCD(o *opening) bool {
	for _, line := range o.comments {
		if len(line) < 80 && bytes.Contains(line, []byte(".PCD")) {
			return true
		}
	}
	switch strings.ToUpper(string(o.word[:min(len(o.word), 8)])) {
	case "VERSION", "FIELDS", "COLUMNS":
		return true
	}
	return false
}

// readPCD reads the PCD format of the Point Cloud Library, versions .5 to .7.
func readPCD(r *reading) error {
	h, err := readPCDHeader(r)
	if err != nil {
		return err
	}
	cols, ok, err := h.columns(r)
	if err != nil {
		return err
	}
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

// readPCDBinary reads records of fixed size.
func readPCDBinary(r *reading, h *pcdHeader, cols []column) error {
	if err := r.refuseTextMode(h.points * int64(h.stride)); err != nil {
		return err
	}
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

// readPCDCompressed reads the two sizes and the LZF-packed block, in which the
// fields stand one after the other.
func readPCDCompressed(r *reading, h *pcdHeader, cols []column) error {
	if head := r.peek(8); len(head) == 8 {
		if err := r.refuseTextMode(8 + int64(binary.LittleEndian.Uint32(head))); err != nil {
			return err
		}
	}
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
	if size > lzfTrusted && size > packed*lzfUsual {
		return r.atByte(ErrTooLarge, "%d compressed bytes promise %d, %d times as many, which points do not give; save it as binary", packed, size, size/max(packed, 1))
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
	// PCL makes the file larger than the block, and leaves zeros there.
	if tail := r.peek(sniffWindow); len(tail) < sniffWindow && len(bytes.Trim(tail, "\x00")) == 0 {
		return nil
	}
	r.warnOfRest()
	return nil
}
