package format

// What the readers of several formats share: rows of text, blocks of binary
// columns, room to make, and what is told of a file's end.

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
