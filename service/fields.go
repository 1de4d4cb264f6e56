package service

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words that clients give: names of files, parts, serial numbers.

// mostField is how many characters a field has at most.
const mostField = 200

// checkField says why a text may not stand in a field.
func checkField(field, value string, needed bool) error {
	switch {
	case value == "" && needed:
		return refused(400, "%s is missing", field)
	case !utf8.ValidString(value):
		return refused(400, "%s is not UTF-8", field)
	case utf8.RuneCountInString(value) > mostField:
		return refused(400, "%s has more than %d characters", field, mostField)
	}
	for _, r := range value {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return refused(400, "%s holds a control character", field)
		}
	}
	return nil
}

// checkPart says why a part may not be called so. A part's name stands in addresses.
func checkPart(part string) error {
	if part == "." || part == ".." {
		return refused(400, "part %q: no name for a part", part)
	}
	if strings.TrimSpace(part) != part {
		return refused(400, "part %q: begins or ends with a space", part)
	}
	return checkField("part", part, true)
}

// fileName is what a file is called in documents: the last part of what a client calls it,
// without what no name should hold. It is never used as a path.
func fileName(given, otherwise string) string {
	given = given[strings.LastIndexAny(given, `/\`)+1:]
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, given)
	if r := []rune(name); len(r) > mostField {
		name = string(r[len(r)-mostField:]) // the extension stands at the end
	}
	if name == "" || name == "." || name == ".." {
		return otherwise
	}
	return name
}

// plainName is a part's name as that of a file for people: letters, digits and dashes.
func plainName(part string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, part)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	return strings.Trim(name, ".-")
}

// problem is an answer that says what is wrong.
type problem struct {
	status int
	text   string
	after  int // seconds after which another try makes sense; 0: none
}

func (p *problem) Error() string { return p.text }

// refused is an answer with a status of its own.
func refused(status int, format string, args ...any) error {
	return &problem{status: status, text: fmt.Sprintf(format, args...)}
}

// busy is refused with when to come again.
func busy(status, after int, format string, args ...any) error {
	return &problem{status: status, text: fmt.Sprintf(format, args...), after: after}
}
