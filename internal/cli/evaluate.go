package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/report"
	"blemish/task"

	"github.com/spf13/cobra"
)

// evaluation is what evaluate's flags say.
type evaluation struct {
	data, scores, out, layout string
	classes                   []string
	share                     float64
}

func newEvaluate(e *env) *cobra.Command {
	var v evaluation
	cmd := &cobra.Command{
		Use:   "evaluate --data DIR --scores DIR",
		Short: "metrics from stored scores (this tool's or anyone's)",
		Long: `Compute the metrics of benchmark from scores that are stored in files, of this tool or of any other.

For the scan CLASS/test/NAME.pcd the scores, one per point, are looked for in CLASS/test/NAME, CLASS/NAME and NAME, as .npy,
.txt, .csv (one number per line) or with coordinates: x y z score in any order of the points, also as .ply or .pcd. The score of
the scan itself comes from objects.csv (lines of file,score), from the results.json of benchmark, or else is the highest
score of its points. Folders in DIR, or in DIR/scores, are detectors.`,
		Example: `  blemish evaluate --data data --scores out
  blemish evaluate --data Anomaly-ShapeNet-v2 --scores mine --classes vase0,cup0
  blemish evaluate --data data --scores mine --object-share 0.005 --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case v.data == "":
				return usagef("--data DIR missing: the data set")
			case v.scores == "":
				return usagef("--scores DIR missing: the folder with the scores")
			case !(v.share >= 0 && v.share <= 1):
				return usagef("--object-share %g: from 0 to 1", v.share)
			}
			return e.evaluate(cmd.Context(), v)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&v.data, "data", "", "folder of the data set, with its truth")
	f.StringVar(&v.scores, "scores", "", "folder with the scores")
	f.StringVar(&v.layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&v.classes, "classes", nil, "only these classes")
	f.Float64Var(&v.share, "object-share", 0, "a scan's own score, where none is stored: the mean of this share of its points' highest scores (0: the highest one)")
	f.StringVarP(&v.out, "out", "o", "", "new folder for results.json, results.csv, tables.{md,tex,csv} and report.html")
	group(cmd, "What is measured", "data", "scores", "layout", "classes", "object-share")
	group(cmd, "Where to", "out")
	complete(cmd, "layout", "auto", dataset.AnomalyShapeNet, dataset.Real3D, dataset.Plain)
	return cmd
}

func (e *env) evaluate(ctx context.Context, v evaluation) error {
	if v.out != "" {
		if err := mustBeNew(v.out); err != nil {
			return err
		}
	}
	set, err := dataset.Open(v.data, v.layout)
	if err != nil {
		return err
	}
	stored, err := benchmark.OpenStored(v.scores, set)
	if err != nil {
		return err
	}
	doc := &report.Benchmark{Blemish: blemish.Version, Data: set.Name, Layout: set.Layout, Seed: e.seed, Published: set.Published()}
	missing := 0
	m := e.newMeter()
	for i, s := range stored {
		m.progress().Report(task.Event{Stage: "evaluate", Done: i, Total: len(stored), Unit: "detectors", Note: s.Name})
		s.Share = v.share
		if !s.Objects() {
			e.log.Info(fmt.Sprintf("%s: no object scores stored; they are made of the points' scores", s.Name))
		}
		d, failed, err := benchmark.Evaluate(ctx, set, s.Name, s.Load, benchmark.Options{Classes: v.classes, Fit: detect.FitOptions{Workers: e.workers}})
		if err != nil {
			m.end()
			return err
		}
		for _, f := range failed {
			e.log.Error(f.Error())
		}
		missing += len(failed)
		doc.Detectors = append(doc.Detectors, d)
	}
	m.end()
	if v.out != "" {
		if err := report.WriteBenchmark(ctx, v.out, doc, nil, report.Options{Workers: e.workers}); err != nil {
			return err
		}
		e.log.Info("report: " + filepath.Join(v.out, "report.html"))
	}
	if e.json {
		err = doc.Write(e.stdout)
	} else {
		err = doc.WriteTables(e.stdout)
	}
	if err == nil && missing > 0 {
		err = fmt.Errorf("%d scans could not be measured; see above", missing)
	}
	return err
}
