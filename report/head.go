package report

// What a shop writes at the head of an inspection: which part, which one of it, for which
// order, by whom, when. From flags, or from the name of a scan's file.

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Head is that; what is not known is "".
type Head struct {
	Part     string `json:"part,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Order    string `json:"order,omitempty"`
	Operator string `json:"operator,omitempty"`
	Date     string `json:"date,omitempty"`
}

// headFields are the names of the fields, in the order in which they are shown.
var headFields = []string{"part", "serial", "order", "operator", "date"}

// field is the field of a name; nil where there is none.
func (h *Head) field(name string) *string {
	switch name {
	case "part":
		return &h.Part
	case "serial":
		return &h.Serial
	case "order":
		return &h.Order
	case "operator":
		return &h.Operator
	case "date":
		return &h.Date
	}
	return nil
}

// facts lists what is known, with the names that a page shows.
func (h Head) facts() []fact {
	var out []fact
	for _, name := range headFields {
		if v := *h.field(name); v != "" {
			out = append(out, fact{strings.ToUpper(name[:1]) + name[1:], v})
		}
	}
	return out
}

// over is h, with what it does not know from another.
func (h Head) over(other Head) Head {
	for _, name := range headFields {
		if to := h.field(name); *to == "" {
			*to = *other.field(name)
		}
	}
	return h
}

// NamePattern reads the fields of a head from names of files, such as
// "{part}_{serial}_{date}".
type NamePattern struct {
	text   string
	match  *regexp.Regexp
	fields []string
}

// ParseNamePattern reads a pattern: the fields part, serial, order, operator and date in
// braces, each once, {} for what is passed over, and between them the text that parts them.
func ParseNamePattern(text string) (*NamePattern, error) {
	p := &NamePattern{text: text}
	expr := strings.Builder{}
	expr.WriteString("^")
	rest := text
	for {
		before, after, open := strings.Cut(rest, "{")
		if open && before == "" && len(p.fields) > 0 {
			return nil, fmt.Errorf("name pattern %q: nothing parts two fields", text)
		}
		expr.WriteString(regexp.QuoteMeta(before))
		if !open {
			break
		}
		name, more, closed := strings.Cut(after, "}")
		if !closed {
			return nil, fmt.Errorf("name pattern %q: a brace is not closed", text)
		}
		if name != "" && !slices.Contains(headFields, name) {
			return nil, fmt.Errorf("name pattern %q: no field {%s}; there are {%s}, and {} for what is passed over", text, name, strings.Join(headFields, "}, {"))
		}
		if name != "" && slices.Contains(p.fields, name) {
			return nil, fmt.Errorf("name pattern %q: {%s} stands twice", text, name)
		}
		p.fields = append(p.fields, name)
		if strings.Contains(more, "{") {
			expr.WriteString("(.+?)") // the last field takes what is left
		} else {
			expr.WriteString("(.+)")
		}
		rest = more
	}
	if len(p.fields) == 0 {
		return nil, fmt.Errorf("name pattern %q: want fields in braces, such as {part}_{serial}_{date}", text)
	}
	expr.WriteString("$")
	var err error
	p.match, err = regexp.Compile(expr.String())
	return p, err
}

// Match reads the name of a file, without folder and extension; false where the pattern does
// not fit.
func (p *NamePattern) Match(file string) (Head, bool) {
	base := path.Base(strings.ReplaceAll(file, "\\", "/"))
	found := p.match.FindStringSubmatch(strings.TrimSuffix(base, path.Ext(base)))
	var h Head
	if found == nil {
		return h, false
	}
	for i, name := range p.fields {
		if name != "" {
			*h.field(name) = found[i+1]
		}
	}
	return h, true
}
