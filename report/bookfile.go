package report

// results.xlsx: the inspection, its scans and their regions as sheets.

import (
	"io"

	"blemish/report/workbook"
)

// WriteBook writes the document as an Excel workbook.
func (p *Predict) WriteBook(w io.Writer) error {
	about := workbook.Sheet{Name: "Inspection", Header: []string{"", ""}}
	say := func(name string, value any) {
		if value != "" {
			about.Rows = append(about.Rows, []any{name, bookCell(value)})
		}
	}
	say("Title", p.title())
	if p.Head != nil {
		for _, f := range p.Head.facts() {
			say(f.Name, f.Value)
		}
	}
	c := p.Count()
	say("Scans", len(p.Scans))
	say("Sound", c.Sound)
	say("Defective", c.Defective)
	say("Unsure", c.Unsure)
	say("Failed", c.Failed)
	say("Unit of length", p.Unit)
	say("Threshold of the score", p.Threshold)
	if p.Tolerance != nil {
		say("Tolerance outside", p.Tolerance.Over)
		say("Tolerance inside", p.Tolerance.Under)
	}
	say("Aligned to", p.alignedTo())
	say("Model", p.Model.File)
	say("SHA-256 of the model", p.Model.SHA256)
	say("Part known to the model", p.Model.Class)
	say("Detector", p.Model.Detector)
	say("Decided by", p.Model.Decision)
	say("Blemish", p.Blemish)

	scans := workbook.Sheet{Name: "Scans", Header: scanHeader(p.Unit)}
	for _, r := range p.Rows() {
		row := []any{}
		for _, v := range r.cells() {
			row = append(row, bookCell(v))
		}
		scans.Rows = append(scans.Rows, row)
	}
	regions := workbook.Sheet{Name: "Regions", Header: regionHeader(p.Unit)}
	for _, row := range p.regionRows() {
		for i := range row {
			row[i] = bookCell(row[i])
		}
		regions.Rows = append(regions.Rows, row)
	}
	return workbook.Write(w, []workbook.Sheet{about, scans, regions})
}

// bookCell is a value as workbooks take it: numbers that do not exist are empty.
func bookCell(value any) any {
	if n, ok := value.(Number); ok {
		if !n.Known() {
			return nil
		}
		return float64(n)
	}
	return value
}
