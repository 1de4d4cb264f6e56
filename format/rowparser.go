package format

import "math"

// rowParser reads lines of numbers.
type rowParser struct {
	delim        byte // ',' or ';', or 0 for white space
	decimalComma bool // "1,5" is one and a half
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
		if skip == nil || !skip[n] {
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

// token is the cell at line[i], without white space and quotes around it.
func (p rowParser) token(line []byte, i int) (cell []byte, next int) {
	j := i
	for j < len(line) && (p.delim == 0 && !isSpace(line[j]) || p.delim != 0 && line[j] != p.delim) {
		j++
	}
	next = j
	for j > i && isSpace(line[j-1]) {
		j--
	}
	if j-i >= 2 && line[i] == '"' && line[j-1] == '"' {
		i, j = i+1, j-1
	}
	return line[i:j], next
}

// oddNumber reads what scanFloat does not: many digits, NaN, decimal
// commas.
func (p rowParser) oddNumber(token []byte) (float64, bool) {
	if v, ok := parseFloat(token); ok {
		return v, true
	}
	if !p.decimalComma || len(token) > 64 {
		return 0, false
	}
	point := append([]byte(nil), token...)
	for i, c := range point {
		if c == ',' {
			point[i] = '.'
		}
	}
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
