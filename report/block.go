package report

// One block a scan, for paper: what an inspector files.

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"blemish/inspection"
)

// block is one scan on paper.
type block struct {
	Title, Verdict, Score, Limit string
	Facts                        []fact
	Reason, Told                 string
	Map                          template.URL
	Regions                      []blockRegion
	Histogram                    template.HTML
	Sections                     []blockSection
}

type blockRegion struct {
	Number               int
	Kind, Zone           string
	Area, Depth95, Depth string
	Peak                 string
	X, Y, Z              string
}

type blockSection struct {
	Name string
	SVG  template.HTML
}

// blocks describes the scans of a gallery, in its order.
func (d *Predict) blocks(g *gallery, maps *mapStyle) []block {
	at := map[string]*PredictScan{}
	for i := range d.Scans {
		if _, twice := at[d.Scans[i].File]; !twice {
			at[d.Scans[i].File] = &d.Scans[i]
		}
	}
	var out []block
	for i, p := range g.scans {
		s := at[p.Name]
		if s == nil {
			continue
		}
		b := block{Title: p.Title, Verdict: p.Verdict, Score: p.Score.tight(), Limit: p.Limit.fixed(2), Reason: s.Reason, Facts: d.headOf(s).facts()}
		told := *s
		told.Reason, told.Error = "", ""
		b.Told = told.Told(d.Unit)
		b.Facts = append(b.Facts, d.measured(s)...)
		if i < len(g.maps) && g.maps[i] != "" {
			b.Map = template.URL(g.maps[i])
		}
		for k, r := range s.Regions {
			row := blockRegion{Number: k + 1, Kind: r.Kind, Zone: r.Zone, Area: r.Area.short(), Depth95: r.Depth95.short(), Depth: r.Depth.short(), Peak: r.Peak.tight()}
			if r.BelowThreshold {
				row.Kind += " (below the threshold)"
			}
			if c := r.PartCenter; c != nil {
				row.X, row.Y, row.Z = c[0].short(), c[1].short(), c[2].short()
			}
			b.Regions = append(b.Regions, row)
		}
		if s.Deviation != nil && maps != nil {
			b.Histogram = s.Deviation.svg(maps.bands, d.Tolerance.given(), d.Unit)
		}
		for _, profile := range g.views[i].Sections {
			if maps == nil {
				break // nothing was measured
			}
			b.Sections = append(b.Sections, blockSection{profile.Name, template.HTML(sectionSVG(profile, maps.bands, d.Unit))})
		}
		out = append(out, b)
	}
	return out
}

// measured lists what was measured of a scan.
func (d *Predict) measured(s *PredictScan) []fact {
	out := []fact{{"Points", thousands(s.Points)}}
	if s.Fit.Covered.Known() {
		out = append(out, fact{"Part shown", percent(s.Fit.Covered)})
	}
	if v := s.Deviation; v != nil {
		out = append(out, fact{"Deviation, 95 %", "±" + withUnit(v.Abs95.short(), d.Unit, "")},
			fact{"Mean and spread", withUnit(signed(v.Mean)+" ± "+v.Std.short(), d.Unit, "")},
			fact{"Extremes", withUnit(signed(v.Low)+" to "+signed(v.High), d.Unit, "")})
		if v.Within.Known() {
			out = append(out, fact{"Within tolerance", (100 * v.Within).fixed(1) + " % of points"})
		}
	}
	return out
}

// svg draws the histogram of deviations, its bars in the colours of the bands.
func (v *PredictDeviation) svg(bands []band, t inspection.Tolerance, unit string) template.HTML {
	const width, height, foot = 340, 92, 18
	h := v.Histogram
	most := 1
	for _, n := range h.Count {
		most = max(most, n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spread" viewBox="0 0 %d %d" role="img" aria-label="Histogram of deviations">`, width, height+foot)
	step := width / float64(len(h.Count))
	for i, n := range h.Count {
		middle := float64(h.From) + (float64(i)+0.5)*float64(h.To-h.From)/float64(len(h.Count))
		c := colorIn(bands, middle)
		tall := float64(height) * math.Sqrt(float64(n)/float64(most)) // so that few points show beside many
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#%02x%02x%02x"/>`, float64(i)*step+0.4, height-tall, step-0.8, tall, c.R, c.G, c.B)
	}
	fmt.Fprintf(&b, `<line x1="0" x2="%d" y1="%d" y2="%d" class="axis"/>`, width, height, height)
	mark := func(d float64, anchor string) {
		x := (d - float64(h.From)) / float64(h.To-h.From) * width
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" class="axis"/><text x="%.1f" y="%d" text-anchor="%s">%s</text>`,
			x, x, height, height+3, x, height+foot-3, anchor, template.HTMLEscapeString(withUnit(signed(Number(d)), unit, "")))
	}
	mark(float64(h.From), "start")
	mark(float64(h.To), "end")
	mark(0, "middle")
	if t.Given() {
		for _, d := range []float64{t.Over, -t.Under} {
			x := (d - float64(h.From)) / float64(h.To-h.From) * width
			fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="0" y2="%d" class="limit"/>`, x, x, height)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
