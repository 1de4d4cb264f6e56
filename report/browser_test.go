package report

// The page in a real browser, from the disk, as a user opens it.

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const pause = 500 * time.Millisecond // longer than the camera flies

func TestPageInBrowser(t *testing.T) {
	b := newBrowser(t, 1500, 1000)
	dir := t.TempDir()
	doc, views := fakePredict(8000)
	if err := WritePredict(dir, doc, views); err != nil {
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

	box := b.boxOf("canvas")
	x, y := box[0]+box[2]/4, box[1]+box[3]/2 // the middle of the left view
	b.do(chromedp.DragAndDropXY(x, y, x+120, y+40, 4))
	if d := differing(first, b.canvas("0")); d < 0.02 {
		t.Errorf("turning changes %.2f %% of the pixels", 100*d)
	}
	b.do(chromedp.Click(chromedp.ID("reset")), chromedp.Sleep(pause))
	if d := differing(first, b.canvas("0")); d > 0.005 {
		t.Errorf("after reset %.2f %% of the pixels differ", 100*d)
	}
	b.do(chromedp.Focus(chromedp.ID("canvas")), chromedp.KeyEvent("+"), chromedp.KeyEvent("+"))
	if d := differing(first, b.canvas("0")); d < 0.02 {
		t.Errorf("zooming by key changes %.2f %% of the pixels", 100*d)
	}
	b.do(chromedp.KeyEvent("0"), chromedp.Sleep(pause))
}
