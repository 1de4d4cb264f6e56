package cli

import (
	"fmt"
	"strconv"
	"strings"

	"blemish"
	"blemish/dataset"
	"blemish/defect"

	"github.com/spf13/cobra"
)

func newSynth(e *env) *cobra.Command {
	var (
		builtin  bool
		out      string
		points   string
		pose     string
		kinds    []string
		severity string
		opt      dataset.Options
	)
	cmd := &cobra.Command{
		Use:   "synth (--builtin | --meshes PATH…) -o DIR",
		Short: "build a data set of sound and defective clouds with truth",
		Long:  "Build a data set of sound and defective clouds with exact truth, from built-in objects or from your own meshes.",
		Example: `  blemish synth --builtin -o data
  blemish synth --meshes parts/ --kinds bulge,crack --per-kind 5 -o data
  blemish synth --builtin --classes cup,bottle --severity hard --noise 0.001 -o data`,
		RunE: func(cmd *cobra.Command, args []string) error {
			// A shell expands --meshes a/{b,c} to one flag value and further arguments.
			if len(opt.Meshes) > 0 {
				opt.Meshes = append(opt.Meshes, args...)
			} else if err := noArgs(cmd, args); err != nil {
				return err
			}
			switch {
			case out == "":
				return usagef("-o DIR missing: where shall the data set go?")
			case builtin == (len(opt.Meshes) > 0):
				return usagef("give either --builtin or --meshes")
			case pose != "random" && pose != "fixed":
				return usagef("--pose %q: random or fixed", pose)
			}
			var err error
			if opt.MinPoints, opt.MaxPoints, err = parseRange(points); err != nil {
				return usagef("--points %s: %v", points, err)
			}
			if opt.MinPoints < 1 {
				return usagef("--points %s: a cloud has at least 100 points", points)
			}
			for _, k := range kinds {
				opt.Kinds = append(opt.Kinds, defect.Kind(k))
			}
			opt.Severity, opt.FixedPose = defect.Severity(severity), pose == "fixed"
			if err := opt.Defaults().Validate(); err != nil {
				return usageError{err}
			}
			return e.synth(cmd, out, opt)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&builtin, "builtin", false, "carve into the built-in objects")
	f.StringSliceVar(&opt.Meshes, "meshes", nil, "carve into these mesh files, or all meshes in these folders")
	f.StringVarP(&out, "out", "o", "", "new folder for the data set")
	f.StringSliceVar(&opt.Classes, "classes", nil, "only these classes")
	f.StringSliceVar(&kinds, "kinds", nil, "only these kinds of defects (default all: "+kindList()+")")
	f.IntVar(&opt.Train, "train", 4, "sound clouds to learn from, a class")
	f.IntVar(&opt.Sound, "sound", 15, "sound clouds to test with, a class")
	f.IntVar(&opt.PerKind, "per-kind", 2, "defective clouds of each kind, a class")
	f.StringVar(&severity, "severity", "medium", "easy, medium or hard: how large and deep defects are")
	f.StringVar(&points, "points", "8000-30000", "points a cloud: N, or a range to draw from")
	f.StringVar(&pose, "pose", "random", "random or fixed: whether every cloud stands in its own pose")
	f.Float64Var(&opt.Noise, "noise", 0, "standard deviation of sensor noise, as a share of the diagonal")
	f.Float64Var(&opt.Outliers, "outliers", 0, "share of stray points")
	group(cmd, "Where from and where to", "builtin", "meshes", "out", "classes")
	group(cmd, "What", "kinds", "train", "sound", "per-kind", "severity")
	group(cmd, "How it is scanned", "points", "pose", "noise", "outliers")
	return cmd
}

func kindList() string {
	var names []string
	for _, k := range defect.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ",")
}

// parseRange reads "N" or "LO-HI".
func parseRange(text string) (lo, hi int, err error) {
	first, second, isRange := strings.Cut(text, "-")
	if lo, err = strconv.Atoi(first); err != nil {
		return 0, 0, fmt.Errorf("want a number or a range such as 8000-30000")
	}
	if !isRange {
		return lo, lo, nil
	}
	if hi, err = strconv.Atoi(second); err != nil {
		return 0, 0, fmt.Errorf("want a number or a range such as 8000-30000")
	}
	return lo, hi, nil
}

func (e *env) synth(cmd *cobra.Command, out string, opt dataset.Options) error {
	m := e.newMeter()
	opt.Seed, opt.Workers, opt.Version, opt.Progress = e.seed, e.workers, blemish.Version, m.progress()
	manifest, err := dataset.Build(cmd.Context(), out, opt)
	m.end()
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(manifest)
	}
	classes := map[string]bool{}
	defective := 0
	for _, s := range manifest.Samples {
		classes[s.Class] = true
		if s.Plan != nil {
			defective++
		}
	}
	fmt.Fprintf(e.stdout, "%d clouds of %d classes in %s: %d sound, %d defective\n",
		len(manifest.Samples), len(classes), out, len(manifest.Samples)-defective, defective)
	for _, s := range manifest.Skipped {
		fmt.Fprintf(e.stdout, "skipped %s %s: %s\n", s.Class, s.Kind, s.Reason)
	}
	return nil
}
