package cli

import (
	"context"
	"fmt"
	"io"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/report"
	"blemish/report/plot"

	"github.com/spf13/cobra"
)

// ablation is what the flags of ablate say.
type ablation struct {
	data, out, layout, study string
	classes, set             []string
}

func newAblate(e *env) *cobra.Command {
	var a ablation
	cmd := &cobra.Command{
		Use:   "ablate --data DIR -o DIR --study NAME|KEY=VALUE,VALUE…",
		Short: "the ablations of the IMRNet paper as tables and plots",
		Long: "Train and score imrnet in several settings on the same data set: how centres are chosen (sampler), the share of hidden patches (mask), " +
			"iterations, points a patch (patch), template regularisation (template), each choice of the default turned back alone (switches), " +
			"how far learning a part draws the features together (features); or any setting with values of your own. The folder gets study.html with table and plot, the same as CSV and PNG, " +
			"and report.html with every class, kind and scan.",
		Example: `  blemish ablate --data data --study sampler -o out
  blemish ablate --data data --study mask --classes cup0,vase3 --set mode=literal -o out
  blemish ablate --data data --study patches=256,512,1024 -o out
  blemish ablate --data data --study features -o out`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case a.data == "":
				return usagef("--data DIR missing: the data set")
			case a.out == "":
				return usagef("-o DIR missing: a new folder for tables and plots")
			}
			chosen, err := studyOf(a.study)
			if err != nil {
				return err
			}
			if err := mustBeNew(a.out); err != nil {
				return err
			}
			settings, err := chosen.settings(a.set)
			if err != nil {
				return err
			}
			opened, err := dataset.Open(a.data, a.layout)
			if err != nil {
				return err
			}
			if a.study == "features" {
				return e.featureStudy(cmd.Context(), opened, chosen, settings, a)
			}
			return e.ablate(cmd.Context(), opened, chosen, settings, a)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&a.data, "data", "", "folder of the data set")
	f.StringVarP(&a.out, "out", "o", "", "new folder for tables, plots and reports")
	f.StringVar(&a.study, "study", "", "sampler, mask, iterations, patch, template, switches, features, or KEY=VALUE,VALUE…")
	f.StringVar(&a.layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&a.classes, "classes", nil, "only these classes")
	f.StringArrayVar(&a.set, "set", nil, "one setting of imrnet that all have, key=value")
	return cmd
}

// ablate benchmarks the settings and writes what came out.
func (e *env) ablate(ctx context.Context, set *dataset.Set, s study, settings []benchmark.Setting, a ablation) error {
	m := e.newMeter()
	outcome, rows, err := benchmark.RunStudy(ctx, set, settings, benchmark.Options{
		Classes: a.classes, Seed: e.seed, Version: blemish.Version,
		Fit: detect.FitOptions{Workers: e.workers, Logger: e.log}, Progress: m.progress(),
	})
	m.end()
	if err != nil {
		return err
	}
	if err := report.WriteBenchmark(ctx, a.out, outcome.Document, nil, report.Options{Workers: e.workers}); err != nil {
		return err
	}
	page := studyPage{
		Title: s.title, Version: blemish.Version, Table: studyTable(rows), More: "report.html",
		About: fmt.Sprintf("imrnet in %d settings on %s, seed %d; means over classes. S, M and L are the thirds of the defective scans by the share of their points that is anomalous, each against all sound scans.",
			len(rows), set.Name, e.seed),
	}
	err = page.write(a.out, s.name, func(w io.Writer) error {
		return plot.BarsPNG(w, s.title, "AUROC", barNames(rows), studySeries(rows))
	})
	if err != nil {
		return err
	}
	if err := e.printStudy(s.name, page.Table); err != nil {
		return err
	}
	for _, f := range outcome.Failed {
		fmt.Fprintf(e.stderr, "blemish: %v\n", f)
	}
	if len(outcome.Failed) > 0 {
		return fmt.Errorf("%d classes or scans could not be done", len(outcome.Failed))
	}
	return nil
}

func studyTable(rows []benchmark.StudyRow) [][]string {
	table := [][]string{{"setting", "o_auroc", "p_auroc", "aupro", "o_ap", "p_ap", "o_auroc_s", "o_auroc_m", "o_auroc_l"}}
	for _, r := range rows {
		line := []string{r.Name}
		for _, v := range []report.Number{r.Mean.OAUROC, r.Mean.PAUROC, r.Mean.AUPRO, r.Mean.OAP, r.Mean.PAP, r.OBySize[0], r.OBySize[1], r.OBySize[2]} {
			line = append(line, cellOf(v))
		}
		table = append(table, line)
	}
	return table
}

// cellOf is empty for a number that cannot be computed.
func cellOf(v report.Number) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprintf("%.3f", float64(v))
}

// barNames are the settings under a plot: their numbers in the table where the names
// would not fit.
func barNames(rows []benchmark.StudyRow) []string {
	var names []string
	for i, r := range rows {
		names = append(names, r.Name)
		if len(rows) > 8 {
			names[i] = fmt.Sprint(i + 1)
		}
	}
	return names
}

// studySeries are the bars of a study's plot: O, P, and O by size.
func studySeries(rows []benchmark.StudyRow) []plot.Series {
	names := []string{"O", "P", "O small", "O middle", "O large"}
	series := make([]plot.Series, len(names))
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
