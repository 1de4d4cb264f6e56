package plot

// Plots that a page takes in: ROC curves and distributions of scores.

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Series is one named line of a plot.
type Series struct {
	Name string
	X, Y []float64
}

// ROCSeries is the receiver operating characteristic of scores against truth:
// one corner for each distinct score, from (0,0) to (1,1). It has no points where
// one of the classes is absent.
func ROCSeries(name string, scores []float64, positive []bool) Series {
	s := Series{Name: name}
	pos, neg := ranked(scores, positive, func(tp, fp, pos, neg int) {
		s.X = append(s.X, float64(fp)/float64(neg))
		s.Y = append(s.Y, float64(tp)/float64(pos))
	})
	if pos == 0 || neg == 0 {
		return s
	}
	s.X, s.Y = slices.Insert(s.X, 0, 0), slices.Insert(s.Y, 0, 0)
	return s
}

// PRSeries is precision against recall: one corner for each distinct score, the highest
// first. It has no points where one of the classes is absent.
func PRSeries(name string, scores []float64, positive []bool) Series {
	s := Series{Name: name}
	ranked(scores, positive, func(tp, fp, pos, _ int) {
		s.X = append(s.X, float64(tp)/float64(pos))
		s.Y = append(s.Y, float64(tp)/float64(tp+fp))
	})
	return s
}

// ranked goes through the distinct scores from the highest, and hands out how many positives
// and negatives have at least that; nothing where one of the classes is absent.
func ranked(scores []float64, positive []bool, each func(tp, fp, pos, neg int)) (pos, neg int) {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
		if positive[i] {
			pos++
		}
	}
	neg = len(scores) - pos
	if pos == 0 || neg == 0 {
		return pos, neg
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	tp, fp := 0, 0
	for i, k := range order {
		if positive[k] {
			tp++
		} else {
			fp++
		}
		if i+1 == len(order) || scores[order[i+1]] != scores[k] {
			each(tp, fp, pos, neg)
		}
	}
	return pos, neg
}

// ROC plots such curves as an inline SVG element.
func ROC(title string, series []Series) string {
	p := sharePlot(title, "false alarms (share of sound scans)", "found (share of defects)")
	chance, _ := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
	chance.Color, chance.Dashes, chance.Width = faint, []vg.Length{2, 3}, 0.6
	p.Add(chance)
	addLines(p, series)
	p.Legend.XOffs, p.Legend.YOffs = 150, 6
	return inlineSVG(p, 300, 260, title+": share of defects found against share of false alarms")
}

// PR plots precision against recall as an inline SVG element.
func PR(title string, series []Series) string {
	p := sharePlot(title, "found (share of defects)", "true among the alarms (share)")
	addLines(p, series)
	p.Legend.XOffs, p.Legend.YOffs = 20, 6
	p.Legend.Left = true
	return inlineSVG(p, 300, 260, title+": share of alarms that are true against share of defects found")
}

// sharePlot has shares, 0 to 1, on both axes.
func sharePlot(title, x, y string) *plot.Plot {
	p := newPlot(title, x, y)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	share := plot.ConstantTicks{{Value: 0, Label: "0"}, {Value: 0.25}, {Value: 0.5, Label: "0.5"}, {Value: 0.75}, {Value: 1, Label: "1"}}
	p.X.Tick.Marker, p.Y.Tick.Marker = share, share
	return p
}

func addLines(p *plot.Plot, series []Series) {
	for i, s := range series {
		xys := make(plotter.XYs, 0, len(s.X))
		for j := range s.X {
			if s.X[j]-s.X[j] == 0 && s.Y[j]-s.Y[j] == 0 {
				xys = append(xys, plotter.XY{X: s.X[j], Y: s.Y[j]})
			}
		}
		if len(xys) == 0 {
			continue
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			continue // no finite point, which the check above has seen to
		}
		line.Color, line.Width = seriesColors[i%len(seriesColors)], 1.6
		p.Add(line)
		p.Legend.Add(s.Name, line)
	}
}

// Group is one set of scores of a distribution.
type Group struct {
	Name   string
	Scores []float64
	Color  color.Color // nil: the next of the series
}

// Histogram shows how the scores of groups are spread, as bars stacked in each of
// the bins, with the threshold as a line; NaN for none. The scale ends
// at four thresholds, without one at four times the median, or at the largest score; what
// is beyond stands in the last bin.
func Histogram(title string, groups []Group, threshold float64) string {
	p := newPlot(title, "score of the whole scan", "scans")
	var all []float64
	for _, g := range groups {
		for _, v := range g.Scores {
			if v-v == 0 {
				all = append(all, v)
			}
		}
	}
	slices.Sort(all)
	known := threshold-threshold == 0
	unit := threshold
	if !known && len(all) > 0 {
		unit = all[len(all)/2]
	}
	hi := max(0, unit)
	if len(all) > 0 {
		hi = max(hi, all[len(all)-1])
	}
	clipped := unit > 0 && hi > 4*unit
	if clipped {
		hi = 4 * unit
	}
	const bins = 24
	width := hi * 1.0001 / bins
	if !(width > 0) {
		width = 1.0 / bins
	}
	var below [bins]int
	for i, g := range groups {
		var count [bins]int
		for _, v := range g.Scores {
			if v == v {
				count[int(min(max(v/width, 0), bins-1))]++
			}
		}
		fill := g.Color
		if fill == nil {
			fill = seriesColors[i%len(seriesColors)]
		}
		b := bars{below: slices.Clone(below[:]), count: count[:], width: width, fill: fill}
		p.Add(b)
		p.Legend.Add(g.Name+" ("+strconv.Itoa(len(g.Scores))+")", b)
		for j, n := range count {
			below[j] += n
		}
	}
	top := max(1, slices.Max(below[:]))
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, width*bins, 0, float64(top)*1.12
	p.X.Tick.Marker, p.Y.Tick.Marker = evenTicks{}, evenTicks{whole: true}
	if known {
		line, _ := plotter.NewLine(plotter.XYs{{X: threshold, Y: 0}, {X: threshold, Y: p.Y.Max}})
		line.Color, line.Width, line.Dashes = ink, 1, []vg.Length{4, 3}
		p.Add(line)
		p.Legend.Add("threshold "+strconv.FormatFloat(threshold, 'f', 2, 64), line)
	}
	p.Legend.Top, p.Legend.XOffs = true, 280
	if clipped {
		p.X.Label.Text = fmt.Sprintf("score of the whole scan (last bar: %.3g and more)", hi-width)
	}
	return inlineSVG(p, 420, 240, title+": how many scans have which score")
}

// evenTicks marks up to about six round values.
type evenTicks struct{ whole bool }

// Ticks implements plot.Ticker.
func (e evenTicks) Ticks(lo, hi float64) []plot.Tick {
	if !(hi > lo) {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(hi-lo))-1)
	for i := 0; (hi-lo)/step > 6.5; i++ {
		step *= []float64{2, 2.5, 2}[i%3]
	}
	if e.whole {
		step = math.Max(1, math.Ceil(step))
	}
	var out []plot.Tick
	for i := math.Ceil(lo / step); i*step <= hi; i++ {
		out = append(out, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step, 'g', 6, 64)})
	}
	return out
}
