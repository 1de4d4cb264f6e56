package report

// One benchmark with several seeds: means and standard deviations over them.

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"blemish/format"
)

// Seeds is seeds.json of `benchmark --seeds`: what came out over several seeds of the same
// detectors on the same data.
type Seeds struct {
	Blemish   string         `json:"blemish"`
	Data      string         `json:"data"`
	Layout    string         `json:"layout"`
	Published string         `json:"published,omitempty"` // as in Benchmark
	Seeds     []uint64       `json:"seeds"`
	Detectors []SeedDetector `json:"detectors"`
}

// SeedDetector is one detector over all classes.
type SeedDetector struct {
	Name    string      `json:"name"`
	Classes []SeedClass `json:"classes"`
	Mean    SeedMetrics `json:"mean"` // of the means over classes, one a seed
}

// SeedClass is one detector on one class.
type SeedClass struct {
	Class string `json:"class"`
	SeedMetrics
}

// SeedMetrics are the metrics of Metrics.
type SeedMetrics struct {
	OAUROC Spread `json:"o_auroc"`
	OAP    Spread `json:"o_ap"`
	OF1Max Spread `json:"o_f1_max"`
	PAUROC Spread `json:"p_auroc"`
	PAP    Spread `json:"p_ap"`
	PF1Max Spread `json:"p_f1_max"`
	AUPRO  Spread `json:"aupro"`
}

// Spread is a figure over the seeds for which it exists. SD is the standard deviation of the
// sample, with n − 1; there is none for a single seed.
type Spread struct {
	Mean Number `json:"mean"`
	SD   Number `json:"sd"`
	N    int    `json:"n"` // seeds
}

// NewSeeds sums up the documents of runs that differ in their seed alone. Detectors and
// classes stand in the order of the first run that has them.
func NewSeeds(runs []*Benchmark) *Seeds {
	out := &Seeds{Seeds: []uint64{}, Detectors: []SeedDetector{}}
	type place struct{ detector, class string }
	all := map[place][]Metrics{}
	for i, run := range runs {
		if i == 0 {
			out.Blemish, out.Data, out.Layout, out.Published = run.Blemish, run.Data, run.Layout, run.Published
		}
		out.Seeds = append(out.Seeds, run.Seed)
		for _, d := range run.Detectors {
			own := out.detector(d.Name)
			all[place{d.Name, ""}] = append(all[place{d.Name, ""}], d.Mean)
			for _, c := range d.Classes {
				at := place{d.Name, c.Class}
				if len(all[at]) == 0 {
					own.Classes = append(own.Classes, SeedClass{Class: c.Class})
				}
				all[at] = append(all[at], c.Metrics)
			}
		}
	}
	for i := range out.Detectors {
		d := &out.Detectors[i]
		d.Mean = seedMetrics(all[place{d.Name, ""}])
		for j := range d.Classes {
			d.Classes[j].SeedMetrics = seedMetrics(all[place{d.Name, d.Classes[j].Class}])
		}
	}
	return out
}

// detector finds a detector by name, and adds it where it is new.
func (s *Seeds) detector(name string) *SeedDetector {
	for i := range s.Detectors {
		if s.Detectors[i].Name == name {
			return &s.Detectors[i]
		}
	}
	s.Detectors = append(s.Detectors, SeedDetector{Name: name, Classes: []SeedClass{}})
	return &s.Detectors[len(s.Detectors)-1]
}

func seedMetrics(all []Metrics) SeedMetrics {
	over := func(pick func(Metrics) Number) Spread {
		values := make([]Number, len(all))
		for i, m := range all {
			values[i] = pick(m)
		}
		return spreadOf(values)
	}
	return SeedMetrics{
		OAUROC: over(func(m Metrics) Number { return m.OAUROC }),
		OAP:    over(func(m Metrics) Number { return m.OAP }),
		OF1Max: over(func(m Metrics) Number { return m.OF1Max }),
		PAUROC: over(func(m Metrics) Number { return m.PAUROC }),
		PAP:    over(func(m Metrics) Number { return m.PAP }),
		PF1Max: over(func(m Metrics) Number { return m.PF1Max }),
		AUPRO:  over(func(m Metrics) Number { return m.AUPRO }),
	}
}

func spreadOf(values []Number) Spread {
	s := Spread{Mean: meanKnown(values), SD: None()}
	var squares float64
	for _, v := range values {
		if v.Known() {
			s.N++
			squares += float64((v - s.Mean) * (v - s.Mean))
		}
	}
	if s.N > 1 {
		s.SD = Number(math.Sqrt(squares / float64(s.N-1)))
	}
	return s
}

// text is "0.950 ± 0.012", without the second part where there is one seed.
func (s Spread) text() string {
	if !s.SD.Known() {
		return s.Mean.fixed(3)
	}
	return s.Mean.fixed(3) + " ± " + s.SD.fixed(3)
}

// Write writes the document as indented JSON.
func (s *Seeds) Write(w io.Writer) error { return writeJSON(w, s) }

// WriteTables writes for the terminal the means over classes by detector.
func (s *Seeds) WriteTables(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s on %s, mean ± standard deviation\n\n", count(len(s.Seeds), "seed"), s.Data); err != nil {
		return err
	}
	g := newGrid(append([]string{"mean over classes"}, metricNames...)...)
	for _, d := range s.Detectors {
		m := d.Mean
		g.add(d.Name, m.OAUROC.text(), m.OAP.text(), m.PAUROC.text(), m.PAP.text(), m.AUPRO.text())
	}
	return g.write(w)
}

// WriteFiles writes tables.md, tables.tex, tables.csv and seeds.json into dir.
func (s *Seeds) WriteFiles(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, f := range append(sheetBook{s.Data, s.sheets()}.files(), file{"seeds.json", s.Write}) {
		if err := format.WriteAtomic(filepath.Join(dir, f.name), f.write); err != nil {
			return err
		}
	}
	return nil
}

func (s *Seeds) sheets() []sheet {
	all := []sheet{
		s.classSheet("Object-level AUROC", "o_auroc", func(m SeedMetrics) Spread { return m.OAUROC }),
		s.classSheet("Point-level AUROC", "p_auroc", func(m SeedMetrics) Spread { return m.PAUROC }),
		s.classSheet("Object-level F1-max", "o_f1_max", func(m SeedMetrics) Spread { return m.OF1Max }),
		s.classSheet("Point-level F1-max", "p_f1_max", func(m SeedMetrics) Spread { return m.PF1Max }),
		s.classSheet("Object-level average precision", "o_ap", func(m SeedMetrics) Spread { return m.OAP }),
		s.classSheet("Point-level average precision", "p_ap", func(m SeedMetrics) Spread { return m.PAP }),
		s.classSheet("AU-PRO up to a false-positive rate of 0.3", "aupro", func(m SeedMetrics) Spread { return m.AUPRO }),
	}
	return slices.DeleteFunc(all, func(t sheet) bool { return t.empty() })
}

func (s *Seeds) classSheet(title, metric string, pick func(SeedMetrics) Spread) sheet {
	seen := map[string]bool{}
	for _, d := range s.Detectors {
		for _, c := range d.Classes {
			seen[c.Class] = true
		}
	}
	classes := sortedKeys(seen)
	out := sheet{title: title, corner: "Detector", columns: append(classes[:len(classes):len(classes)], "mean"), wide: true}
	spreads := make([][]Spread, len(s.Detectors))
	for i, d := range s.Detectors {
		for _, name := range classes {
			at := Spread{Mean: None(), SD: None()}
			for _, c := range d.Classes {
				if c.Class == name {
					at = pick(c.SeedMetrics)
				}
			}
			spreads[i] = append(spreads[i], at)
		}
		spreads[i] = append(spreads[i], pick(d.Mean))
		row := sheetRow{name: d.Name}
		for _, at := range spreads[i] {
			row.cells = append(row.cells, cell{Text: at.Mean.fixed(3)})
		}
		out.rows = append(out.rows, row)
	}
	out.addPublished(metric, classes, s.Published)
	for i, row := range spreads { // after the best are marked, which is by the means alone
		for j, at := range row {
			out.rows[i].cells[j].Text = at.text()
		}
	}
	out.note = fmt.Sprintf("Mean ± standard deviation over %s. %s", count(len(s.Seeds), "seed"), out.note)
	return out
}
