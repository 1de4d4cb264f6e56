package ablation

import (
	"context"
	"fmt"
	"io"
	"slices"

	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/internal/version"
	"blemish/report/plot"
)

// Spread is Figure 6: how the features of each class's sound scans spread, one standard
// deviation a dimension, before and after learning the class.
func (s Study) Spread(ctx context.Context, set *dataset.Set, settings []benchmark.Setting, opt benchmark.Options) (*Page, error) {
	classes, err := benchmark.Choose(set, opt.Classes)
	if err != nil {
		return nil, err
	}
	groups := make([][]float64, len(settings))
	names := make([]string, len(settings))
	page := &Page{
		Title: s.Title, Version: version.Version, Table: [][]string{{"class", "network", "mean", "median"}},
		About: fmt.Sprintf("Standard deviation of each dimension of the features (Eq. 17) over the patches of a class's sound scans, of %s, seed %d, before and after learning that class.", set.Name, opt.Seed),
		name:  s.Name,
		plot: func(w io.Writer) error {
			return plot.HistogramPNG(w, s.Title, "standard deviation of a dimension", names, groups)
		},
	}
	fit := opt.Fit
	fit.Seed, fit.Progress = opt.Seed, opt.Progress
	for _, c := range classes {
		sound, err := loadAll(set, c.Train)
		if err != nil {
			return nil, err
		}
		fit.Class = c.Name
		for k, variant := range settings {
			model, err := variant.Detector.Fit(ctx, sound, fit)
			if err != nil {
				return nil, fmt.Errorf("class %s: %w", c.Name, err)
			}
			spread, err := imrnet.FeatureSpread(ctx, model)
			if err != nil {
				return nil, err
			}
			names[k], groups[k] = variant.Name, append(groups[k], spread...)
			page.Table = append(page.Table, []string{c.Name, names[k], fmt.Sprintf("%.4f", mean(spread)), fmt.Sprintf("%.4f", stat.Median(slices.Clone(spread)))})
		}
	}
	for k, name := range names {
		page.Table = append(page.Table, []string{"all", name, fmt.Sprintf("%.4f", mean(groups[k])), fmt.Sprintf("%.4f", stat.Median(slices.Clone(groups[k])))})
	}
	return page, nil
}

func loadAll(set *dataset.Set, items []dataset.Item) ([]*geom.Cloud, error) {
	var clouds []*geom.Cloud
	for _, it := range items {
		c, _, err := set.Load(it)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, c)
	}
	return clouds, nil
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(max(1, len(x)))
}
