package report

// results.csv: one row a scan for spreadsheets.

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
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
	Note                  string // why unsure, or what failed
}

var csvHeader = []string{"detector", "class", "file", "kind", "truth", "verdict", "score", "threshold", "points", "regions",
	"worst_kind", "worst_area", "worst_depth", "worst_x", "worst_y", "worst_z", "residual", "overlap", "note"}

// Rows flattens the document, one row a scan in its order.
func (p *Predict) Rows() []Row {
	rows := make([]Row, 0, len(p.Scans))
	for _, s := range p.Scans {
		row := emptyRow()
		row.Detector, row.Class, row.File, row.Verdict, row.Score = p.Model.Detector, p.Model.Class, s.File, s.Verdict, s.Score
		row.Threshold, row.Points, row.Regions = p.Threshold, s.Points, len(s.Regions)
		row.Residual, row.Overlap, row.Note = s.Fit.Residual, s.Fit.Overlap, s.Reason+s.Error
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
	return Row{Score: n, Threshold: n, WorstArea: n, WorstDepth: n, WorstX: n, WorstY: n, WorstZ: n, Residual: n, Overlap: n}
}

func worstRegion(regions []PredictRegion) *PredictRegion {
	var worst *PredictRegion
	for i := range regions {
		if worst == nil || regions[i].Peak > worst.Peak {
			worst = &regions[i]
		}
	}
	return worst
}

// WriteCSV writes rows with a header line (RFC 4180, comma, points as decimals).
// A number that does not exist is an empty field.
func WriteCSV(w io.Writer, rows []Row) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	for _, r := range rows {
		record := []string{r.Detector, r.Class, r.File, r.Kind, r.Truth, r.Verdict, r.Score.text(), r.Threshold.text(),
			strconv.Itoa(r.Points), strconv.Itoa(r.Regions), r.WorstKind, r.WorstArea.text(), r.WorstDepth.text(),
			r.WorstX.text(), r.WorstY.text(), r.WorstZ.text(), r.Residual.text(), r.Overlap.text(), r.Note}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// ReadCSV reads what WriteCSV wrote. Columns may stand in any order; "file" and
// "score" must be there, others may be missing. Name stands in messages.
func ReadCSV(r io.Reader, name string) ([]Row, error) {
	c := csv.NewReader(r)
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: header: %w", name, err)
	}
	column := map[string]int{}
	for i, h := range header {
		column[h] = i
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
