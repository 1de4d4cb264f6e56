package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/imrnet"
	"blemish/geom"
	"blemish/report/plot"
)

// featureStudy is Figure 6: how the features of each class's sound scans spread, one
// standard deviation a dimension, before and after learning the class.
func (e *env) featureStudy(ctx context.Context, set *dataset.Set, s study, settings []benchmark.Setting, a ablation) error {
	classes, err := benchmark.Choose(set, a.classes)
	if err != nil {
		return err
	}
	page := studyPage{
		Title: s.title, Version: blemish.Version, Table: [][]string{{"class", "network", "mean", "median"}},
		About: fmt.Sprintf("Standard deviation of each dimension of the features (Eq. 17) over the patches of a class's sound scans, of %s, seed %d, before and after learning that class.", set.Name, e.seed),
	}
	groups := make([][]float64, len(settings))
	names := make([]string, len(settings))
	m := e.newMeter()
	defer m.end()
	for _, c := range classes {
		sound, err := loadAll(set, c.Train)
		if err != nil {
			return err
		}
		for k, variant := range settings {
			model, err := variant.Detector.Fit(ctx, sound, detect.FitOptions{Class: c.Name, Seed: e.seed, Workers: e.workers, Progress: m.progress(), Logger: e.log})
			if err != nil {
				return fmt.Errorf("class %s: %w", c.Name, err)
			}
			spread, err := imrnet.FeatureSpread(ctx, model)
			if err != nil {
				return err
			}
			names[k], groups[k] = variant.Name, append(groups[k], spread...)
			page.Table = append(page.Table, []string{c.Name, names[k], fmt.Sprintf("%.4f", mean(spread)), fmt.Sprintf("%.4f", median(spread))})
		}
	}
	m.end()
	for k, name := range names {
		page.Table = append(page.Table, []string{"all", name, fmt.Sprintf("%.4f", mean(groups[k])), fmt.Sprintf("%.4f", median(groups[k]))})
	}
	if err := os.MkdirAll(a.out, 0o755); err != nil {
		return err
	}
	if err := e.printStudy(s.name, page.Table); err != nil {
		return err
	}
	return page.write(a.out, s.name, func(w io.Writer) error {
		return plot.HistogramPNG(w, s.title, "standard deviation of a dimension", names, groups)
	})
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

// median is the middle value, the upper of two.
func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}
