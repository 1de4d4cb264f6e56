package main

import (
	"fmt"
	"image/color"
	"os"
	"slices"

	"blemish/dataset"
	"blemish/defect"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Histograms of a manifest: share, size and depth of the defects of each kind.

// quantity is one column of the picture, in percent.
type quantity struct {
	name string
	of   func(s dataset.Sample) float64
	most float64
}

var quantities = []quantity{
	{"anomalous points, %", func(s dataset.Sample) float64 { return 100 * s.Share }, 10},
	{"size, % of the diagonal", func(s dataset.Sample) float64 { return 100 * s.Size }, 80},
	{"depth, % of the diagonal", func(s dataset.Sample) float64 { return 100 * s.Depth }, 20},
}

func histograms(manifest, out string) error {
	m, err := dataset.ReadManifest(manifest)
	if err != nil {
		return err
	}
	byKind := map[string][]dataset.Sample{}
	outside, defective := 0, 0
	for _, s := range m.Samples {
		if s.Plan == nil {
			continue
		}
		byKind[s.Kind] = append(byKind[s.Kind], s)
		defective++
		if s.Share < 0.01 || s.Share > 0.10 {
			outside++
		}
	}
	fmt.Printf("%d clouds, %d of them defective; %d with a share outside 1 to 10 %%; %d pairs of class and kind left out.\n\n", len(m.Samples), defective, outside, len(m.Skipped))
	fmt.Println("| kind | clouds | anomalous points, % | size, % | depth, % |")
	fmt.Println("|---|---|---|---|---|")
	var kinds []string
	for _, k := range defect.Kinds() {
		if len(byKind[string(k)]) > 0 {
			kinds = append(kinds, string(k))
		}
	}
	for _, k := range kinds {
		fmt.Printf("| %s | %d", k, len(byKind[k]))
		for _, q := range quantities {
			v := values(byKind[k], q)
			at := func(share float64) float64 { return v[int(share*float64(len(v)-1)+0.5)] }
			fmt.Printf(" | %.1f · **%.1f** · %.1f", at(0), at(0.5), at(1))
		}
		fmt.Println(" |")
	}
	if out == "" {
		return nil
	}
	return draws(kinds, byKind, out)
}

// values are sorted.
func values(samples []dataset.Sample, q quantity) []float64 {
	var v []float64
	for _, s := range samples {
		v = append(v, q.of(s))
	}
	slices.Sort(v)
	return v
}

// draws puts the histograms of all kinds under one another.
func draws(kinds []string, byKind map[string][]dataset.Sample, out string) error {
	img := vgimg.NewWith(vgimg.UseWH(8.4*vg.Inch, vg.Length(len(kinds))*1.05*vg.Inch), vgimg.UseDPI(96))
	canvas := draw.New(img)
	tiles := draw.Tiles{Rows: len(kinds), Cols: len(quantities), PadX: 10, PadY: 4, PadTop: 4, PadBottom: 4, PadLeft: 4, PadRight: 8}
	for row, kind := range kinds {
		for col, q := range quantities {
			p := plot.New()
			p.X.Min, p.X.Max = 0, q.most
			v := plotter.Values(values(byKind[kind], q))
			bins := make([]plotter.HistogramBin, 20)
			for i := range bins {
				bins[i] = plotter.HistogramBin{Min: float64(i) * q.most / 20, Max: float64(i+1) * q.most / 20}
			}
			for _, x := range v {
				bins[min(len(bins)-1, int(x/q.most*20))].Weight++
			}
			h := &plotter.Histogram{Bins: bins, Width: q.most / 20, FillColor: color.RGBA{R: 70, G: 110, B: 160, A: 255}}
			h.LineStyle.Width = 0
			p.Add(h)
			p.Y.Label.Text = ""
			if col == 0 {
				p.Y.Label.Text = kind
			}
			if row == 0 {
				p.Title.Text = q.name
				p.Title.TextStyle.Font.Size = 10
			}
			p.Y.Tick.Marker = plot.ConstantTicks{}
			p.Y.Min = 0
			p.Draw(tiles.At(canvas, col, row))
		}
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
		return err
	}
	return f.Close()
}
