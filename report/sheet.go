package report

// The tables of a benchmark as papers print them: a row a detector, a column a class.

import (
	"fmt"
	"slices"
	"strings"
)

// sheet is one table. Cells are text as printed; the best of a column is marked where its
// figures can be ranked.
type sheet struct {
	title   string
	note    string // what a reader must know, in sentences
	corner  string // heads the column of names
	columns []string
	rows    []sheetRow
	wide    bool // cells hold two figures
}

type sheetRow struct {
	name  string
	cells []cell
	rule  bool // a line above: figures of another kind begin
}

// sheets are all tables of the document.
func (b *Benchmark) sheets() []sheet {
	objects := func(m *Metrics) Number { return m.OAUROC }
	points := func(m *Metrics) Number { return m.PAUROC }
	out := []sheet{b.classSheet("Object-level AUROC", "o_auroc", objects), b.classSheet("Point-level AUROC", "p_auroc", points)}
	deLong := func(c *BenchmarkClass) Interval { return c.OAUROCDeLong }
	newcombe := func(c *BenchmarkClass) Interval { return c.OAUROCInterval }
	more := []sheet{
		b.intervalSheet("Object-level AUROC, 95 % interval by DeLong", deLong),
		b.intervalSheet("Object-level AUROC, 95 % interval by Newcombe", newcombe),
		b.classSheet("Object-level F1-max", "o_f1_max", func(m *Metrics) Number { return m.OF1Max }),
		b.classSheet("Point-level F1-max", "p_f1_max", func(m *Metrics) Number { return m.PF1Max }),
		b.classSheet("Object-level average precision", "o_ap", func(m *Metrics) Number { return m.OAP }),
		b.classSheet("Point-level average precision", "p_ap", func(m *Metrics) Number { return m.PAP }),
		b.classSheet("AU-PRO up to a false-positive rate of 0.3", "aupro", func(m *Metrics) Number { return m.AUPRO }),
	}
	for _, s := range more {
		if !s.empty() { // documents of earlier versions do not have all
			out = append(out, s)
		}
	}
	if later := b.laterSheet(); len(later.rows) > 0 {
		out = append(out, later)
	}
	if len(b.KindNames()) > 0 {
		out = append(out,
			b.kindSheet("Object-level AUROC by kind of defect", func(k KindMetrics) Number { return k.OAUROC }),
			b.kindSheet("Point-level AUROC by kind of defect", func(k KindMetrics) Number { return k.PAUROC }))
	}
	if b.judged() {
		out = append(out, b.verdictSheet())
	}
	if seconds := b.timeSheet(); !seconds.empty() {
		out = append(out, seconds)
	}
	return out
}

// classSheet has the classes as columns and their mean last, and below the detectors what was
// published of these classes.
func (b *Benchmark) classSheet(title, metric string, pick func(*Metrics) Number) sheet {
	classes := b.ClassNames()
	s := sheet{title: title, corner: "Detector", columns: append(slices.Clone(classes), "mean")}
	for i := range b.Detectors {
		d := &b.Detectors[i]
		values := make([]Number, 0, len(classes)+1)
		for _, name := range classes {
			v := None()
			if c := d.Class(name); c != nil {
				v = pick(&c.Metrics)
			}
			values = append(values, v)
		}
		s.rows = append(s.rows, sheetRow{name: d.Name, cells: cells(append(values, pick(&d.Mean)))})
	}
	s.addPublished(metric, classes, b.Published)
	return s
}

// addPublished puts what was published of the classes below the rows, marks the best of each
// column, and says in the note what is to be known. same is the published set that the data
// are, "" where they are none: only figures of the same data are ranked together.
func (s *sheet) addPublished(metric string, classes []string, same string) {
	own := len(s.rows)
	var notes []string
	for _, row := range s.rows {
		if slices.ContainsFunc(row.cells, func(c cell) bool { return c.Text == "–" }) {
			notes = []string{"Means are over the classes that have a figure."}
		}
	}
	for _, p := range publishedSets {
		rows, note := p.rows(metric, classes, same == p.name)
		s.rows = append(s.rows, rows...)
		if note != "" {
			notes = append(notes, note)
		}
		if same == p.name {
			own = len(s.rows)
		}
	}
	s.note = strings.Join(notes, " ")
	s.markColumns(own)
}

// intervalSheet has the classes as columns; cells are no figures that could be ranked.
func (b *Benchmark) intervalSheet(title string, pick func(*BenchmarkClass) Interval) sheet {
	s := sheet{title: title, corner: "Detector", columns: b.ClassNames(), wide: true}
	for i := range b.Detectors {
		row := sheetRow{name: b.Detectors[i].Name}
		for _, name := range s.columns {
			text := "–"
			if c := b.Detectors[i].Class(name); c != nil && pick(c).text() != "" {
				text = pick(c).text()
			}
			row.cells = append(row.cells, cell{Text: text})
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// empty reports whether no figure of the table exists.
func (s *sheet) empty() bool {
	for _, row := range s.rows {
		for _, c := range row.cells {
			if c.Text != "–" {
				return false
			}
		}
	}
	return true
}

func (b *Benchmark) kindSheet(title string, pick func(KindMetrics) Number) sheet {
	s := sheet{title: title, note: "Scans of one kind against the sound ones, mean over classes; in brackets the number of scans.", corner: "Detector"}
	kinds := b.KindNames()
	for _, kind := range kinds {
		n := 0
		for i := range b.Detectors {
			n = max(n, b.Detectors[i].KindMean(kind).N)
		}
		s.columns = append(s.columns, fmt.Sprintf("%s (%d)", kindWord(kind), n))
	}
	for i := range b.Detectors {
		values := make([]Number, len(kinds))
		for j, kind := range kinds {
			values[j] = pick(b.Detectors[i].KindMean(kind))
		}
		s.rows = append(s.rows, sheetRow{name: b.Detectors[i].Name, cells: cells(values)})
	}
	s.markColumns(len(s.rows))
	return s
}

// judged reports whether any scan has a verdict: scores that were made elsewhere have none.
func (b *Benchmark) judged() bool {
	return slices.ContainsFunc(b.Detectors, func(d BenchmarkDetector) bool { return d.judged() })
}

func (d *BenchmarkDetector) judged() bool {
	for _, c := range d.Classes {
		for _, s := range c.Scans {
			if s.Verdict != "" {
				return true
			}
		}
	}
	return false
}

func (b *Benchmark) verdictSheet() sheet {
	s := sheet{title: "Verdicts at the learnt threshold", corner: "Detector", note: verdictNote, columns: verdictColumns}
	for i := range b.Detectors {
		row := sheetRow{name: b.Detectors[i].Name}
		for _, text := range b.Detectors[i].Verdicts().cells() {
			row.cells = append(row.cells, cell{Text: text})
		}
		s.rows = append(s.rows, row)
	}
	return s
}

func (b *Benchmark) timeSheet() sheet {
	s := sheet{title: "Time and memory", corner: "Detector", columns: []string{"learning a class, s", "judging a scan, s", "memory, MiB"},
		note: "Seconds are means over classes and over scans, memory is the most over all classes, on the machine that ran the benchmark."}
	for _, d := range b.Detectors {
		var learning, judging []Number
		memory := None()
		for _, c := range d.Classes {
			learning = append(learning, c.FitS)
			if c.PeakBytes.Known() && !(memory >= c.PeakBytes) {
				memory = c.PeakBytes
			}
			for _, scan := range c.Scans {
				judging = append(judging, scan.Seconds)
			}
		}
		s.rows = append(s.rows, sheetRow{name: d.Name, cells: []cell{{Text: meanKnown(learning).short()}, {Text: meanKnown(judging).short()}, {Text: (memory / (1 << 20)).short()}}})
	}
	return s
}

// meanKnown is the mean of the numbers that exist.
func meanKnown(values []Number) Number {
	sum, n := 0.0, 0
	for _, v := range values {
		if v.Known() {
			sum, n = sum+float64(v), n+1
		}
	}
	if n == 0 {
		return None()
	}
	return Number(sum / float64(n))
}

// markColumns marks the best of each column among the first rows.
func (s *sheet) markColumns(rows int) {
	for c := range s.columns {
		column := make([]*cell, rows)
		for r := range column {
			column[r] = &s.rows[r].cells[c]
		}
		markBest(column)
	}
}
