package report

// Tables for papers, notes and spreadsheets: LaTeX, Markdown, CSV.

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// sheetBook is the tables of one data set.
type sheetBook struct {
	data   string
	sheets []sheet
}

func (b *Benchmark) book() sheetBook { return sheetBook{b.Data, b.sheets()} }

// WriteMarkdown writes the tables of the document as GitHub prints them, with the best of
// each column in bold.
func (b *Benchmark) WriteMarkdown(w io.Writer) error { return b.book().writeMarkdown(w) }

// WriteLaTeX writes the tables of the document as table environments, to be included into a
// paper that uses the package booktabs, with the best of each column in bold.
func (b *Benchmark) WriteLaTeX(w io.Writer) error { return b.book().writeLaTeX(w) }

// WriteSheetsCSV writes the tables of the document one below the other for a spreadsheet:
// a line with the title, the header, the rows, the note where there is one, an empty line.
// A figure that does not exist is an empty field.
func (b *Benchmark) WriteSheetsCSV(w io.Writer) error { return b.book().writeCSV(w) }

// files are the three files of tables.
func (b sheetBook) files() []file {
	return []file{{"tables.md", b.writeMarkdown}, {"tables.tex", b.writeLaTeX}, {"tables.csv", b.writeCSV}}
}

func (b sheetBook) writeMarkdown(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "# Benchmark on %s\n", markdownText(b.data))
	for _, s := range b.sheets {
		fmt.Fprintf(&out, "\n## %s\n\n", s.title)
		line := func(name string, cells []string) {
			out.WriteString("| " + strings.Join(append([]string{name}, cells...), " | ") + " |\n")
		}
		columns := make([]string, len(s.columns))
		for i, c := range s.columns {
			columns[i] = markdownText(c)
		}
		line(s.corner, columns)
		out.WriteString("|---|" + strings.Repeat("---:|", len(s.columns)) + "\n")
		for _, row := range s.rows {
			texts := make([]string, len(row.cells))
			for i, c := range row.cells {
				if texts[i] = c.Text; c.Best {
					texts[i] = "**" + c.Text + "**"
				}
			}
			line(markdownText(row.name), texts)
		}
		if s.note != "" {
			out.WriteString("\n" + markdownText(s.note) + "\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// markdownText keeps a name from becoming markup or from ending its cell.
func markdownText(text string) string {
	var out strings.Builder
	for _, r := range oneLine(text) {
		if strings.ContainsRune("\\`*_[]<>|#~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// latexColumns is how many columns of figures stand side by side; wider tables continue
// below, as the published ones do.
const latexColumns = 10

func (b sheetBook) writeLaTeX(w io.Writer) error {
	var out strings.Builder
	out.WriteString("% \\usepackage{booktabs}\n")
	for _, s := range b.sheets {
		out.WriteString("\n\\begin{table}\n\\centering\n\\footnotesize\n\\setlength{\\tabcolsep}{3pt}\n")
		fmt.Fprintf(&out, "\\caption{%s on %s.", latexText(s.title), latexText(b.data))
		if s.note != "" {
			out.WriteString(" " + latexText(s.note))
		}
		out.WriteString("}\n")
		step := latexColumns
		if s.wide {
			step /= 2
		}
		for from := 0; from < len(s.columns); from += step {
			s.latexBlock(&out, from, min(from+step, len(s.columns)))
		}
		out.WriteString("\\end{table}\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s *sheet) latexBlock(out *strings.Builder, from, to int) {
	if from > 0 {
		out.WriteString("\\par\\medskip\n")
	}
	fmt.Fprintf(out, "\\begin{tabular}{l%s}\n\\toprule\n%s", strings.Repeat("r", to-from), latexText(s.corner))
	for _, c := range s.columns[from:to] {
		out.WriteString(" & " + latexText(c))
	}
	out.WriteString(" \\\\\n\\midrule\n")
	for _, row := range s.rows {
		if row.rule {
			out.WriteString("\\midrule\n")
		}
		out.WriteString(latexText(row.name))
		for _, c := range row.cells[from:to] {
			text := latexText(c.Text)
			if c.Best {
				text = "\\textbf{" + text + "}"
			}
			out.WriteString(" & " + text)
		}
		out.WriteString(" \\\\\n")
	}
	out.WriteString("\\bottomrule\n\\end{tabular}\n")
}

var latexSpecial = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`, `_`, `\_`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, `<`, `\textless{}`, `>`, `\textgreater{}`, `|`, `\textbar{}`, `"`, "''",
	`[`, `{[}`, `]`, `{]}`, `–`, `--`, `±`, `$\pm$`)

// latexText keeps a name from becoming a command. A bracket after a line's end would be
// taken as a length, so brackets stand in braces.
func latexText(text string) string { return latexSpecial.Replace(oneLine(text)) }

// oneLine turns what would end a line into spaces.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

func (b sheetBook) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	for i, s := range b.sheets {
		records := [][]string{{s.title}, append([]string{s.corner}, s.columns...)}
		if i > 0 {
			records = slices.Insert(records, 0, []string{})
		}
		for _, row := range s.rows {
			record := []string{row.name}
			for _, cell := range row.cells {
				record = append(record, strings.TrimPrefix(cell.Text, "–"))
			}
			records = append(records, record)
		}
		if s.note != "" {
			records = append(records, []string{s.note})
		}
		for _, r := range records {
			if err := c.Write(r); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}
