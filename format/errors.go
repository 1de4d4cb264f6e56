package format

import (
	"errors"
	"fmt"
	"io"
)

// What a SyntaxError is, for errors.Is.
var (
	ErrFormat    = errors.New("malformed file")        // the content breaks the format's rules, or is of no known format
	ErrTruncated = errors.New("file is cut short")     // the file ends before what it promised
	ErrTooLarge  = errors.New("larger than supported") // a count, line or field beyond what a reader or writer takes
)

// SyntaxError says where a file is wrong and what would be right. Line counts
// from 1 in text and is 0 in binary data, where Offset is the byte, counted from
// 0; both are 0 where the fault is the file's as a whole.
type SyntaxError struct {
	File   string
	Line   int
	Offset int64
	Msg    string
	Err    error // ErrFormat, ErrTruncated or ErrTooLarge
}

func (e *SyntaxError) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	case e.Offset > 0:
		return fmt.Sprintf("%s: byte %d: %s", e.File, e.Offset, e.Msg)
	}
	return e.File + ": " + e.Msg
}

// Unwrap returns the sentinel.
func (e *SyntaxError) Unwrap() error { return e.Err }

// whole is an error about the file as such.
func (s *source) whole(err error, msg string, args ...any) error {
	return &SyntaxError{File: s.name, Msg: fmt.Sprintf(msg, args...), Err: err}
}

// atLine is an error at the line read last.
func (s *source) atLine(err error, msg string, args ...any) error {
	return &SyntaxError{File: s.name, Line: s.line, Msg: fmt.Sprintf(msg, args...), Err: err}
}

// atByte is an error at the next byte.
func (s *source) atByte(err error, msg string, args ...any) error {
	return &SyntaxError{File: s.name, Offset: s.offset(), Msg: fmt.Sprintf(msg, args...), Err: err}
}

// cause replaces what a reader makes of a file, an error or nil, by the reason
// why no more of it could be read, where that is another than its end.
func (s *source) cause(err error) error {
	if s.err != nil && s.err != io.EOF {
		return fmt.Errorf("read %s: %w", s.name, s.err)
	}
	return err
}

// clip shortens a piece of a file for an error message.
func clip(b []byte) string {
	const most = 40
	if len(b) > most {
		return fmt.Sprintf("%q…", b[:most])
	}
	return fmt.Sprintf("%q", b)
}

// plural is "1 point", "2 points".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if noun == "vertex" {
		return fmt.Sprintf("%d vertices", n)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
