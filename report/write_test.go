package report

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/task"
)

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameBytesTwice(t *testing.T) {
	var runs [2]map[string][]byte
	for i := range runs {
		dir := t.TempDir()
		doc, views := fakePredict(5, 600)
		if err := WritePredict(t.Context(), dir, doc, views, Options{Workers: task.Workers(1 + 2*i)}); err != nil {
			t.Fatal(err)
		}
		runs[i] = files(t, dir)
	}
	if len(runs[0]) != 5+2*5 {
		t.Errorf("%d files: %v", len(runs[0]), sortedKeys(runs[0]))
	}
	for name, b := range runs[0] {
		if !bytes.Equal(b, runs[1][name]) {
			t.Errorf("%s differs between runs", name)
		}
	}
	page := string(runs[0]["report.html"])
	for _, want := range []string{"part04.ply", "3f1c9a52", "Defective", "only 58 % of the scan", "the file ends after 913"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if regexp.MustCompile(`https?://`).MatchString(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", "")) {
		t.Error("the page names an address of the network")
	}
	if strings.Contains(page, `style="`) {
		t.Error("an inline style, which the page's policy forbids")
	}
}

func TestPageEscapesNames(t *testing.T) {
	dir := t.TempDir()
	doc, views := fakePredict(1, 50)
	evil := `</script><img src=x onerror=alert(1)>.ply`
	doc.Scans[0].File, views[0].Name = evil, evil
	doc.Model.File = evil
	if err := WritePredict(t.Context(), dir, doc, views, Options{}); err != nil {
		t.Fatal(err)
	}
	page := string(files(t, dir)["report.html"])
	if strings.Contains(page, "<img src=x") {
		t.Error("a file name became markup")
	}
}

// A dozen scans of 20 000 points stay under 3 MB.
func TestPageSize(t *testing.T) {
	doc, views := fakePredict(12, 20000)
	g, err := newGallery(t.Context(), 0, views, doc.Threshold)
	if err != nil {
		t.Fatal(err)
	}
	g.pictures = make([]string, len(g.scans))
	p := doc.page(g, nil)
	if err := p.fill(g); err != nil {
		t.Fatal(err)
	}
	html, err := p.html()
	if err != nil {
		t.Fatal(err)
	}
	points := 0
	data := 0
	for _, s := range g.scans {
		points += s.Shown
		data += len(s.data)
	}
	t.Logf("%d scans, %d points: %.2f MB without pictures, %.2f bytes a point; viewer %.1f kB", len(g.scans), points, float64(len(html))/1e6, float64(data)/float64(points), float64(len(script)+len(style))/1e3)
	if len(html) > 2800000 {
		t.Errorf("the page has %d bytes", len(html))
	}
}

func TestEmptyDocuments(t *testing.T) {
	if err := WritePredict(t.Context(), t.TempDir(), &Predict{Threshold: 1}, nil, Options{}); err != nil {
		t.Error(err)
	}
	if err := WriteBenchmark(t.Context(), t.TempDir(), &Benchmark{}, nil, Options{}); err != nil {
		t.Error(err)
	}
}

// A detector may give scores and no verdicts: its scans stand under what they truly are, with
// no verdict and no gauge, in colours of its own scale.
func TestScoresWithoutVerdictsAreShown(t *testing.T) {
	cloud := &geom.Cloud{}
	truth, point := make([]float32, 60), make([]float32, 60)
	for i := range 60 {
		cloud.Points = append(cloud.Points, geom.Vec3{X: float32(i % 8), Y: float32(i / 8), Z: float32(i%3) / 4})
		point[i] = float32(i) / 1e4
		if i > 50 {
			truth[i] = 1
		}
	}
	doc := &Benchmark{Data: "set", Detectors: []BenchmarkDetector{{Name: "mine", Classes: []BenchmarkClass{{Class: "a", Scans: []BenchmarkScan{
		{File: "a/test/a_bulge0.pcd", Kind: "bulge", Defective: true, Score: 0.006, Points: 60, Seconds: 1},
		{File: "a/test/a_bulge1.pcd", Kind: "bulge", Defective: true, Score: None(), Seconds: None(), Error: "it ended"},
	}}}}}}
	view := ScanView{Name: "a/test/a_bulge0.pcd", Class: "a", Kind: "bulge", Detector: "mine", Cloud: cloud, Truth: truth,
		Result: &detect.Result{Point: point, Object: 0.006, Verdict: detect.Unjudged}}
	dir := t.TempDir()
	if err := WriteBenchmark(t.Context(), dir, doc, []ScanView{view}, Options{}); err != nil {
		t.Fatal(err)
	}
	page := string(files(t, dir)["report.html"])
	for _, not := range []string{`class="verdict "`, `<svg class="gauge"`} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %s", not)
		}
	}
	if !strings.Contains(page, "<h3>Defective <span>1</span></h3>") {
		t.Error("the scan does not stand under what it truly is")
	}
	tables := string(files(t, dir)["tables.md"])
	if strings.Contains(tables, "Verdicts") {
		t.Error("there is a table of verdicts")
	}
}
