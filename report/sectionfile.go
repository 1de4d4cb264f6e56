package report

// Sections as tables and pictures.

import (
	"fmt"
	"io"
	"math"
	"strings"

	"blemish/geom"
	"blemish/inspection"
)

// WriteSection writes a profile as a table: what each row is of (reference, or scan), the line
// of the reference that it belongs to, the place in the cut and in the part's frame, and the
// deviation of scanned points. The header tells the unit.
func WriteSection(w io.Writer, p *inspection.Profile, unit string) error {
	names := []string{"of", "line", "u", "v", "x", "y", "z", "deviation", "judged"}
	for i := 2; i <= 7 && unit != ""; i++ {
		names[i] += "_" + unit
	}
	var rows [][]any
	place := func(u, v float64) geom.Vec { return p.At(u, v) }
	reference := func(line int, uv [2]float64) {
		q := place(uv[0], uv[1])
		rows = append(rows, []any{"reference", line, Number(uv[0]), Number(uv[1]), Number(q.X), Number(q.Y), Number(q.Z), None(), ""})
	}
	for k, line := range p.Lines {
		for _, uv := range line {
			reference(k+1, uv)
		}
	}
	for _, uv := range p.Dots {
		reference(0, uv)
	}
	for _, s := range p.Scan {
		judged := "yes"
		if !s.Judged {
			judged = "no"
		}
		rows = append(rows, []any{"scan", 0, Number(s.U), Number(s.V), Number(s.Place.X), Number(s.Place.Y), Number(s.Place.Z), Number(s.Deviation), judged})
	}
	return writeCells(w, names, rows)
}

// WriteSectionPicture writes a profile as SVG.
func WriteSectionPicture(w io.Writer, p *inspection.Profile, t inspection.Tolerance, unit string) error {
	_, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+strings.Replace(sectionSVG(p, bandsOf(t, p.Largest()), unit), "<svg ", `<svg xmlns="http://www.w3.org/2000/svg" style="background:#fff" `, 1)+"\n")
	return err
}

// mostDrawn is how many points of a profile a picture shows.
const mostDrawn = 4000

// sectionSVG draws the reference as lines and the scan as dots, each with its deviation as a
// whisker that is so many times longer.
func sectionSVG(p *inspection.Profile, bands []band, unit string) string {
	const width, margin, head = 640.0, 34.0, 24.0
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	hold := func(uv [2]float64) {
		for a, v := range uv {
			low[a], high[a] = math.Min(low[a], v), math.Max(high[a], v)
		}
	}
	for _, line := range p.Lines {
		for _, uv := range line {
			hold(uv)
		}
	}
	for _, uv := range p.Dots {
		hold(uv)
	}
	if math.IsInf(low[0], 0) {
		return `<svg class="section" viewBox="0 0 640 40"><text x="8" y="24" font-size="12">the plane does not meet the part</text></svg>`
	}
	size := math.Max(math.Max(high[0]-low[0], high[1]-low[1]), math.SmallestNonzeroFloat32)
	scale := math.Min((width-2*margin)/math.Max(high[0]-low[0], 1e-3*size), 300/math.Max(high[1]-low[1], 1e-3*size))
	height := (high[1]-low[1])*scale + 2*margin + head
	left := (width - (high[0]-low[0])*scale) / 2
	x := func(u float64) float64 { return left + (u-low[0])*scale }
	y := func(v float64) float64 { return head + margin + (high[1]-v)*scale }

	var shown []inspection.ProfilePoint
	for i := 0; i < len(p.Scan); i += len(p.Scan)/mostDrawn + 1 {
		shown = append(shown, p.Scan[i])
	}
	spread := p.Largest()
	times := 1.0
	if spread > 0 {
		for times = niceStep(margin * 0.8 / (spread * scale)); times*spread*scale > margin; {
			times /= 2
		}
		times = math.Max(1, math.Floor(times))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="section" viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="17">`, width, height)
	fmt.Fprintf(&b, `<text x="8" y="18">%s: deviations × %g, largest %s</text>`, escape(p.Name), times, escape(withUnit(Number(spread).short(), unit, "")))
	for _, line := range p.Lines {
		b.WriteString(`<polyline fill="none" stroke="#555" stroke-width="1" points="`)
		for _, uv := range line {
			fmt.Fprintf(&b, "%.1f,%.1f ", x(uv[0]), y(uv[1]))
		}
		b.WriteString(`"/>`)
	}
	for i := 0; i < len(p.Dots); i += len(p.Dots)/mostDrawn + 1 {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="0.7" fill="#777"/>`, x(p.Dots[i][0]), y(p.Dots[i][1]))
	}
	for _, s := range shown {
		if !s.Judged {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="1" fill="#bbb"/>`, x(s.U), y(s.V))
			continue
		}
		c := colorIn(bands, s.Deviation)
		by := times * s.Deviation
		fmt.Fprintf(&b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#%02x%02x%02x" stroke-width="1.6"/>`,
			x(s.U), y(s.V), x(s.U+by*s.AcrossU), y(s.V+by*s.AcrossV), c.R, c.G, c.B)
	}
	// A bar of a round length says how large the cut is.
	long := niceStep(size / 5)
	fmt.Fprintf(&b, `<path d="M%.1f %.1fh%.1f" stroke="#000" stroke-width="2"/><text x="%.1f" y="%.1f">%s</text></svg>`,
		12.0, height-8, long*scale, 18+long*scale, height-5, escape(withUnit(Number(long).short(), unit, "")))
	return b.String()
}

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}
