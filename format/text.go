package format

import (
	"bytes"
	"path/filepath"
	"strings"
)

// textLayout is what the first lines of a table of numbers tell.
type textLayout struct {
	rowParser
	names   []string // from a header line, nil where there is none
	comment string   // the last comment before the data, which may name the columns
	count   int64    // from a first line with a single number (PTS), -1 without
	skip    []bool   // columns of words, nil where there are none
	first   []byte   // the first row
}

// readText reads points as lines of numbers: XYZ, TXT, ASC, CSV, PTS. Columns
// are separated by commas, semicolons or white space. Without a header line the
// first three are x, y, z and the rest "column4", "column5"….
func readText(r *reading) error {
	r.info.Encoding = "ascii"
	t := &textLayout{count: -1}
	if err := t.open(r); err != nil {
		return err
	}
	cols, err := t.columns(r)
	if err != nil {
		return err
	}
	r.begin(cols, 0)
	vals := make([]float64, len(cols))
	rows, start := int64(0), r.offset()
	for line, ok := t.first, true; ok; line, ok = r.nextLine() {
		if isComment(line) || blank(line) {
			continue
		}
		if t.count >= 0 && rows == t.count {
			r.info.warn("ignored what follows the data from line %d on", r.line)
			return nil
		}
		n, bad := t.parse(line, vals, t.skip)
		if bad != nil || n != len(cols) {
			return t.rowError(r, n, bad, len(cols))
		}
		for j := range vals {
			if c := &r.b.cols[j]; c.role != roleSkip {
				c.block[r.b.n] = vals[j]
			}
		}
		if rows++; r.b.n == r.b.rows-1 && r.b.hint == 0 {
			// The first block tells how long a row is; two parts in a hundred more.
			r.b.hint = int(rows) + r.hintRows(maxPoints, max(int((r.offset()-start)*98/(100*rows)), 1))
		}
		r.b.advance(1)
	}
	if r.lineTooLong() {
		return r.ended("")
	}
	if rows < t.count {
		return r.ended("the file ends after %d of the %d points that its first line promises", rows, t.count)
	}
	if t.count >= 0 {
		r.warnOfCut()
	}
	return nil
}

func (t *textLayout) rowError(r *reading, n int, bad []byte, width int) error {
	switch {
	case bad != nil && t.delim == ',' && bytes.IndexByte(bad, ' ') >= 0:
		return r.atLine(ErrFormat, "%s (value %d) is no number; with decimal commas, columns must be separated by semicolons or by white space alone", clip(bad), n+1)
	case bad != nil:
		return r.atLine(ErrFormat, "%s (value %d) is no number", clip(bad), n+1)
	}
	return r.atLine(ErrFormat, "the line has %s; the lines before have %d", moreThan(n, width), width)
}

func isComment(line []byte) bool {
	for i, c := range line {
		switch {
		case isSpace(c):
			continue
		case c == '#' || c == '%':
			return true
		}
		return c == '/' && i+1 < len(line) && line[i+1] == '/'
	}
	return false
}

// open reads up to the first row.
func (t *textLayout) open(r *reading) error {
	for {
		line, ok := r.nextLine()
		if !ok {
			if r.lineTooLong() {
				return r.ended("")
			}
			return r.whole(ErrFormat, "holds no line of numbers")
		}
		if blank(line) {
			continue
		}
		if isComment(line) {
			t.comment = string(line)
			continue
		}
		t.separate(line)
		cells := t.cells(line)
		if len(cells) > maxColumns {
			return r.atLine(ErrTooLarge, "the line has %d columns; at most %d are read", len(cells), maxColumns)
		}
		if len(cells) == 1 && t.count < 0 && t.names == nil {
			if v, ok := parseInt([]byte(cells[0])); ok && v >= 0 {
				t.count = v
				continue
			}
		}
		if t.names == nil && t.isHeader(cells) {
			t.names = cells
			continue
		}
		t.first = append([]byte(nil), line...)
		t.findWords(cells)
		return nil
	}
}

// separate chooses the delimiter of a line.
func (t *textLayout) separate(line []byte) {
	switch {
	case bytes.IndexByte(line, ';') >= 0:
		t.delim, t.decimalComma = ';', true
	case bytes.IndexByte(line, ',') >= 0 && !commasAreDecimal(line):
		t.delim, t.decimalComma = ',', false
	default:
		t.delim, t.decimalComma = 0, bytes.IndexByte(line, ',') >= 0
	}
}

// commasAreDecimal reports whether a line reads like "1,5 -2,25 3,0": three or
// more words, none with two commas and none that begins or ends with one.
func commasAreDecimal(line []byte) bool {
	words := bytes.Fields(line)
	for _, w := range words {
		if bytes.Count(w, []byte(",")) > 1 || w[0] == ',' || w[len(w)-1] == ',' {
			return false
		}
	}
	return len(words) >= 3
}

func (t *textLayout) number(cell string) bool {
	_, ok := t.oddNumber([]byte(cell))
	return ok
}

// isHeader reports whether the cells name x, y and z, or else none is a number and
// one at least is a word.
func (t *textLayout) isHeader(cells []string) bool {
	if assignRoles(columnsOf(cells)) {
		return true
	}
	words := 0
	for _, c := range cells {
		if t.number(c) {
			return false
		}
		if c != "" {
			words++
		}
	}
	return words > 0 && len(cells) >= 3
}

// findWords marks the columns that hold words in the first row, and the empty one
// after a delimiter at the end of each line.
func (t *textLayout) findWords(cells []string) {
	for i, c := range cells {
		last := i > 2 && i == len(cells)-1 && (t.names == nil || len(t.names) == len(cells) && t.names[i] == "")
		if c != "" && !t.number(c) && (i >= 3 || t.names != nil) || c == "" && last {
			if t.skip == nil {
				t.skip = make([]bool, len(cells))
			}
			t.skip[i] = true
		}
	}
}

// columns names and assigns the columns of the first row.
func (t *textLayout) columns(r *reading) ([]column, error) {
	width := len(t.cells(t.first))
	if width < 3 {
		return nil, r.atLine(ErrFormat, "the line has %s; a point needs three numbers, x y z", plural(width, "value"))
	}
	names := t.names
	if names == nil {
		names = t.commentNames(width)
	}
	if names == nil {
		names = namesByExtension(strings.ToLower(filepath.Ext(r.name)), width)
	}
	if len(names) != width {
		return nil, r.atLine(ErrFormat, "the line has %d values for the %d names in the header", width, len(names))
	}
	cols := columnsOf(names)
	if err := t.leaveOutWords(r, cols); err != nil {
		return nil, err
	}
	if !assignRoles(cols) {
		for i := range cols {
			if cols[i].role != roleSkip {
				cols[i].role = roleScalar
			}
		}
		for i := range 3 {
			if cols[i].role == roleSkip {
				return nil, t.noCoordinate(r, i)
			}
			cols[i].role = roleX + role(i)
		}
		r.info.warn("the header names no x, y and z; the first three columns were taken")
	}
	return cols, nil
}

// leaveOutWords skips the columns that hold words, which must not be coordinates.
func (t *textLayout) leaveOutWords(r *reading, cols []column) error {
	for i := range t.skip {
		if !t.skip[i] {
			continue
		}
		if role := roleOf(cols[i].name); role >= roleX && role <= roleZ {
			return t.noCoordinate(r, i)
		}
		cols[i].role = roleSkip
		if t.cells(t.first)[i] == "" {
			cols[i].name = "column" // the one after a delimiter at the end
			continue
		}
		r.info.warn("left out column %d (%s): it holds words", i+1, cols[i].name)
	}
	return nil
}

func (t *textLayout) noCoordinate(r *reading, i int) error {
	return r.atLine(ErrFormat, "column %d should hold a coordinate, but %s is no number", i+1, clip([]byte(t.cells(t.first)[i])))
}

// commentNames takes a comment such as "# x y z label" for a header where it
// names as many columns as there are, x, y and z among them.
func (t *textLayout) commentNames(width int) []string {
	line := []byte(strings.TrimLeft(t.comment, "#/% \t"))
	for _, p := range []rowParser{t.rowParser, {}, {delim: ','}} {
		names := p.cells(line)
		if len(names) != width {
			continue
		}
		if assignRoles(columnsOf(names)) {
			return names
		}
	}
	return nil
}

// namesByExtension names the columns of files without a header.
func namesByExtension(ext string, width int) []string {
	names := []string{"x", "y", "z"}
	switch {
	case ext == ".xyzn" && width == 6:
		names = append(names, "nx", "ny", "nz")
	case ext == ".xyzrgb" && width == 6:
		names = append(names, "red", "green", "blue")
	case ext == ".pts" && width == 4:
		names = append(names, "intensity")
	case ext == ".pts" && width == 7:
		names = append(names, "intensity", "red", "green", "blue")
	}
	for i := len(names) + 1; i <= width; i++ {
		names = append(names, numbered("column", i))
	}
	return names
}
