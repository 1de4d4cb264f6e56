package report

// Tables for the terminal.

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// grid is a table of text: the first column left-aligned, the rest to the right.
type grid struct {
	rows  [][]string
	left  map[int]bool     // further columns that hold words
	rules map[int]bool     // a line above these rows
	notes map[int][]string // lines below rows
}

func newGrid(header ...string) *grid {
	return &grid{rows: [][]string{header}, left: map[int]bool{0: true}, rules: map[int]bool{1: true}}
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// below puts lines of text under the last row.
func (g *grid) below(lines []string) {
	if g.notes == nil {
		g.notes = map[int][]string{}
	}
	g.notes[len(g.rows)-1] = lines
}

// columnWidth is how wide a column has to be.
func (g *grid) columnWidth(i int) int {
	width := 0
	for _, row := range g.rows {
		width = max(width, utf8.RuneCountInString(row[i]))
	}
	return width
}

// width is how wide the table is.
func (g *grid) width() int {
	total := 2 * (len(g.rows[0]) - 1)
	for i := range g.rows[0] {
		total += g.columnWidth(i)
	}
	return total
}

// rule draws a line between what is there and what comes.
func (g *grid) rule() { g.rules[len(g.rows)] = true }

func (g *grid) write(w io.Writer) error {
	width := make([]int, len(g.rows[0]))
	for i := range width {
		width[i] = g.columnWidth(i)
	}
	total := g.width()
	var out strings.Builder
	for r, row := range g.rows {
		if g.rules[r] {
			out.WriteString(strings.Repeat("─", total) + "\n")
		}
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if g.left[i] {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(pad + cell)
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		for _, note := range g.notes[r] {
			out.WriteString(note + "\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// WriteTable writes rows of equal length as columns, the first to the left and the others
// to the right, with a line below the first row, the header.
func WriteTable(w io.Writer, rows [][]string) error {
	g := newGrid(rows[0]...)
	g.rows = append(g.rows, rows[1:]...)
	return g.write(w)
}

// WriteTables writes the means by detector, then for each detector its classes,
// then the kinds of defect. Metrics in percent would hide that 0.5 is chance, so
// they stand as 0…1.
func (b *Benchmark) WriteTables(w io.Writer) error {
	if len(b.Detectors) > 1 {
		if err := b.writeSummary(w); err != nil {
			return err
		}
	}
	for i := range b.Detectors {
		d := &b.Detectors[i]
		if _, err := fmt.Fprintf(w, "%s on %s (seed %d)\n\n", d.Name, b.Data, b.Seed); err != nil {
			return err
		}
		if err := d.classGrid().write(w); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	if b.judged() {
		if err := b.outcomeGrid().write(w); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return b.writeKinds(w)
}

func metricCells(m Metrics) []string {
	return []string{m.OAUROC.fixed(3), m.OAP.fixed(3), m.PAUROC.fixed(3), m.PAP.fixed(3), m.AUPRO.fixed(3)}
}

// text is "0.85–0.99", nothing where there is no interval.
func (i Interval) text() string {
	if !i[0].Known() || !i[1].Known() || i == (Interval{}) {
		return ""
	}
	return i[0].fixed(2) + "–" + i[1].fixed(2)
}

var metricNames = []string{"O-AUROC", "O-AP", "P-AUROC", "P-AP", "AUPRO"}

func (b *Benchmark) writeSummary(w io.Writer) error {
	g := newGrid(append([]string{"mean over classes"}, metricNames...)...)
	for i := range b.Detectors {
		g.add(append([]string{b.Detectors[i].Name}, metricCells(b.Detectors[i].Mean)...)...)
	}
	if err := g.write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func (d *BenchmarkDetector) classGrid() *grid {
	header := append([]string{"class", "train", "test", metricNames[0], "95 %"}, metricNames[1:]...)
	g := newGrid(append(header, "fit s", "score s")...)
	for i := range d.Classes {
		c := &d.Classes[i]
		m := metricCells(c.Metrics)
		cells := append([]string{c.Class, fmt.Sprint(c.Train), fmt.Sprint(c.Test), m[0], c.OAUROCInterval.text()}, m[1:]...)
		g.add(append(cells, c.FitS.fixed(1), c.ScoreS.fixed(1))...)
	}
	g.rule()
	m := metricCells(d.Mean)
	g.add(append(append([]string{"mean", "", "", m[0], ""}, m[1:]...), "", "")...)
	return g
}

func (b *Benchmark) writeKinds(w io.Writer) error {
	kinds := b.KindNames()
	if len(kinds) == 0 {
		return nil
	}
	g := newGrid("kind of defect", "scans", "detector", "O-AUROC", "P-AUROC")
	g.left[2] = true
	for _, kind := range kinds {
		name := kindWord(kind)
		for i := range b.Detectors {
			m := b.Detectors[i].KindMean(kind)
			if m.N == 0 {
				continue
			}
			g.add(name, fmt.Sprint(m.N), b.Detectors[i].Name, m.OAUROC.fixed(3), m.PAUROC.fixed(3))
			name = ""
		}
	}
	return g.write(w)
}
