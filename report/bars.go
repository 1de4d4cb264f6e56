package report

// Bars that stand side by side in each bin.

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws one group of a histogram: counts of bins of equal width from 0, each
// bar on its share of the bin.
type bars struct {
	count       []int
	width       float64
	from, share float64 // of the bin
	fill        color.Color
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, n := range b.count {
		if n == 0 {
			continue
		}
		left, right := x((float64(i)+b.from)*b.width), x((float64(i)+b.from+b.share)*b.width)
		c.FillPolygon(b.fill, []vg.Point{{X: left, Y: y(0)}, {X: right, Y: y(0)}, {X: right, Y: y(float64(n))}, {X: left, Y: y(float64(n))}})
	}
}

// Thumbnail implements plot.Thumbnailer.
func (b bars) Thumbnail(c *draw.Canvas) {
	lo, hi := c.Min, c.Max
	c.FillPolygon(b.fill, []vg.Point{lo, {X: hi.X, Y: lo.Y}, hi, {X: lo.X, Y: hi.Y}})
}
