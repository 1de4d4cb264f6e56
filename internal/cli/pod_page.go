package cli

import (
	"context"
	"fmt"
	"math"
	"strings"

	"blemish/capability"
	metricpod "blemish/metric/pod"
	"blemish/report"
	"blemish/report/plot"
	"blemish/task"
)

// What pod has found out, as a page.

// podPage is report.html.
func podPage(ctx context.Context, workers task.Workers, doc *podDocument) (*report.Study, error) {
	r := doc.Report
	s := &report.Study{
		Title: "How small a defect is found", Version: doc.Blemish,
		Lead: fmt.Sprintf("Probability of detection of the model %s, measured with %d defects that were carved into %d sound scans.",
			doc.Model.File, len(r.Trials), r.Alarms.Scans),
		Tiles: podTiles(doc),
		Provenance: []report.Fact{
			{Name: "Blemish", Value: doc.Blemish}, {Name: "Model", Value: doc.Model.File}, {Name: "SHA-256 of the model", Value: doc.Model.SHA256},
			{Name: "Detector", Value: doc.Model.Detector}, {Name: "Unit of length", Value: doc.Unit}, {Name: "Seed", Value: fmt.Sprint(doc.Seed)},
			{Name: "Spacing of the scans", Value: withUnit(r.Spacing, doc.Unit)}, {Name: "Noise of the scans", Value: withUnit(r.Noise, doc.Unit)},
			{Name: "Sizes tried", Value: plain(r.Design.Least, 3) + " to " + withUnit(r.Design.Most, doc.Unit)},
			{Name: "Places, sizes at each", Value: fmt.Sprintf("%d, %d", r.Design.Places, r.Design.Levels)},
		},
	}
	if doc.Unit == "" {
		s.Provenance[4].Value = "that of the scans"
	}
	add := func(section report.Section) { s.Sections = append(s.Sections, section) }

	rows, notes := curveRows(doc)
	add(report.Section{
		Title: "By size", About: sizesExplained(doc.Unit) + " Points are the share that was found among defects of about one size, with the 95 % interval.",
		Figures: podFigures(doc), Table: tableOf(rows, 1, 2, 3, 4, 5, 6), Lines: notes,
	})
	sound := [][]string{{"sound scan", "verdict", "score", "threshold", "noise"}}
	for _, scan := range r.Sound {
		sound = append(sound, []string{scan.Name, scan.Verdict, plain(float64(scan.Score), 3), plain(float64(scan.Threshold), 3), withUnit(scan.Noise, doc.Unit)})
	}
	add(report.Section{
		Title: "False alarms", About: alarmsText(r) + " Each scan that the model has learnt from is judged by a model that is learnt again without it.",
		Table: tableOf(sound, 2, 3, 4), Lines: unsureLines(r),
	})
	where := report.Section{
		Title: "Where on the part",
		About: fmt.Sprintf("The smallest defect that was found at each place, with all larger ones found too, at the greatest depth: from %s, pale, to %s, dark red. "+
			"Black: blind, none was found there at any size. Pink: some were found, the largest not. Light blue: not measured.", plain(r.Design.Least, 3), withUnit(r.Design.Most, doc.Unit)),
	}
	for i := range r.Maps {
		m := &r.Maps[i]
		picture, err := r.Picture(ctx, workers, m)
		if err != nil {
			return nil, err
		}
		where.Pictures = append(where.Pictures, report.Picture{
			Image: picture, Alt: "Map of the part for the kind " + string(m.Kind) + ", from the front and from behind", Caption: blindText(m) + ".",
		})
	}
	add(where)
	if rows := thresholdRows(r); rows != nil {
		add(report.Section{Title: "At another threshold", About: "A lower threshold finds smaller defects and raises more false alarms. " + thresholdsTitle + ".",
			Table: tableOf(rows, everyColumn(rows)...)})
	}
	if len(doc.WhatIf) > 0 {
		rows, lines := whatIfRows(doc)
		other := report.Section{Title: "With other scans", About: whatIfTitle + ".", Lines: lines}
		if len(rows) > 1 {
			other.Table = tableOf(rows, 2, 3, 4, 5, 6, 7)
		} else {
			other.Lines = append([]string{whatIfNothing}, lines...)
		}
		add(other)
	}
	var said, unsaid []string
	for _, claim := range doc.Claims {
		if text, not := strings.CutPrefix(claim, unmeasured); not {
			unsaid = append(unsaid, text)
		} else {
			said = append(said, claim)
		}
	}
	add(report.Section{Title: "What may be said", About: "predict tells this with its verdicts, as long as the model stays the same.", Lines: said})
	add(report.Section{Title: "What was not measured", Lines: unsaid})
	add(report.Section{Title: "How to read this", Words: []report.Fact{
		{Name: "Found", Value: "The scan with the defect is called defective, and a marked region lies on the defect. Anything else is a miss, unsure too: nobody is told of a defect then."},
		{Name: "a90/95", Value: "The size from which on nine in ten are found, said with a confidence of 95 % (MIL-HDBK-1823A). It needs hits and misses of overlapping sizes, and is the more careful the fewer were tried; the handbook asks for 60 of each kind."},
		{Name: "Size and depth", Value: "The diameter, or the length of what is long, and how far the surface is moved at the most. Holes have no depth: their points are gone."},
		{Name: "Carved defects", Value: "They are smooth and clean; real ones are neither. The curve says what geometry the model resolves, not how a process breaks parts."},
		{Name: "Threshold", Value: "A scan whose score is above it counts as defective. 1 is the largest score of a sound scan while learning."},
	}})
	return s, nil
}

// podTiles are the figures at the top: for each kind that of its greatest depth, and the false alarms.
func podTiles(doc *podDocument) []report.Tile {
	var out []report.Tile
	for _, kind := range doc.Design.Kinds {
		var best *capability.Curve
		for i := range doc.Curves {
			if c := &doc.Curves[i]; c.Kind == kind && (best == nil || c.Depth > best.Depth) {
				best = c
			}
		}
		if best == nil {
			continue
		}
		label := strings.TrimSpace(string(kind) + " " + depthText(best))
		if best.Kind.HasDepth() {
			label += " deep"
		}
		value := "not known"
		if best.Fit != nil && !best.Fit.Beyond {
			value = withUnit(best.Fit.A9095, doc.Unit)
			label += ": 9 in 10 found from here"
		}
		out = append(out, report.Tile{Value: value, Label: label})
	}
	a := doc.Alarms
	t := report.Tile{Value: fmt.Sprintf("%d of %d", a.False, a.Scans), Label: "false alarms", Class: "sound"}
	if a.False > 0 {
		t.Class = "defective"
	}
	return append(out, t)
}

// podFigures are the curves, a figure for each kind.
func podFigures(doc *podDocument) []report.Figure {
	var out []report.Figure
	axis := "size"
	if doc.Unit != "" {
		axis += ", " + doc.Unit
	}
	for _, kind := range doc.Design.Kinds {
		var curves []plot.Detection
		for i := range doc.Curves {
			c := &doc.Curves[i]
			if c.Kind != kind {
				continue
			}
			d := plot.Detection{Name: "curve", Bound: math.NaN(), Shares: podShares(doc.Report, c)}
			if c.Kind.HasDepth() {
				d.Name = withUnit(c.Depth, doc.Unit) + " deep"
			}
			if c.Fit != nil {
				d.POD, d.Bound = c.Fit.POD, c.Fit.A9095
			}
			curves = append(curves, d)
		}
		out = append(out, report.Figure{
			SVG:     plot.POD(string(kind), axis, doc.Design.Least, doc.Design.Most, curves),
			Caption: podCaption(curves),
		})
	}
	return out
}

func podCaption(curves []plot.Detection) string {
	for _, c := range curves {
		if c.POD != nil {
			return "The curve that fits best, and what was observed. The upright line is a90/95, where it lies within what was tried."
		}
	}
	return "What was observed; it allows no curve, for the reason below."
}

// podShares are the shares of the sizes of each level, which lie together.
func podShares(r *capability.Report, c *capability.Curve) []plot.Share {
	hits, tried, logs := make([]int, r.Design.Levels), make([]int, r.Design.Levels), make([]float64, r.Design.Levels)
	for i := range r.Trials {
		t := &r.Trials[i]
		if t.Kind != c.Kind || t.Depth != c.Depth || t.Outcome != capability.Hit && t.Outcome != capability.Miss {
			continue
		}
		tried[t.Level]++
		logs[t.Level] += math.Log(t.Size)
		if t.Outcome == capability.Hit {
			hits[t.Level]++
		}
	}
	var out []plot.Share
	for level, n := range tried {
		if n == 0 {
			continue
		}
		low, high := metricpod.ClopperPearson(hits[level], n, 0.95)
		out = append(out, plot.Share{Size: math.Exp(logs[level] / float64(n)), Found: float64(hits[level]) / float64(n), Low: low, High: high})
	}
	return out
}

// tableOf is a table whose first row is its head.
func tableOf(rows [][]string, numbers ...int) *report.Table {
	return &report.Table{Head: rows[0], Rows: rows[1:], Numbers: numbers}
}

// everyColumn are the columns of rows.
func everyColumn(rows [][]string) []int {
	out := make([]int, len(rows[0]))
	for i := range out {
		out[i] = i
	}
	return out
}
