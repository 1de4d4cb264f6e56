package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"blemish"
	"blemish/dataset"
	"blemish/defect"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// synthesis is what the flags of synth say.
type synthesis struct {
	opt      dataset.Options
	builtin  bool
	out      string
	points   string
	kinds    []string
	severity string
	shard    string
	replay   string
	only     []string

	trainViews, missing string

	queued queued
	shards int
}

func newSynth(e *env) *cobra.Command {
	s := &synthesis{}
	cmd := &cobra.Command{
		Use:   "synth (--builtin | --meshes PATH… | --scans FOLDER… | --replay MANIFEST) -o DIR",
		Short: "build a data set of sound and defective clouds with truth",
		Long:  "Build a data set of sound and defective clouds with exact truth, from built-in objects, from your own meshes, or from your own sound scans.",
		Example: `  blemish synth --builtin --preset anomaly-shapenet -o data
  blemish synth --meshes parts/ --kinds bulge,crack --per-kind 5 --views 1 --noise 0.001 -o data
  blemish synth --scans good/ --train 4 --severity hard -o data
  blemish synth --replay data/manifest.json --only cup0_bulge0 -o again`,
		RunE: func(cmd *cobra.Command, args []string) error {
			// A shell expands --meshes a/{b,c} to one flag value and further arguments.
			if len(s.opt.Meshes) > 0 {
				s.opt.Meshes = append(s.opt.Meshes, args...)
			} else if len(s.opt.ScanFolders) > 0 {
				s.opt.ScanFolders = append(s.opt.ScanFolders, args...)
			} else if err := noArgs(cmd, args); err != nil {
				return err
			}
			if s.out == "" {
				return usagef("-o DIR missing: the new folder for the data set")
			}
			if s.replay != "" {
				return e.replay(cmd, s)
			}
			if err := s.recipe(cmd.Flags().Changed); err != nil {
				return err
			}
			if forOthers, err := s.queued.check(cmd, "shard", "resume"); err != nil {
				return err
			} else if forOthers {
				if s.shards < 1 || s.shards > mostShards {
					return usagef("--shards %d: give a number of jobs from 1 to %d", s.shards, mostShards)
				}
				return e.queuedSynth(cmd.Context(), &s.queued, s.out, s.opt, s.shards)
			}
			return e.synth(cmd.Context(), s.out, s.opt)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&s.builtin, "builtin", false, "carve into the built-in objects")
	f.StringSliceVar(&s.opt.Meshes, "meshes", nil, "carve into these mesh files, or all meshes in these folders")
	f.StringSliceVar(&s.opt.ScanFolders, "scans", nil, "carve into your own sound scans: each folder is a class, its first --train scans are to learn from")
	f.StringVarP(&s.out, "out", "o", "", "new folder for the data set")
	f.StringSliceVar(&s.opt.Classes, "classes", nil, "only these classes; cup means cup0 and cup1")
	f.StringVar(&s.opt.Preset, "preset", "", "anomaly-shapenet: that set's classes, kinds and counts")
	f.StringVar(&s.opt.Layout, "layout", dataset.AnomalyShapeNet, "anomaly-shapenet or real3d: names of files and form of truth")
	f.StringSliceVar(&s.kinds, "kinds", nil, "only these kinds of defects: "+kindList()+" (default all but hybrid)")
	f.IntVar(&s.opt.Train, "train", 4, "sound clouds to learn from, per class")
	f.IntVar(&s.opt.Sound, "sound", 15, "sound clouds to test with, per class")
	f.IntVar(&s.opt.PerKind, "per-kind", 2, "defective clouds of each kind, per class")
	f.StringVar(&s.severity, "severity", "medium", "easy, medium or hard: how large and deep defects are")
	f.StringVar(&s.points, "points", "8000-30000", "points per cloud: N, or a range to draw from")
	f.StringVar(&s.opt.Sampling, "sampling", dataset.ByArea, "area or vertices: evenly over the surface, or the vertices of the mesh")
	f.StringVar(&s.opt.Pose, "pose", "", "random or fixed: whether every cloud has a pose of its own (default random; fixed with --preset)")
	f.Float64Var(&s.opt.Noise, "noise", 0, "standard deviation of sensor noise, as a share of the diagonal")
	f.Float64Var(&s.opt.Outliers, "outliers", 0, "share of points that are strays in and around the part's box")
	f.Float64Var(&s.opt.Uneven, "uneven", 0, "how much the density varies: 0 not at all, 1 down to nothing in places")
	f.Float64Var(&s.opt.Quantize, "quantize", 0, "round coordinates to this share of the diagonal")
	f.IntVar(&s.opt.Views, "views", 0, "viewpoints that test scans are taken from: 1 or 2, with hidden surface left out; 0: from all around")
	f.StringVar(&s.trainViews, "train-views", "0", "from how many viewpoints each scan to learn from is taken: N, or a range to draw from; 0: from all around")
	f.Float64Var(&s.opt.Ragged, "ragged", 0, "how far the rims of scans from viewpoints are eaten away in patches: 0 not at all, 1 widely")
	f.StringVar(&s.opt.NoiseModel, "noise-model", dataset.PlainNoise, "plain or scanner: whether noise grows with the angle of sight and the distance")
	f.BoolVar(&s.opt.Table, "table", false, "the part rests on a table that is scanned with it")
	f.IntVar(&s.opt.Clamps, "clamps", 0, "number of blocks and pins that touch the part from the side and hide what is behind them")
	f.IntVar(&s.opt.Strays, "strays", 0, "number of single points in the air, up to two diagonals away")
	f.Float64Var(&s.opt.Missed, "missed", 0, "share of records that are missed returns, 0 0 0")
	f.StringVar(&s.missing, "missing", "0", "share of the part that is missing in one region: S, or a range such as 0.1-0.7 to draw from")
	f.BoolVar(&s.opt.ClutterTrain, "clutter-train", false, "table, clamps, strays, missed and missing also apply to scans to learn from")
	f.BoolVar(&s.opt.Resume, "resume", false, "continue after a stop, or join the shards")
	f.StringVar(&s.shard, "shard", "", "i/n: make the i-th of n parts, counted from 0")
	f.StringVar(&s.replay, "replay", "", "make clouds again from this manifest.json")
	f.StringSliceVar(&s.only, "only", nil, "with --replay: only these samples")
	s.queued.flags(cmd)
	f.IntVar(&s.shards, "shards", 16, "with --jobs: how many jobs the set is made in")
	group(cmd, "Many machines", "shards")
	group(cmd, "Where from and where to", "builtin", "meshes", "scans", "out", "classes", "layout")
	group(cmd, "What", "preset", "kinds", "train", "sound", "per-kind", "severity")
	group(cmd, "How it is scanned", "points", "sampling", "pose", "noise", "outliers", "uneven", "quantize", "views")
	group(cmd, "As real scanners do", "train-views", "ragged", "noise-model", "table", "clamps", "strays", "missed", "missing", "clutter-train")
	group(cmd, "Large sets and single clouds", "resume", "shard", "replay", "only")
	return cmd
}

// mostShards is more shards than help.
const mostShards = 10000

func kindList() string {
	var names []string
	for _, k := range dataset.AllKinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ",")
}

// recipe checks the flags and fills in the options; changed tells which were given.
func (s *synthesis) recipe(changed func(string) bool) error {
	s.opt.Scans = len(s.opt.ScanFolders) > 0
	given := 0
	for _, is := range []bool{s.builtin, len(s.opt.Meshes) > 0, s.opt.Scans} {
		if is {
			given++
		}
	}
	if given != 1 {
		return usagef("give either --builtin or --meshes or --scans")
	}
	if s.opt.Scans && changed("points") {
		return usagef("--points does not go with --scans: scans are taken as they come")
	}
	if len(s.only) > 0 {
		return usagef("--only goes with --replay MANIFEST")
	}
	if s.opt.Preset != "" {
		for _, flag := range []string{"kinds", "train", "sound", "per-kind"} {
			if changed(flag) {
				return usagef("--%s does not go with --preset, which says it", flag)
			}
		}
	}
	var err error
	if s.opt.MinPoints, s.opt.MaxPoints, err = parseRange(s.points, strconv.Atoi); err != nil {
		return usagef("--points %s: want a number or a range such as 8000-30000", s.points)
	}
	if s.opt.MinPoints < 1 {
		return usagef("--points %s: a cloud has at least 100 points", s.points)
	}
	if s.opt.MinTrainViews, s.opt.MaxTrainViews, err = parseRange(s.trainViews, strconv.Atoi); err != nil {
		return usagef("--train-views %s: want a number of viewpoints or a range such as 1-3", s.trainViews)
	}
	if s.opt.MinMissing, s.opt.MaxMissing, err = parseRange(s.missing, parseShare); err != nil {
		return usagef("--missing %s: want a share of the part's points or a range such as 0.1-0.7", s.missing)
	}
	if s.opt.Shard, err = parseShard(s.shard); err != nil {
		return err
	}
	for _, k := range s.kinds {
		s.opt.Kinds = append(s.opt.Kinds, defect.Kind(k))
	}
	s.opt.Severity = defect.Severity(s.severity)
	if err := s.opt.Defaults().Validate(); err != nil {
		return usageError{err}
	}
	return nil
}

// parseRange reads "N" or "LO-HI", numbers as parse reads them.
func parseRange[T any](text string, parse func(string) (T, error)) (lo, hi T, err error) {
	first, second, isRange := strings.Cut(text, "-")
	if lo, err = parse(first); err != nil || !isRange {
		return lo, lo, err
	}
	hi, err = parse(second)
	return lo, hi, err
}

func parseShare(text string) (float64, error) { return strconv.ParseFloat(text, 64) }

// parseShard reads "i/n"; "" is the whole.
func parseShard(text string) (dataset.Shard, error) {
	if text == "" {
		return dataset.Shard{}, nil
	}
	first, second, _ := strings.Cut(text, "/")
	i, err1 := strconv.Atoi(first)
	n, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil || n < 1 || i < 0 || i >= n {
		return dataset.Shard{}, usagef("--shard %s: want i/n with i from 0 to n-1, such as 0/4", text)
	}
	return dataset.Shard{Index: i, Count: n}, nil
}

// tellShard says what a shard has done, as document has it for programs, in the folder where all shards grow.
func (e *env) tellShard(s dataset.Shard, partial, done string, document func(shard string) any) error {
	shard := fmt.Sprintf("%d/%d", s.Index, s.Count)
	if e.json {
		return e.printJSON(document(shard))
	}
	fmt.Fprintf(e.stdout, "shard %s: %s in %s; when all shards are done, the same command with --resume and without --shard joins them\n",
		shard, done, partial)
	return nil
}

func (e *env) synth(ctx context.Context, out string, opt dataset.Options) error {
	m := e.newMeter()
	opt.Seed, opt.Workers, opt.Version, opt.Progress, opt.Keep = e.seed, e.workers, blemish.Version, m.progress(), true
	sum, err := dataset.Build(ctx, out, opt)
	m.end()
	if err != nil {
		e.tellKept(out, err)
		return err
	}
	if sum.Partial != "" {
		return e.tellShard(opt.Shard, sum.Partial, fmt.Sprintf("%d clouds", sum.Clouds), func(shard string) any {
			return struct {
				Shard   string `json:"shard"`
				Clouds  int    `json:"clouds"`
				Partial string `json:"partial"`
			}{shard, sum.Clouds, sum.Partial}
		})
	}
	return e.tellSynth(out, sum)
}

// tellSynth says what a finished set holds.
func (e *env) tellSynth(out string, sum *dataset.Summary) error {
	if e.json {
		text, err := os.ReadFile(filepath.Join(out, dataset.ManifestName))
		if err == nil {
			_, err = e.stdout.Write(text)
		}
		return err
	}
	fmt.Fprintf(e.stdout, "%d clouds of %d classes in %s: %d sound, %d defective\n", sum.Clouds, sum.Classes, out, sum.Sound, sum.Defective)
	lost := 0
	for _, s := range sum.Skipped {
		fmt.Fprintf(e.stdout, "skipped %s %s: %s\n", s.Class, s.Kind, s.Reason)
		if s.Kind == "*" {
			lost++
		}
	}
	if lost > 0 {
		return fmt.Errorf("%d of %d meshes could not be used; the data set has the others", lost, lost+sum.Classes)
	}
	return nil
}

// replay makes a set, or samples of it, again.
func (e *env) replay(cmd *cobra.Command, s *synthesis) error {
	allowed := map[string]bool{"replay": true, "only": true, "out": true, "meshes": true, "scans": true, "builtin": true, "resume": true, "shard": true,
		"workers": true, "json": true, "quiet": true, "verbose": true, "log-format": true}
	var wrong string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !allowed[f.Name] && wrong == "" {
			wrong = f.Name
		}
	})
	if wrong != "" {
		return usagef("--%s does not go with --replay: the manifest says how clouds are made", wrong)
	}
	m, err := dataset.ReadManifest(s.replay)
	if err != nil {
		return err
	}
	from := s.opt.Meshes
	if m.Options.Scans {
		from = s.opt.ScanFolders
	}
	switch {
	case m.Options.Scans && (len(from) == 0 || len(s.opt.Meshes) > 0):
		return usagef("the set of %s was made from scans: give their folders with --scans", s.replay)
	case !m.Options.Scans && len(s.opt.ScanFolders) > 0:
		return usagef("the set of %s was not made from scans: --scans does not go with it", s.replay)
	case m.FromFiles() && len(from) == 0:
		return usagef("the set of %s was made from mesh files: give them with --meshes", s.replay)
	case !m.FromFiles() && len(s.opt.Meshes) > 0:
		return usagef("the set of %s was made from built-in objects: --meshes does not go with it", s.replay)
	}
	if m.Blemish != blemish.Version {
		e.log.Warn(fmt.Sprintf("%s was written by version %s, this is %s: the bytes may differ", s.replay, m.Blemish, blemish.Version))
	}
	if len(s.only) == 0 {
		opt := m.Recipe()
		opt.Meshes, opt.ScanFolders, opt.Resume = s.opt.Meshes, s.opt.ScanFolders, s.opt.Resume
		if opt.Shard, err = parseShard(s.shard); err != nil {
			return err
		}
		e.seed = m.Seed
		return e.synth(cmd.Context(), s.out, opt)
	}
	if err := mustBeNew(s.out); err != nil {
		return err
	}
	samples, err := m.Find(s.only)
	if err != nil {
		return err
	}
	if err := dataset.Replay(cmd.Context(), s.out, m, samples, from, e.workers); err != nil {
		return err
	}
	var files []string
	for _, sample := range samples {
		files = append(files, filepath.Join(s.out, filepath.FromSlash(sample.File)))
		if sample.Truth != "" {
			files = append(files, filepath.Join(s.out, filepath.FromSlash(sample.Truth)))
		}
	}
	if e.json {
		return e.printJSON(struct {
			Files []string `json:"files"`
		}{files})
	}
	_, err = fmt.Fprintln(e.stdout, strings.Join(files, "\n"))
	return err
}
