package format

import (
	"bytes"
	"unicode/utf8"
)

// Binary data that went through a transfer or an editor for text: line ends were
// rewritten, or bytes that are no characters replaced. What is then read as numbers
// is noise, or far too large, and nothing else tells.

const (
	// pairsLeast is how many line feeds, all after a carriage return, are not a chance:
	// in binary data one in 256 is.
	pairsLeast = 3
	// wholeMost is how large a file may be to be gone through as a whole where its size
	// is not the promised one.
	wholeMost = 256 << 20
)

// refuseTextMode looks at binary data that begin here, of which want bytes are
// promised, -1 where that is unknown.
func (r *reading) refuseTextMode(want int64) error {
	left := r.left()
	// A line of text before the data that ends with CR LF is another sign.
	line := r.pos >= 2 && r.buf[r.pos-2] == '\r' && r.buf[r.pos-1] == '\n'
	if want >= 0 && left == want {
		return nil // to the byte: nothing came in or went
	}
	window := r.peek(sniffWindow)
	// The rest as a whole tells more, and is looked at where a size is wrong already.
	if want >= 0 && left > int64(len(window)) && left <= wholeMost {
		window = r.peek(int(left))
	}
	whole := int64(len(window)) == left || left < 0 && len(window) < sniffWindow
	if replaced(window) {
		return r.atByte(ErrFormat, "the binary data were saved as text: bytes that are no characters were replaced (by EF BF BD), and cannot be had back")
	}
	feeds, pairs := bytes.Count(window, []byte("\n")), bytes.Count(window, []byte("\r\n"))
	const advice = "; transfer the file again in binary mode"
	switch {
	case feeds == 0:
	case feeds == pairs && (whole && want >= 0 && int64(len(window)) == want+int64(pairs) || line && pairs >= pairsLeast):
		return r.atByte(ErrFormat, "the binary data went through a transfer in text mode: every line feed byte has a carriage return before it"+advice)
	case pairs == 0 && whole && want > int64(len(window)) && want-int64(len(window)) <= 16+want/4096:
		return r.atByte(ErrTruncated, "%d of %d bytes are missing, and no line feed byte has a carriage return before it: cut short, or a transfer in text mode took them out"+advice, want-int64(len(window)), want)
	}
	return nil
}

// replaced reports whether bytes were decoded as UTF-8 and written again: all of it
// is valid, and replacement characters stand in it over and over.
func replaced(window []byte) bool {
	const most = 8
	if bytes.Count(window, []byte("\xef\xbf\xbd")) < most {
		return false
	}
	for len(window) > 0 && !utf8.RuneStart(window[len(window)-1]) {
		window = window[:len(window)-1] // a character that the window cuts
	}
	return utf8.Valid(window[:max(len(window)-1, 0)])
}
