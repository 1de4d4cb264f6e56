package service

import (
	"bytes"
	"context"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Driving a real browser, as the report's tests do; here the page comes from a server, and
// may ask nobody else.

type browser struct {
	*testing.T
	ctx context.Context
}

func newBrowser(t *testing.T, origin string) *browser {
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
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1400, 900),
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
		if c := complaint(ev, origin); c != "" {
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
func complaint(ev any, origin string) string {
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
		if !strings.Contains(ev.Entry.Text, "GPU stall due to ReadPixels") {
			return ev.Entry.Text
		}
	case *network.EventRequestWillBeSent:
		if u := ev.Request.URL; !strings.HasPrefix(u, origin) && !strings.HasPrefix(u, "data:") {
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

func (b *browser) text(script string) string {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition of the page.
func (b *browser) until(script string) {
	b.Helper()
	for begun := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		if b.text("String(Boolean("+script+"))") == "true" {
			return
		}
		if time.Since(begun) > 2*time.Minute {
			b.keep("stuck")
			b.Fatalf("the page never came to %s; it shows:\n%s", script, b.text("document.body.innerText"))
		}
	}
}

// keep saves pictures of the whole page, wide and narrow, light and dark, where BLEMISH_SHOTS
// names a folder. At each width nothing may stick out.
func (b *browser) keep(name string) {
	b.Helper()
	dir, settle := os.Getenv("BLEMISH_SHOTS"), 300*time.Millisecond
	if dir != "" {
		settle = 3 * time.Second // maps have a process of their own, which draws later than the page
	}
	for _, wide := range []int64{400, 1400} {
		for _, scheme := range []string{"dark", "light"} {
			if dir == "" && scheme == "dark" {
				continue
			}
			b.do(chromedp.EmulateViewport(wide, 900))
			b.media("screen", scheme)
			b.do(chromedp.Sleep(settle))
			if over := b.text("String(document.documentElement.scrollWidth - innerWidth)"); over != "0" && !strings.HasPrefix(over, "-") {
				b.Errorf("%s: at %d pixels the page is %s wider than the window", name, wide, over)
			}
			if dir == "" {
				continue
			}
			shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				b.Fatal(err)
			}
			file := filepath.Join(dir, name+"-"+map[int64]string{400: "narrow", 1400: "wide"}[wide]+"-"+scheme+".png")
			if err := os.WriteFile(file, shot, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// media shows the page as on a screen or on paper, "print", light or dark.
func (b *browser) media(kind, scheme string) {
	b.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

// colours counts the clearly different colours of an element.
func (b *browser) colours(css string) int {
	b.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS(css)))
	for range 3 { // the page may draw the element anew in between
		if err == nil || !strings.Contains(err.Error(), "No node with given id") {
			break
		}
		shot, err = chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS(css)))
	}
	if err != nil {
		b.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(shot))
	if err != nil {
		b.Fatal(err)
	}
	seen := map[[3]uint32]bool{}
	box := img.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y += 2 {
		for x := box.Min.X; x < box.Max.X; x += 2 {
			r, g, bl, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 12, g >> 12, bl >> 12}] = true
		}
	}
	return len(seen)
}
