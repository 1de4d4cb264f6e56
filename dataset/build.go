package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/shape"
	"blemish/task"
)

// Options is the recipe of a data set. The zero value of a field means its
// default, which Defaults spells out.
type Options struct {
	Meshes    []string        `json:"-"`       // mesh files, or folders that are searched for them
	Classes   []string        `json:"classes"` // built-in classes or families of them (cup: cup0 and cup1), or a choice of the meshes' classes; none: all
	Kinds     []defect.Kind   `json:"kinds"`
	Train     int             `json:"train"`    // sound clouds to learn from, a class
	Sound     int             `json:"sound"`    // sound clouds to test with, a class
	PerKind   int             `json:"per_kind"` // defective clouds of each kind, a class
	Severity  defect.Severity `json:"severity"`
	MinPoints int             `json:"min_points"`
	MaxPoints int             `json:"max_points"`
	FixedPose bool            `json:"fixed_pose"` // leave every cloud in the mesh's own pose
	Noise     float64         `json:"noise"`      // standard deviation as a share of the diagonal
	Outliers  float64         `json:"outliers"`   // share of points replaced by strays within the enlarged box
	Seed      uint64          `json:"-"`

	Version  string        `json:"-"` // of the program, for the manifest
	Workers  int           `json:"-"`
	Progress task.Progress `json:"-"`
}

// Defaults fills in what is zero: 4 sound clouds to learn from and 15 to test
// with, 2 of each kind, 8,000 to 30,000 points, medium severity, as
// Anomaly-ShapeNet has them (paper, section 3).
func (o Options) Defaults() Options {
	if len(o.Kinds) == 0 {
		o.Kinds = defect.Kinds()
	}
	if o.Severity == "" {
		o.Severity = defect.Medium
	}
	if o.MinPoints == 0 && o.MaxPoints == 0 {
		o.MinPoints, o.MaxPoints = 8000, 30000
	}
	return o
}

// Validate says what is wrong with the recipe.
func (o Options) Validate() error {
	switch {
	case o.Train < 1:
		return fmt.Errorf("train %d: every class needs at least 1 sound cloud to learn from", o.Train)
	case o.Sound < 0 || o.PerKind < 0:
		return fmt.Errorf("sound %d, per-kind %d: counts cannot be negative", o.Sound, o.PerKind)
	case o.MinPoints < 100 || o.MaxPoints < o.MinPoints || o.MaxPoints > 10_000_000:
		return fmt.Errorf("points %d-%d: give a range within 100-10000000, lowest first", o.MinPoints, o.MaxPoints)
	case !(o.Noise >= 0 && o.Noise <= 0.1):
		return fmt.Errorf("noise %g: a share of the diagonal between 0 and 0.1", o.Noise)
	case !(o.Outliers >= 0 && o.Outliers <= 0.5):
		return fmt.Errorf("outliers %g: a share of the points between 0 and 0.5", o.Outliers)
	}
	for _, k := range o.Kinds {
		if !defect.Known(k) {
			return fmt.Errorf("kind %q is not known; there are %v", k, defect.Kinds())
		}
	}
	switch o.Severity {
	case defect.Easy, defect.Medium, defect.Hard:
	default:
		return fmt.Errorf("severity %q is not known; there are easy, medium and hard", o.Severity)
	}
	return nil
}

// Manifest says how every cloud of a data set was made.
type Manifest struct {
	Blemish string   `json:"blemish"`
	Seed    uint64   `json:"seed"`
	Options Options  `json:"options"`
	Samples []Sample `json:"samples"`
	Skipped []Skip   `json:"skipped"`
}

// Sample is one cloud of a manifest.
type Sample struct {
	File         string       `json:"file"`
	Class        string       `json:"class"`
	Kind         string       `json:"kind"`
	Source       string       `json:"source"`
	SourceSHA256 string       `json:"source_sha256,omitempty"`
	Plan         *defect.Plan `json:"plan,omitempty"`
	Points       int          `json:"points"`
	Anomalous    int          `json:"anomalous"`
	Share        float64      `json:"share"`
	Size         float64      `json:"size"`  // diagonal of the anomalous points' box, as a share of the object's
	Depth        float64      `json:"depth"` // largest displacement, as a share of the object's diagonal
	Pose         [16]float64  `json:"pose"`  // cloudFromMesh, row-major
}

// Skip is a pair of class and kind that was left out, and why.
type Skip struct {
	Class  string `json:"class"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// source is one class to build: where its mesh comes from.
type source struct {
	class string
	label string // "vase/greek_vase.obj" or "built-in vase0"
	hash  string
	mesh  func() (*geom.Mesh, error)
}

// Build makes a data set in dir, which must not exist yet or be empty. The set is
// built beside dir and moved there when it is complete, so that dir holds a whole
// data set or nothing. The same recipe and seed give the same bytes on any number
// of workers.
//
// A class or a pair of class and kind that cannot be made is skipped with its
// reason in the manifest; it is an error when no class is left.
func Build(ctx context.Context, dir string, opt Options) (*Manifest, error) {
	opt = opt.Defaults()
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	sources, skipped, err := findSources(opt)
	if err != nil {
		return nil, err
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s exists and is not empty; a data set goes into a new folder", dir)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return nil, err
	}
	partial, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".blemish-partial-")
	if err != nil {
		return nil, fmt.Errorf("cannot write beside %s: %w", dir, err)
	}
	defer os.RemoveAll(partial)
	if err := os.Chmod(partial, 0o755); err != nil {
		return nil, err
	}
	m, err := buildAll(ctx, partial, opt, sources)
	if err != nil {
		return nil, err
	}
	m.Skipped = append(skipped, m.Skipped...)
	if len(m.Samples) == 0 {
		return nil, fmt.Errorf("no class could be built; the first reason: %s: %s", m.Skipped[0].Class, m.Skipped[0].Reason)
	}
	if err := writeManifest(filepath.Join(partial, "manifest.json"), m); err != nil {
		return nil, err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return m, os.Rename(partial, dir)
}

func writeManifest(path string, m *Manifest) error {
	return format.WriteAtomic(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(m)
	})
}

// findSources lists the classes: built-in ones, or one for each mesh file, named
// after the file.
func findSources(opt Options) ([]source, []Skip, error) {
	var all []source
	var skipped []Skip
	if len(opt.Meshes) == 0 {
		for _, class := range shape.Classes() {
			all = append(all, source{class: class, label: "built-in " + class, mesh: func() (*geom.Mesh, error) {
				return shape.Build(class, seed.Stream(opt.Seed, "shape", class))
			}})
		}
	} else {
		files, err := meshFiles(opt.Meshes)
		if err != nil {
			return nil, nil, err
		}
		taken := map[string]string{}
		for _, path := range files {
			label := filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
			class := className(path)
			if first, dup := taken[class]; dup {
				class = className(filepath.Dir(path)) + "-" + class
				if _, dup := taken[class]; dup {
					return nil, nil, fmt.Errorf("%s and %s would both be class %q; rename one", first, path, class)
				}
			}
			taken[class] = path
			hash, err := fileHash(path)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, source{class: class, label: label, hash: hash, mesh: func() (*geom.Mesh, error) {
				m, _, err := format.ReadMesh(path)
				return m, err
			}})
		}
	}
	if len(opt.Classes) == 0 {
		return all, skipped, nil
	}
	var chosen []source
	taken := map[string]bool{}
	for _, want := range opt.Classes {
		found := false
		for _, s := range all {
			if s.class == want || len(opt.Meshes) == 0 && shape.Family(s.class) == want {
				found = true
				if !taken[s.class] {
					chosen, taken[s.class] = append(chosen, s), true
				}
			}
		}
		if !found {
			names := make([]string, len(all))
			for i, s := range all {
				names[i] = s.class
			}
			return nil, nil, fmt.Errorf("class %q is not known; there are %s", want, strings.Join(names, ", "))
		}
	}
	return chosen, skipped, nil
}

// meshFiles expands folders; the result is sorted and free of repeats.
func meshFiles(paths []string) ([]string, error) {
	seen := map[string]bool{}
	var files []string
	add := func(path string) {
		if clean := filepath.Clean(path); !seen[clean] {
			seen[clean] = true
			files = append(files, clean)
		}
	}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			add(p)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(p, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				switch strings.ToLower(filepath.Ext(path)) {
				case ".obj", ".off", ".ply", ".stl":
					add(path)
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no mesh in this folder (looked for .obj, .off, .ply, .stl)", p)
		}
	}
	sort.Strings(files)
	return files, nil
}

// className turns a file name into a class name: letters, digits and '-', in lower case.
func className(path string) string {
	stem := strings.ToLower(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, stem)
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// buildAll builds class by class, the clouds of a class side by side, because a
// prepared mesh is the largest thing in memory.
func buildAll(ctx context.Context, dir string, opt Options, sources []source) (*Manifest, error) {
	m := &Manifest{Blemish: opt.Version, Seed: opt.Seed, Options: opt, Skipped: []Skip{}}
	jobs := make([][]job, len(sources))
	total := 0
	for i, s := range sources {
		jobs[i] = jobsOf(s.class, opt)
		total += len(jobs[i])
	}
	var done atomic.Int64
	tick := func() {
		opt.Progress.Report(task.Event{Stage: "build", Done: int(done.Add(1)), Total: total, Unit: "clouds"})
	}
	for i, s := range sources {
		samples, skips, err := buildClass(ctx, dir, opt, s, jobs[i], tick)
		if err != nil {
			return nil, fmt.Errorf("class %s: %w", s.class, err)
		}
		m.Samples = append(m.Samples, samples...)
		m.Skipped = append(m.Skipped, skips...)
	}
	return m, nil
}

// job is one cloud to make.
type job struct {
	kind  defect.Kind // "" for sound
	part  string      // "train" or "test"
	stem  string
	index int
}

func jobsOf(class string, opt Options) []job {
	var jobs []job
	for i := 0; i < opt.Train; i++ {
		jobs = append(jobs, job{part: "train", stem: fmt.Sprintf("%s_template%d", class, i), index: i})
	}
	for i := 0; i < opt.Sound; i++ {
		jobs = append(jobs, job{part: "test", stem: fmt.Sprintf("%s_positive%d", class, i), index: i})
	}
	for _, k := range opt.Kinds {
		for i := 0; i < opt.PerKind; i++ {
			jobs = append(jobs, job{kind: k, part: "test", stem: fmt.Sprintf("%s_%s%d", class, fileWord(k), i), index: i})
		}
	}
	return jobs
}

// fileWord is how Anomaly-ShapeNet spells a kind in file names.
func fileWord(k defect.Kind) string {
	if k == defect.Crack {
		return "crak"
	}
	return string(k)
}

func buildClass(ctx context.Context, dir string, opt Options, s source, jobs []job, tick func()) ([]Sample, []Skip, error) {
	skipAll := func(err error) ([]Sample, []Skip, error) {
		for range jobs {
			tick()
		}
		return nil, []Skip{{s.class, "*", err.Error()}}, ctx.Err()
	}
	m, err := s.mesh()
	if err != nil {
		return skipAll(err)
	}
	target, err := defect.NewTarget(ctx, m)
	if err != nil {
		return skipAll(err)
	}
	for _, sub := range []string{"train", "test", "GT"} {
		if err := os.MkdirAll(filepath.Join(dir, s.class, sub), 0o755); err != nil {
			return nil, nil, err
		}
	}
	samples := make([]*Sample, len(jobs))
	reasons := make([]error, len(jobs))
	err = task.Each(ctx, opt.Workers, len(jobs), func(i int) error {
		defer tick()
		sample, err := buildSample(ctx, dir, opt, s, target, jobs[i])
		if errors.Is(err, defect.ErrUnsuitable) {
			reasons[i] = err
			return nil
		}
		samples[i] = sample
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	var made []Sample
	var skips []Skip
	for i, sample := range samples {
		if sample != nil {
			made = append(made, *sample)
			continue
		}
		skip := Skip{s.class, string(jobs[i].kind), reasons[i].Error()}
		if len(skips) == 0 || skips[len(skips)-1] != skip {
			skips = append(skips, skip)
		}
	}
	return made, skips, nil
}
