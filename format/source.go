package format

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

const (
	bufferSize = 256 << 10
	maxLine    = 16 << 20 // bytes of one text line
)

// source is a buffered input that hands out lines and byte runs without copying
// and knows where it is. It never holds more than was asked for and has arrived.
type source struct {
	name string
	r    io.Reader
	size int64 // bytes in all, -1 where unknown

	buf      []byte
	pos, end int   // buf[pos:end] is read but not handed out
	base     int64 // the file's offset of buf[0]
	err      error // why r gives no more

	line int  // number of the line handed out last
	eol  byte // '\n', or '\r' in files of the old Mac kind
	cut  bool // the line handed out last had no line end
}

func newSource(r io.Reader, name string) *source {
	s := &source{name: name, r: r, size: sizeOf(r), eol: '\n'}
	capacity := sniffWindow // where the size is unknown; it grows with use
	if s.size >= 0 {
		capacity = int(min(s.size+1, bufferSize)) // one more, so that the read that fills it also meets the end
	}
	s.buf = make([]byte, max(capacity, 64))
	return s
}

// sizeOf asks r for the bytes it still holds.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case *os.File:
		st, err := r.Stat()
		if err != nil || !st.Mode().IsRegular() {
			return -1
		}
		at, err := r.Seek(0, io.SeekCurrent)
		if err != nil {
			return -1
		}
		return max(st.Size()-at, 0)
	}
	return -1
}

// offset is the file's offset of the next byte.
func (s *source) offset() int64 { return s.base + int64(s.pos) }

// left is the number of bytes that can still follow, -1 where unknown.
func (s *source) left() int64 {
	if s.size < 0 {
		return -1
	}
	return s.size - s.offset()
}

// fill makes n bytes available and reports whether they are. The buffer grows by
// doubling while bytes arrive, so a promise alone costs nothing.
func (s *source) fill(n int) bool {
	for s.end-s.pos < n {
		if s.err != nil {
			return false
		}
		if s.pos > 0 {
			copy(s.buf, s.buf[s.pos:s.end])
			s.base += int64(s.pos)
			s.end -= s.pos
			s.pos = 0
		}
		if s.end == len(s.buf) {
			more := len(s.buf)
			if s.size >= 0 && int64(n) <= s.left() {
				more = max(more, n-len(s.buf)) // the bytes are there
			}
			s.buf = append(s.buf, make([]byte, more)...)
		}
		s.readMore()
	}
	return true
}

func (s *source) readMore() {
	for tries := 0; ; tries++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err == nil && n == 0 && tries > 100 {
			err = io.ErrNoProgress
		}
		if s.size < 0 && s.base+int64(s.end) > MaxStream {
			err = fmt.Errorf("%w: more than %d MiB came through the pipe, and no more is read so; save it to a file", ErrTooLarge, MaxStream>>20)
		}
		s.err = err
		if n > 0 || err != nil {
			return
		}
	}
}

// peek returns up to n of the next bytes without taking them.
func (s *source) peek(n int) []byte {
	s.fill(n)
	return s.buf[s.pos:min(s.end, s.pos+n)]
}

// take returns the next n bytes, valid until the next call; nil where the file
// ends before.
func (s *source) take(n int) []byte {
	if s.end-s.pos < n && !s.fill(n) {
		return nil
	}
	b := s.buf[s.pos : s.pos+n : s.pos+n]
	s.pos += n
	return b
}

// skip passes over n bytes and reports whether they were there.
func (s *source) skip(n int64) bool {
	for n > 0 {
		if s.pos == s.end && !s.fill(1) {
			return false
		}
		k := int64(min(n, int64(s.end-s.pos)))
		s.pos += int(k)
		n -= k
	}
	return true
}

// nextLine returns the next line without its end, valid until the next call, and
// false at the end of the file. Lines end with LF or CR LF, or with CR alone
// where the first line does. A line over maxLine counts as the file's end and
// leaves lineTooLong true.
func (s *source) nextLine() ([]byte, bool) {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], s.eol); i >= 0 {
			line := s.buf[s.pos : s.pos+from+i]
			s.pos += from + i + 1
			s.line++
			s.cut = false
			return trimEOL(line), true
		}
		from = s.end - s.pos
		if from > maxLine {
			return nil, false
		}
		if !s.fill(from + 1) {
			break
		}
	}
	if s.pos == s.end {
		return nil, false
	}
	line := s.buf[s.pos:s.end]
	s.pos = s.end
	s.line++
	s.cut = true
	return trimEOL(line), true
}

// lineTooLong reports whether nextLine stopped at a line without end.
func (s *source) lineTooLong() bool { return s.end-s.pos > maxLine }

// ended is the error for a file that stopped giving lines: what names what was
// being read.
func (s *source) ended(msg string, args ...any) error {
	if s.lineTooLong() {
		s.line++
		return s.atLine(ErrTooLarge, "the line is longer than %d MiB; is this a text file?", maxLine>>20)
	}
	return s.atLine(ErrTruncated, msg, args...)
}

func trimEOL(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	for len(b) > 0 && b[0] == '\n' { // after CR CR LF
		b = b[1:]
	}
	return b
}

// chooseEOL looks at the first line's end.
func (s *source) chooseEOL(window []byte) {
	i := bytes.IndexAny(window, "\r\n")
	if i >= 0 && window[i] == '\r' && i+1 < len(window) && window[i+1] != '\n' {
		s.eol = '\r'
	}
}

// blank reports whether a line holds nothing but white space.
func blank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' && c != '\v' {
			return false
		}
	}
	return true
}
