package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strconv"

	"blemish/format"
	"blemish/report"
)

// studyPage is study.html: table and plot of a study in one file.
type studyPage struct {
	Title, About, Version string
	Table                 [][]string // the first line is the heading
	More                  string     // the page with classes, kinds and scans; "": none
	Plot                  template.URL
}

var studyTemplate = template.Must(template.New("study").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>
body {font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff}
table {border-collapse: collapse; font-variant-numeric: tabular-nums} th, td {padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd}
th:first-child, td:first-child {text-align: left} img {max-width: 100%; margin-top: 1.5rem} .scroll {overflow-x: auto} footer {color: #555; margin-top: 1.5rem}
</style></head><body>
<h1>{{.Title}}</h1>
<p>{{.About}}</p>
<div class="scroll"><table>{{range $i, $row := .Table}}
<tr>{{range $row}}{{if $i}}<td>{{.}}</td>{{else}}<th>{{.}}</th>{{end}}{{end}}</tr>{{end}}
</table></div>
<img src="{{.Plot}}" alt="Plot of the table: {{.Title}}">
{{if .More}}<p><a href="{{.More}}">By class, kind and scan</a></p>{{end}}
<footer>Blemish {{.Version}}</footer>
</body></html>
`))

// write writes NAME.csv, NAME.png and study.html into dir.
func (p studyPage) write(dir, name string, plot func(io.Writer) error) error {
	var table, png, page bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(p.Table); err != nil {
		return err
	}
	if err := plot(&png); err != nil {
		return fmt.Errorf("plot of %s: %w", name, err)
	}
	p.Plot = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png.Bytes()))
	if err := studyTemplate.Execute(&page, p); err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content *bytes.Buffer
	}{{name + ".csv", &table}, {name + ".png", &png}, {"study.html", &page}} {
		err := format.WriteAtomic(filepath.Join(dir, f.name), func(w io.Writer) error {
			_, err := f.content.WriteTo(w)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// studyDocument is what ablate prints with --json: a cell is a number, a name, or null
// where the number cannot be computed.
type studyDocument struct {
	Study   string   `json:"study"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// printStudy prints the table of a study; its first line is the heading, its first column
// names.
func (e *env) printStudy(name string, table [][]string) error {
	if !e.json {
		return report.WriteTable(e.stdout, table)
	}
	doc := studyDocument{Study: name, Columns: table[0], Rows: [][]any{}}
	for _, line := range table[1:] {
		row := []any{line[0]}
		for _, cell := range line[1:] {
			row = append(row, cellValue(cell))
		}
		doc.Rows = append(doc.Rows, row)
	}
	return e.printJSON(doc)
}

// cellValue is a cell of a table as JSON has it.
func cellValue(cell string) any {
	if cell == "" {
		return nil
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return json.Number(cell)
	}
	return cell
}
