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

	Covered, Seconds Number // share of the part that the scan shows; time that judging took
	WorstDepth95     Number // of the worst region, the depth that one point in twenty exceeds
	Deviation95      Number // the same of the whole scan
	Within           Number // share of its points within the tolerance
	Head             Head
}

var csvHeader = []string{"detector", "class", "file", "kind", "truth", "verdict", "score", "threshold", "points", "regions",
	"worst_kind", "worst_area", "worst_depth", "worst_x", "worst_y", "worst_z", "residual", "overlap",
	"not_seen_share", "strays", "clutter", "missed", "note",
	"covered", "seconds", "worst_depth95", "abs_deviation95", "within_tolerance", "part", "serial", "order", "operator", "date"}

// csvPowers is which columns have a unit, and to which power.
var csvPowers = map[string]string{"worst_area": "2", "worst_depth": "", "worst_x": "", "worst_y": "", "worst_z": "", "residual": "", "worst_depth95": "", "abs_deviation95": ""}

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
			row.Verdict, row.Score, row.Note, row.Unit, row.Head = failed, None(), s.Error, p.Unit, p.headOf(&s)
			rows = append(rows, row)
			continue
		}
		row.Threshold, row.Points, row.Regions = p.Threshold, s.Points, s.counting()
		row.Residual, row.Overlap, row.Note, row.Unit = s.Fit.Residual, s.Fit.Overlap, s.Told(p.Unit), p.Unit
		if seen := s.PredictSeen; seen != nil {
			row.NotSeenShare, row.Strays, row.Clutter = seen.NotSeen.Share, Number(seen.Strays.Points), Number(seen.Clutter.Points)
			row.Missed = Number(seen.MissedReturns.Points)
		}
		row.Covered, row.Seconds, row.Head = s.Fit.Covered, s.Seconds, p.headOf(&s)
		if d := s.Deviation; d != nil {
			row.Deviation95, row.Within = d.Abs95, d.Within
		}
		if w := worstRegion(s.Regions); w != nil {
			row.WorstDepth95 = w.Depth95
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
		NotSeenShare: n, Strays: n, Clutter: n, Missed: n,
		Covered: n, Seconds: n, WorstDepth95: n, Deviation95: n, Within: n}
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

// scanHeader names the columns, with the unit behind those of lengths and areas.
func scanHeader(unit string) []string {
	header := make([]string, len(csvHeader))
	for i, name := range csvHeader {
		header[i] = columnName(name, unit)
	}
	return header
}

// cells are the columns of a row: strings, ints and Numbers.
func (r *Row) cells() []any {
	return []any{r.Detector, r.Class, r.File, r.Kind, r.Truth, r.Verdict, r.Score, r.Threshold, r.Points, r.Regions,
		r.WorstKind, r.WorstArea, r.WorstDepth, r.WorstX, r.WorstY, r.WorstZ, r.Residual, r.Overlap,
		r.NotSeenShare, r.Strays, r.Clutter, r.Missed, r.Note,
		r.Covered, r.Seconds, r.WorstDepth95, r.Deviation95, r.Within, r.Head.Part, r.Head.Serial, r.Head.Order, r.Head.Operator, r.Head.Date}
}

// WriteCSV writes rows with a header line (RFC 4180, comma, points as decimals).
// A number that does not exist is an empty field; text that a spreadsheet would take for a
// formula has an apostrophe before it. The header tells the unit where all rows
// have the same.
func WriteCSV(w io.Writer, rows []Row) error {
	cells := make([][]any, len(rows))
	for i := range rows {
		cells[i] = rows[i].cells()
	}
	return writeCells(w, scanHeader(unitOf(rows)), cells)
}

// writeCells writes strings, ints and Numbers as CSV.
func writeCells(w io.Writer, header []string, rows [][]any) error {
	c := csv.NewWriter(w)
	if err := c.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		record := make([]string, len(row))
		for i, cell := range row {
			switch v := cell.(type) {
			case string:
				record[i] = plainCell(v)
			case int:
				record[i] = strconv.Itoa(v)
			case Number:
				record[i] = v.text()
			}
		}
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
			return cellText(record[i])
		}
		return ""
	}
	row := Row{Detector: field("detector"), Class: field("class"), File: field("file"), Kind: field("kind"), Truth: field("truth"),
		Verdict: field("verdict"), WorstKind: field("worst_kind"), Note: field("note"),
		Head: Head{Part: field("part"), Serial: field("serial"), Order: field("order"), Operator: field("operator"), Date: field("date")}}
	for _, n := range []struct {
		name string
		to   *Number
	}{
		{"score", &row.Score}, {"threshold", &row.Threshold}, {"worst_area", &row.WorstArea}, {"worst_depth", &row.WorstDepth},
		{"worst_x", &row.WorstX}, {"worst_y", &row.WorstY}, {"worst_z", &row.WorstZ}, {"residual", &row.Residual}, {"overlap", &row.Overlap},
		{"not_seen_share", &row.NotSeenShare}, {"strays", &row.Strays}, {"clutter", &row.Clutter}, {"missed", &row.Missed},
		{"covered", &row.Covered}, {"seconds", &row.Seconds}, {"worst_depth95", &row.WorstDepth95}, {"abs_deviation95", &row.Deviation95}, {"within_tolerance", &row.Within},
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
