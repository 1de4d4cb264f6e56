package cli

import (
	"context"
	"fmt"
	"math"
	"strings"

	"blemish/capability"
	"blemish/report"
)

// What to do about what pod has found: another threshold, other scans.

const thresholdsTitle = "a90/95 at other thresholds, for predict --threshold; train --false-alarms learns one"

// printThresholds prints thresholdRows; nothing where there are none.
func (e *env) printThresholds(r *capability.Report) error {
	rows := thresholdRows(r)
	if rows == nil {
		return nil
	}
	fmt.Fprintln(e.stdout, "\n"+thresholdsTitle+":")
	return report.WriteTable(e.stdout, rows)
}

// thresholdRows are a90/95 against false alarms, with a column for each curve that has a figure at some
// threshold; nothing where none has.
func thresholdRows(r *capability.Report) [][]string {
	rows := [][]string{{"threshold", "false alarms", "expected"}}
	for range r.Thresholds {
		rows = append(rows, nil)
	}
	for i, at := range r.Thresholds {
		expected := "–"
		if at.Expected != nil {
			expected = smallShare(*at.Expected)
		}
		rows[i+1] = []string{plain(at.Threshold, 3), fmt.Sprintf("%d of %d", at.Alarms.False, at.Alarms.Scans), expected}
	}
	some := false
	for k := range r.Curves {
		c := &r.Curves[k]
		column := []string{strings.TrimSpace(string(c.Kind) + " " + depthText(c))}
		fits := false
		for _, at := range r.Thresholds {
			text := "–"
			if f := at.Curves[k].Fit; f != nil {
				text, fits = bounded(f.A9095, f), true
			}
			column = append(column, text)
		}
		if !fits {
			continue
		}
		some = true
		for i := range rows {
			rows[i] = append(rows[i], column[i])
		}
	}
	if !some {
		return nil
	}
	return rows
}

// depthText is the depth of a curve; "" for holes.
func depthText(c *capability.Curve) string {
	if !c.Kind.HasDepth() {
		return ""
	}
	return plain(c.Depth, 3)
}

// smallShare prints a share that may be far below one in a hundred.
func smallShare(share float64) string {
	switch {
	case math.IsNaN(share):
		return "–"
	case share < 1e-4:
		return "<0.01 %"
	}
	return plain(100*share, 2) + " %"
}

func (e *env) whatIf(ctx context.Context, study *capability.Study, r *capability.Report, folder *capability.Folder, learn capability.Learner) error {
	done, err := folder.OpenWhatIf(len(study.Scans))
	if err != nil {
		return err
	}
	return study.WhatIf(ctx, r, learn, done, folder.RecordWhatIf)
}

const (
	whatIfTitle   = "The same defects, if the scans were other ones and the models learnt from such"
	whatIfNothing = "none is found with any of them"
)

// printWhatIf is the table of other scans. Nothing without --what-if.
func (e *env) printWhatIf(doc *podDocument) error {
	if len(doc.WhatIf) == 0 {
		return nil
	}
	w := e.stdout
	fmt.Fprintln(w, "\n"+whatIfTitle+":")
	rows, lines := whatIfRows(doc)
	if len(rows) > 1 {
		if err := report.WriteTable(w, rows); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(w, whatIfNothing)
	}
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
	return nil
}

// whatIfRows are the rows by kind, depth and change, curves without a hit anywhere left out, and what there is to
// say of each change.
func whatIfRows(doc *podDocument) (rows [][]string, lines []string) {
	r := doc.Report
	rows = [][]string{{"if", "kind", "depth", "found", "a50", "a90", "a90/95", "false alarms"}}
	add := func(what string, c *capability.Curve, a *capability.Alarms) {
		row := []string{what, string(c.Kind), "–", fmt.Sprintf("%d of %d", c.Hits, c.Trials), "–", "–", "–", fmt.Sprintf("%d of %d", a.False, a.Scans)}
		if text := depthText(c); text != "" {
			row[2] = text
		}
		if f := c.Fit; f != nil {
			row[4], row[5], row[6] = bounded(f.A50, f), bounded(f.A90, f), bounded(f.A9095, f)
		}
		if a.Unsure > 0 {
			row[7] += fmt.Sprintf(", %d unsure", a.Unsure)
		}
		rows = append(rows, row)
	}
	for k := range r.Curves {
		hits := r.Curves[k].Hits
		for i := range r.WhatIf {
			if r.WhatIf[i].Refusal == "" {
				hits += r.WhatIf[i].Curves[k].Hits
			}
		}
		if hits == 0 {
			continue
		}
		add("as it is", &r.Curves[k], &r.Alarms)
		for i := range r.WhatIf {
			if a := &r.WhatIf[i]; a.Refusal == "" {
				add(a.What, &a.Curves[k], a.Alarms)
			}
		}
	}
	say := func(format string, a ...any) { lines = append(lines, fmt.Sprintf(format, a...)) }
	for i := range r.WhatIf {
		a := &r.WhatIf[i]
		switch {
		case a.Refusal != "":
			say("%s: not measured: %s", a.What, a.Refusal)
		case a.Learnt == 0:
			say("%s: judged by the model as it is, which has not learnt from such scans", a.What)
		case a.Learn > 1:
			say("%s: each model has learnt from %d", a.What, a.Learnt)
		}
		if a.Change.Noise > 1 && a.Measured > 0 {
			say("%s: %s is added along each axis; measured %s, as they are %s",
				a.What, withUnit(a.Added, doc.Unit), withUnit(a.Measured, doc.Unit), withUnit(r.Noise, doc.Unit))
		}
	}
	return rows, lines
}
