package report

// The page of `predict`.

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"blemish/detect"
	"blemish/report/plot"
)

// title is that of the report.
func (d *Predict) title() string { return cmp.Or(d.Title, "Inspection report") }

// alignedTo says what scans were aligned to.
func (d *Predict) alignedTo() string { return cmp.Or(d.Alignment, "best fit to the whole part") }

// page describes the document; g has the scans that the viewer opens.
func (d *Predict) page(g *gallery, maps *mapStyle) *page {
	c := d.Count()
	p := &page{Title: d.title(), Version: d.Blemish, Unit: d.Unit}
	if d.Head != nil {
		p.Head = d.Head.facts()
	}
	if d.Tolerance != nil {
		p.Head = append(p.Head, fact{"Tolerance", withUnit(d.Tolerance.given().String(), d.Unit, "")})
	}
	if d.Alignment != "" {
		p.Head = append(p.Head, fact{"Aligned to", d.Alignment})
	}
	if d.Unit != "" {
		p.Head = append(p.Head, fact{"Unit", d.Unit})
	}
	p.Decision = d.Model.Decision
	p.blocks = func() []block { return d.blocks(g, maps) }
	if maps != nil {
		p.bands = maps.bands
	}
	p.Lead = fmt.Sprintf("%s judged by the model %s", count(len(d.Scans), "scan"), d.Model.File)
	if d.Model.Class != "" {
		p.Lead += ", which knows sound scans of " + d.Model.Class
	}
	p.Lead += "."
	for _, t := range []struct {
		n    int
		name string
	}{{c.Defective, "defective"}, {c.Unsure, "unsure"}, {c.Sound, "sound"}, {c.Failed, "failed"}} {
		if t.n > 0 || t.name != "failed" {
			p.Tiles = append(p.Tiles, tile{t.name, fmt.Sprint(t.n), t.name})
		}
	}
	p.All = d.listAll(g)
	p.Plots = d.plots()
	p.Provenance = []fact{{"Blemish", d.Blemish}, {"Model", d.Model.File}}
	threshold := ""
	if d.Threshold.Known() {
		threshold = fmt.Sprintf("%.4g", float64(d.Threshold))
	}
	for _, f := range []fact{{"SHA-256 of the model", d.Model.SHA256}, {"Detector", d.Model.Detector}, {"Class", d.Model.Class}, {"Unit of length", d.Unit},
		{"Trained by Blemish", d.Model.Blemish}, {"Seed of the training", fmt.Sprint(d.Model.Seed)}, {"Threshold", threshold}, {"Decided by", d.Model.Decision}} {
		if f.Value != "" {
			p.Provenance = append(p.Provenance, f)
		}
	}
	if cad := d.Model.CAD; cad != nil {
		p.Provenance = append(p.Provenance, fact{"CAD model", cad.File}, fact{"SHA-256 of the CAD model", cad.SHA256})
	}
	for _, s := range d.Scans {
		if s.SHA256 != "" {
			p.Provenance = append(p.Provenance, fact{"SHA-256 of " + s.File, s.SHA256})
		}
	}
	if len(d.Model.Config) > 0 {
		p.Configs = []fact{{d.Model.Detector, indent(d.Model.Config)}}
	}
	p.Training = d.Model.Training
	return p
}

func (d *Predict) listAll(g *gallery) []listed {
	at := map[string]int{}
	for i, s := range g.scans {
		at[s.Name] = i
	}
	names := make([]string, len(d.Scans))
	for i, s := range d.Scans {
		names[i] = s.File
	}
	names = dropSharedFolder(names)
	var out []listed
	for i, s := range d.Scans {
		row := listed{ID: -1, Title: names[i], Verdict: s.Verdict, Score: s.Score.tight(), Gauge: gauge(s.Score, d.Threshold, s.Verdict),
			Regions: s.counting(), Reason: s.Reason, Error: s.Error, Overlap: "–"}
		told := []string{s.zoneWords(), s.PredictSeen.words(d.Unit), s.faint(d.Unit)}
		row.Told = strings.Join(slices.DeleteFunc(told, func(t string) bool { return t == "" }), "; ")
		if id, ok := at[s.File]; ok {
			row.ID, row.ID1 = id, id+1
		}
		if w := worstRegion(s.Regions); w != nil {
			row.Worst, row.Area, row.Depth = w.Kind, w.Area.short(), w.Depth.short()
		}
		if s.Fit.Overlap.Known() {
			row.Overlap = (100 * s.Fit.Overlap).fixed(1) + " %"
		}
		out = append(out, row)
	}
	return out
}

func (d *Predict) plots() []figure {
	if len(d.Scans) < 3 {
		return nil
	}
	groups := []plot.Group{{Name: "sound", Color: soundColor}, {Name: "defective", Color: defectColor}, {Name: "unsure", Color: doubtColor}}
	for _, s := range d.Scans {
		for i, v := range []detect.Verdict{detect.Sound, detect.Defective, detect.Unsure} {
			if s.Verdict == v.String() && s.Score.Known() {
				groups[i].Scores = append(groups[i].Scores, float64(s.Score))
			}
		}
	}
	return []figure{{template.HTML(plot.Histogram("Scores by verdict", withScores(groups), float64(d.Threshold))), "A clear gap around the threshold speaks for the verdicts. Scans close to it deserve a look."}}
}

func withScores(groups []plot.Group) []plot.Group {
	var out []plot.Group
	for _, g := range groups {
		if len(g.Scores) > 0 {
			out = append(out, g)
		}
	}
	return out
}
