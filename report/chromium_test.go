package report

// Driving a real browser: start, wait, look, complain.

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is headless Chromium with software rendering.
type browser struct {
	*testing.T
	ctx context.Context
}

// newBrowser starts one, or skips the test where there is none. Whatever the page
// complains of, and whatever it asks the network for, fails the test at its end.
func newBrowser(t *testing.T, width, height int) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no chromium or chrome on the PATH")
	}
	if testing.Short() {
		t.Skip("starts a browser")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(width, height),
		chromedp.Flag("use-gl", "angle"), chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true),
		chromedp.Flag("disable-background-networking", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var complaints []string
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range complaints {
			t.Error("browser: " + c)
		}
	})
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		if c := complaint(ev); c != "" {
			complaints = append(complaints, c)
		}
	})
	if err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	limited, cancel := context.WithTimeout(ctx, 6*time.Minute)
	t.Cleanup(cancel)
	b := &browser{t, limited}
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, runtime.Enable, cdp.Empty{})
		return err
	}))
	return b
}

// complaint is what an event says against the page; empty for nothing.
func complaint(ev any) string {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		return (&chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		text := "console." + string(ev.Type)
		for _, a := range ev.Args {
			text += " " + string(a.Value)
		}
		return text
	case *log.EventEntryAdded:
		// That software reads pixels back slowly is no fault of the page.
		if !strings.Contains(ev.Entry.Text, "GPU stall due to ReadPixels") {
			return ev.Entry.Text
		}
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") {
			return "asks for " + u
		}
	}
	return ""
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// text, number and boxOf read from the page.
func (b *browser) text(script string) string {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

func (b *browser) number(script string) float64 {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

// boxOf is left, top, width and height of the element with an id.
func (b *browser) boxOf(id string) [4]float64 {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[[4]float64](`(() => { const r = document.getElementById("`+id+`").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// settle waits until the scan is shown and what was asked for is drawn.
func (b *browser) settle(scan string) {
	b.Helper()
	b.do(chromedp.Sleep(20*time.Millisecond), chromedp.WaitReady(chromedp.CSS(`#stage[data-scan="`+scan+`"]:not([data-busy]):not([data-moving])`)))
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](
		`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}
}

// canvas is a picture of the stage as it stands on the screen.
func (b *browser) canvas(scan string) image.Image {
	b.Helper()
	b.settle(scan)
	shot, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.ID("canvas")))
	if err != nil {
		b.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(shot))
	if err != nil {
		b.Fatal(err)
	}
	return img
}

// keep saves a picture of the whole page where BLEMISH_SHOTS names a folder.
func (b *browser) keep(name string) {
	b.Helper()
	dir := os.Getenv("BLEMISH_SHOTS")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), shot, 0o644); err != nil {
		b.Fatal(err)
	}
}

// keepImage saves what went wrong where BLEMISH_SHOTS names a folder.
func keepImage(t *testing.T, name string, img image.Image) {
	dir := os.Getenv("BLEMISH_SHOTS")
	if dir == "" {
		return
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// differing is the share of pixels that differ clearly.
func differing(a, b image.Image) float64 {
	box, n := a.Bounds().Intersect(b.Bounds()), 0
	off := func(p, q uint32) uint32 { return max(p, q) - min(p, q) }
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if off(r1, r2)+off(g1, g2)+off(b1, b2) > 0x2000 {
				n++
			}
		}
	}
	return float64(n) / float64(box.Dx()*box.Dy())
}

// colours counts the clearly different colours of a picture.
func colours(img image.Image) int {
	seen := map[[3]uint32]bool{}
	box := img.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y += 2 {
		for x := box.Min.X; x < box.Max.X; x += 2 {
			r, g, b, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	return len(seen)
}
