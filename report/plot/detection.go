package plot

// Probability of detection against size, with what was observed.

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Detection is how often defects of one kind and depth are found, by size.
type Detection struct {
	Name   string
	POD    func(size float64) float64 // the curve; nil where there is none
	Bound  float64                    // a90/95; NaN where there is none
	Shares []Share
}

// Share is how many of the defects of about one size were found, with an interval, all 0…1.
type Share struct{ Size, Found, Low, High float64 }

// aside is by what share of its size a point stands beside that of the curve before, so that none hides another.
const aside = 0.025

// POD plots curves from the least to the most size that was tried, both above 0, as an inline SVG element: the
// curve, shares as points with their intervals, and a90/95 as an upright line.
func POD(title, size string, least, most float64, curves []Detection) string {
	p := newPlot(title, size, "found (share of defects)")
	p.Y.Min, p.Y.Max = 0, 1
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 0, Label: "0"}, {Value: 0.25}, {Value: 0.5, Label: "0.5"}, {Value: 0.75}, {Value: 0.9, Label: "0.9"}, {Value: 1, Label: "1"}}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, sizeTicks{}
	p.X.Min, p.X.Max = least/1.06, most*1.06
	nine, _ := plotter.NewLine(plotter.XYs{{X: p.X.Min, Y: 0.9}, {X: p.X.Max, Y: 0.9}})
	nine.Color, nine.Dashes, nine.Width = faint, []vg.Length{2, 3}, 0.6
	p.Add(nine)
	for k, c := range curves {
		colour := seriesColors[k%len(seriesColors)]
		points := shares{shift: math.Pow(1+aside, float64(k)-float64(len(curves)-1)/2), of: c.Shares}
		if len(c.Shares) > 0 {
			if bars, err := plotter.NewYErrorBars(points); err == nil {
				bars.Color, bars.Width, bars.CapWidth = colour, 0.7, 4
				p.Add(bars)
			}
			if dots, err := plotter.NewScatter(points); err == nil {
				dots.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: 2.6, Shape: draw.CircleGlyph{}}
				p.Add(dots)
				if c.POD == nil {
					p.Legend.Add(c.Name+": no curve", dots)
				}
			}
		}
		if c.POD == nil {
			continue
		}
		const steps = 120
		var xys plotter.XYs
		for i := range steps + 1 {
			x := least * math.Exp(float64(i)/steps*math.Log(most/least))
			xys = append(xys, plotter.XY{X: x, Y: c.POD(x)})
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			continue // no number, which a curve that was fitted has not
		}
		line.Color, line.Width = colour, 1.6
		p.Add(line)
		p.Legend.Add(c.Name, line)
		if c.Bound >= least && c.Bound <= most {
			bound, _ := plotter.NewLine(plotter.XYs{{X: c.Bound, Y: 0}, {X: c.Bound, Y: 0.9}})
			bound.Color, bound.Width, bound.Dashes = colour, 1, []vg.Length{4, 3}
			p.Add(bound)
			p.Legend.Add("a90/95 of it", bound)
		}
	}
	p.Legend.Top, p.Legend.XOffs, p.Legend.YOffs = true, 8, -30 // below 0.9
	p.Legend.Left = true
	return inlineSVG(p, 380, 270, title+": share of defects that are found against their size")
}

// shares are points with intervals.
type shares struct {
	of    []Share
	shift float64
}

func (s shares) Len() int                { return len(s.of) }
func (s shares) XY(i int) (x, y float64) { return s.of[i].Size * s.shift, s.of[i].Found }
func (s shares) YError(i int) (low, high float64) {
	return s.of[i].Found - s.of[i].Low, s.of[i].High - s.of[i].Found
}

// sizeTicks marks 1, 2 and 5 of each decade, with all between as small ticks.
type sizeTicks struct{}

// Ticks implements plot.Ticker.
func (sizeTicks) Ticks(lo, hi float64) []plot.Tick {
	var out []plot.Tick
	if !(lo > 0) || !(hi > lo) {
		return nil
	}
	few := hi/lo < 4 // then each is written
	for decade := math.Floor(math.Log10(lo)); decade <= math.Ceil(math.Log10(hi)); decade++ {
		for _, m := range []float64{1, 2, 3, 4, 5, 6, 7, 8, 9} {
			v := m * math.Pow(10, decade)
			if v < lo || v > hi {
				continue
			}
			t := plot.Tick{Value: v}
			if few || m == 1 || m == 2 || m == 5 {
				t.Label = strconv.FormatFloat(v, 'g', 3, 64)
			}
			out = append(out, t)
		}
	}
	return out
}
