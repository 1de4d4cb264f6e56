package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/inspection"
)

func TestHeadsFromNames(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          Head
		ok            bool
	}{
		{"{part}_{serial}_{date}", "scans/jaw_S17_2026-11-28.ply", Head{Part: "jaw", Serial: "S17", Date: "2026-11-28"}, true},
		{"{part}_{serial}_{date}", "jaw.ply", Head{}, false},
		{"{}-{serial}", `C:\scans\left-jaw-7.pcd`, Head{Serial: "jaw-7"}, true},
		{"{order}.{serial}", "4711.0815.ply", Head{Order: "4711", Serial: "0815"}, true},
		{"SN{serial}", "SN-4.stl", Head{Serial: "-4"}, true},
		{"{operator} ({part})", "A. B (jaw).ply", Head{Operator: "A. B", Part: "jaw"}, true},
	} {
		p, err := ParseNamePattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p.Match(c.name); ok != c.ok || got != c.want {
			t.Errorf("%s of %s: %+v, %v", c.pattern, c.name, got, ok)
		}
	}
	for pattern, want := range map[string]string{"": "want fields", "{part}{serial}": "parts two fields", "{part": "not closed", "{colour}": "no field", "{part}_{part}": "twice", "part": "want fields"} {
		if _, err := ParseNamePattern(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", pattern, err, want)
		}
	}
}

// hostile is a document whose names a spreadsheet would compute.
func hostile() *Predict {
	doc := samplePredict()
	doc.Head = &Head{Part: "=1+1", Operator: "@cmd"}
	doc.Scans[0].File = "=HYPERLINK(1).ply"
	doc.Scans[0].Head = &Head{Serial: "-17", Order: "'quoted"}
	doc.Scans[1].File = "+b.ply"
	return doc
}

func TestNoCellIsAFormula(t *testing.T) {
	doc := hostile()
	for name, write := range map[string]func(io.Writer) error{
		"regions.csv": doc.WriteRegions,
		"results.csv": func(w io.Writer) error { return WriteCSV(w, doc.Rows()) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			for _, cell := range r {
				if _, err := parseNumber(cell); err != nil && formula(cell) {
					t.Errorf("%s: the cell %q", name, cell)
				}
			}
		}
	}
	var out bytes.Buffer
	if err := WriteCSV(&out, doc.Rows()); err != nil {
		t.Fatal(err)
	}
	rows, err := ReadCSV(&out, "results.csv")
	if err != nil || rows[0].File != "=HYPERLINK(1).ply" || rows[1].File != "+b.ply" || rows[0].Head != (Head{"=1+1", "-17", "'quoted", "@cmd", ""}) {
		t.Errorf("read back: %+v, %v", rows, err)
	}
}

// The workbook is XML within a ZIP: text is text there, and numbers are numbers.
func TestWorkbook(t *testing.T) {
	doc := hostile()
	var out, again bytes.Buffer
	for _, to := range []*bytes.Buffer{&out, &again} {
		if err := doc.WriteBook(to); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Error("written twice, the workbook differs")
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		sheets[f.Name] = string(text)
		if strings.Contains(string(text), "<f>") || strings.Contains(string(text), "<f ") {
			t.Errorf("%s holds a formula", f.Name)
		}
	}
	for name, want := range map[string]string{
		"xl/worksheets/sheet1.xml": "=1+1", "xl/worksheets/sheet2.xml": "=HYPERLINK(1).ply", "xl/worksheets/sheet3.xml": "<v>0.018</v>",
		"xl/workbook.xml": `name="Regions"`,
	} {
		if !strings.Contains(sheets[name], want) {
			t.Errorf("%s lacks %s:\n%.2000s", name, want, sheets[name])
		}
	}
}

func TestRegionsFile(t *testing.T) {
	doc := samplePredict()
	doc.Scans[0].Regions[0].Zone = "seal"
	var out bytes.Buffer
	if err := doc.WriteRegions(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "file,part,serial,") || !strings.Contains(lines[0], "area_mm2,depth_95_mm,depth_max_mm") {
		t.Fatalf("%s", out.String())
	}
	if want := "a.ply,,,,,,defective,1,excess,seal,no,12,0.5,0.018,0.02,2,1.5,1000.5,1,1.5,0.5,1,1.5,1000,0,0,1001,2,3"; lines[1] != want {
		t.Errorf("%s\nwant\n%s", lines[1], want)
	}
}

func TestZoneWords(t *testing.T) {
	seal := &detect.Rule{Zone: "seal", Kind: inspection.Strict, Over: 0.05, Under: 0.05}
	label := &detect.Rule{Zone: "label", Kind: inspection.Ignore, Ignore: true}
	r := &detect.Result{
		Object: 3, Threshold: 1, Signed: []float32{0},
		Regions: []detect.Region{{Kind: detect.Excess, Zone: seal}},
		Zones:   []detect.ZoneReading{{Rule: seal, Points: 90, Low: -0.01, High: 0.14}, {Rule: label, Points: 40, Low: -0.02, High: 0.6}},
	}
	var s PredictScan
	s.Describe(r, inspection.Tolerance{}, "mm")
	want := "zone seal: allowed ±0.05 mm, exceeded in 1 region; deviations from −0.0100 mm to +0.140 mm; zone label: ignored; deviations from −0.0200 mm to +0.600 mm"
	if got := s.Told("mm"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestBands(t *testing.T) {
	for _, c := range []struct {
		t  inspection.Tolerance
		hi float64
	}{{inspection.Tolerance{Over: 0.3, Under: 0.1}, 0}, {inspection.Tolerance{}, 0.17}, {inspection.Tolerance{Over: 0.2}, 1}} {
		bands := bandsOf(c.t, c.hi)
		for i, b := range bands {
			if !(b.From < b.To) && !(i == 3 && b.From <= b.To) || i > 0 && b.From != bands[i-1].To {
				t.Errorf("%+v: band %d is %g to %g", c.t, i, b.From, b.To)
			}
		}
		if c.t.Given() && (bands[3].From != -c.t.Under || bands[3].To != c.t.Over) {
			t.Errorf("allowed is %g to %g", bands[3].From, bands[3].To)
		}
		if colorIn(bands, 1e9) != overColors[2] || colorIn(bands, -1e9) != underColors[2] || colorIn(bands, 0) != allowedColor {
			t.Errorf("%+v: the ends have other colours", c.t)
		}
	}
	if niceStep(0.03) != 0.05 || niceStep(2) != 2 || niceStep(7) != 10 || niceStep(math.NaN()) != 1 {
		t.Error("steps are not round")
	}
}

// However many scans come, the page keeps as many, the most telling ones, and of each only
// what it draws.
func TestBatchKeepsWhatItShows(t *testing.T) {
	doc := &Predict{Blemish: "0.1.0", Threshold: fakeThreshold, Unit: "mm", Scans: []PredictScan{}}
	b := NewBatch(t.Context(), "unused", 70, fakeThreshold, "mm", Options{})
	for i := range 70 {
		kind := ""
		if i%7 == 3 {
			kind = "bulge"
		}
		v := fakeScan(fmt.Sprintf("s%02d.ply", i), kind, 300, uint64(i))
		doc.Scans = append(doc.Scans, NewPredictScan(v.Name, v.Cloud, v.Result, 0))
		if err := b.Add(v); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.collector.kept) != maxScans {
		t.Fatalf("%d scans are kept", len(b.collector.kept))
	}
	for _, k := range b.collector.kept[:10] {
		if k.view.Result.Verdict != detect.Defective {
			t.Errorf("%s stands before a defective scan", k.view.Name)
		}
		if k.view.Cloud.Len() > k.scan.Shown || k.view.Result.Terms != nil {
			t.Errorf("%s keeps %d points", k.view.Name, k.view.Cloud.Len())
		}
	}
	g := b.collector.gallery()
	g.pictures = make([]string, len(g.scans)) // none are drawn
	p := doc.page(g, newMapStyle(g, inspection.Tolerance{}, "mm"))
	if err := p.fill(g); err != nil {
		t.Fatal(err)
	}
	html, err := p.html()
	if err != nil {
		t.Fatal(err)
	}
	page := string(html)
	for _, want := range []string{"10 more scans are in results.json", "s03.ply", "Scan by scan"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(page, `<article class="sheet">`); n != maxScans {
		t.Errorf("%d sheets", n)
	}
}
