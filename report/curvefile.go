package report

// Curves as picture files, beside the tables of a training run or a study.

import (
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Averaged is a series of at most count means over equal stretches of values, each at
// the last place of its stretch, counted from 1: a curve that noise does not hide.
func Averaged(name string, values []float64, count int) Series {
	s := Series{Name: name}
	for i := range min(count, len(values)) {
		lo, hi := i*len(values)/count, (i+1)*len(values)/count
		if len(values) < count {
			lo, hi = i, i+1
		}
		sum := 0.0
		for _, v := range values[lo:hi] {
			sum += v
		}
		s.X, s.Y = append(s.X, float64(hi)), append(s.Y, sum/float64(hi-lo))
	}
	return s
}

// CurvePNG writes lines over x as a PNG, black on white; logarithmic upwards where
// all values are positive and span more than a decade.
func CurvePNG(w io.Writer, title, x, y string, series []Series) error {
	p := newPlot(title, x, y)
	p.BackgroundColor = color.White
	p.Title.TextStyle.Color, p.Legend.TextStyle.Color = color.Black, color.Black
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Tick.Color = color.Gray{140}, color.Gray{140}
		a.Label.TextStyle.Color, a.Tick.Label.Color = color.Black, color.Black
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range series {
		for _, v := range s.Y {
			if v-v == 0 {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	if lo > 0 && hi > 10*lo {
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		p.Y.Min, p.Y.Max = lo, hi
	}
	p.Legend.Top = true
	addLines(p, series)
	canvas := vgimg.NewWith(vgimg.UseWH(vg.Points(420), vg.Points(260)), vgimg.UseDPI(144))
	p.Draw(draw.New(canvas))
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}
