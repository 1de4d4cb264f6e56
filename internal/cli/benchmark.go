package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/report"

	"github.com/spf13/cobra"
)

// comparison is what benchmark and demo run.
type comparison struct {
	data, out, layout string
	classes           []string
	detectors         []detect.Detector
	views             int
}

func newBenchmark(e *env) *cobra.Command {
	var (
		c     comparison
		names []string
		sets  []string
		seeds int
	)
	cmd := &cobra.Command{
		Use:   "benchmark --data DIR -o DIR",
		Short: "train and score every class with every detector",
		Long:  "Train on the sound scans of every class of a data set, score its test scans with every detector, and report how well defects are found.",
		Example: `  blemish benchmark --data data -o out
  blemish benchmark --data data --detectors deviation --classes cup0,vase0 -o out
  blemish benchmark --data data --seeds 5 -o out
  blemish benchmark --data Anomaly-ShapeNet-v2 --detectors imrnet,deviation -o out`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.data == "" {
				return usagef("--data DIR missing: the data set")
			}
			if cmd.Flags().Changed("seeds") {
				switch {
				case seeds < 1:
					return usagef("--seeds %d: how many runs, 1 or more", seeds)
				case cmd.Flags().Changed("seed"):
					return usagef("--seeds %d runs with the seeds from 1; it does not go with --seed", seeds)
				}
			}
			var err error
			if c.detectors, err = buildDetectors(names, sets); err != nil {
				return err
			}
			if seeds > 0 {
				return e.benchmarkSeeds(cmd.Context(), c, seeds)
			}
			_, err = e.benchmark(cmd.Context(), c)
			return err
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.data, "data", "", "folder of the data set")
	f.StringVarP(&c.out, "out", "o", "", "new folder for results.json, tables.{md,tex,csv}, report.html, pictures, models and scores")
	f.StringVar(&c.layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&c.classes, "classes", nil, "only these classes")
	f.StringSliceVar(&names, "detectors", all.Names()[:1], "which detectors: "+strings.Join(all.Names(), ","))
	f.StringArrayVar(&sets, "set", nil, "one setting of a detector, detector.key=value")
	f.IntVar(&seeds, "seeds", 0, "run with the seeds 1 to this, each into its own folder of --out; tables of mean ± standard deviation")
	f.IntVar(&c.views, "views", 3, "scans per class and detector that the report shows in 3D")
	return cmd
}

// buildDetectors makes the detectors that are named, each with its own settings.
func buildDetectors(names, sets []string) ([]detect.Detector, error) {
	own := map[string][]string{}
	for _, s := range sets {
		name, setting, ok := strings.Cut(s, ".")
		if !ok {
			return nil, usagef("--set %s: want detector.key=value", s)
		}
		own[name] = append(own[name], setting)
	}
	var detectors []detect.Detector
	for _, name := range names {
		r := recipe{detector: name, set: own[name]}
		d, err := r.build(true)
		if err != nil {
			return nil, err
		}
		detectors = append(detectors, d)
		delete(own, name)
	}
	for _, name := range sortedKeys(own) {
		return nil, usagef("--set %s.…: that detector is not among --detectors %s", name, strings.Join(names, ","))
	}
	return detectors, nil
}

func (e *env) benchmark(ctx context.Context, c comparison) (*report.Benchmark, error) {
	set, err := dataset.Open(c.data, c.layout)
	if err != nil {
		return nil, err
	}
	outcome, err := e.runBenchmark(ctx, set, c)
	if err != nil {
		return nil, err
	}
	if err := e.tell(outcome.Document); err != nil {
		return nil, err
	}
	if c.out != "" {
		e.log.Info("report: " + filepath.Join(c.out, "report.html"))
	}
	return outcome.Document, e.failures(outcome.Failed)
}

// benchmarkSeeds runs with the seeds 1…n, each into a folder of its own, and sums them up.
func (e *env) benchmarkSeeds(ctx context.Context, c comparison, n int) error {
	set, err := dataset.Open(c.data, c.layout)
	if err != nil {
		return err
	}
	if c.out != "" {
		if err := mustBeNew(c.out); err != nil {
			return err
		}
	}
	var runs []*report.Benchmark
	var failed []error
	for i := range n {
		one := c
		e.seed = uint64(i + 1)
		if c.out != "" {
			one.out = filepath.Join(c.out, fmt.Sprintf("seed%d", e.seed))
		}
		outcome, err := e.runBenchmark(ctx, set, one)
		if err != nil {
			return fmt.Errorf("seed %d: %w", e.seed, err)
		}
		runs = append(runs, outcome.Document)
		for _, f := range outcome.Failed {
			failed = append(failed, fmt.Errorf("seed %d: %w", e.seed, f))
		}
	}
	sum := report.NewSeeds(runs)
	if c.out != "" {
		if err := sum.WriteFiles(c.out); err != nil {
			return err
		}
	}
	if err := e.tell(sum); err != nil {
		return err
	}
	if c.out != "" {
		e.log.Info("tables: " + filepath.Join(c.out, "tables.md"))
	}
	return e.failures(failed)
}

// tell prints a document, as JSON or as tables.
func (e *env) tell(doc interface {
	Write(io.Writer) error
	WriteTables(io.Writer) error
}) error {
	if e.json {
		return doc.Write(e.stdout)
	}
	return doc.WriteTables(e.stdout)
}

// failures reports what could not be done while the rest went on.
func (e *env) failures(failed []error) error {
	for _, f := range failed {
		e.log.Error(f.Error())
	}
	if n := len(failed); n > 0 {
		return fmt.Errorf("%d classes or scans could not be done; see above", n)
	}
	return nil
}

// runBenchmark runs once and leaves everything in c.out, where there is one.
func (e *env) runBenchmark(ctx context.Context, set *dataset.Set, c comparison) (*benchmark.Outcome, error) {
	opt := benchmark.Options{
		Classes: c.classes, Seed: e.seed, Version: blemish.Version, Views: c.views,
		Fit: detect.FitOptions{Workers: e.workers, Logger: e.log},
	}
	if c.out != "" {
		if err := mustBeNew(filepath.Join(c.out, "models")); err != nil {
			return nil, err
		}
		opt.Learnt = func(detector, class string, model detect.Model) error {
			return saveModel(filepath.Join(c.out, "models", detector, class+".model"), model)
		}
		opt.Scored = func(detector string, it dataset.Item, _ *geom.Cloud, r *detect.Result) error {
			return saveScores(filepath.Join(c.out, "scores", detector), it, r)
		}
	}
	m := e.newMeter()
	opt.Progress = m.progress()
	outcome, err := benchmark.Run(ctx, set, c.detectors, opt)
	m.end()
	if err != nil {
		return nil, err
	}
	if c.out != "" {
		if err := report.WriteBenchmark(ctx, c.out, outcome.Document, outcome.Views, report.Options{Workers: e.workers}); err != nil {
			return nil, err
		}
	}
	return outcome, nil
}

// saveScores writes one value a point, so that metrics can be recomputed.
func saveScores(dir string, it dataset.Item, r *detect.Result) error {
	target := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(it.File, path.Ext(it.File))+".npy"))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return format.WriteAtomic(target, func(w io.Writer) error {
		return format.WriteNPY(w, r.Point, len(r.Point))
	})
}
