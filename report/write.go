package report

// A document and its page on the disk.

import (
	"context"
	"fmt"
	"image/color"
	"io"
	"os"
	"path/filepath"

	"blemish/detect"
	"blemish/format"
	"blemish/task"
)

// Colours of the groups in plots, those of the page's verdicts.
var (
	soundColor  = color.NRGBA{0, 158, 115, 255}
	defectColor = color.NRGBA{213, 94, 0, 255}
	doubtColor  = color.NRGBA{230, 159, 0, 255}
)

// Options is what the writers take beside document and views.
type Options struct {
	Workers task.Workers // 0: one for each core; never changes a byte
}

// WriteBenchmark writes results.json, results.csv, curves.csv, tables.md, tables.tex,
// tables.csv, report.html and pictures/*.png into dir, which is made if need be. Views are the scans worth opening: the worst
// misses, false alarms and the clearest finds; where a view has no Group, truth
// and verdict give it one. It ends early when ctx does; what was written by then is whole.
func WriteBenchmark(ctx context.Context, dir string, doc *Benchmark, views []ScanView, opt Options) error {
	type key struct{ detector, class, file string }
	truth := map[key]bool{}
	for _, d := range doc.Detectors {
		for _, c := range d.Classes {
			for _, s := range c.Scans {
				truth[key{d.Name, c.Class, s.File}] = s.Defective
			}
		}
	}
	named := make([]ScanView, len(views))
	for i, v := range views {
		if v.Group == "" {
			defective, known := truth[key{v.Detector, v.Class, v.Name}]
			if !known && v.Truth != nil {
				known = true
				for _, t := range v.Truth {
					defective = defective || t > 0
				}
			}
			v.Group = headingOf(v.Result.Verdict, known, defective)
			if known && !defective {
				v.Kind = detect.Sound.String() // data sets have other words for it
			}
		}
		named[i] = v
	}
	g, err := newGallery(ctx, opt.Workers, named, None())
	if err != nil {
		return err
	}
	g.totals = map[string]int{}
	for _, d := range doc.Detectors {
		for _, c := range d.Classes {
			for _, s := range c.Scans {
				if verdict, ok := verdictOf(s.Verdict); ok && s.Error == "" {
					g.totals[headingOf(verdict, true, s.Defective)]++
				}
			}
		}
	}
	w := writer{ctx: ctx, dir: dir, opt: opt, g: g}
	return w.write(doc.page(g), doc.Write, doc.Rows(), append(doc.book().files(), file{"curves.csv", doc.writeCurves})...)
}

// file is a file by name and what writes its content.
type file struct {
	name  string
	write func(io.Writer) error
}

type writer struct {
	ctx  context.Context
	dir  string
	opt  Options
	g    *gallery
	maps *mapStyle // of the maps of deviations; nil: there are none
}

func (w *writer) write(p *page, document func(io.Writer) error, rows []Row, more ...file) error {
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := w.pictures(); err != nil {
		return err
	}
	if err := p.fill(w.g); err != nil {
		return err
	}
	html, err := p.html()
	if err != nil {
		return err
	}
	all := append([]file{
		{"report.html", func(out io.Writer) error { _, err := out.Write(html); return err }},
		{"results.csv", func(out io.Writer) error { return WriteCSV(out, rows) }},
	}, more...)
	for _, f := range append(all, file{"results.json", document}) { // last: where it stands, all else does
		if err := format.WriteAtomic(filepath.Join(w.dir, f.name), f.write); err != nil {
			return err
		}
	}
	return nil
}

// verdictOf reads the word for a verdict.
func verdictOf(word string) (detect.Verdict, bool) {
	for _, v := range []detect.Verdict{detect.Sound, detect.Defective, detect.Unsure, detect.Unjudged} {
		if v.String() == word {
			return v, true
		}
	}
	return 0, false
}

// usable is a threshold that scales can be built on.
func usable(t Number) float64 {
	if !t.Known() || t <= 0 {
		return 1
	}
	return float64(t)
}
