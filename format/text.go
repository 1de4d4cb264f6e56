package format

import (
	"bytes"
	"math"
)

var textFormat = &fileFormat{
	kind: "text", name: "text", extensions: []string{".xyz", ".txt", ".asc", ".csv"}, readOnly: []string{".pts", ".xyzn", ".xyzrgb"},
	encodings: []string{"ascii"}, columns: true,
	sniff: func(o *opening) bool { return o.text }, read: readText, writeCloud: writeText,
}

// readText reads points as lines of numbers: XYZ, TXT, ASC, CSV, PTS. Columns
// are separated by commas, semicolons or white space. Without a header line the
// first three that hold numbers are x, y, z and the rest "column4", "column5"….
func readText(r *reading) error {
	r.info.Encoding = "ascii"
	t := &textLayout{reading: r, count: -1}
	if err := t.open(); err != nil {
		return err
	}
	cols, err := t.columns()
	if err != nil {
		return err
	}
	r.begin(cols, 0)
	if t.count == 0 {
		t.count = -1
		r.info.warn("the count before the points is 0; all rows were read")
	}
	vals := make([]float64, len(cols))
	rows, start := int64(0), r.offset()
	counting := t.guessed
	last := math.Inf(-1)
	for line, ok := t.first, true; ok; line, ok = r.nextLine() {
		if isComment(line) || blank(line) {
			continue
		}
		if t.count >= 0 && rows == t.count {
			more, err := t.nextBlock(line)
			if err != nil {
				return err
			}
			if !more {
				return nil
			}
			continue
		}
		n, bad := t.parse(line, vals, t.skip)
		if bad != nil || n != len(cols) || t.quotes && bytes.IndexByte(line, '"') >= 0 {
			if line, n, bad = t.again(line, vals); bad != nil || n != len(cols) {
				return t.rowError(line, n, bad, len(cols))
			}
		}
		for j := range vals {
			if c := &r.b.cols[j]; c.role != roleSkip {
				c.block[r.b.n] = vals[j]
			}
		}
		if counting {
			v := vals[t.xyz[0]]
			counting = v > last && v == math.Trunc(v)
			last = v
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
	if rows < t.count && t.blocks == 0 {
		return r.ended("the file ends after %d of the %d points that its first line promises", rows, t.count)
	}
	if rows < t.count {
		return r.ended("the file ends after %d of the %d points that the counts of its blocks promise", rows, t.count)
	}
	if t.count >= 0 {
		r.warnOfCut()
	}
	if counting && rows >= 3 {
		t.warnOfCounting()
	}
	return nil
}

// nextBlock takes the line after a block of as many rows as were promised: the
// count of the next one (PTS with several scans), or what is ignored.
func (t *textLayout) nextBlock(line []byte) (more bool, err error) {
	word, rest := nextToken(line)
	count, ok := parseInt(word)
	if !ok || count < 0 || !blank(rest) {
		t.info.warn("ignored what follows the data from line %d on", t.line)
		return false, nil
	}
	if t.count += count; t.count > maxPoints {
		return false, t.atLine(ErrTooLarge, "the counts promise %d points; at most %d are read", t.count, maxPoints)
	}
	t.blocks++
	return true, nil
}

// again reads a row that is not plain: one with a comment at its end, or with a cell
// in quotes that runs over several lines.
func (t *textLayout) again(line []byte, vals []float64) (whole []byte, n int, bad []byte) {
	line = t.beforeNote(t.joinQuoted(line))
	n, bad = t.parse(line, vals, t.skip)
	return line, n, bad
}

// maxQuoted bounds the bytes of a row whose cells in quotes hold line ends.
const maxQuoted = 1 << 20

// joinQuoted adds the lines that a row goes on in: those after a quote that its own
// line does not close. Where nothing closes it, the line is as it stands.
func (t *textLayout) joinQuoted(line []byte) []byte {
	if t.delim == 0 || bytes.IndexByte(line, '"') < 0 || !t.openQuote(line) {
		return line
	}
	t.joined = append(t.joined[:0], line...)
	for len(t.joined) < maxQuoted && t.openQuote(t.joined) {
		more, ok := t.nextLine()
		if !ok {
			break
		}
		t.joined = append(append(t.joined, ' '), more...)
	}
	return t.joined
}

const decimalAdvice = "; with decimal commas, columns must be separated by semicolons or by white space alone"

func (t *textLayout) rowError(line []byte, n int, bad []byte, width int) error {
	advice := ""
	switch {
	case t.delim != 0 && t.openQuote(line):
		advice = "; a quote is not closed"
	case t.delim == ',' && (bytes.IndexByte(bad, ' ') >= 0 || n > width):
		advice = decimalAdvice
	}
	if bad != nil {
		return t.atLine(ErrFormat, "%s (value %d) is no number%s", clip(bad), n+1, advice)
	}
	return t.atLine(ErrFormat, "the line has %s; the lines before have %d%s", moreThan(n, width), width, advice)
}

// warnOfCounting tells of a first column, taken for x without being named so, that
// counts up.
func (t *textLayout) warnOfCounting() {
	numbers := t.numberColumns()
	i := 0
	for i < len(numbers) && numbers[i] != t.xyz[0] {
		i++
	}
	if i+3 >= len(numbers) {
		return // three columns of numbers are x y z
	}
	next := numbers[i+1:]
	t.info.warn("column %d counts up from row to row: a running number? If x y z are columns %d, %d and %d, choose them: --columns %d,%d,%d",
		numbers[i]+1, next[0]+1, next[1]+1, next[2]+1, next[0]+1, next[1]+1, next[2]+1)
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
