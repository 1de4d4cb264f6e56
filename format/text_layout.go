package format

import (
	"path/filepath"
	"strings"
)

// textLayout is what the first lines of a table of numbers tell.
type textLayout struct {
	*reading
	rowParser
	names   []string // from a header line, nil where there is none
	comment string   // the last comment before the data, which may name the columns
	count   int64    // points promised by the counts so far (PTS), -1 without
	blocks  int      // blocks with a count of their own after the first
	skip    []bool   // columns of words, nil where there are none
	quotes  bool     // words in quotes may run over several lines
	first   []byte   // the first row
	joined  []byte   // a row that runs over several lines
	titled  bool     // a first line of words was passed over
	xyz     [3]int   // the columns of the coordinates
	guessed bool     // nothing named them
}

// open reads up to the first row.
func (t *textLayout) open() error {
	for {
		line, ok := t.nextLine()
		if !ok {
			if t.lineTooLong() {
				return t.ended("")
			}
			return t.whole(ErrFormat, "holds no line of numbers")
		}
		if blank(line) {
			continue
		}
		if isComment(line) {
			t.comment = string(line)
			continue
		}
		if t.names != nil {
			line = t.joinQuoted(line)
		}
		t.separate(line)
		line = t.beforeNote(t.joinQuoted(line))
		cells := t.cells(line)
		if len(cells) > maxColumns {
			return t.atLine(ErrTooLarge, "the line has %d columns; at most %d are read", len(cells), maxColumns)
		}
		if len(cells) == 1 && t.count <= 0 {
			if v, ok := parseInt([]byte(cells[0])); ok && v >= 0 {
				if v > maxPoints {
					return t.atLine(ErrTooLarge, "the file promises %d points; at most %d are read", v, maxPoints)
				}
				t.count = v
				continue
			}
		}
		if t.names == nil && t.isHeader(cells) {
			t.names = cells
			continue
		}
		if len(cells) < 3 && t.isTitle(cells) {
			t.info.warn("passed over line %d, which holds no numbers: %s", t.line, clip(line))
			t.titled = true
			continue
		}
		t.first = append([]byte(nil), line...)
		if t.delim == ',' && t.names == nil {
			return t.checkCommas(len(cells), t.findWords(cells))
		}
		return t.findWords(cells)
	}
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

// isTitle reports whether a first line of a word or two stands before numbers: a
// count, or a row of three or more.
func (t *textLayout) isTitle(cells []string) bool {
	if t.titled || t.count >= 0 || t.names != nil {
		return false
	}
	for _, c := range cells {
		if t.number(c) {
			return false
		}
	}
	numbers, all := 0, false
	t.ahead(func(line []byte) bool {
		p := textLayout{reading: t.reading}
		p.separate(line)
		all = true
		for _, c := range p.cells(line) {
			if p.number(c) {
				numbers++
			} else {
				all = false
			}
		}
		return false
	})
	return all && numbers == 1 || numbers >= 3
}

// findWords marks the columns that hold words in the first row, and the empty one
// after a delimiter at the end of each line. A row without a header needs three
// numbers.
func (t *textLayout) findWords(cells []string) error {
	left, word := 0, -1
	skip := make([]bool, len(cells))
	for i, c := range cells {
		last := i > 2 && i == len(cells)-1 && (t.names == nil || len(t.names) == len(cells) && t.names[i] == "")
		skip[i] = c == "" && last || c != "" && !t.number(c)
		switch {
		case !skip[i]:
			left++
		case c != "":
			if t.skip = skip; word < 0 {
				word = i
			}
			t.quotes = t.delim != 0
		default:
			t.skip = skip
		}
	}
	if len(cells) < 3 {
		return t.atLine(ErrFormat, "the line has %s; a point needs three numbers, x y z", plural(len(cells), "value"))
	}
	if left < 3 && word >= 0 && t.names == nil {
		return t.noCoordinate(word)
	}
	return nil
}

func (t *textLayout) noCoordinate(i int) error {
	cell, advice := t.cells(t.first)[i], ""
	if t.delim == ',' && strings.Contains(cell, " ") {
		advice = decimalAdvice
	}
	return t.atLine(ErrFormat, "column %d should hold a coordinate, but %s is no number%s", i+1, clip([]byte(cell)), advice)
}

// columns names and assigns the columns of the first row.
func (t *textLayout) columns() ([]column, error) {
	width := len(t.cells(t.first))
	names := t.names
	if names == nil {
		names = t.commentNames(width)
	}
	named := names != nil
	if !named {
		names = namesByExtension(strings.ToLower(filepath.Ext(t.name)), width)
	}
	if len(names) != width {
		return nil, t.atLine(ErrFormat, "the line has %d values for the %d names in the header", width, len(names))
	}
	cols := columnsOf(names)
	if !named && t.skip != nil {
		t.shiftNames(cols)
	}
	if err := t.leaveOutWords(cols); err != nil {
		return nil, err
	}
	found, err := t.assign(cols, true)
	if err != nil {
		return nil, err
	}
	t.guessed = !named && t.chosen == nil
	if !found {
		if err := t.takeFirst(cols); err != nil {
			return nil, err
		}
		t.guessed = true
	}
	for i := range cols {
		if r := cols[i].role; r >= roleX && r <= roleZ {
			t.xyz[r-roleX] = i
		}
	}
	return cols, nil
}

// numberColumns are the columns that hold numbers.
func (t *textLayout) numberColumns() (index []int) {
	for i := range t.b.cols {
		if t.skip == nil || !t.skip[i] {
			index = append(index, i)
		}
	}
	return index
}

// shiftNames makes the first three columns of numbers x, y and z where nothing
// names them and words stand among them.
func (t *textLayout) shiftNames(cols []column) {
	next := 0
	for i := range cols {
		cols[i].name = numbered("column", i+1)
		if !t.skip[i] && next < 3 {
			cols[i].name = [...]string{"x", "y", "z"}[next]
			next++
		}
	}
}

// takeFirst takes the first three columns of numbers for x, y and z.
func (t *textLayout) takeFirst(cols []column) error {
	next, word := 0, 0
	for i := range cols {
		if cols[i].role == roleSkip {
			word = i
			continue
		}
		cols[i].role = roleScalar
		if next < 3 {
			cols[i].role = roleX + role(next)
			next++
		}
	}
	if next < 3 {
		return t.noCoordinate(word)
	}
	t.info.warn("the header names no x, y and z; the first three columns of numbers were taken")
	return nil
}

// leaveOutWords skips the columns that hold words, which must not be coordinates.
func (t *textLayout) leaveOutWords(cols []column) error {
	for i := range t.skip {
		if !t.skip[i] {
			continue
		}
		if role := roleOf(cols[i].name); role >= roleX && role <= roleZ {
			return t.noCoordinate(i)
		}
		cols[i].role = roleSkip
		if t.cells(t.first)[i] == "" {
			cols[i].name = "column" // the one after a delimiter at the end
			continue
		}
		t.info.warn("left out column %d (%s): it holds words", i+1, cols[i].name)
	}
	return nil
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
