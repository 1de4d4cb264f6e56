package report

// The page in a real browser, from the disk, as a user opens it.

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"blemish/detect/scene"
	"blemish/geom"
)

func TestPredictPageInBrowser(t *testing.T) {
	b := newBrowser(t, 1320, 760)
	dir := t.TempDir()
	doc, views := fakePredict(5, 3000)
	if err := WritePredict(t.Context(), dir, doc, views, Options{}); err != nil {
		t.Fatal(err)
	}
	g, err := newGallery(t.Context(), 0, grouped(views), fakeThreshold)
	if err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("file://" + filepath.Join(dir, "report.html")))
	first := b.canvas("0")
	b.keep("predict.png")
	if n := colours(first); n < 20 {
		t.Errorf("the canvas shows %d colours: nothing is drawn", n)
	}
	if got := b.text(`document.getElementById("verdict").textContent`); got != "Defective" {
		t.Errorf("the first scan is %q, want the worst one", got)
	}
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"turn, zoom and reset", func(b *browser) { b.checkCamera() }},
		{"pick", func(b *browser) { b.checkPick(g.views[0]) }},
		{"threshold", func(b *browser) { b.checkThreshold(g.views[0]) }},
		{"colours", func(b *browser) { b.checkColours() }},
		{"other scan", func(b *browser) { b.checkOtherScan(g) }},
		{"dark, narrow, without WebGL", func(b *browser) { b.checkSurroundings(filepath.Join(dir, "report.html")) }},
	} {
		t.Run(step.name, func(t *testing.T) { step.run(&browser{t, b.ctx}) })
	}
}

// grouped gives views the headings that the writer gives them.
func grouped(views []ScanView) []ScanView {
	out := append([]ScanView(nil), views...)
	for i := range out {
		out[i].Group = headingOf(out[i].Result.Verdict, false, false)
	}
	return out
}

func (b *browser) checkCamera() {
	b.number(`document.getElementById("canvas").style.outline = "none", 1`) // it comes and goes with the keyboard
	first, box := b.canvas("0"), b.boxOf("canvas")
	x, y := box[0]+box[2]/4, box[1]+box[3]/2 // the middle of the left view
	differ := func(what string, atLeast, atMost float64) {
		b.Helper()
		now := b.canvas("0")
		if d := differing(first, now); d < atLeast || d > atMost {
			b.Errorf("%s: %.2f %% of the pixels differ from the first view", what, 100*d)
			keepImage(b.T, "camera-first.png", first)
			keepImage(b.T, "camera-now.png", now)
		}
	}
	b.do(chromedp.DragAndDropXY(x, y, x+120, y+40, 4))
	differ("dragging", 0.02, 1)
	b.do(chromedp.Click(chromedp.ID("reset")))
	differ("reset", 0, 0.005)
	b.do(chromedp.Focus(chromedp.ID("canvas")), chromedp.KeyEvent("++"))
	differ("zooming by key", 0.02, 1)
	b.do(chromedp.KeyEvent("0"))
	differ("the key 0", 0, 0.005)
	b.do(chromedp.KeyEvent(kb.ArrowLeft + kb.ArrowLeft + kb.ArrowUp))
	differ("turning by key", 0.02, 1)
	b.do(chromedp.MouseClickXY(x, y), chromedp.MouseClickXY(x, y, chromedp.ClickCount(2)))
	b.settle("0")
	b.do(chromedp.MouseClickXY(box[0]+5, box[1]+5)) // nothing there: closes the card
	differ("double click", 0, 0.005)
}

// checkPick clicks at the worst region and finds the point that the card tells of
// in the scan.
func (b *browser) checkPick(v *ScanView) {
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[[2]float64](`(() => {
		const r = document.querySelector(".pins .pin").getBoundingClientRect(), rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
		return [r.left + r.width / 2, r.top + r.height / 2 + 2.1 * rem]; })()`))
	if err != nil {
		b.Fatal(err)
	}
	b.do(chromedp.MouseClickXY(at[0], at[1]))
	b.settle("0")
	b.keep("pick.png")
	facts := map[string]string{}
	for _, line := range strings.Split(b.text(`[...document.querySelectorAll("#card dt")].map((d) => d.textContent + "=" + d.nextSibling.textContent).join("\n")`), "\n") {
		name, value, _ := strings.Cut(line, "=")
		facts[name] = value
	}
	var p [3]float64
	if _, err := fmt.Sscanf(facts["Place"], "%g, %g, %g", &p[0], &p[1], &p[2]); err != nil {
		b.Fatalf("the card says %v: %v", facts, err)
	}
	best, least := 0, math.Inf(1)
	for i, q := range v.Cloud.Points {
		d := geom.Vec{X: p[0] - v.Cloud.Origin[0], Y: p[1] - v.Cloud.Origin[1], Z: p[2] - v.Cloud.Origin[2]}.Sub(q.D()).Norm()
		if d < least {
			best, least = i, d
		}
	}
	if least > 0.2 {
		b.Errorf("no point within 0.2 of %v, the nearest is %.3f away", p, least)
	}
	score, _ := strconv.ParseFloat(strings.Fields(facts["Score"])[0], 64)
	if want := float64(v.Result.Point[best]); math.Abs(score-want) > 0.0101 || score < fakeThreshold || !strings.Contains(facts["Score"], "marked") {
		b.Errorf("the card shows %q, the point's score is %.3f", facts["Score"], want)
	}
	signed, _ := strconv.ParseFloat(strings.Fields(facts["Deviation"])[0], 64)
	if want := float64(v.Result.Signed[best]); math.Abs(signed-want) > 0.02 {
		b.Errorf("the card shows a deviation of %q, the point's is %.3f", facts["Deviation"], want)
	}
}

// checkThreshold moves the slider by keys and counts along.
func (b *browser) checkThreshold(v *ScanView) {
	marked := func(threshold float64) (n int) {
		for _, s := range v.Result.Point {
			if float64(s) >= threshold {
				n++
			}
		}
		return n
	}
	shown := func() int { return int(b.number(`Number(document.getElementById("marked").dataset.n)`)) }
	if got, want := shown(), marked(fakeThreshold); got != want {
		b.Errorf("%d points are marked, want %d", got, want)
	}
	before := b.canvas("0")
	b.do(chromedp.Focus(chromedp.ID("threshold")), chromedp.KeyEvent(kb.Home))
	if got, want := shown(), v.Cloud.Len(); got != want {
		b.Errorf("at 0 %d points are marked, want all %d", got, want)
	}
	if d := differing(before, b.canvas("0")); d < 0.005 {
		b.Errorf("another threshold changes %.2f %% of the pixels", 100*d)
	}
	b.do(chromedp.KeyEvent(strings.Repeat(kb.ArrowRight, 10)))
	t := b.number(`Number(document.getElementById("threshold").value)`)
	if got, want := shown(), marked(t); t != 0.1 || got != want {
		b.Errorf("at %g %d points are marked, want %d at 0.1", t, got, want)
	}
	b.do(chromedp.Click(chromedp.ID("default")))
	if got, want := shown(), marked(fakeThreshold); got != want {
		b.Errorf("back at the start %d points are marked, want %d", got, want)
	}
}

// choose sets a menu as a user does.
func (b *browser) choose(id, value string) {
	b.Helper()
	b.number(`(() => { const s = document.getElementById("` + id + `"); s.value = "` + value + `"; s.dispatchEvent(new Event("change")); return 1; })()`)
}

func (b *browser) checkColours() {
	last := b.canvas("0")
	for _, what := range []string{"signed", "term:distance", "term:roughness", "score"} {
		b.choose("left", what)
		now := b.canvas("0")
		if d := differing(last, now); d < 0.01 {
			b.Errorf("colouring by %s changes %.2f %% of the pixels", what, 100*d)
		}
		last = now
	}
	b.choose("right", "reference")
	if d := differing(last, b.canvas("0")); d < 0.01 {
		b.Errorf("the reference changes %.2f %% of the pixels", 100*d)
	}
	b.choose("right", "none")
	b.settle("0")
	if got := b.text(`document.getElementById("stage").dataset.views`); got != "1" {
		b.Errorf("%s views, want one", got)
	}
	b.choose("right", "signed")
}

// checkOtherScan opens the scan with missing surface and flies to its region.
func (b *browser) checkOtherScan(g *gallery) {
	id := ""
	for i, p := range g.scans {
		if p.Missing > 0 {
			id = strconv.Itoa(i)
		}
	}
	b.do(chromedp.Click(chromedp.CSS(`.scans [data-scan="` + id + `"]`)))
	before := b.canvas(id)
	b.keep("missing.png")
	b.do(chromedp.Click(chromedp.CSS("#regions .go")))
	if d := differing(before, b.canvas(id)); d < 0.02 {
		b.Errorf("flying to the region changes %.2f %% of the pixels", 100*d)
	}
	b.number(`document.getElementById("gap").click(), 1`)
	b.settle(id)
	b.do(chromedp.Click(chromedp.CSS(`.scans [data-scan="0"]`)))
	b.settle("0")
}

func (b *browser) checkSurroundings(path string) {
	media := func(scheme, kind string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		})
	}
	back := func() string { return b.text(`getComputedStyle(document.documentElement).backgroundColor`) }
	light := back()
	b.do(media("dark", ""))
	if back() == light {
		b.Error("dark looks like light")
	}
	b.settle("0")
	b.keep("dark.png")
	b.do(media("light", "print"))
	if got := b.text(`getComputedStyle(document.querySelector(".sheets")).display + getComputedStyle(document.getElementById("inspect")).display`); got != "blocknone" {
		b.Errorf("on paper the sheets and the viewer are %q", got)
	}
	b.keep("print.png")
	b.do(media("light", ""), chromedp.EmulateViewport(390, 800))
	if got := b.text(`getComputedStyle(document.querySelector(".sheets")).display + getComputedStyle(document.getElementById("canvas")).touchAction`); got != "nonepan-y" {
		b.Errorf("on the screen the sheets are, and a finger on the picture does, %q", got)
	}
	b.settle("0")
	b.keep("narrow.png")
	if w := b.number(`document.documentElement.scrollWidth`); w > 390 {
		b.Errorf("on a telephone the page is %g pixels wide", w)
	}
	b.do(chromedp.EmulateViewport(1320, 760), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: `HTMLCanvasElement.prototype.getContext = () => null;`})
		return err
	}), chromedp.Navigate("file://"+path))
	if got := b.text(`getComputedStyle(document.querySelector(".flat-note")).display + document.getElementById("fallback-why").textContent`); got != "blockthis browser draws no WebGL2" {
		b.Errorf("without WebGL2 the page says %q", got)
	}
	b.keep("flat.png")
}

func TestBenchmarkPageInBrowser(t *testing.T) {
	b := newBrowser(t, 1320, 760)
	dir := t.TempDir()
	doc, views := fakeBenchmark(1500)
	if err := WriteBenchmark(t.Context(), dir, doc, views[:6], Options{}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("file://" + filepath.Join(dir, "report.html")))
	before := b.canvas("0")
	b.keep("benchmark.png")
	if y := b.number(`window.scrollY`); y != 0 {
		t.Errorf("the page opens %g pixels below its beginning", y)
	}
	if got := b.text(`document.getElementById("right").value`); got != "truth" {
		t.Errorf("beside the prediction stands %q, want the truth", got)
	}
	b.choose("left", "agree")
	if d := differing(before, b.canvas("0")); d < 0.005 {
		t.Errorf("found against truth changes %.2f %% of the pixels", 100*d)
	}
	b.keep("agree.png")
}

// sidedScan is a scan of one side on a table, with strays: half of the ball is not seen.
func sidedScan(n int) ScanView {
	v := fakeScan("sided.ply", "", n, 1)
	v.Truth, v.Kind, v.Class, v.Detector = nil, "", "", ""
	v.Result.Threshold = 1.5
	seen := &v.Result.Seen
	seen.NotSeenShare, seen.NotSeenArea = 0.5, 15000
	points, score, signed := v.Cloud.Points, v.Result.Point, v.Result.Signed
	v.Cloud.Points, v.Result.Point, v.Result.Signed, v.Result.Terms = nil, nil, nil, nil
	add := func(p geom.Vec3, s, d float32, set scene.Set) {
		v.Cloud.Points, v.Result.Point, v.Result.Signed = append(v.Cloud.Points, p), append(v.Result.Point, s), append(v.Result.Signed, d)
		seen.Set = append(seen.Set, set)
	}
	for i, p := range points {
		if p.Z < 0 {
			seen.NotSeen = append(seen.NotSeen, p)
			add(geom.Vec3{X: 3 * p.X, Y: 3 * p.Y, Z: -52}, 0, 0, scene.Clutter)
			continue
		}
		add(p, score[i], signed[i], scene.Comparable)
		seen.Comparable++
	}
	seen.Clutter = len(seen.NotSeen)
	for i := range 5 {
		add(geom.Vec3{X: float32(20 * i), Y: 90, Z: 60}, 0, 0, scene.Stray)
	}
	add(geom.Vec3{X: 1e6}, 0, 900, scene.Stray)
	seen.Strays = 6
	return v
}

func TestWhatWasNotJudgedInBrowser(t *testing.T) {
	b := newBrowser(t, 1320, 760)
	dir := t.TempDir()
	v := sidedScan(6000)
	doc := &Predict{Unit: "mm", Threshold: 1.5, Scans: []PredictScan{NewPredictScan(v.Name, v.Cloud, v.Result, 0.1)}}
	if err := WritePredict(t.Context(), dir, doc, []ScanView{v}, Options{}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("file://" + filepath.Join(dir, "report.html")))
	first := b.canvas("0")
	b.keep("sided.png")
	if got, want := b.text(`document.getElementById("scan-told").textContent`), doc.Scans[0].Told("mm"); got != want || want == "" {
		t.Errorf("the card tells %q, the terminal %q", got, want)
	}
	for _, want := range []string{"grey: not judged – table or fixture", "stray points", "light grey: surface that was not seen", "+", " mm"} {
		if got := b.text(`document.querySelector(".legends").textContent`); !strings.Contains(got, want) {
			t.Errorf("no %q in the legend: %s", want, got)
		}
	}
	if got := b.text(`document.getElementById("threshold-value").textContent`); got != "1.50" {
		t.Errorf("the slider stands at %s, want the scan's threshold", got)
	}
	last := first
	for _, id := range []string{"other", "unseen"} {
		if id == "unseen" { // it lies behind
			b.do(chromedp.Focus(chromedp.ID("canvas")), chromedp.KeyEvent(strings.Repeat(kb.ArrowUp, 10)))
			last = b.canvas("0")
		}
		b.number(`document.getElementById("` + id + `").click(), 1`)
		now := b.canvas("0")
		if d := differing(last, now); d < 0.005 {
			t.Errorf("switching %q changes %.2f %% of the pixels", id, 100*d)
		}
		last = now
	}
	if got := b.text(`document.querySelector(".legends").textContent`); strings.Contains(got, "grey") {
		t.Errorf("the legend tells of what is not drawn: %s", got)
	}
}
