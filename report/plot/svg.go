package plot

// Plots as SVG that takes its ink from the page around it, so that they read in
// light and dark and obey a policy without inline styles.

import (
	"bytes"
	"fmt"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Colours that any colour vision tells apart (Okabe and Ito 2008), in the order
// in which series take them.
var seriesColors = []color.Color{
	color.NRGBA{0, 114, 178, 255}, color.NRGBA{213, 94, 0, 255}, color.NRGBA{0, 158, 115, 255}, color.NRGBA{204, 121, 167, 255},
	color.NRGBA{230, 159, 0, 255}, color.NRGBA{86, 180, 233, 255}, color.NRGBA{140, 140, 140, 255}, color.NRGBA{150, 90, 60, 255},
}

// ink and faint stand for the page's own colours until the SVG is written.
var (
	ink   = color.NRGBA{1, 2, 3, 255}
	faint = color.NRGBA{4, 5, 6, 255}
)

// newPlot is an empty plot in the page's style.
func newPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.Transparent
	p.Title.Text = title
	p.Title.TextStyle.Color = ink
	p.Title.TextStyle.Font.Size = 11
	p.Title.Padding = 6
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Label.TextStyle.Color, a.Tick.Color, a.Tick.Label.Color = faint, ink, faint, ink
		a.Label.TextStyle.Font.Size, a.Tick.Label.Font.Size = 10, 9
		a.Padding = 4
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.Legend.TextStyle.Color = ink
	p.Legend.Left = true // the text right of its sign, however wide the reader's font is
	p.Legend.TextStyle.Font.Size = 9
	p.Legend.ThumbnailWidth = 14
	p.Legend.Padding = 2
	return p
}

var (
	svgStyle  = regexp.MustCompile(`\s+style="([^"]*)"`)
	svgTag    = regexp.MustCompile(`<[^>]*>`)
	svgNumber = regexp.MustCompile(`-?\d+\.\d{3,}`)
)

// inlineSVG draws p and returns one <svg> element of the given size in points.
// What it says stands in label, for those who cannot see it.
func inlineSVG(p *plot.Plot, width, height vg.Length, label string) string {
	c := vgsvg.New(width, height)
	p.Draw(draw.New(c))
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		panic("plot: " + err.Error()) // a bytes.Buffer takes everything
	}
	s := buf.String()
	s = s[strings.Index(s, "<svg"):]
	s = svgStyle.ReplaceAllStringFunc(s, func(m string) string {
		var out strings.Builder
		for _, rule := range strings.Split(svgStyle.FindStringSubmatch(m)[1], ";") {
			key, value, ok := strings.Cut(rule, ":")
			key, value = strings.TrimSpace(key), strings.TrimSpace(value)
			if !ok || strings.HasPrefix(key, "font") && key != "font-size" {
				continue
			}
			fmt.Fprintf(&out, " %s=\"%s\"", key, value)
		}
		return out.String()
	})
	s = svgTag.ReplaceAllStringFunc(s, func(tag string) string { // what is written beside tags stays as it is
		return svgNumber.ReplaceAllStringFunc(tag, func(m string) string { return m[:strings.IndexByte(m, '.')+3] })
	})
	s = strings.NewReplacer("#010203", "currentColor", "#040506", "currentColor").Replace(s)
	head := fmt.Sprintf(`<svg class="plot" role="img" aria-label="%s" width="%.0f" viewBox="0 0 %g %g" xmlns="http://www.w3.org/2000/svg">`, escape(label), 1.25*width.Points(), width.Points(), height.Points())
	return head + s[strings.IndexByte(s, '>')+1:]
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;").Replace(s)
}
