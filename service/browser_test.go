package service

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The whole way in a real browser: a part, its model, scans, a verdict, a label, trends.
func TestPageInBrowser(t *testing.T) {
	t.Parallel() // mostly waits
	dir := t.TempDir()
	file := func(name, seed string, bulge bool) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, scanFile(t, seed, bulge), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var sound, scans []string
	for i := range 4 {
		sound = append(sound, file(fmt.Sprintf("sound%d.ply", i), fmt.Sprint("sound", i), false))
	}
	for i := range 7 {
		scans = append(scans, file(fmt.Sprintf("new%02d.ply", i), fmt.Sprint("new", i), i%3 == 2))
	}
	const hostile = `<img src=x onerror=window.hacked=1>.ply`
	scans = append(scans, file(hostile, "hostile", true))
	s := start(t, Options{Open: true}, false)
	b := newBrowser(t, s.url)

	b.do(chromedp.Navigate(s.url + "/"))
	b.until(`document.getElementById("new-part")`)
	b.keep("1-begin")
	b.do(chromedp.SendKeys(chromedp.ID("new-part"), "ball <b>& joint"), chromedp.Click(chromedp.CSS("form button")))
	b.until(`document.getElementById("sound")`)
	b.do(chromedp.SetUploadFiles(chromedp.ID("sound"), sound), chromedp.SendKeys(chromedp.ID("unit"), "mm"), chromedp.SendKeys(chromedp.ID("train-by"), "Ada"),
		chromedp.Click(chromedp.CSS("form .main")))
	b.until(`document.querySelector(".trainings li")?.innerText.includes("done: version 1")`)
	b.until(`document.querySelector("main table")?.innerText.includes("judges")`)
	b.keep("2-models")

	b.do(chromedp.Click(chromedp.CSS(`[data-tab="scans"]`)))
	b.until(`document.getElementById("files")`)
	b.keep("3-before")
	b.do(chromedp.Click(chromedp.CSS("summary")), chromedp.SendKeys(chromedp.ID("serial"), "S-4711"), chromedp.SendKeys(chromedp.ID("operator"), "Eve"))
	b.do(chromedp.SetUploadFiles(chromedp.ID("files"), scans))
	b.until(fmt.Sprintf(`document.querySelectorAll(".uploads .verdict.sound, .uploads .verdict.defective").length === %d`, len(scans)))
	b.until(fmt.Sprintf(`document.querySelectorAll("table.scans tbody tr").length === %d`, len(scans)))
	b.keep("4-judged")
	if got := b.text(`[...document.querySelectorAll(".head .tiles li")].map((l) => l.innerText.replace(/\s+/g, " ")).join(", ")`); got != "3 defective, 0 unsure, 5 sound" {
		t.Errorf("tiles: %s", got)
	}
	if got := b.text(`document.querySelector("main").innerText`); !strings.Contains(got, hostile) {
		t.Errorf("the hostile name is not shown as text:\n%s", got)
	}

	b.media("print", "dark")
	if got := b.text(`[".intake", "#tabs", ".filters"].filter((q) => document.querySelector(q).checkVisibility()) + getComputedStyle(document.documentElement).backgroundColor`); got != "rgb(255, 255, 255)" {
		t.Errorf("on paper: %s; want the table alone, on white", got)
	}
	b.media("screen", "light")

	b.do(chromedp.SetValue(chromedp.CSS(".filters select"), "defective"))
	b.text(`document.querySelector(".filters select").dispatchEvent(new Event("change")), ""`)
	b.until(`document.querySelectorAll("table.scans tbody tr").length === 3`)
	b.do(chromedp.Click(chromedp.CSS("table.scans tbody a")))
	b.until(`document.getElementById("map")`)
	drawn := 0 // what the map draws cannot be asked: it has an origin of its own
	for begun := time.Now(); drawn < 40 && time.Since(begun) < time.Minute; time.Sleep(300 * time.Millisecond) {
		drawn = b.colours("#map")
	}
	if drawn < 40 {
		t.Errorf("the map shows %d colours: nothing is drawn", drawn)
	}
	b.keep("5-scan")
	if got := b.text(`document.querySelector(".big").innerText`); !strings.HasPrefix(got, "Defective") {
		t.Errorf("the verdict is %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`[data-label="defective"]`)))
	b.until(`document.querySelector('[data-label="defective"]').classList.contains("on")`)
	b.do(chromedp.Click(chromedp.CSS(`main a[href$="/scans"]`)))
	b.until(`document.querySelectorAll("table.scans tbody tr").length === 8`)
	b.do(chromedp.Click(chromedp.CSS("table.scans tbody tr:last-child a")))
	b.until(`document.querySelector('[data-label="defective"]')`)
	b.do(chromedp.Click(chromedp.CSS(`[data-label="defective"]`)))
	b.until(`document.querySelector(".labels .reason")?.innerText.includes("the verdict was wrong")`)
	b.keep("6-wrong")

	b.do(chromedp.Click(chromedp.CSS(`[data-tab="trends"]`)))
	b.until(`document.querySelectorAll("svg.chart").length >= 2`)
	b.keep("7-trends")
	if got := b.text(`document.getElementById("operators").innerText`); !strings.Contains(got, "2 scans with a label: 1 right, 0 false alarms, 1 missed") {
		t.Errorf("the table of labels says\n%s", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`[data-tab="defects"]`)))
	b.until(`document.getElementById("body")?.dataset.drawn > 100`)
	b.keep("8-defects")
	if n := b.colours("#body"); n < 8 {
		t.Errorf("the part shows %d colours: nothing is drawn", n)
	}
	if b.text(`String(window.hacked)`) != "undefined" {
		t.Error("a file's name was run as a script")
	}
}

// With tokens the page asks for one, and shows what its role may do.
func TestTokenInBrowser(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	token := tokenFor(t, data, "Rita", Reader)
	s := start(t, Options{Data: data}, true)
	b := newBrowser(t, s.url)
	b.do(chromedp.Navigate(s.url + "/"))
	b.until(`document.getElementById("token")`)
	b.keep("9-token")
	b.do(chromedp.SendKeys(chromedp.ID("token"), token), chromedp.Click(chromedp.CSS("form .main")))
	b.until(`document.getElementById("who").innerText.includes("Rita (read)")`)
	b.until(`document.querySelector("main").innerText.includes("Somebody with the role admin")`)
	if got := b.text("document.cookie"); got != "" {
		t.Errorf("a script sees the cookie %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS("#who button")))
	b.until(`document.getElementById("token")`)
}
