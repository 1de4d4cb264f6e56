package plot

// Bars that stand on one another.

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars draws one group of a histogram: counts of bins of equal width from 0, on
// top of what stands below.
type bars struct {
	below, count []int
	width        float64
	fill         color.Color
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, n := range b.count {
		if n == 0 {
			continue
		}
		left, right := x((float64(i)+0.06)*b.width), x((float64(i)+0.94)*b.width)
		foot, top := y(float64(b.below[i])), y(float64(b.below[i]+n))
		c.FillPolygon(b.fill, []vg.Point{{X: left, Y: foot}, {X: right, Y: foot}, {X: right, Y: top}, {X: left, Y: top}})
	}
}

// Thumbnail implements plot.Thumbnailer.
func (b bars) Thumbnail(c *draw.Canvas) {
	lo, hi := c.Min, c.Max
	c.FillPolygon(b.fill, []vg.Point{lo, {X: hi.X, Y: lo.Y}, hi, {X: lo.X, Y: hi.Y}})
}
