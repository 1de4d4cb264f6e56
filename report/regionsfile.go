package report

// regions.csv: one row a region for spreadsheets.

import "io"

// regionColumns are the columns of regions.csv and of the sheet of regions: their names, and
// which power of the unit they have.
var regionColumns = []struct{ name, power string }{
	{"file", ""}, {"part", ""}, {"serial", ""}, {"order", ""}, {"operator", ""}, {"date", ""}, {"verdict", ""}, {"region", ""}, {"kind", ""}, {"zone", ""},
	{"below_threshold", ""}, {"points", ""}, {"area", "2"}, {"depth_95", "1"}, {"depth_max", "1"}, {"peak_score", ""}, {"mean_score", ""},
	{"x", "1"}, {"y", "1"}, {"z", "1"}, {"part_x", "1"}, {"part_y", "1"}, {"part_z", "1"},
	{"box_min_x", "1"}, {"box_min_y", "1"}, {"box_min_z", "1"}, {"box_max_x", "1"}, {"box_max_y", "1"}, {"box_max_z", "1"},
}

// regionHeader names the columns, with the unit behind those of lengths and areas.
func regionHeader(unit string) []string {
	var out []string
	for _, c := range regionColumns {
		name := c.name
		if unit != "" && c.power != "" {
			name += "_" + unit
			if c.power == "2" {
				name += "2"
			}
		}
		out = append(out, name)
	}
	return out
}

// regionRows lists the regions of all scans, worst first within each. Cells are strings, ints
// and Numbers.
func (p *Predict) regionRows() [][]any {
	var rows [][]any
	for i := range p.Scans {
		s := &p.Scans[i]
		head := p.headOf(s)
		for k, r := range s.Regions {
			yes := "no"
			if r.BelowThreshold {
				yes = "yes"
			}
			row := []any{s.File, head.Part, head.Serial, head.Order, head.Operator, head.Date, s.Verdict, k + 1, r.Kind, r.Zone,
				yes, r.Points, r.Area, r.Depth95, r.Depth, r.Peak, r.Mean, r.Center[0], r.Center[1], r.Center[2]}
			at := [3]Number{None(), None(), None()}
			if r.PartCenter != nil {
				at = *r.PartCenter
			}
			for _, place := range [][3]Number{at, r.Box[0], r.Box[1]} {
				row = append(row, place[0], place[1], place[2])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// headOf is what is known of a scan, from its own head and that of the batch.
func (p *Predict) headOf(s *PredictScan) Head {
	var h Head
	if s.Head != nil {
		h = *s.Head
	}
	if p.Head != nil {
		h = h.over(*p.Head)
	}
	return h
}

// WriteRegions writes regions.csv (RFC 4180, points as decimals). The header tells the unit.
func (p *Predict) WriteRegions(w io.Writer) error {
	return writeCells(w, regionHeader(p.Unit), p.regionRows())
}

// plainCell keeps a spreadsheet from taking text of others, such as a file's name, for a
// formula: an apostrophe before it says that it is text.
func plainCell(text string) string {
	if formula(text) || text != "" && text[0] == '\'' {
		return "'" + text
	}
	return text
}

// formula reports whether spreadsheets take a cell for a formula.
func formula(text string) bool {
	switch {
	case text == "":
		return false
	case text[0] == '=', text[0] == '+', text[0] == '-', text[0] == '@', text[0] == '\t', text[0] == '\r', text[0] == '\n':
		return true
	}
	return false
}

// cellText undoes plainCell.
func cellText(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && (formula(cell[1:]) || cell[1] == '\'') {
		return cell[1:]
	}
	return cell
}
