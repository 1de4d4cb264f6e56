package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// handBenchmark is two detectors on three classes, one of which Anomaly-ShapeNet does not
// have, with ties and a name that is markup everywhere.
func handBenchmark() *Benchmark {
	class := func(name string, object, point Number, verdicts ...string) BenchmarkClass {
		c := BenchmarkClass{Class: name, Metrics: Metrics{OAUROC: object, OAP: None(), OF1Max: object - 0.125, PAUROC: point, PAP: None(), PF1Max: point / 2, AUPRO: point / 2}, FitS: 2, ScoreS: 1, PeakBytes: 3 << 20}
		c.OAUROCInterval, c.OAUROCDeLong = Interval{object - 0.25, 0.99}, Interval{object - 0.2, 1}
		c.Kinds = map[string]KindMetrics{"crak": {N: 1, OAUROC: object, PAUROC: point}}
		for i, v := range verdicts {
			scan := BenchmarkScan{Defective: i >= 2, Verdict: v, Seconds: 0.25, Score: 1}
			if v == "" {
				scan.Error = "cut short"
			}
			c.Scans = append(c.Scans, scan)
		}
		return c
	}
	b := &Benchmark{Data: "bowls & 50% more_", Detectors: []BenchmarkDetector{
		{Name: "a_b|c", Classes: []BenchmarkClass{
			class("bowl0", 0.9, 0.8, "sound", "defective", "defective", "sound"),
			class("cup0", 0.75, 0.5, "unsure", "sound", "unsure", ""),
			class("my_part", 0.625, None(), "sound", "sound", "defective", "defective"),
		}},
		{Name: "imrnet", Classes: []BenchmarkClass{
			class("bowl0", 0.9001, 0.7, "sound", "sound", "defective", "defective"),
			class("cup0", 0.8, 0.6, "sound", "sound", "defective", "defective"),
		}},
	}}
	for i := range b.Detectors {
		b.Detectors[i].Mean = MeanMetrics(b.Detectors[i].Classes)
	}
	return b
}

// golden compares with a file of testdata; with UPDATE_GOLDEN it writes it, to be read
// before it is kept.
func golden(t *testing.T, name string, write func(*bytes.Buffer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	name = "testdata/" + name
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("%s differs:\n%s", name, out.String())
	}
	return out.String()
}

func TestSheetsAreAsByHand(t *testing.T) {
	b := handBenchmark()
	golden(t, "tables.md", func(w *bytes.Buffer) error { return b.WriteMarkdown(w) })
	golden(t, "tables.tex", func(w *bytes.Buffer) error { return b.WriteLaTeX(w) })
	text := golden(t, "tables.csv", func(w *bytes.Buffer) error { return b.WriteSheetsCSV(w) })
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	if _, err := r.ReadAll(); err != nil {
		t.Error(err)
	}
}

// sheetNamed finds a table by its title.
func sheetNamed(t *testing.T, b *Benchmark, title string) sheet {
	t.Helper()
	for _, s := range b.sheets() {
		if s.title == title {
			return s
		}
	}
	t.Fatalf("no table %q", title)
	return sheet{}
}

func TestTiesAreAllBold(t *testing.T) {
	s := sheetNamed(t, handBenchmark(), "Object-level AUROC")
	for r, want := range [][]bool{{true, false, true, false}, {true, true, false, true}} {
		for c, best := range want {
			if s.rows[r].cells[c].Best != best {
				t.Errorf("row %d, column %s: bold is %v", r, s.columns[c], !best)
			}
		}
	}
}

// Published figures are ranked with the own ones only where they are of the same files.
func TestPublishedFiguresStandApart(t *testing.T) {
	b := handBenchmark()
	b.Detectors[0].Classes = b.Detectors[0].Classes[:2]
	for _, d := range b.Detectors {
		d.Classes[0].OAUROC, d.Classes[1].OAUROC = 0.6, 0.6
	}
	imrnet := func(s sheet) sheetRow {
		for _, row := range s.rows {
			if row.name == "IMRNet (published)" {
				return row
			}
		}
		t.Fatal("no row of IMRNet's published figures")
		return sheetRow{}
	}
	s := sheetNamed(t, b, "Object-level AUROC")
	row := imrnet(s)
	if row.cells[0].Text != "0.681" || row.cells[1].Text != "0.643" || row.cells[2].Text != "0.662" || row.cells[1].Best {
		t.Errorf("published row %+v", row)
	}
	if len(s.rows) != 2+8 || !strings.Contains(s.note, "from other data than this table's, namely Anomaly-ShapeNet") || !strings.Contains(s.note, "IMRNet 0.661") {
		t.Errorf("%d rows, note %q", len(s.rows), s.note)
	}
	b.Published = "anomaly-shapenet"
	s = sheetNamed(t, b, "Object-level AUROC")
	if !imrnet(s).cells[1].Best || !strings.Contains(s.note, "from the same files") {
		t.Errorf("on the same files: %+v, note %q", imrnet(s), s.note)
	}
	if p := sheetNamed(t, b, "Point-level AUROC"); imrnet(p).cells[1].Text != "0.643" || !strings.Contains(p.note, "supplement") {
		t.Errorf("point level: %+v", p)
	}
	for _, d := range b.Detectors {
		d.Classes[0].Class, d.Classes[1].Class = "one", "two"
	}
	if s := sheetNamed(t, b, "Object-level AUROC"); len(s.rows) != 2 || s.note != "" {
		t.Errorf("classes that nobody published: %d rows, note %q", len(s.rows), s.note)
	}
}

// The means that are printed are those of the classes: a slip in one of the 416 figures
// would show.
func TestPublishedMeansFit(t *testing.T) {
	for i, classes := range []int{40, 12} {
		p := publishedSets[i]
		if len(p.classes) != classes || len(p.systems) != 8 {
			t.Fatalf("%s: %d classes, %d systems", p.name, len(p.classes), len(p.systems))
		}
		for k, system := range p.systems {
			var all []Number
			for _, class := range p.classes {
				v := p.figures[[2]string{"o_auroc", class}][k]
				if !(v > 0.1 && v < 1) {
					t.Errorf("%s of %s on %s: %v", system, p.name, class, v)
				}
				all = append(all, v)
			}
			printed := p.figures[[2]string{"o_auroc", "mean"}][k]
			limit := 0.00051
			if system == "IMRNet" && i == 0 {
				limit = 0.0018 // as printed, see the file
			}
			if d := math.Abs(float64(meanKnown(all) - printed)); !(d < limit) {
				t.Errorf("%s on %s: mean %v of the classes, %v printed", system, p.name, meanKnown(all), printed)
			}
		}
	}
}

func TestNamesAreEscaped(t *testing.T) {
	if got, want := latexText("a_b & {50%} $x^2~\\#[1]\n<\""), `a\_b \& \{50\%\} \$x\textasciicircum{}2\textasciitilde{}\textbackslash{}\#{[}1{]} \textless{}''`; got != want {
		t.Errorf("LaTeX %s, want %s", got, want)
	}
	if got, want := markdownText("a_b|c *d* [e](f)\n`g`<h>"), "a\\_b\\|c \\*d\\* \\[e\\](f) \\`g\\`\\<h\\>"; got != want {
		t.Errorf("Markdown %s, want %s", got, want)
	}
}

func TestTablesAreWrittenBesideTheDocument(t *testing.T) {
	dir := t.TempDir()
	if err := WriteBenchmark(t.Context(), dir, handBenchmark(), nil, Options{}); err != nil {
		t.Fatal(err)
	}
	written := files(t, dir)
	for _, name := range []string{"tables.md", "tables.tex", "tables.csv"} {
		want, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written[name], want) {
			t.Errorf("%s is not what the writer of it gives", name)
		}
	}
}

// Forty classes do not fit a page side by side: they continue below, each column once.
func TestWideTablesContinueBelow(t *testing.T) {
	b := &Benchmark{Data: "wide", Detectors: []BenchmarkDetector{{Name: "d"}}}
	for _, class := range publishedSets[0].classes {
		b.Detectors[0].Classes = append(b.Detectors[0].Classes, BenchmarkClass{Class: class, Metrics: Metrics{OAUROC: 0.5, PAUROC: 0.5}})
	}
	b.Detectors[0].Mean = MeanMetrics(b.Detectors[0].Classes)
	s := sheetNamed(t, b, "Object-level AUROC")
	var out strings.Builder
	for from := 0; from < len(s.columns); from += latexColumns {
		s.latexBlock(&out, from, min(from+latexColumns, len(s.columns)))
	}
	if n := strings.Count(out.String(), "\\begin{tabular}"); n != 5 {
		t.Errorf("%d parts", n)
	}
	for _, c := range s.columns {
		if n := strings.Count(out.String(), " & "+c+" "); n != 1 {
			t.Errorf("column %s stands %d times", c, n)
		}
	}
	for i, p := range publishedSets[0].figures[[2]string{"o_auroc", "mean"}] {
		if got := s.rows[1+i].cells[40].Text; got != p.fixed(3) {
			t.Errorf("published mean %s, want %v as printed", got, p)
		}
	}
}

// Without LaTeX at hand: every environment, brace and column is closed, every special
// character escaped, so that nothing of the data becomes a command.
func TestLaTeXIsBalanced(t *testing.T) {
	var out bytes.Buffer
	b := handBenchmark()
	b.Detectors[0].Name = "a_b & {50%} $x^2~\\#[1]"
	if err := b.WriteLaTeX(&out); err != nil {
		t.Fatal(err)
	}
	var open []string
	columns := 0
	for n, line := range strings.Split(out.String(), "\n") {
		bare := regexp.MustCompile(`\\[\\{}$&#%_]|\$\\pm\$|^%.*`).ReplaceAllStringFunc(line, func(m string) string {
			if m == `\\` {
				return m
			}
			return ""
		})
		if strings.Count(bare, "{") != strings.Count(bare, "}") {
			t.Errorf("line %d: braces are not closed: %s", n+1, line)
		}
		if strings.ContainsAny(bare, "$#%_~^\"<>|") {
			t.Errorf("line %d: a character that is not escaped: %s", n+1, line)
		}
		if m := regexp.MustCompile(`\\begin\{(\w+)\}(?:\{(l?r*)\})?`).FindStringSubmatch(line); m != nil {
			open, columns = append(open, m[1]), len(m[2])
		}
		if m := regexp.MustCompile(`\\end\{(\w+)\}`).FindStringSubmatch(line); m != nil {
			if len(open) == 0 || open[len(open)-1] != m[1] {
				t.Fatalf("line %d ends %s within %v", n+1, m[1], open)
			}
			open = open[:len(open)-1]
		}
		if strings.HasSuffix(line, `\\`) && strings.Count(bare, "&") != columns-1 {
			t.Errorf("line %d has %d cells, not %d: %s", n+1, strings.Count(bare, "&")+1, columns, line)
		}
	}
	if len(open) > 0 {
		t.Errorf("%v stay open", open)
	}
}

func TestLaTeXCompiles(t *testing.T) {
	latex, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Skip("no pdflatex here")
	}
	var out bytes.Buffer
	out.WriteString("\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n")
	if err := handBenchmark().WriteLaTeX(&out); err != nil {
		t.Fatal(err)
	}
	out.WriteString("\\end{document}\n")
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/paper.tex", out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(latex, "-interaction=nonstopmode", "-halt-on-error", "paper.tex")
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
