package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/imrnet"
	"blemish/format"
	"blemish/geom"
	"blemish/report"

	"github.com/spf13/cobra"
)

// study is one of the paper's ablations: a setting of imrnet and its values.
type study struct {
	name   string
	title  string
	key    string
	values []string
}

// studies are the ablations of the paper: Table 4, Figure 5, Figure S4 (twice), section
// 4.3 and Figure 6.
var studies = []study{
	{name: "sampler", title: "How centres are chosen", key: "sampler", values: []string{"random", "fps", "voxel", "gps"}},
	{name: "mask", title: "Share of hidden patches", key: "mask_ratio", values: []string{"0.2", "0.4", "0.6", "0.8", "1"}},
	{name: "iterations", title: "Iterations of Algorithm 1", key: "iterations", values: []string{"1", "2", "3", "4", "6"}},
	{name: "patch", title: "Points a patch", key: "patch_size", values: []string{"16", "32", "64", "128"}},
	{name: "template", title: "Template regularisation", key: "template", values: []string{"false", "true"}},
	{name: "features", title: "Spread of the features", key: "pretrained"},
}

func studyNames() []string {
	var names []string
	for _, s := range studies {
		names = append(names, s.name)
	}
	return names
}

func newAblate(e *env) *cobra.Command {
	var data, out, name, layout string
	var classes, set []string
	cmd := &cobra.Command{
		Use:   "ablate --data DIR -o DIR --study NAME",
		Short: "the ablations of the IMRNet paper as tables and plots",
		Long: "Train and score imrnet in several settings on the same data set: how centres are chosen (sampler), the share of hidden patches (mask), " +
			"iterations, points a patch (patch), template regularisation (template), and how far fine-tuning draws the features together (features).",
		Example: `  blemish ablate --data data --study sampler -o out
  blemish ablate --data data --study mask --classes cup0,vase3 --set mode=literal -o out
  blemish ablate --data data --study features -o out`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at := slices.Index(studyNames(), name)
			switch {
			case data == "":
				return usagef("--data DIR missing: the data set")
			case out == "":
				return usagef("-o DIR missing: a new folder for tables and plots")
			case at < 0:
				return usagef("--study %q: one of %s", name, strings.Join(studyNames(), ", "))
			}
			if err := mustBeNew(out); err != nil {
				return err
			}
			opened, err := dataset.Open(data, layout)
			if err != nil {
				return err
			}
			if name == "features" {
				return e.featureStudy(cmd.Context(), opened, classes, set, out)
			}
			return e.ablate(cmd.Context(), opened, studies[at], classes, set, out)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&data, "data", "", "folder of the data set")
	f.StringVarP(&out, "out", "o", "", "new folder for tables, plots and report.html")
	f.StringVar(&name, "study", "", strings.Join(studyNames(), ", "))
	f.StringVar(&layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&classes, "classes", nil, "only these classes")
	f.StringArrayVar(&set, "set", nil, "one setting of imrnet that all have, key=value")
	return cmd
}

// settings makes the detectors of a study.
func (s study) settings(set []string) ([]benchmark.Setting, error) {
	var out []benchmark.Setting
	for _, v := range s.values {
		r := recipe{detector: "imrnet", set: append(slices.Clone(set), s.key+"="+v)}
		d, err := r.build(true)
		if err != nil {
			return nil, err
		}
		out = append(out, benchmark.Setting{Name: s.key + "=" + v, Detector: d})
	}
	return out, nil
}

func (e *env) ablate(ctx context.Context, set *dataset.Set, s study, classes, values []string, out string) error {
	settings, err := s.settings(values)
	if err != nil {
		return err
	}
	m := e.newMeter()
	outcome, rows, err := benchmark.RunStudy(ctx, set, settings, benchmark.Options{
		Classes: classes, Seed: e.seed, Version: blemish.Version,
		Fit: detect.FitOptions{Workers: e.workers, Logger: e.log}, Progress: m.progress(),
	})
	m.end()
	if err != nil {
		return err
	}
	if err := report.WriteBenchmarkContext(ctx, out, outcome.Document, nil, report.Options{Workers: e.workers}); err != nil {
		return err
	}
	table := studyTable(rows)
	if err := writeTable(filepath.Join(out, s.name+".csv"), table); err != nil {
		return err
	}
	err = format.WriteAtomic(filepath.Join(out, s.name+".png"), func(w io.Writer) error {
		return report.BarsPNG(w, s.title, "AUROC", s.values, studySeries(rows))
	})
	if err != nil {
		return err
	}
	printTable(e.stdout, table)
	for _, f := range outcome.Failed {
		fmt.Fprintf(e.stderr, "blemish: %v\n", f)
	}
	if len(outcome.Failed) > 0 {
		return fmt.Errorf("%d classes or scans could not be done", len(outcome.Failed))
	}
	return nil
}

func studyTable(rows []benchmark.StudyRow) [][]string {
	table := [][]string{{"setting", "o_auroc", "p_auroc", "o_ap", "p_ap", "o_auroc_s", "o_auroc_m", "o_auroc_l"}}
	for _, r := range rows {
		line := []string{r.Name}
		for _, v := range []report.Number{r.Mean.OAUROC, r.Mean.PAUROC, r.Mean.OAP, r.Mean.PAP, r.OBySize[0], r.OBySize[1], r.OBySize[2]} {
			line = append(line, fmt.Sprintf("%.3f", float64(v)))
		}
		table = append(table, line)
	}
	return table
}

// studySeries are the bars of a study's plot: O, P, and O by size.
func studySeries(rows []benchmark.StudyRow) []report.Series {
	names := []string{"O", "P", "O small", "O middle", "O large"}
	series := make([]report.Series, len(names))
	for i, n := range names {
		series[i].Name = n
	}
	for k, r := range rows {
		for i, v := range []report.Number{r.Mean.OAUROC, r.Mean.PAUROC, r.OBySize[0], r.OBySize[1], r.OBySize[2]} {
			series[i].X, series[i].Y = append(series[i].X, float64(k)), append(series[i].Y, float64(v))
		}
	}
	return series
}

// featureStudy is Figure 6: how the features of each class's sound scans spread, one
// standard deviation a dimension, before and after fine-tuning.
func (e *env) featureStudy(ctx context.Context, set *dataset.Set, classes, values []string, out string) error {
	table := [][]string{{"class", "network", "mean", "median"}}
	var groups [2][]float64
	names := []string{"pre-trained", "fine-tuned"}
	m := e.newMeter()
	defer m.end()
	for _, c := range set.Classes {
		if len(classes) > 0 && !slices.Contains(classes, c.Name) {
			continue
		}
		sound, err := loadAll(set, c.Train)
		if err != nil {
			return err
		}
		for k := range names {
			r := recipe{detector: "imrnet", set: slices.Clone(values)}
			if k == 0 {
				r.set = append(r.set, "steps=0")
			}
			d, err := r.build(true)
			if err != nil {
				return err
			}
			model, err := d.Fit(ctx, sound, detect.FitOptions{Class: c.Name, Seed: e.seed, Workers: e.workers, Progress: m.progress(), Logger: e.log})
			if err != nil {
				return fmt.Errorf("class %s: %w", c.Name, err)
			}
			spread, err := imrnet.FeatureSpread(ctx, model)
			if err != nil {
				return err
			}
			groups[k] = append(groups[k], spread...)
			table = append(table, []string{c.Name, names[k], fmt.Sprintf("%.4f", mean(spread)), fmt.Sprintf("%.4f", median(spread))})
		}
	}
	m.end()
	if len(table) == 1 {
		return fmt.Errorf("%s has none of the classes %s", set.Dir, strings.Join(classes, ", "))
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if err := writeTable(filepath.Join(out, "features.csv"), table); err != nil {
		return err
	}
	printTable(e.stdout, table)
	return format.WriteAtomic(filepath.Join(out, "features.png"), func(w io.Writer) error {
		return report.HistogramPNG(w, "Spread of the features", "standard deviation of a dimension", names, groups[:])
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

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

func writeTable(path string, table [][]string) error {
	return format.WriteAtomic(path, func(w io.Writer) error {
		var b bytes.Buffer
		c := csv.NewWriter(&b)
		if err := c.WriteAll(table); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	})
}

// printTable writes columns of equal width, the first to the left.
func printTable(w io.Writer, table [][]string) {
	width := make([]int, len(table[0]))
	for _, row := range table {
		for k, cell := range row {
			width[k] = max(width[k], len(cell))
		}
	}
	for _, row := range table {
		for k, cell := range row {
			if k == 0 {
				fmt.Fprintf(w, "%-*s", width[k], cell)
				continue
			}
			fmt.Fprintf(w, "  %*s", width[k], cell)
		}
		fmt.Fprintln(w)
	}
}
