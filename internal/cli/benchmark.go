package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"blemish"
	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/report"

	"github.com/spf13/cobra"
)

// comparison is what benchmark and demo run.
type comparison struct {
	data, out, layout string
	classes           []string
	detectors         []detect.Detector
	views             int
	seeds             int // runs with the seeds from 1; 0: one run with --seed
	resume            bool
	shard             dataset.Shard
}

func newBenchmark(e *env) *cobra.Command {
	var (
		c     comparison
		names []string
		sets  []string
		shard string
		ext   externals
		q     queued
	)
	cmd := &cobra.Command{
		Use:   "benchmark --data DIR -o DIR",
		Short: "train and score every class with every detector",
		Long:  "Train on the sound scans of every class of a data set, score its test scans with every detector, and report how well defects are found.",
		Example: `  blemish benchmark --data data -o out
  blemish benchmark --data data --detectors deviation --classes cup0,vase0 -o out
  blemish benchmark --data data --seeds 5 -o out
  blemish benchmark --data data --external mine=./mine.sh -o out
  blemish benchmark --data data --shard 0/4 -o out
  blemish benchmark --data Anomaly-ShapeNet-v2 --detectors imrnet,deviation -o out`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.data == "" {
				return usagef("--data DIR missing: the data set")
			}
			if cmd.Flags().Changed("seeds") {
				switch {
				case c.seeds < 1:
					return usagef("--seeds %d: how many runs, 1 or more", c.seeds)
				case cmd.Flags().Changed("seed"):
					return usagef("--seeds %d runs with the seeds from 1; it does not go with --seed", c.seeds)
				}
			}
			if c.out == "" && (c.resume || shard != "") {
				return usagef("--resume and --shard need -o DIR, where the work is kept")
			}
			var err error
			if c.shard, err = parseShard(shard); err != nil {
				return err
			}
			if c.detectors, err = buildDetectors(names, sets); err != nil {
				return err
			}
			if forOthers, err := q.check(cmd, "seeds", "views", "resume", "shard", "external"); err != nil {
				return err
			} else if forOthers {
				return e.queuedBenchmark(cmd.Context(), &q, c)
			}
			if c.detectors, err = ext.add(c.detectors); err != nil {
				return err
			}
			return e.benchmark(cmd.Context(), c)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.data, "data", "", "folder of the data set")
	f.StringVarP(&c.out, "out", "o", "", "new folder for results.json, tables.{md,tex,csv}, report.html, pictures, models and scores")
	f.StringVar(&c.layout, "layout", "auto", "auto, anomaly-shapenet, real3d or plain")
	f.StringSliceVar(&c.classes, "classes", nil, "only these classes")
	f.StringSliceVar(&names, "detectors", all.Names()[:1], "which detectors: "+strings.Join(all.Names(), ",")+"; none: only those of --external")
	f.StringArrayVar(&sets, "set", nil, "one setting of a detector, detector.key=value")
	f.IntVar(&c.seeds, "seeds", 0, "run with the seeds 1 to this, each into its own folder of --out; tables of mean ± standard deviation")
	f.IntVar(&c.views, "views", 3, "scans per class and detector that the report shows in 3D")
	ext.flags(f)
	f.BoolVar(&c.resume, "resume", false, "continue after a stop, or join the shards")
	f.StringVar(&shard, "shard", "", "i/n: do the i-th of n parts, counted from 0")
	group(cmd, "What", "data", "layout", "classes", "detectors", "set", "seeds")
	group(cmd, "Where to", "out", "views")
	group(cmd, "A program as a detector (docs/external.md)", "external", "external-train-limit", "external-scan-limit")
	group(cmd, "Long runs", "resume", "shard")
	complete(cmd, "layout", "auto", dataset.AnomalyShapeNet, dataset.Real3D, dataset.Plain)
	q.flags(cmd)
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
	if len(names) == 1 && names[0] == "none" {
		names = nil
	}
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

// benchmark runs, leaves everything in c.out where there is one, and prints the tables.
func (e *env) benchmark(ctx context.Context, c comparison) error {
	out, err := e.runBenchmark(ctx, c)
	switch {
	case err != nil:
		e.tellKept(c.out, err)
		return err
	case out.Partial != "":
		return e.tellUnits(c.shard, out)
	}
	return e.tellBenchmark(c.out, out)
}

func (e *env) runBenchmark(ctx context.Context, c comparison) (*benchmark.FolderOutcome, error) {
	set, err := dataset.Open(c.data, c.layout)
	if err != nil {
		return nil, err
	}
	m := e.newMeter()
	defer m.end()
	opt := benchmark.FolderOptions{
		Options: benchmark.Options{
			Classes: c.classes, Seed: e.seed, Version: blemish.Version, Views: c.views,
			Fit: detect.FitOptions{Workers: e.workers, Logger: e.log}, Progress: m.progress(),
		},
		Resume: c.resume, Shard: c.shard,
	}
	for i := range c.seeds {
		opt.Seeds = append(opt.Seeds, uint64(i+1))
	}
	if c.out == "" {
		return runSeeds(ctx, set, c.detectors, opt)
	}
	return benchmark.RunInto(ctx, c.out, set, c.detectors, opt)
}

// tellBenchmark prints what has come out, and where it lies.
func (e *env) tellBenchmark(dir string, out *benchmark.FolderOutcome) error {
	var doc document = out.Sum
	if out.Sum == nil {
		doc = out.Documents[0]
	}
	if err := e.tell(doc); err != nil {
		return err
	}
	switch {
	case out.There:
		e.log.Info(dir + " was whole already")
	case dir != "" && out.Sum != nil:
		e.log.Info("tables: " + filepath.Join(dir, "tables.md"))
	case dir != "":
		e.log.Info("report: " + filepath.Join(dir, "report.html"))
	}
	return e.failures(out.Failed)
}

// runSeeds runs without a folder.
func runSeeds(ctx context.Context, set *dataset.Set, detectors []detect.Detector, opt benchmark.FolderOptions) (*benchmark.FolderOutcome, error) {
	out := &benchmark.FolderOutcome{}
	seeds := opt.Seeds
	if len(seeds) == 0 {
		seeds = []uint64{opt.Seed}
	}
	for _, seed := range seeds {
		one := opt.Options
		one.Seed, one.Views = seed, 0
		o, err := benchmark.Run(ctx, set, detectors, one)
		if err != nil {
			return nil, err
		}
		out.Documents = append(out.Documents, o.Document)
		for _, f := range o.Failed {
			if len(opt.Seeds) > 0 {
				f = fmt.Errorf("seed %d: %w", seed, f)
			}
			out.Failed = append(out.Failed, f)
		}
	}
	if len(opt.Seeds) > 0 {
		out.Sum = report.NewSeeds(out.Documents)
	}
	return out, nil
}

// tellKept says after a failure that work has been kept, where that is so.
func (e *env) tellKept(out string, err error) {
	if out == "" || errors.Is(err, benchmark.ErrUnfinished) || errors.Is(err, dataset.ErrUnfinished) {
		return
	}
	partial := filepath.Clean(out) + ".partial"
	if _, there := os.Stat(partial); there == nil {
		e.log.Info("what is done is kept in " + partial + "; the same command with --resume goes on from there")
	}
}

// tellUnits says what a shard has done.
func (e *env) tellUnits(s dataset.Shard, out *benchmark.FolderOutcome) error {
	err := e.tellShard(s, out.Partial, fmt.Sprintf("%d of %d units", out.Units, out.All), func(shard string) any {
		return struct {
			Shard   string `json:"shard"`
			Units   int    `json:"units"`
			Partial string `json:"partial"`
		}{shard, out.Units, out.Partial}
	})
	if err != nil {
		return err
	}
	return e.failures(out.Failed)
}

// document is what prints itself as JSON or as tables.
type document interface {
	Write(io.Writer) error
	WriteTables(io.Writer) error
}

// tell prints a document, as JSON or as tables.
func (e *env) tell(doc document) error {
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
