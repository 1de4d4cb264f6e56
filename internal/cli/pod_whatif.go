package cli

import (
	"fmt"
	"math"
	"strings"

	"blemish/capability"
	"blemish/report"
)

// What to do about what pod has found: another threshold.

// printThresholds is the table of a90/95 against false alarms, with a column for each curve
// that has a figure at some threshold; nothing where none has.
func (e *env) printThresholds(r *capability.Report) error {
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
	fmt.Fprintln(e.stdout, "\na90/95 at other thresholds, for predict --threshold; train --false-alarms learns one:")
	return report.WriteTable(e.stdout, rows)
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
