package format

import (
	"bytes"
	"math"
)

// rowParser reads lines of numbers. Where commas are no delimiters, "1,5" is one and
// a half.
type rowParser struct {
	delim byte // ',' or ';', or 0 for white space

	// spaced: commas are decimal too, and separate only where white space or the line's
	// end follows.
	spaced bool
}

// parse reads the numbers of a line into vals. n is how many the line holds,
// which may be more than vals takes; bad is the first piece that is no number. A
// cell that is empty between delimiters is NaN. Where skip is not nil, columns
// marked in it are passed over unread and come out as NaN.
func (p rowParser) parse(line []byte, vals []float64, skip []bool) (n int, bad []byte) {
	i := 0
	for {
		for i < len(line) && isSpace(line[i]) {
			i++
		}
		if i == len(line) {
			if p.delim != 0 && n > 0 && n < len(vals) {
				vals[n] = math.NaN() // the cell after the last delimiter
				n++
			}
			return n, nil
		}
		if n >= len(vals) {
			return n + 1, nil
		}
		var v float64
		var next int
		ok := false
		if !p.spaced && (skip == nil || !skip[n]) {
			v, next, ok = scanFloat(line, i)
		}
		if ok {
			next, ok = p.pass(line, next)
		}
		if !ok {
			var token []byte
			token, next = p.token(line, i)
			switch {
			case skip != nil && skip[n], p.delim != 0 && blank(token):
				v = math.NaN()
			default:
				if v, ok = p.oddNumber(token); !ok {
					return n, token
				}
			}
			next, _ = p.pass(line, next)
		}
		vals[n] = v
		n++
		if next < 0 {
			return n, nil
		}
		i = next
	}
}

// pass steps over the delimiter at or after line[i]: the place of the next cell,
// -1 at the line's end, false where something else stands there.
func (p rowParser) pass(line []byte, i int) (int, bool) {
	if p.delim == 0 {
		if i == len(line) {
			return -1, true
		}
		return i, isSpace(line[i])
	}
	for i < len(line) && isSpace(line[i]) {
		i++
	}
	if i == len(line) {
		return -1, true
	}
	return i + 1, line[i] == p.delim
}

// ends reports whether a cell ends before line[j].
func (p rowParser) ends(line []byte, j int) bool {
	switch {
	case p.delim == 0:
		return isSpace(line[j])
	case p.spaced:
		return line[j] == ',' && (j+1 == len(line) || isSpace(line[j+1]))
	}
	return line[j] == p.delim
}

// token is the cell at line[i], without white space and quotes around it. A cell in
// quotes may hold delimiters, and quotes as two (RFC 4180).
func (p rowParser) token(line []byte, i int) (cell []byte, next int) {
	if line[i] == '"' {
		if cell, next, ok := p.quoted(line, i); ok {
			return cell, next
		}
	}
	j := i
	for j < len(line) && !p.ends(line, j) {
		j++
	}
	next = j
	for j > i && isSpace(line[j-1]) {
		j--
	}
	return line[i:j], next
}

// quoted is token where the cell begins with a quote; false where the quotes do not
// enclose all of it.
func (p rowParser) quoted(line []byte, i int) (cell []byte, next int, ok bool) {
	j := closingQuote(line, i)
	if j < 0 {
		return nil, 0, false
	}
	next = j + 1
	for p.delim != 0 && next < len(line) && isSpace(line[next]) {
		next++
	}
	if next < len(line) && !p.ends(line, next) {
		return nil, 0, false
	}
	return bytes.ReplaceAll(line[i+1:j], []byte(`""`), []byte(`"`)), next, true
}

// closingQuote is the place of the quote that closes the one at line[i], -1 where
// the line ends before.
func closingQuote(line []byte, i int) int {
	for j := i + 1; ; j += 2 {
		k := bytes.IndexByte(line[min(j, len(line)):], '"')
		if k < 0 {
			return -1
		}
		if j += k; j+1 == len(line) || line[j+1] != '"' {
			return j
		}
	}
}

// openQuote reports whether a cell of the line begins with a quote that the line
// does not close: then the cell goes on with the next line.
func (p rowParser) openQuote(line []byte) bool {
	for i := 0; i < len(line); {
		for i < len(line) && isSpace(line[i]) {
			i++
		}
		if i == len(line) {
			return false
		}
		if line[i] == '"' && closingQuote(line, i) < 0 {
			return true
		}
		_, next := p.token(line, i)
		i = next + 1
	}
	return false
}

// beforeNote is the line without a comment at its end: from a # on, or from a % or
// // after white space, outside quotes. Between commas and semicolons a cell may
// begin with #, as colours do.
func (p rowParser) beforeNote(line []byte) []byte {
	last := byte(0) // what stands before, white space left out
	for i := 0; i < len(line); i++ {
		c := line[i]
		fresh := i == 0 || isSpace(line[i-1])
		switch {
		case c == '"' && (fresh || p.delim != 0 && last == p.delim):
			if j := closingQuote(line, i); j >= 0 {
				i = j
			}
		case c == '#', fresh && c == '%', fresh && c == '/' && i+1 < len(line) && line[i+1] == '/':
			if p.delim == 0 || last != p.delim {
				return line[:i]
			}
		}
		if !isSpace(c) {
			last = c
		}
	}
	return line
}

// oddNumber reads what scanFloat does not: many digits, NaN, decimal
// commas.
func (p rowParser) oddNumber(token []byte) (float64, bool) {
	if v, ok := parseFloat(token); ok {
		return v, true
	}
	if p.delim == ',' && !p.spaced || len(token) > 64 {
		return 0, false
	}
	comma := bytes.IndexByte(token, ',')
	if comma < 0 || bytes.IndexByte(token, '.') >= 0 || len(token) == 1 {
		return 0, false
	}
	point := append([]byte(nil), token...)
	point[comma] = '.'
	return parseFloat(point)
}

// cells splits a line of words, such as a header, as parse splits numbers.
func (p rowParser) cells(line []byte) []string {
	var out []string
	for i := 0; ; {
		for i < len(line) && isSpace(line[i]) {
			i++
		}
		if i >= len(line) {
			if p.delim != 0 && len(out) > 0 {
				out = append(out, "") // after the last delimiter
			}
			return out
		}
		cell, next := p.token(line, i)
		out = append(out, string(cell))
		if next == len(line) {
			return out
		}
		i = next + 1
	}
}
