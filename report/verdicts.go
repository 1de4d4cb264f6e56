package report

// The verdicts on the terminal: a table that fits the screen, and words below the scans
// that need them.

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// tableWidth is how many characters a line of the terminal takes.
const tableWidth = 100

// WriteTable writes one line a scan, below it in words what is to be known of it, and a sum
// at the end.
func (p *Predict) WriteTable(w io.Writer) error {
	g := newGrid("scan", "verdict", "score", "regions", "worst", withUnit("area", p.Unit, "²"), withUnit("depth", p.Unit, ""))
	g.left[1], g.left[4] = true, true
	names := make([]string, len(p.Scans))
	for i, s := range p.Scans {
		names[i] = s.File
	}
	for i, s := range p.Scans {
		cells := []string{names[i], s.Verdict, s.Score.tight(), fmt.Sprint(s.counting()), "", "", ""}
		if s.Error != "" {
			cells[1], cells[3] = failed, ""
		}
		if r := worstRegion(s.Regions); r != nil {
			cells[4], cells[5], cells[6] = r.Kind, r.Area.short(), r.Depth.short()
		}
		g.add(cells...)
		g.below(wrap(s.Told(p.Unit), "    ", tableWidth))
	}
	for i, name := range fitNames(names, tableWidth-g.width()+g.columnWidth(0)) {
		g.rows[i+1][0] = name
	}
	if err := g.write(w); err != nil {
		return err
	}
	c := p.Count()
	one, basis := "the worst held-out sound scan", ""
	if p.Model.Decision != "" {
		one, basis = "what is allowed", p.Model.Decision+"\n"
	}
	_, err := fmt.Fprintf(w, "\n%d sound, %d defective, %d unsure, %d failed; threshold %s, where 1 is %s\n%s", c.Sound, c.Defective, c.Unsure, c.Failed, p.Threshold.fixed(2), one, basis)
	for _, line := range p.Detection {
		if err == nil {
			_, err = fmt.Fprintln(w, line)
		}
	}
	return err
}

// tight is a score in at most eight characters.
func (n Number) tight() string {
	if !n.Known() || n < 1e5 {
		return n.fixed(2)
	}
	return n.short()
}

// leastName is how short a name may get.
const leastName = 16

// fitNames shortens names that are longer than width, and keeps of each the place where it
// begins to differ from those most like it.
func fitNames(names []string, width int) []string {
	width = max(width, leastName)
	var long []int
	for i, n := range names {
		if utf8.RuneCountInString(n) > width {
			long = append(long, i)
		}
	}
	slices.SortStableFunc(long, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	out := slices.Clone(names)
	for k, i := range long {
		alike := 0
		for _, j := range []int{k - 1, k + 1} {
			if j >= 0 && j < len(long) && names[long[j]] != names[i] {
				alike = max(alike, sharedHead([]rune(names[i]), []rune(names[long[j]])))
			}
		}
		out[i] = shorten([]rune(names[i]), alike, width)
	}
	return out
}

func sharedHead(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// shorten keeps the end of a name, or what stands around the place where it differs where
// the end is too far from that.
func shorten(r []rune, differs, width int) string {
	const before = 5 // runes that stay ahead of the place
	from := len(r) - (width - 1)
	switch {
	case differs == 0 || differs >= from:
		return "…" + string(r[from:])
	case differs <= before+1:
		return string(r[:width-1]) + "…"
	}
	return "…" + string(r[differs-before:differs-before+width-2]) + "…"
}

// wrap breaks words into lines that begin with indent and are at most width wide; longer
// words stand alone.
func wrap(text, indent string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && word[0] != '%' && utf8.RuneCountInString(indent+line+" "+word) > width-2 {
			lines = append(lines, indent+line) // a per cent sign, which has room, stays at its number
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, indent+line)
	}
	return lines
}
