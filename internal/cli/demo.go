package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"blemish"
	"blemish/dataset"
	"blemish/defect"

	"github.com/spf13/cobra"
)

// demoClasses are the built-in objects of the demo: different enough to show what
// detectors find easy and hard, few enough for three minutes on two cores.
var demoClasses = []string{"bottle0", "cup0", "shelf0", "tap0"}

// demoKinds are carved into each of them.
var demoKinds = []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Broken, defect.Bending, defect.Crack, defect.Scratch}

func newDemo(e *env) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "demo [-o DIR]",
		Short: "the whole way in one go, offline",
		Long:  "Go the whole way in one go, offline: build objects, carve defects, learn from the sound scans, score the others, and write a report. About three minutes on two cores.",
		Example: `  blemish demo
  blemish demo -o out
  blemish demo --seed 7 --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.demo(cmd.Context(), out) },
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "new folder for everything (default: blemish-demo, or blemish-demo-2 and so on)")
	return cmd
}

func (e *env) demo(ctx context.Context, out string) error {
	if out == "" {
		out = freeName("blemish-demo")
	} else if err := mustBeNew(out); err != nil {
		return err
	}
	opt := dataset.Options{
		Classes: demoClasses, Kinds: demoKinds, Train: 4, Sound: 4, PerKind: 1, Severity: defect.Medium,
		MinPoints: 8000, MaxPoints: 12000, Seed: e.seed, Workers: e.workers, Version: blemish.Version,
	}
	m := e.newMeter()
	opt.Progress = m.progress()
	e.log.Info(fmt.Sprintf("1/3 carve defects into %d built-in objects", len(demoClasses)))
	data := filepath.Join(out, "data")
	made, err := dataset.Build(ctx, data, opt)
	m.end()
	if err != nil {
		return err
	}
	e.log.Info(fmt.Sprintf("2/3 learn from 4 sound scans of each, judge the other %d; every scan has a pose of its own", made.Clouds-4*len(demoClasses)))
	detectors, err := buildDetectors([]string{"deviation", "imrnet"}, []string{"imrnet.steps=200"})
	if err != nil {
		return err
	}
	// The folder is not empty any more: results grow in one of their own and then move up.
	results := filepath.Join(out, "results")
	outcome, err := e.runBenchmark(ctx, comparison{data: data, out: results, layout: "auto", detectors: detectors, views: 4})
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(results)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Rename(filepath.Join(results, entry.Name()), filepath.Join(out, entry.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(results); err != nil {
		return err
	}
	if err := e.tellBenchmark(out, outcome); err != nil {
		return err
	}
	e.log.Info("3/3 done: open the report in a browser")
	return nil
}

// freeName is base, or base-2, base-3, …: the first that does not exist.
func freeName(base string) string {
	name := base
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", base, i)
	}
}
