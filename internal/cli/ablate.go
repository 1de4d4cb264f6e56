package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"blemish"
	"blemish/benchmark"
	"blemish/benchmark/ablation"
	"blemish/dataset"
	"blemish/detect"
	"blemish/report"

	"github.com/spf13/cobra"
)

// ablating is what the flags of ablate say.
type ablating struct {
	data, out, layout, study string
	classes, set             []string
}

func newAblate(e *env) *cobra.Command {
	var a ablating
	cmd := &cobra.Command{
		Use:   "ablate --data DIR -o DIR --study NAME|KEY=VALUE,VALUE…",
		Short: "the ablations of the IMRNet paper as tables and plots",
		Long: "Train and score imrnet in several settings on the same data set: how centres are chosen (sampler), the share of hidden patches (mask), " +
			"iterations, points per patch (patch), template regularisation (template), each choice of the default turned back alone (switches), " +
			"each open reading of the paper's text (readings), " +
			"how features spread before and after learning a part (features); or any setting with values of your own. The folder gets study.html with table and plot, the same as CSV and PNG, " +
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
			chosen, err := ablation.Of(a.study)
			if err != nil {
				return usageError{fmt.Errorf("--study %w", err)}
			}
			if err := mustBeNew(a.out); err != nil {
				return err
			}
			settings, err := chosen.Settings(imrnetWith(a.set))
			if err != nil {
				return err
			}
			opened, err := dataset.Open(a.data, a.layout)
			if err != nil {
				return err
			}
			return e.ablate(cmd.Context(), opened, chosen, settings, a)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&a.data, "data", "", "folder of the data set")
	f.StringVarP(&a.out, "out", "o", "", "new folder for tables, plots and reports")
	f.StringVar(&a.study, "study", "", strings.Join(ablation.Names(), ", ")+", or KEY=VALUE,VALUE…")
	f.StringVar(&a.layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&a.classes, "classes", nil, "only these classes")
	f.StringArrayVar(&a.set, "set", nil, "one setting of imrnet for all variants, key=value")
	return cmd
}

// ablate runs the study and writes what came out.
func (e *env) ablate(ctx context.Context, set *dataset.Set, s ablation.Study, settings []benchmark.Setting, a ablating) error {
	m := e.newMeter()
	opt := benchmark.Options{
		Classes: a.classes, Seed: e.seed, Version: blemish.Version,
		Fit: detect.FitOptions{Workers: e.workers, Logger: e.log}, Progress: m.progress(),
	}
	var page *ablation.Page
	var outcome *benchmark.Outcome
	var err error
	if s.Name == ablation.Features {
		page, err = s.Spread(ctx, set, settings, opt)
	} else {
		page, outcome, err = s.Compare(ctx, set, settings, opt)
	}
	m.end()
	if err != nil {
		return err
	}
	if outcome != nil {
		if err := report.WriteBenchmark(ctx, a.out, outcome.Document, nil, report.Options{Workers: e.workers}); err != nil {
			return err
		}
	}
	if err := page.Write(a.out); err != nil {
		return err
	}
	if err := e.printStudy(s.Name, page.Table); err != nil || outcome == nil {
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

// imrnetWith makes imrnet with settings that all variants have, and more that win over them.
func imrnetWith(set []string) func(more ...string) (detect.Detector, error) {
	return func(more ...string) (detect.Detector, error) {
		return (&recipe{detector: "imrnet", set: append(slices.Clone(set), more...)}).build(true)
	}
}

// studyDocument is what ablate prints with --json: a cell is a number, a name, or null
// where the number cannot be computed.
type studyDocument struct {
	Study   string   `json:"study"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// printStudy prints the table of a study; its first line is the heading, its first column
// names.
func (e *env) printStudy(name string, table [][]string) error {
	if !e.json {
		return report.WriteTable(e.stdout, table)
	}
	doc := studyDocument{Study: name, Columns: table[0], Rows: [][]any{}}
	for _, line := range table[1:] {
		row := []any{line[0]}
		for _, cell := range line[1:] {
			row = append(row, cellValue(cell))
		}
		doc.Rows = append(doc.Rows, row)
	}
	return e.printJSON(doc)
}

// cellValue is a cell of a table as JSON has it.
func cellValue(cell string) any {
	if cell == "" {
		return nil
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return json.Number(cell)
	}
	return cell
}
