package format

import "bytes"

// What separates the columns of a table, where commas may be decimal.

// separate chooses the delimiter of a line.
func (t *textLayout) separate(line []byte) {
	line = withoutQuoted(line)
	switch {
	case bytes.IndexByte(line, ';') >= 0:
		t.rowParser = rowParser{delim: ';'}
	case bytes.IndexByte(line, ',') < 0 || commasAreDecimal(line):
		t.rowParser = rowParser{}
	default:
		t.rowParser = rowParser{delim: ',', spaced: t.spacedDecimals(line)}
	}
}

// withoutQuoted is the line without what stands in quotes.
func withoutQuoted(line []byte) []byte {
	if bytes.IndexByte(line, '"') < 0 {
		return line
	}
	var out []byte
	for {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			return append(out, line...)
		}
		out = append(append(out, line[:i]...), '"')
		end := closingQuote(line, i)
		if end < 0 {
			return out
		}
		line = line[end+1:]
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

// spacedDecimals reports whether commas are both decimal and delimiters, as in
// "0,5, 1,25, 2,0": in the line and those that follow it, every word but the last
// ends with a comma, and in one of them at least a word has a comma within.
func (t *textLayout) spacedDecimals(line []byte) bool {
	width, within := 0, false
	look := func(line []byte) bool {
		words := bytes.Fields(line)
		if len(words) < 3 || width > 0 && len(words) != width {
			return false
		}
		width = len(words)
		for i, w := range words {
			body := bytes.TrimSuffix(w, []byte(","))
			commas := bytes.Count(body, []byte(","))
			if commas > 1 || i < len(words)-1 && len(body) == len(w) {
				return false
			}
			if commas == 0 {
				continue
			}
			if _, ok := (rowParser{}).oddNumber(body); !ok {
				return false
			}
			within = true
		}
		return true
	}
	if !look(line) {
		return false
	}
	t.ahead(func(line []byte) bool { return !within && look(line) })
	return within
}

// ahead calls body with the lines that have been read from the file already but not
// handed out, as long as it returns true. Comments and blank lines are left out.
func (s *source) ahead(body func(line []byte) bool) {
	for rest := s.buf[s.pos:s.end]; ; {
		i := bytes.IndexByte(rest, s.eol)
		if i < 0 {
			return
		}
		line := trimEOL(rest[:i])
		rest = rest[i+1:]
		if !blank(line) && !isComment(line) && !body(line) {
			return
		}
	}
}

// checkCommas refuses a table such as "0,500,1,250,2,000", of which nobody can say
// that it has six columns: whole numbers only, and some as only decimals begin, with
// a 0. Without that sign it warns.
func (t *textLayout) checkCommas(width int, err error) error {
	if err != nil || width < 4 || t.spaced {
		return err
	}
	zero, rows := false, 0
	look := func(line []byte) bool {
		cells := t.cells(line)
		if len(cells) != width {
			return false
		}
		for i, c := range cells {
			if _, whole := parseInt([]byte(c)); !whole {
				rows = 0
				return false
			}
			zero = zero || c == "-0" || i > 0 && c[0] == '0' && len(c) > 1
		}
		rows++
		return true
	}
	if look(t.first) {
		t.ahead(look)
	}
	switch {
	case rows == 0:
	case zero:
		return t.atLine(ErrFormat, "the commas seem to be both decimal and between columns (%s); separate the columns by semicolons or white space", clip(t.first))
	case width >= 6 && width%2 == 0:
		t.info.warn("the commas separate %d columns of whole numbers; if they are decimal, separate the columns by semicolons or white space", width)
	}
	return nil
}
