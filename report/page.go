package report

// The page as the template sees it.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"strings"
)

type page struct {
	Title, Lead, Version string
	Unit                 string
	Bare                 bool // the viewer alone
	Policy               string
	Style                template.CSS
	Script               template.JS
	Data                 template.JS
	Blobs                []blob
	Tiles                []tile
	Tables               *tables
	Lists                []list
	Hidden               string // what the lists leave out
	All                  []listed
	Plots                []figure
	Head                 []fact
	Decision             string  // what scores are measured by where that was not learnt
	Sheets               []block // one a scan, for paper
	Provenance           []fact
	Configs              []fact
	Training             []TrainingFile

	blocks func() []block // of Sheets, once the pictures are there; nil: there are none
	bands  []band
	first  int
}

type blob struct {
	ID   string
	Data template.HTML
}

type tile struct {
	Class, Value, Label string
}

type fact struct{ Name, Value string }

type figure struct {
	SVG     template.HTML
	Caption string
}

// pageData is what the script reads.
type pageData struct {
	Unit       string              `json:"unit"`
	ScoreHi    float64             `json:"scoreHi"`
	Clipped    bool                `json:"clipped"` // scores beyond scoreHi exist
	SignedHi   float64             `json:"signedHi"`
	Maps       map[string][]string `json:"maps"`
	First      int                 `json:"first"`              // scan that the page opens with
	Bands      []pageBand          `json:"bands,omitempty"`    // of signed distances
	Decision   string              `json:"decision,omitempty"` // what scores are measured by where that was not learnt
	Scans      []scanData          `json:"scans"`
	References []*packed           `json:"references"`
}

// pageBand is a band of deviations up to To; null at the end.
type pageBand struct {
	To    Number `json:"to"`
	Color string `json:"color"`
}

type scanData struct {
	ID int `json:"id"`
	*packed
}

// fill puts the scans and the parts that never change into the page.
func (p *page) fill(g *gallery) error {
	p.Policy, p.Style, p.Script = policy(script), template.CSS(style), template.JS(script)
	p.Lists = g.lists()
	if g.left > 0 {
		p.Hidden = fmt.Sprintf("%d more scans are in results.json and results.csv. Those shown come first by heading, then by score.", g.left)
	}
	data := pageData{Unit: p.Unit, Maps: mapStops(), Scans: []scanData{}, References: g.references}
	data.ScoreHi, data.Clipped = g.scoreHi()
	data.SignedHi = g.signedHi()
	if n := len(p.bands); n > 0 {
		data.SignedHi = math.Max(data.SignedHi, 1.25*p.bands[n-1].From) // all bands show
	}
	data.Decision, data.First = p.Decision, p.first
	for _, b := range p.bands {
		data.Bands = append(data.Bands, pageBand{Number(b.To), fmt.Sprintf("#%02x%02x%02x", b.Color.R, b.Color.G, b.Color.B)})
	}
	if p.blocks != nil {
		p.Sheets = p.blocks()
	}
	for i, s := range g.scans {
		data.Scans = append(data.Scans, scanData{i, s})
		p.Blobs = append(p.Blobs, blob{fmt.Sprintf("data-%d", i), template.HTML(s.data)})
	}
	for i, s := range g.references {
		p.Blobs = append(p.Blobs, blob{fmt.Sprintf("reference-%d", i), template.HTML(s.data)})
	}
	b, err := json.Marshal(data) // escapes <, > and &, so it cannot end its element
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	p.Data = template.JS(b)
	return nil
}

func (p *page) html() ([]byte, error) {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return out.Bytes(), nil
}

// indent spreads a configuration over lines.
func indent(config json.RawMessage) string {
	var out bytes.Buffer
	if len(config) == 0 || json.Indent(&out, config, "", "  ") != nil {
		return string(config)
	}
	return out.String()
}

// count is "1 scan", "2 scans".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if strings.HasSuffix(one, "s") {
		return fmt.Sprintf("%d %ses", n, one)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
