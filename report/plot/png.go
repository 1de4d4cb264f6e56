package plot

// Plots as picture files, next to the tables of a training run or a study.

import (
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
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
	p := printedPlot(title, x, y)
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
	addLines(p, series)
	return writePNG(w, p)
}

// printedPlot is an empty plot in black on white.
func printedPlot(title, x, y string) *plot.Plot {
	p := newPlot(title, x, y)
	p.BackgroundColor = color.White
	p.Title.TextStyle.Color, p.Legend.TextStyle.Color = color.Black, color.Black
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Tick.Color = color.Gray{140}, color.Gray{140}
		a.Label.TextStyle.Color, a.Tick.Label.Color = color.Black, color.Black
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = evenTicks{}, evenTicks{}
	p.Legend.Top, p.Legend.Left = true, false
	return p
}

func writePNG(w io.Writer, p *plot.Plot) error {
	canvas := vgimg.NewWith(vgimg.UseWH(vg.Points(420), vg.Points(260)), vgimg.UseDPI(144))
	p.Draw(draw.New(canvas))
	_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
	return err
}

// BarsPNG writes groups of bars, one group a category and one bar in it a series; a
// series has one value between 0 and 1 for each category.
func BarsPNG(w io.Writer, title, y string, categories []string, series []Series) error {
	p := printedPlot(title, "", y)
	width := vg.Points(340 / float64(max(1, len(categories)*(len(series)+1))))
	for i, s := range series {
		values := make(plotter.Values, len(s.Y))
		for k, v := range s.Y {
			if v-v == 0 { // a value that could not be computed leaves a gap
				values[k] = v
			}
		}
		bars, err := plotter.NewBarChart(values, width)
		if err != nil {
			return err
		}
		bars.Color, bars.LineStyle.Width = seriesColors[i%len(seriesColors)], 0
		bars.Offset = width * vg.Length(float64(i)-float64(len(series)-1)/2)
		p.Add(bars)
		p.Legend.Add(s.Name, bars)
	}
	p.NominalX(categories...)
	p.X.Min, p.X.Max = -0.5, float64(len(categories))-0.5
	// Shares end at 1; above that is room for the legend.
	p.Y.Min, p.Y.Max = 0, 1.4
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: "0"}, {Value: 0.25}, {Value: 0.5, Label: "0.5"}, {Value: 0.75}, {Value: 1, Label: "1"}}
	p.Legend.XOffs = -4
	return writePNG(w, p)
}

// HistogramPNG writes the distribution of each group of values, as outlines over forty
// common bins.
func HistogramPNG(w io.Writer, title, x string, names []string, groups [][]float64) error {
	const bins = 40
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, g := range groups {
		for _, v := range g {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	var series []Series
	for i, g := range groups {
		s := Series{Name: names[i], X: make([]float64, bins), Y: make([]float64, bins)}
		for b := range bins {
			s.X[b] = lo + (hi-lo)*(float64(b)+0.5)/bins
		}
		for _, v := range g {
			s.Y[max(0, min(bins-1, int(float64(bins)*(v-lo)/(hi-lo))))]++
		}
		series = append(series, s)
	}
	p := printedPlot(title, x, "dimensions")
	addLines(p, series)
	return writePNG(w, p)
}
