package benchmark

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/internal/partial"
	"blemish/seed"
)

// heights is a detector that says how high a point stands above what it has learnt. It
// counts how often it learns, and stops the run before it learns once too often.
type heights struct {
	name  string
	Scale float64 `json:"scale"`
	fits  *int
	stop  func(fits int) error
}

func (h heights) Name() string { return h.name }
func (h heights) Config() any  { return h }
func (h heights) Fit(_ context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if h.fits != nil {
		*h.fits++
		if h.stop != nil {
			if err := h.stop(*h.fits); err != nil {
				return nil, err
			}
		}
	}
	top := seed.Stream(opt.Seed, "heights").Float64() / 100
	for _, c := range sound {
		for _, p := range c.Points {
			top = max(top, float64(p.Z))
		}
	}
	return heightsModel{top, h.Scale}, nil
}

type heightsModel struct{ Top, Scale float64 }

func (m heightsModel) Save(w io.Writer) error { return json.NewEncoder(w).Encode(m) }
func (m heightsModel) Score(_ context.Context, scan *geom.Cloud) (*detect.Result, error) {
	r := &detect.Result{Point: make([]float32, scan.Len()), Threshold: 1}
	for i, p := range scan.Points {
		r.Point[i] = float32(m.Scale * math.Max(0, float64(p.Z)+0.02*float64(p.X)) / m.Top)
		r.Object = max(r.Object, r.Point[i])
	}
	if r.Object > 1 {
		r.Verdict = detect.Defective
	}
	return r, nil
}

// bumps writes a plain data set: plates, some with a bump.
func bumps(t *testing.T, classes ...string) *dataset.Set {
	t.Helper()
	dir := t.TempDir()
	for _, class := range classes {
		for i := range 5 {
			r := seed.Stream(7, class, i)
			var points, truth bytes.Buffer
			for range 200 {
				x, y, z, label := r.Float64(), r.Float64(), 0.02*r.Float64(), 0
				if i >= 3 && math.Hypot(x-0.5, y-0.5) < 0.2 {
					z, label = z+0.05, 1
				}
				fmt.Fprintf(&points, "%.5f %.5f %.5f\n", x, y, z)
				fmt.Fprintf(&truth, "%.5f %.5f %.5f %d\n", x, y, z, label)
			}
			place := []string{"train/0.xyz", "test/good/0.xyz", "test/good/1.xyz", "test/bump/0.xyz", "test/bump/1.xyz"}[i]
			put(t, filepath.Join(dir, "set", class, filepath.FromSlash(place)), points.String())
			if i >= 3 {
				put(t, filepath.Join(dir, "set", class, "gt", "bump", fmt.Sprintf("%d.txt", i-3)), truth.String())
			}
		}
	}
	set, err := dataset.Open(filepath.Join(dir, "set"), "auto")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func put(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// contents reads all files below a folder, with times and memory left out.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		out[strings.TrimPrefix(name, dir)] = untimed(string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	timed  = regexp.MustCompile(`"(fit_s|score_s|seconds|peak_bytes)": [-+.e0-9]+`)
	sheets = regexp.MustCompile(`(?s)(## |\\caption\{|\n)(Time and memory|Seconds).*`)
)

func untimed(text string) string {
	return sheets.ReplaceAllString(timed.ReplaceAllString(text, `"$1": 0`), "")
}

func equal(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is too many", what, name)
		}
	}
}

// pair are two detectors that share a count of how often they have learnt.
func pair(stop func(fits int) error) []detect.Detector {
	n := new(int)
	return []detect.Detector{heights{"tall", 1, n, stop}, heights{"small", 0.5, n, stop}}
}

func into(t *testing.T, dir string, set *dataset.Set, detectors []detect.Detector, change func(*FolderOptions)) (*FolderOutcome, error) {
	t.Helper()
	opt := FolderOptions{Options: Options{Version: "test"}, Seeds: []uint64{1, 2}}
	if change != nil {
		change(&opt)
	}
	return RunInto(t.Context(), dir, set, detectors, opt)
}

func resuming(o *FolderOptions) { o.Resume = true }

// TestStoppedBenchmarksGiveTheSameBytes stops a run before each of its units in turn, each
// time where the one before stopped.
func TestStoppedBenchmarksGiveTheSameBytes(t *testing.T) {
	set := bumps(t, "a", "b")
	dir := t.TempDir()
	one := func(o *FolderOptions) { o.Seeds, o.Views = []uint64{3}, 1 }
	if _, err := into(t, filepath.Join(dir, "whole"), set, pair(nil), one); err != nil {
		t.Fatal(err)
	}
	whole := contents(t, filepath.Join(dir, "whole"))
	for _, name := range []string{"/seed3/results.json", "/seed3/scores/small/b/test/bump/1.npy", "/seed3/models/tall/a.model", "/seed3/figure.png", "/seed3/curves.csv", "/tables.tex", "/recipe.json"} {
		if whole[name] == "" {
			t.Errorf("no file %s", name)
		}
	}
	out := filepath.Join(dir, "out")
	units, stops := 2*2, 0
	for {
		ctx, stop := context.WithCancel(t.Context())
		detectors := pair(func(fits int) error {
			if fits == 2 { // one unit a run
				stop()
				return ctx.Err()
			}
			return nil
		})
		o, err := RunInto(ctx, out, set, detectors, FolderOptions{Options: Options{Version: "test", Views: 1}, Seeds: []uint64{3}, Resume: true})
		stop()
		if err == nil {
			if o.Units != units || len(o.Failed) > 0 {
				t.Errorf("%d units, failed: %v", o.Units, o.Failed)
			}
			break
		}
		if stops++; !errors.Is(err, context.Canceled) || stops > units {
			t.Fatalf("after %d stops: %v", stops, err)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatal("a stopped run has made its folder")
		}
	}
	if stops != units-1 {
		t.Errorf("%d stops for %d units", stops, units)
	}
	equal(t, "stopped", whole, contents(t, out))
	if _, err := os.Stat(out + ".partial"); err == nil {
		t.Error("the working folder has stayed")
	}
	// Once more: all is done.
	o, err := into(t, out, set, pair(func(int) error { return errors.New("learns again") }), func(o *FolderOptions) { one(o); o.Resume = true })
	if err != nil || !o.There || o.Units != units || len(o.Failed) > 0 || o.Sum == nil || len(o.Documents) != 1 {
		t.Errorf("a finished benchmark resumed: %+v, %v", o, err)
	}
	if _, err := into(t, out, set, pair(nil), one); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a run into a finished folder: %v", err)
	}
}

func TestShardsOfABenchmarkGiveTheSameBytes(t *testing.T) {
	set := bumps(t, "a", "b")
	dir := t.TempDir()
	if _, err := into(t, filepath.Join(dir, "whole"), set, pair(nil), nil); err != nil {
		t.Fatal(err)
	}
	// Each shard on a disk of its own, brought together in any order.
	for _, i := range []int{2, 0, 3, 1} {
		host := filepath.Join(dir, fmt.Sprint("host", i))
		o, err := into(t, host, set, pair(nil), func(o *FolderOptions) { o.Shard = dataset.Shard{Index: i, Count: 4} })
		if err != nil || o.Units != 2 || o.Partial != host+".partial" {
			t.Fatalf("shard %d: %+v, %v", i, o, err)
		}
		if err := copyFolder(host+".partial", filepath.Join(dir, "out.partial")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := into(t, filepath.Join(dir, "out"), set, pair(nil), nil); !errors.Is(err, ErrUnfinished) {
		t.Errorf("without --resume: %v", err)
	}
	// Cut short in copying: a record, a file, and the scans to show.
	cut := filepath.Join(dir, "out.partial")
	put(t, filepath.Join(cut, "done", "00000001.json"), "{")
	put(t, filepath.Join(cut, "done", "00000004.views"), "")
	if err := os.Remove(filepath.Join(cut, "set", "seed2", "models", "small", "b.model")); err != nil {
		t.Fatal(err)
	}
	fits := 0
	o, err := into(t, filepath.Join(dir, "out"), set, pair(func(n int) error { fits = n; return nil }), resuming)
	if err != nil || fits != 3 || o.Units != 8 {
		t.Fatalf("joined: %+v, %v, %d units made again", o, err, fits)
	}
	equal(t, "joined", contents(t, filepath.Join(dir, "whole")), contents(t, filepath.Join(dir, "out")))
}

func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		target := filepath.Join(to, strings.TrimPrefix(name, from))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(target, 0o755))
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

func TestUnitsOfAnotherRecipeAreRefusedInWords(t *testing.T) {
	set := bumps(t, "a", "b")
	dir := filepath.Join(t.TempDir(), "out")
	shard := func(o *FolderOptions) { o.Shard = dataset.Shard{Index: 0, Count: 2} }
	if _, err := into(t, dir, set, pair(nil), shard); err != nil {
		t.Fatal(err)
	}
	refused := func(word string, set *dataset.Set, detectors []detect.Detector, change func(*FolderOptions)) {
		t.Helper()
		_, err := into(t, dir, set, detectors, func(o *FolderOptions) { o.Resume = true; change(o) })
		if err == nil || !strings.Contains(err.Error(), word) || !strings.Contains(err.Error(), "out") {
			t.Errorf("want %q, got: %v", word, err)
		}
	}
	nothing := func(*FolderOptions) {}
	check := func() {
		t.Helper()
		refused("version test (this is 2)", set, pair(nil), func(o *FolderOptions) { o.Version = "2" })
		refused("the seeds [1 2] (now [1 2 3])", set, pair(nil), func(o *FolderOptions) { o.Seeds = []uint64{1, 2, 3} })
		refused("--views 0 (now 3)", set, pair(nil), func(o *FolderOptions) { o.Views = 3 })
		refused("the classes a, b (now b)", set, pair(nil), func(o *FolderOptions) { o.Classes = []string{"b"} })
		refused("the detectors tall, small (now tall)", set, pair(nil)[:1], nothing)
		refused("other settings of small", set, []detect.Detector{heights{name: "tall", Scale: 1}, heights{name: "small", Scale: 0.6}}, nothing)
		file := set.Path(set.Class("b").Test[0].Truth)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		put(t, file, string(text)+"0 0 0 1\n")
		refused("other files of the class b", set, pair(nil), nothing)
		put(t, file, string(text))
	}
	check()
	// A unit of another run that was copied here.
	record := filepath.Join(dir+".partial", partial.Records, "00000001.json")
	text, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	put(t, record, strings.Replace(string(text), `"recipe":"`, `"recipe":"0`, 1))
	refused("tall on class b, seed 1) is of another run", set, pair(nil), nothing)
	put(t, record, string(text))
	if _, err := into(t, dir, set, pair(nil), resuming); err != nil {
		t.Fatal(err)
	}
	check() // of the finished benchmark
}

// TestAUnitThatFailsIsTriedAgain has a class that cannot be learnt the first time.
func TestAUnitThatFailsIsTriedAgain(t *testing.T) {
	set := bumps(t, "a", "b")
	dir := filepath.Join(t.TempDir(), "out")
	once := func(fits int) error {
		if fits == 2 {
			return errors.New("out of luck")
		}
		return nil
	}
	o, err := into(t, dir, set, pair(once), func(o *FolderOptions) { o.Shard = dataset.Shard{Index: 0, Count: 1} })
	if err != nil || len(o.Failed) != 1 || !strings.Contains(o.Failed[0].Error(), "tall on class b, seed 1: out of luck") || o.Units != 7 {
		t.Fatalf("%+v, %v", o, err)
	}
	o, err = into(t, dir, set, pair(nil), resuming)
	if err != nil || len(o.Failed) != 0 || o.Units != 8 {
		t.Fatalf("tried again: %+v, %v", o, err)
	}
	// Where it fails for good, the rest is there.
	always := func(fits int) error { return once(fits) }
	o, err = into(t, filepath.Join(t.TempDir(), "out"), set, pair(always), nil)
	if err != nil || len(o.Failed) != 1 || !strings.Contains(o.Failed[0].Error(), "seed 1: tall, class b: out of luck") {
		t.Fatalf("%+v, %v", o, err)
	}
	if n := len(o.Documents[0].Detectors[0].Classes); n != 1 {
		t.Errorf("%d classes in the document", n)
	}
}
