// Command nuisance judges scans to which something has been done that scanners and
// their users do, and prints the table of docs/measurements/real.md, section "Nuisances".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/dataset"
	"blemish/defect"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/geom"
	"blemish/seed"
)

// baseNoise is the noise of the sound scans as a share of the diagonal.
const baseNoise = 0.0005

func main() {
	classes := flag.String("classes", "cup0,tap1,shelf0,headset0,jar0,eraser0", "comma-separated built-in classes")
	kinds := flag.String("kinds", "concavity,broken", "comma-separated kinds of defects")
	points := flag.Int("points", 20000, "points of a scan")
	detector := flag.String("detector", "deviation", "name of the detector")
	only := flag.String("only", "", "only nuisances whose name has this as a part")
	root := flag.Uint64("seed", 1, "root of every random choice")
	large := flag.Bool("large", false, "million-point scans, too")
	flag.Parse()
	m := measure{classes: strings.Split(*classes, ","), points: *points, detector: *detector, seed: *root}
	for _, k := range strings.Split(*kinds, ",") {
		m.kinds = append(m.kinds, defect.Kind(k))
	}
	if err := m.run(context.Background(), *only, *large); err != nil {
		fmt.Fprintln(os.Stderr, "nuisance:", err)
		os.Exit(1)
	}
}

type measure struct {
	classes  []string
	kinds    []defect.Kind
	points   int
	detector string
	seed     uint64

	dir    string // for data sets, removed at the end
	base   *dataset.Set
	models map[string]detect.Model
	sound  map[string]*geom.Cloud // a scan of each class
}

func (m *measure) run(ctx context.Context, only string, large bool) error {
	var err error
	if m.dir, err = os.MkdirTemp("", "nuisance"); err != nil {
		return err
	}
	defer os.RemoveAll(m.dir)
	if err := m.learn(ctx); err != nil {
		return err
	}
	fmt.Printf("| what was done to the scan | sound: right | unsure, true reason | unsure, other reason | wrong | defective: right | unsure, true reason | unsure, other reason | wrong |\n|---|---|---|---|---|---|---|---|---|\n")
	var total [2][outcomes]int
	for i, n := range nuisances() {
		if !strings.Contains(n.name, only) || n.large && !large {
			continue
		}
		count, err := m.judge(ctx, n, i)
		if err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
		printRow(n.name, count)
		for k := range total {
			for o := range total[k] {
				total[k][o] += count[k][o]
			}
		}
	}
	printRow("all", total)
	good, all := 0, 0
	for k := range total {
		for o, c := range total[k] {
			all += c
			if outcome(o) == right || outcome(o) == rightlyUnsure {
				good += c
			}
		}
	}
	fmt.Printf("\nRight or unsure for the true reason: %d of %d, %.1f %%.\n", good, all, 100*share(good, all))
	return nil
}

func printRow(name string, count [2][outcomes]int) {
	fmt.Printf("| %s |", name)
	for k := range count {
		for _, c := range count[k] {
			fmt.Printf(" %d |", c)
		}
	}
	fmt.Println()
}

// options is the recipe of the sets.
func (m *measure) options() dataset.Options {
	return dataset.Options{Classes: m.classes, Kinds: m.kinds, Train: 4, Sound: 2, PerKind: 1, MinPoints: m.points, MaxPoints: m.points, Noise: baseNoise, Seed: m.seed}
}

func (m *measure) build(ctx context.Context, name string, recipe func(*dataset.Options)) (*dataset.Set, error) {
	opt := m.options()
	if recipe != nil {
		recipe(&opt)
		opt.Train = 1
	}
	dir := filepath.Join(m.dir, name)
	if _, err := dataset.Build(ctx, dir, opt); err != nil {
		return nil, err
	}
	return dataset.Open(dir, "auto")
}

// learn builds the set without nuisances and learns its classes.
func (m *measure) learn(ctx context.Context) error {
	var err error
	if m.base, err = m.build(ctx, "base", nil); err != nil {
		return err
	}
	detector, err := all.New(m.detector)
	if err != nil {
		return err
	}
	m.models, m.sound = map[string]detect.Model{}, map[string]*geom.Cloud{}
	for _, class := range m.base.Classes {
		var train []*geom.Cloud
		for _, item := range class.Train {
			c, _, err := m.base.Load(item)
			if err != nil {
				return err
			}
			train = append(train, c)
		}
		if m.models[class.Name], err = detector.Fit(ctx, train, detect.FitOptions{Class: class.Name, Seed: m.seed}); err != nil {
			return err
		}
		m.sound[class.Name] = train[0]
	}
	return nil
}

// judge does one thing to the test scans of all classes and counts what is said of them.
func (m *measure) judge(ctx context.Context, n nuisance, number int) (count [2][outcomes]int, err error) {
	set := m.base
	if n.recipe != nil {
		name := fmt.Sprint("n", number)
		if set, err = m.build(ctx, name, n.recipe); err != nil {
			return count, err
		}
		defer os.RemoveAll(filepath.Join(m.dir, name))
	}
	for k, class := range set.Classes {
		next := set.Classes[(k+1)%len(set.Classes)].Name
		for _, item := range class.Test {
			c, _, err := set.Load(item)
			if err != nil {
				return count, err
			}
			whole := c
			if n.change != nil {
				others := []*geom.Cloud{m.sound[class.Name], m.sound[next]}
				c = n.change(c, c.Box().Diagonal(), seed.Stream(m.seed, "nuisance", n.name, item.File), others)
			}
			r, err := m.models[class.Name].Score(ctx, c)
			if err != nil {
				return count, fmt.Errorf("%s: %w", item.File, err)
			}
			row := 0
			if item.Defective {
				row = 1
			}
			o := m.take(n, item, whole, r)
			count[row][o]++
			if o == wrong || o == wronglyUnsure {
				fmt.Fprintf(os.Stderr, "%s, %s: %s, score %.2f of %.2f, %s\n", n.name, item.File, r.Verdict, r.Object, r.Threshold, describe(r))
			}
		}
	}
	return count, nil
}

// describe is the reason, or the worst region.
func describe(r *detect.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	if len(r.Regions) > 0 {
		g := r.Regions[0]
		return fmt.Sprintf("%v region, %d points, area %.3g, depth %.3g, peak %.3g, mean %.3g", g.Kind, g.Points, g.Area, g.Depth, g.Peak, g.Mean)
	}
	return "no region"
}

// take says how to take an answer.
func (m *measure) take(n nuisance, item dataset.Item, whole *geom.Cloud, r *detect.Result) outcome {
	if r.Verdict == detect.Unsure {
		if n.mayDoubt(r.Reason) {
			return rightlyUnsure
		}
		return wronglyUnsure
	}
	if n.always {
		return wrong
	}
	if (n.name == "0.5 % too large" || n.name == "mirrored") && r.Verdict == detect.Defective {
		return right // it is off by more than sound parts are
	}
	if !item.Defective {
		if r.Verdict == detect.Sound {
			return right
		}
		return wrong
	}
	if r.Verdict == detect.Defective || !shows(whole) {
		return right
	}
	return wrong
}

// shows says that at least a few points of the defect are in the scan.
func shows(c *geom.Cloud) bool {
	n := 0
	for _, l := range c.Scalar("label") {
		if l > 0 {
			n++
		}
	}
	return n >= 20
}
