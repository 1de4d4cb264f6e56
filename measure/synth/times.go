package main

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"syscall"

	"blemish/dataset"
	"blemish/defect"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// Processor time of a cloud against its points.

var sizes = []int{8000, 16000, 30000, 60000, 125000, 250000, 500000}

// recipe is a sound cloud to learn from and one of each kind, of two classes; with
// views one of three kinds, because rays take time.
func recipe(points int, views int) dataset.Options {
	o := dataset.Options{
		Classes: []string{"cup0", "helmet0"}, Kinds: defect.Kinds(), Train: 1, PerKind: 1,
		MinPoints: points, MaxPoints: points, Views: views, Workers: 1, Version: "measure", Seed: 3,
	}
	if views > 0 {
		o.Classes, o.Kinds = o.Classes[:1], []defect.Kind{defect.Bulge, defect.Hole, defect.Crack}
	}
	return o
}

// timeClouds builds the same set with more and more points, in turns.
func timeClouds(rounds int, out string) error {
	whole, partial := make([]float64, len(sizes)), make([]float64, len(sizes))
	for round := range rounds {
		for i, n := range sizes {
			for views, best := range [][]float64{whole, partial} {
				seconds, err := build(recipe(n, views))
				if err != nil {
					return err
				}
				if round == 0 || seconds < best[i] {
					best[i] = seconds
				}
			}
		}
	}
	fmt.Printf("Mean of 16 clouds of two classes, with one view of 4 clouds of one class (3 partial, 1 whole); processor time on one worker, best of %d rounds; class preparation, truth and writing included.\n\n", rounds)
	fmt.Println("| points | whole, ms a cloud | µs a point | one view, ms a cloud | µs a point |")
	fmt.Println("|---|---|---|---|---|")
	for i, n := range sizes {
		fmt.Printf("| %d | %.1f | %.2f | %.1f | %.2f |\n", n, 1e3*whole[i], 1e6*whole[i]/float64(n), 1e3*partial[i], 1e6*partial[i]/float64(n))
	}
	// The slope between the last sizes tells growth apart from the constant part.
	last := len(sizes) - 1
	slope := func(t []float64) float64 {
		return math.Log(t[last]/t[last-2]) / math.Log(float64(sizes[last])/float64(sizes[last-2]))
	}
	fmt.Printf("\nGrowth from %d to %d points: time goes with the points to the power of %.2f, with one view %.2f (1 is linear).\n", sizes[last-2], sizes[last], slope(whole), slope(partial))
	if out == "" {
		return nil
	}
	return plotTimes(whole, partial, out)
}

// build returns the processor seconds a cloud.
func build(opt dataset.Options) (seconds float64, err error) {
	dir, err := os.MkdirTemp("", "measure-synth-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	before := processor()
	sum, err := dataset.Build(context.Background(), filepath.Join(dir, "set"), opt)
	if err != nil {
		return 0, err
	}
	return (processor() - before) / float64(sum.Clouds), nil
}

func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func plotTimes(whole, partial []float64, out string) error {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "points", "processor time a cloud, ms"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker = plot.ConstantTicks{{Value: 8000, Label: "8,000"}, {Value: 30000, Label: "30,000"}, {Value: 125000, Label: "125,000"}, {Value: 500000, Label: "500,000"}}
	p.Y.Tick.Marker = plot.ConstantTicks{{Value: 10, Label: "10"}, {Value: 30, Label: "30"}, {Value: 100, Label: "100"}, {Value: 300, Label: "300"}, {Value: 1000, Label: "1,000"}, {Value: 3000, Label: "3,000"}}
	p.Add(plotter.NewGrid())
	p.Legend.Top, p.Legend.Left = true, true
	linear := make([]float64, len(sizes))
	for i, n := range sizes {
		linear[i] = whole[len(sizes)-1] * float64(n) / float64(sizes[len(sizes)-1])
	}
	for _, s := range []struct {
		name   string
		t      []float64
		color  color.Color
		dashes []vg.Length
	}{
		{"from all around", whole, color.RGBA{R: 40, G: 90, B: 160, A: 255}, nil},
		{"one view", partial, color.RGBA{R: 190, G: 80, B: 40, A: 255}, nil},
		{"linear", linear, color.Gray{Y: 140}, []vg.Length{4, 3}},
	} {
		var xy plotter.XYs
		for i, n := range sizes {
			xy = append(xy, plotter.XY{X: float64(n), Y: 1e3 * s.t[i]})
		}
		line, err := plotter.NewLine(xy)
		if err != nil {
			return err
		}
		line.Color, line.Dashes, line.Width = s.color, s.dashes, 1.5
		p.Add(line)
		p.Legend.Add(s.name, line)
	}
	return p.Save(5.2*vg.Inch, 3.6*vg.Inch, out)
}
