package report

// results.csv: one row a scan for spreadsheets.

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Row is one scan of results.csv. Of `predict`, Detector is the model's and
// Kind and Truth are empty; of `benchmark`, the region columns are empty.
type Row struct {
	Detector, Class, File string
	Kind, Truth           string // kind of defect and "sound" or "defective", where known
	Verdict               string
	Score, Threshold      Number
	Points, Regions       int
	WorstKind             string // the region with the highest peak
	WorstArea, WorstDepth Number
	WorstX, WorstY        Number
	WorstZ                Number
	Residual, Overlap     Number
	NotSeenShare          Number // of the part
	Strays, Clutter       Number // points
	Missed                Number // returns, as points
	Note                  string // why unsure, what failed, what was not judged
	Unit                  string // of lengths; stands in the header
}

var csvHeader = []string{"detector", "class", "file", "kind", "truth", "verdict", "score", "threshold", "points", "regions",
	"worst_kind", "worst_area", "worst_depth", "worst_x", "worst_y", "worst_z", "residual", "overlap",
	"not_seen_share", "strays", "clutter", "missed", "note"}

// csvPowers is which columns have a unit, and to which power.
var csvPowers = map[string]string{"worst_area": "2", "worst_depth": "", "worst_x": "", "worst_y": "", "worst_z": "", "residual": ""}

// columnName is the name of a column with the unit behind it, where it has one: worst_area_mm2.
func columnName(name, unit string) string {
	if power, ok := csvPowers[name]; ok && unit != "" {
		return name + "_" + unit + power
	}
	return name
}

// columnUnit takes the unit off a name.
func columnUnit(header string) (name, unit string) {
	for _, name := range csvHeader {
		power, ok := csvPowers[name]
		if unit, found := strings.CutPrefix(header, name+"_"); ok && found {
			return name, strings.TrimSuffix(unit, power)
		}
	}
	return header, ""
}

// Rows flattens the document, one row a scan in its order.
func (p *Predict) Rows() []Row {
	rows := make([]Row, 0, len(p.Scans))
	for _, s := range p.Scans {
		row := emptyRow()
		row.Detector, row.Class, row.File, row.Verdict, row.Score = p.Model.Detector, p.Model.Class, s.File, s.Verdict, s.Score
		if s.Error != "" {
			row.Verdict, row.Score, row.Note, row.Unit = failed, None(), s.Error, p.Unit
			rows = append(rows, row)
			continue
		}
		row.Threshold, row.Points, row.Regions = p.Threshold, s.Points, s.counting()
		row.Residual, row.Overlap, row.Note, row.Unit = s.Fit.Residual, s.Fit.Overlap, s.Told(p.Unit), p.Unit
		if seen := s.PredictSeen; seen != nil {
			row.NotSeenShare, row.Strays, row.Clutter = seen.NotSeen.Share, Number(seen.Strays.Points), Number(seen.Clutter.Points)
			row.Missed = Number(seen.MissedReturns.Points)
		}
		if w := worstRegion(s.Regions); w != nil {
			row.WorstKind, row.WorstArea, row.WorstDepth = w.Kind, w.Area, w.Depth
			row.WorstX, row.WorstY, row.WorstZ = w.Center[0], w.Center[1], w.Center[2]
		}
		rows = append(rows, row)
	}
	return rows
}

// Rows flattens the document, one row a scan in its order.
func (b *Benchmark) Rows() []Row {
	var rows []Row
	for _, d := range b.Detectors {
		for _, c := range d.Classes {
			for _, s := range c.Scans {
				row := emptyRow()
				row.Detector, row.Class, row.File, row.Kind = d.Name, c.Class, s.File, s.Kind
				row.Truth = "sound"
				if s.Defective {
					row.Truth = "defective"
				}
				row.Verdict, row.Score, row.Points, row.Note = s.Verdict, s.Score, s.Points, s.Reason+s.Error
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func emptyRow() Row {
	n := None()
	return Row{Score: n, Threshold: n, WorstArea: n, WorstDepth: n, WorstX: n, WorstY: n, WorstZ: n, Residual: n, Overlap: n,
		NotSeenShare: n, Strays: n, Clutter: n, Missed: n}
}

// worstRegion is the region that peaks most of those that count.
func worstRegion(regions []PredictRegion) *PredictRegion {
	var worst *PredictRegion
	for i := range regions {
		if regions[i].BelowThreshold {
			continue
		}
		if worst == nil || regions[i].Peak > worst.Peak {
			worst = &regions[i]
		}
	}
	return worst
}

// WriteCSV writes rows with a header line (RFC 4180, comma, points as decimals).
// A number that does not exist is an empty field. The header tells the unit where all rows
// have the same.
func WriteCSV(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	header := make([]string, len(csvHeader))
	for i, name := range csvHeader {
		header[i] = columnName(name, unitOf(rows))
	}
	if err := c.Write(header); err != nil {
		return err
	}
	for _, r := range rows {
		record := []string{r.Detector, r.Class, r.File, r.Kind, r.Truth, r.Verdict, r.Score.text(), r.Threshold.text(),
			strconv.Itoa(r.Points), strconv.Itoa(r.Regions), r.WorstKind, r.WorstArea.text(), r.WorstDepth.text(),
			r.WorstX.text(), r.WorstY.text(), r.WorstZ.text(), r.Residual.text(), r.Overlap.text(),
			r.NotSeenShare.text(), r.Strays.text(), r.Clutter.text(), r.Missed.text(), r.Note}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// unitOf is the unit that all rows share.
func unitOf(rows []Row) string {
	for _, r := range rows {
		if r.Unit != rows[0].Unit {
			return ""
		}
	}
	if len(rows) == 0 {
		return ""
	}
	return rows[0].Unit
}

// ReadCSV reads what WriteCSV wrote. Columns may stand in any order; "file" and
// "score" must be there, others may be missing. Name stands in messages.
func ReadCSV(r io.Reader, name string) ([]Row, error) {
	c := csv.NewReader(r)
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: header: %w", name, err)
	}
	column, unit := map[string]int{}, ""
	for i, h := range header {
		name, u := columnUnit(h)
		column[name] = i
		if u != "" {
			unit = u
		}
	}
	for _, need := range []string{"file", "score"} {
		if _, ok := column[need]; !ok {
			return nil, fmt.Errorf("%s:1: no column %q", name, need)
		}
	}
	var rows []Row
	for {
		record, err := c.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		row, err := parseRow(column, record)
		if err != nil {
			line, _ := c.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		row.Unit = unit
		rows = append(rows, row)
	}
}

func parseRow(column map[string]int, record []string) (Row, error) {
	field := func(name string) string {
		if i, ok := column[name]; ok {
			return record[i]
		}
		return ""
	}
	row := Row{Detector: field("detector"), Class: field("class"), File: field("file"), Kind: field("kind"), Truth: field("truth"),
		Verdict: field("verdict"), WorstKind: field("worst_kind"), Note: field("note")}
	for _, n := range []struct {
		name string
		to   *Number
	}{
		{"score", &row.Score}, {"threshold", &row.Threshold}, {"worst_area", &row.WorstArea}, {"worst_depth", &row.WorstDepth},
		{"worst_x", &row.WorstX}, {"worst_y", &row.WorstY}, {"worst_z", &row.WorstZ}, {"residual", &row.Residual}, {"overlap", &row.Overlap},
		{"not_seen_share", &row.NotSeenShare}, {"strays", &row.Strays}, {"clutter", &row.Clutter}, {"missed", &row.Missed},
	} {
		v, err := parseNumber(field(n.name))
		if err != nil {
			return row, fmt.Errorf("column %s: %q is not a number", n.name, field(n.name))
		}
		*n.to = v
	}
	for _, n := range []struct {
		name string
		to   *int
	}{{"points", &row.Points}, {"regions", &row.Regions}} {
		s := field(n.name)
		if s == "" {
			continue
		}
		v, err := strconv.Atoi(s)
		if err != nil {
			return row, fmt.Errorf("column %s: %q is not a whole number", n.name, s)
		}
		*n.to = v
	}
	return row, nil
}
