package report

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Means that others have published since, to be read beside those of a benchmark.

// laterText is the data file, with what it holds in its first lines.
//
//go:embed published_later.csv
var laterText string

// laterMean is one system's means over all classes of a set.
type laterMean struct {
	set, system, source, note string
	object, point             Number
}

var laterMeans = readLater()

// readLater panics on a damaged file: it is part of the program, and a test reads it.
func readLater() []laterMean {
	r := csv.NewReader(strings.NewReader(laterText))
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		panic("report: published_later.csv: " + err.Error())
	}
	var out []laterMean
	for _, f := range records[1:] {
		m := laterMean{set: f[0], system: f[1], source: f[2], note: f[5]}
		for i, to := range []*Number{&m.object, &m.point} {
			if *to, err = parseNumber(f[3+i]); err != nil {
				panic("report: published_later.csv: " + err.Error())
			}
		}
		out = append(out, m)
	}
	return out
}

// laterSheet has the means over all classes of the detectors, and below them those that were
// published of the set whose classes these are. Nothing is ranked: settings differ.
func (b *Benchmark) laterSheet() sheet {
	s := sheet{title: "Means beside published ones", corner: "Detector", columns: []string{"O-AUROC", "P-AUROC"}}
	for _, p := range publishedSets {
		classes := b.ClassNames()
		shared := 0
		for _, c := range classes {
			if slices.Contains(p.classes, c) {
				shared++
			}
		}
		if shared == 0 {
			continue
		}
		for i := range b.Detectors {
			m := b.Detectors[i].Mean
			s.rows = append(s.rows, sheetRow{name: b.Detectors[i].Name, cells: cells([]Number{m.OAUROC, m.PAUROC})})
		}
		var notes []string
		first := true
		add := func(system, source, note string, object, point Number) {
			s.rows = append(s.rows, sheetRow{name: fmt.Sprintf("%s (%s)", system, source), cells: cells([]Number{object, point}), rule: first})
			first = false
			if note != "" {
				notes = append(notes, system+": "+note)
			}
		}
		objects, points := p.figures[[2]string{"o_auroc", "mean"}], p.figures[[2]string{"p_auroc", "mean"}]
		for i, system := range p.systems {
			point := None()
			if points != nil {
				point = points[i]
			}
			add(system, "Li et al., CVPR 2024", "", objects[i], point)
		}
		for _, m := range laterMeans {
			if m.set == p.name {
				add(m.system, m.source, m.note, m.object, m.point)
			}
		}
		s.note = fmt.Sprintf("Published means are over the %d classes of %s, as printed; ", len(p.classes), p.title)
		if b.Published == p.name && len(classes) == len(p.classes) {
			s.note += "those above them are of the same files."
		} else {
			s.note += fmt.Sprintf("those above them are over %s of other data or other classes.", count(len(classes), "class"))
		}
		s.note += " " + strings.Join(notes, "; ") + "."
		return s
	}
	return s
}
