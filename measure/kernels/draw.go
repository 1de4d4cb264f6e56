package main

import (
	"image/color"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// The picture of the scaling runs.

// lineColours tells 12 lines apart (Paul Tol's muted scheme, then darker).
var lineColours = []color.RGBA{
	{51, 34, 136, 255}, {136, 204, 238, 255}, {68, 170, 153, 255}, {17, 119, 51, 255},
	{153, 153, 51, 255}, {221, 204, 119, 255}, {204, 102, 119, 255}, {136, 34, 85, 255},
	{170, 68, 153, 255}, {90, 90, 90, 255}, {230, 120, 20, 255}, {0, 0, 0, 255},
}

func drawScaling(path string, results [][]measured) error {
	time, memory := plot.New(), plot.New()
	time.Title.Text, memory.Title.Text = "Processor time", "Memory above the points"
	time.Y.Label.Text, memory.Y.Label.Text = "ms", "MiB"
	for _, p := range []*plot.Plot{time, memory} {
		p.X.Label.Text = "points"
		p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
		p.Legend.Top, p.Legend.Left = true, true
		p.Add(plotter.NewGrid())
	}
	// Known from the start, as a logarithmic axis of nothing cannot be drawn.
	last := float64(scalingSizes[len(scalingSizes)-1])
	time.X.Min, time.X.Max, time.Y.Min, time.Y.Max = float64(scalingSizes[0]), last, 0.1, 1e6
	memory.X.Min, memory.X.Max, memory.Y.Min, memory.Y.Max = 1e5, last, 1, 1e4
	for i, row := range results {
		var t, m plotter.XYs
		for at, r := range row {
			n := float64(scalingSizes[at])
			if r.time > 0 {
				t = append(t, plotter.XY{X: n, Y: r.time})
			}
			if n >= 100000 && r.memory >= 1 {
				m = append(m, plotter.XY{X: n, Y: r.memory})
			}
		}
		for _, line := range []struct {
			plot   *plot.Plot
			points plotter.XYs
		}{{time, t}, {memory, m}} {
			if len(line.points) == 0 {
				continue
			}
			l, dots, err := plotter.NewLinePoints(line.points)
			if err != nil {
				return err
			}
			l.Color, dots.Color = lineColours[i%len(lineColours)], lineColours[i%len(lineColours)]
			l.Width, dots.Shape = vg.Points(1.5), draw.CircleGlyph{}
			line.plot.Add(l, dots)
			line.plot.Legend.Add(scalingJobs[i].title, l)
		}
	}
	canvas := vgimg.New(36*vg.Centimeter, 16*vg.Centimeter)
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Centimeter, PadTop: vg.Points(6), PadRight: vg.Points(8)}
	dc := draw.New(canvas)
	time.Draw(tiles.At(dc, 0, 0))
	memory.Draw(tiles.At(dc, 1, 0))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
