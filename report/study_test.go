package report

import (
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/report/plot"

	"github.com/chromedp/chromedp"
)

func someStudy() *Study {
	rows := [][]string{{"wide <b>", "1"}, {strings.Repeat("a long word ", 12), "22"}}
	return &Study{
		Title: "What <b> was found", Lead: "Of sound scans.", Version: "1", Tiles: []Tile{{Value: "3 mm", Label: "found"}, {Value: "1 of 2", Label: "alarms", Class: "defective"}},
		Sections: []Section{
			{Title: "Curves", About: "About.", Figures: []Figure{{plot.POD("dent", "size, mm", 1, 9, nil), "A figure."}}, Table: &Table{Head: []string{"what", "how many"}, Rows: rows, Numbers: []int{1}}},
			{Title: "Maps", Pictures: []Picture{{image.NewNRGBA(image.Rect(0, 0, 1120, 480)), "a map", "Its caption."}}, Lines: []string{"a line"}, Words: []Fact{{"word", "meaning"}}},
		},
		Provenance: []Fact{{"Seed", "1"}},
	}
}

func studyPage(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := WriteStudy(&out, someStudy()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// All is on the page, as text, and nothing on it asks for another file or runs.
func TestStudyPage(t *testing.T) {
	page := studyPage(t)
	for _, want := range []string{
		"<title>What &lt;b&gt; was found</title>", `<li class="defective"><b>1 of 2</b>`, "wide &lt;b&gt;", `<td class="n">22</td>`, `<th scope="col">what</th>`,
		`<th scope="col" class="n">how many</th>`, `<img src="data:image/png;base64,`, `alt="a map"`, "<li>a line</li>", "<dt>word</dt><dd>meaning</dd>", `<svg class="plot"`,
		"default-src &#39;none&#39;; style-src",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, bad := range []string{"<script", "http:", "ZgotmplZ"} {
		if strings.Contains(strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	full := errors.New("disk full")
	if err := WriteStudy(failing{full}, someStudy()); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// On a narrow window nothing is wider than it, and the style is allowed to apply.
func TestStudyPageInABrowser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.html")
	if err := os.WriteFile(path, []byte(studyPage(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, 400, 900)
	b.do(chromedp.Navigate("file://" + path))
	width := b.number("document.documentElement.scrollWidth")
	picture := b.number("document.querySelector('.maps img').naturalWidth")
	shown := b.text("getComputedStyle(document.querySelector('.tiles')).listStyleType")
	if width > 500 || picture != 1120 || shown != "none" { // Chromium's least window is 500 wide
		t.Errorf("the page is %v wide, its picture %v, its list %s", width, picture, shown)
	}
}
