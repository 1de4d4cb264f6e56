package report

// The page of `benchmark`.

import (
	"fmt"
	"html/template"
	"math"

	"blemish/report/plot"
)

// tables are the metrics of the page.
type tables struct {
	Classes     string
	MetricNames []string
	Means       []metricRow
	Grids       []metricGrid
}

type metricGrid struct {
	Title, About, Corner string
	Columns              []string
	Rows                 []metricRow
	Open                 bool
}

type metricRow struct {
	Name  string
	Cells []cell
}

type cell struct {
	Text, Shade string
	Best        bool
}

// page describes the document; g has the scans that the viewer opens.
func (b *Benchmark) page(g *gallery) *page {
	p := &page{Title: "Benchmark on " + b.Data, Version: b.Blemish}
	scans := 0
	for _, d := range b.Detectors {
		n := 0
		for _, c := range d.Classes {
			n += len(c.Scans)
		}
		scans = max(scans, n)
	}
	p.Lead = fmt.Sprintf("%s on %s, %s. Each detector learnt from sound scans alone and then scored scans it had not seen.",
		count(len(b.Detectors), "detector"), count(len(b.ClassNames()), "class"), count(scans, "test scan"))
	p.Tables = b.tables()
	if len(b.Detectors) > 0 {
		for i, scan := range g.scans { // the page opens at the detector that stands first
			if scan.Detector == b.Detectors[0].Name {
				p.first = i
				break
			}
		}
	}
	p.Plots = b.plots(g)
	p.Provenance = []fact{{"Blemish", b.Blemish}, {"Data", b.Data}, {"Layout", b.Layout}, {"Seed", fmt.Sprint(b.Seed)}}
	for _, d := range b.Detectors {
		p.Configs = append(p.Configs, fact{d.Name, indent(d.Config)})
	}
	return p
}

func (b *Benchmark) tables() *tables {
	t := &tables{Classes: count(len(b.ClassNames()), "class"), MetricNames: metricNames}
	for i := range b.Detectors {
		d := &b.Detectors[i]
		t.Means = append(t.Means, metricRow{d.Name, cells([]Number{d.Mean.OAUROC, d.Mean.OAP, d.Mean.PAUROC, d.Mean.PAP, d.Mean.AUPRO})})
	}
	for c := range metricNames {
		column := make([]*cell, len(t.Means))
		for r := range t.Means {
			column[r] = &t.Means[r].Cells[c]
		}
		markBest(column)
	}
	if b.judged() {
		g := metricGrid{Title: "Verdicts at the learnt threshold", About: verdictNote, Corner: "Detector", Columns: verdictColumns, Open: true}
		for i := range b.Detectors {
			row := metricRow{Name: b.Detectors[i].Name}
			for _, text := range b.Detectors[i].Verdicts().cells() {
				row.Cells = append(row.Cells, cell{Text: text})
			}
			g.Rows = append(g.Rows, row)
		}
		t.Grids = append(t.Grids, g)
	}
	objects, points := func(m *Metrics) Number { return m.OAUROC }, func(m *Metrics) Number { return m.PAUROC }
	t.Grids = append(t.Grids,
		b.classGrid("O-AUROC by class", "How well scores separate defective scans from sound ones.", objects, true),
		b.classGrid("P-AUROC by class", "How well scores separate points of defects from sound points.", points, true))
	if len(b.KindNames()) > 0 {
		t.Grids = append(t.Grids, b.kindGrid("O-AUROC by kind of defect", func(k KindMetrics) Number { return k.OAUROC }, true),
			b.kindGrid("P-AUROC by kind of defect", func(k KindMetrics) Number { return k.PAUROC }, true))
	}
	return t
}

func (b *Benchmark) detectorNames() []string {
	var names []string
	for _, d := range b.Detectors {
		names = append(names, d.Name)
	}
	return names
}

func (b *Benchmark) classGrid(title, about string, pick func(*Metrics) Number, open bool) metricGrid {
	g := metricGrid{Title: title, About: about + " The best of each row is bold.", Corner: "Class", Columns: b.detectorNames(), Open: open}
	for _, class := range b.ClassNames() {
		values := make([]Number, len(b.Detectors))
		for i := range b.Detectors {
			values[i] = None()
			if c := b.Detectors[i].Class(class); c != nil {
				values[i] = pick(&c.Metrics)
			}
		}
		g.Rows = append(g.Rows, metricRow{class, bestOf(cells(values))})
	}
	return g
}

func (b *Benchmark) kindGrid(title string, pick func(KindMetrics) Number, open bool) metricGrid {
	g := metricGrid{Title: title, About: "Scans of one kind against the sound ones, mean over classes; in brackets the number of scans. The best of each row is bold.",
		Corner: "Kind", Columns: b.detectorNames(), Open: open}
	for _, kind := range b.KindNames() {
		values, n := make([]Number, len(b.Detectors)), 0
		for i := range b.Detectors {
			m := b.Detectors[i].KindMean(kind)
			values[i], n = pick(m), max(n, m.N)
		}
		g.Rows = append(g.Rows, metricRow{fmt.Sprintf("%s (%d)", kindWord(kind), n), bestOf(cells(values))})
	}
	return g
}

func cells(values []Number) []cell {
	out := make([]cell, len(values))
	for i, v := range values {
		out[i].Text = v.fixed(3)
		if v.Known() && v >= 0.6 {
			out[i].Shade = fmt.Sprintf("q%d", int(math.Min(10, math.Floor(float64(v)*10+1e-9))))
		}
	}
	return out
}

func bestOf(row []cell) []cell {
	all := make([]*cell, len(row))
	for i := range row {
		all[i] = &row[i]
	}
	markBest(all)
	return row
}

// markBest marks the largest of what is printed, all of them where they tie; a
// single value needs no mark.
func markBest(cells []*cell) {
	best := ""
	for _, c := range cells {
		if c.Text != "–" && c.Text > best { // all are d.ddd
			best = c.Text
		}
	}
	for _, c := range cells {
		c.Best = len(cells) > 1 && c.Text == best
	}
}

func (b *Benchmark) plots(g *gallery) []figure {
	var out []figure
	for _, d := range b.Detectors {
		groups := []plot.Group{{Name: "sound", Color: soundColor}, {Name: "defective", Color: defectColor}}
		scores, positive := d.objects()
		for i, v := range scores {
			group := &groups[0]
			if positive[i] {
				group = &groups[1]
			}
			group.Scores = append(group.Scores, v)
		}
		if len(scores) > 0 {
			out = append(out, figure{template.HTML(plot.Histogram(d.Name, withScores(groups), float64(g.limit(d.Name)))), "Scores of all test scans by what they truly are. The less the two overlap, the better."})
		}
	}
	if len(out) == 0 {
		return nil
	}
	rocs, prs := b.curves()
	roc := figure{template.HTML(plot.ROC("All classes together", rocs)), "Each line shows how many defective scans are found at the price of how many false alarms. Scores of all classes are ranked together here; the tables rank each class by itself."}
	pr := figure{template.HTML(plot.PR("All classes together", prs)), "Each line shows how many of the alarms are true at the price of how many defects found."}
	return append([]figure{roc, pr}, out...)
}
