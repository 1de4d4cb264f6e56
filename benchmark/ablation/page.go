package ablation

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"

	"blemish/format"
)

// Page is study.html: table and plot of a study in one file.
type Page struct {
	Title, About, Version string
	Table                 [][]string   // the first line is the heading
	More                  string       // the page with classes, kinds and scans; "": none
	Plot                  template.URL // Write draws it

	name string // of the files
	plot func(io.Writer) error
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

// Write writes NAME.csv, NAME.png and study.html into a folder, which is made if need be.
func (p Page) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var table, png, page bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(p.Table); err != nil {
		return err
	}
	if err := p.plot(&png); err != nil {
		return fmt.Errorf("plot of %s: %w", p.name, err)
	}
	p.Plot = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png.Bytes()))
	if err := studyTemplate.Execute(&page, p); err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content *bytes.Buffer
	}{{p.name + ".csv", &table}, {p.name + ".png", &png}, {"study.html", &page}} {
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
