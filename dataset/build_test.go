package dataset

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"blemish/defect"
	"blemish/internal/partial"
	"blemish/task"
)

// smallRecipe has everything that a scanner does, but whole and even clouds.
func smallRecipe(workers task.Workers) Options {
	return Options{
		Classes: []string{"vase7", "eraser0"}, Kinds: []defect.Kind{defect.Bulge, defect.Hole}, Train: 1, Sound: 1, PerKind: 1,
		MinPoints: 900, MaxPoints: 1100, Noise: 0.001, Outliers: 0.002, Seed: 5, Workers: workers, Version: "test",
	}
}

func mustBuild(t *testing.T, opt Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "set")
	if _, err := Build(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	return dir
}

// contents reads every file below dir.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		all[rel], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same fails the test unless both folders hold the same files.
func same(t *testing.T, what, a, b string) {
	t.Helper()
	left, right := contents(t, a), contents(t, b)
	if len(left) < 8 || len(left) != len(right) {
		t.Fatalf("%s: %d and %d files", what, len(left), len(right))
	}
	for name, text := range left {
		if !bytes.Equal(text, right[name]) {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func TestBuildIsTheSameOnAnyNumberOfWorkers(t *testing.T) {
	same(t, "1 and 3 workers", mustBuild(t, smallRecipe(1)), mustBuild(t, smallRecipe(3)))
}

func TestPartialScansAreTheSameOnAnyNumberOfWorkers(t *testing.T) {
	var dirs [2]string
	for i, workers := range []task.Workers{1, 3} {
		o := smallRecipe(workers)
		o.Classes, o.Views, o.Uneven, o.Quantize, o.Sampling, o.Layout = o.Classes[:1], 2, 0.6, 1e-4, ByVertices, Real3D
		o.Train, o.Sound, o.PerKind = 2, 2, 2
		dirs[i] = mustBuild(t, o)
	}
	same(t, "1 and 3 workers", dirs[0], dirs[1])
}

func TestBuildIsReadBack(t *testing.T) {
	for i, layout := range []string{AnomalyShapeNet, Real3D} {
		opt := smallRecipe(0)
		opt.Layout, opt.Classes = layout, opt.Classes[i:i+1]
		opt.Kinds = []defect.Kind{defect.Concavity, defect.Crack}
		dir := mustBuild(t, opt)
		m, err := ReadManifest(dir)
		if err != nil {
			t.Fatal(err)
		}
		set, err := Open(dir, "auto")
		if err != nil {
			t.Fatal(err)
		}
		if set.Layout != layout {
			t.Fatalf("layout %s is read as %s", layout, set.Layout)
		}
		bySample := map[string]Sample{}
		for _, s := range m.Samples {
			bySample[s.File] = s
		}
		if len(bySample) != 4 || len(set.Classes) != 1 {
			t.Fatalf("%d samples of %d classes", len(bySample), len(set.Classes))
		}
		for _, class := range set.Classes {
			for _, it := range append(append([]Item{}, class.Train...), class.Test...) {
				s, ok := bySample[it.File]
				if !ok {
					t.Fatalf("%s is not in the manifest", it.File)
				}
				cloud, _, err := set.Load(it)
				if err != nil {
					t.Fatal(err)
				}
				anomalous := 0
				for _, v := range cloud.Scalar("label") {
					anomalous += int(v)
				}
				if cloud.Len() != s.Points || anomalous != s.Anomalous || (s.Plan != nil) != it.Defective || it.Truth != s.Truth {
					t.Errorf("%s: %d points, %d anomalous; the manifest says %d and %d", it.File, cloud.Len(), anomalous, s.Points, s.Anomalous)
				}
				if it.Defective && (s.Share < leastShare || s.Share > mostShare || s.Depth <= 0) {
					t.Errorf("%s: share %g, depth %g", it.File, s.Share, s.Depth)
				}
			}
		}
	}
}

func TestBuildLeavesNothingHalfMade(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "set")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, dir, smallRecipe(0)); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
}

// stopped builds until so many clouds are done, and leaves the working folder.
func stopped(t *testing.T, dir string, opt Options, after int32) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var n atomic.Int32
	opt.Progress = func(task.Event) {
		if n.Add(1) >= after {
			cancel()
		}
	}
	opt.Keep = true
	if _, err := Build(ctx, dir, opt); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped run says %v", err)
	}
}

func TestResumeGivesTheSameBytes(t *testing.T) {
	opt := smallRecipe(2)
	opt.MinPoints, opt.MaxPoints = 400, 500
	opt.Sound = 16 // two units a class
	whole := mustBuild(t, opt)
	dir := filepath.Join(t.TempDir(), "set")
	one := opt
	one.Workers = 1 // so that the first unit is whole when the 18th cloud is
	stopped(t, dir, one, 18)
	if _, err := os.Stat(dir); err == nil {
		t.Fatal("a stopped run has made its folder")
	}
	partial := dir + ".partial"
	for _, folder := range []string{dir + ".partial", filepath.Join(partial, "set")} {
		if _, err := Open(folder, "auto"); !errors.Is(err, ErrUnfinished) {
			t.Errorf("%s is opened with %v", folder, err)
		}
	}
	if _, err := Build(context.Background(), dir, opt); !errors.Is(err, ErrUnfinished) {
		t.Errorf("a second run says %v", err)
	}
	other := opt
	other.Resume, other.Noise = true, 0.002
	if _, err := Build(context.Background(), dir, other); err == nil || !strings.Contains(err.Error(), "another recipe") {
		t.Errorf("another recipe goes on: %v", err)
	}
	// What a kill leaves: a cloud cut short among the drafts, one in the set that no record
	// has, and a record whose cloud is not there.
	write(t, filepath.Join(partial, "work", "00000003", "eraser0_bulge0.pcd"), "cut")
	write(t, filepath.Join(partial, "set", "eraser0", "test", "eraser0_hole0.pcd"), "cut")
	if err := os.Remove(filepath.Join(partial, "set", "vase7", "train", "vase7_template0.pcd")); err != nil {
		t.Fatal(err)
	}
	opt.Resume = true
	for range 2 { // the second time, all is done
		sum, err := Build(context.Background(), dir, opt)
		if err != nil || sum.Clouds != 38 || sum.Classes != 2 || sum.Defective != 4 {
			t.Fatalf("resumed: %+v, %v", sum, err)
		}
		same(t, "undisturbed and resumed", whole, dir)
	}
	if _, err := os.Stat(partial); err == nil {
		t.Error("the working folder has stayed")
	}
}

func TestShardsMakeTheWholeSet(t *testing.T) {
	opt := smallRecipe(2)
	opt.Sound, opt.MinPoints, opt.MaxPoints = 16, 400, 500
	whole := mustBuild(t, opt)
	dir, elsewhere := filepath.Join(t.TempDir(), "set"), filepath.Join(t.TempDir(), "set")
	for i := range 3 {
		opt.Shard = Shard{Index: i, Count: 3}
		at := dir
		if i == 1 {
			at = elsewhere // on another machine
		}
		sum, err := Build(context.Background(), at, opt)
		if err != nil || sum.Partial != at+".partial" {
			t.Fatalf("shard %d: %+v, %v", i, sum, err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir+".partial", partial.Mark)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir+".partial", os.DirFS(elsewhere+".partial")); err != nil {
		t.Fatal(err)
	}
	opt.Shard, opt.Resume = Shard{}, true
	made := 0
	opt.Progress = func(task.Event) { made++ }
	if _, err := Build(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	if made > 0 {
		t.Errorf("joining made %d clouds again", made)
	}
	same(t, "whole and in shards", whole, dir)
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	opt := smallRecipe(2)
	opt.Classes, opt.Views = opt.Classes[1:], 1
	whole := mustBuild(t, opt)
	m, err := ReadManifest(whole)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := m.Find([]string{"eraser0_hole0", "eraser0_positive0.pcd", "eraser0/train/eraser0_template0.pcd"})
	if err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := Replay(context.Background(), again, m, samples, nil, 2); err != nil {
		t.Fatal(err)
	}
	want, got := contents(t, whole), contents(t, again)
	if len(got) != 4 {
		t.Errorf("%d files, want 3 clouds and a truth", len(got))
	}
	for name, text := range got {
		if !bytes.Equal(text, want[name]) {
			t.Errorf("%s differs", name)
		}
	}
	if _, err := Open(again, "auto"); !errors.Is(err, ErrNotADataset) && len(samples) < 3 {
		t.Errorf("single clouds are taken for a data set: %v", err)
	}
	samples[0].Points++
	if err := Replay(context.Background(), filepath.Join(t.TempDir(), "x"), m, samples[:1], nil, 1); err == nil {
		t.Error("a sample that comes out different is no error")
	}
	if _, err := m.Find([]string{"eraser0_bulge9"}); err == nil || !strings.Contains(err.Error(), "eraser0_bulge9") {
		t.Errorf("an unknown sample: %v", err)
	}
}

func TestBuildRefuses(t *testing.T) {
	full := t.TempDir()
	write(t, filepath.Join(full, "x"), "")
	if _, err := Build(context.Background(), full, smallRecipe(0)); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("full folder: %v", err)
	}
	for name, change := range map[string]func(*Options){
		"class":    func(o *Options) { o.Classes = []string{"spaceship"} },
		"kind":     func(o *Options) { o.Kinds = []defect.Kind{"dent"} },
		"points":   func(o *Options) { o.MinPoints, o.MaxPoints = 5, 2 },
		"noise":    func(o *Options) { o.Noise = math.NaN() },
		"train":    func(o *Options) { o.Train = 0 },
		"severity": func(o *Options) { o.Severity = "brutal" },
		"views":    func(o *Options) { o.Views = 3 },
		"uneven":   func(o *Options) { o.Uneven = 1.5 },
		"quantize": func(o *Options) { o.Quantize = -1 },
		"sampling": func(o *Options) { o.Sampling = "edges" },
		"layout":   func(o *Options) { o.Layout = "kitti" },
		"pose":     func(o *Options) { o.Pose = "sitting" },
		"preset":   func(o *Options) { o.Preset = "imagenet" },
		"shard":    func(o *Options) { o.Shard = Shard{Index: 4, Count: 4} },
		"mesh":     func(o *Options) { o.Meshes = []string{full} },
	} {
		o := smallRecipe(0)
		change(&o)
		dir := filepath.Join(t.TempDir(), "set")
		if _, err := Build(context.Background(), dir, o); err == nil {
			t.Errorf("a wrong %s was accepted", name)
		}
		if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) > 0 {
			t.Errorf("a wrong %s leaves %v", name, left)
		}
	}
}

func TestAFamilyIsAllItsClassesOnce(t *testing.T) {
	sources, err := findSources(Options{Classes: []string{"cup1", "cup", "tap0"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sources {
		got = append(got, s.class)
	}
	if want := "cup1 cup0 tap0"; strings.Join(got, " ") != want {
		t.Errorf("classes %v, want %s", got, want)
	}
}

// TestBadMeshesAreSkipped: one mesh that cannot be used does not stop the others.
func TestBadMeshesAreSkipped(t *testing.T) {
	meshes := t.TempDir()
	write(t, filepath.Join(meshes, "flat.obj"), "v 0 0 0\nv 1 0 0\nv 2 0 0\nf 1 2 3\n")
	write(t, filepath.Join(meshes, "cut.ply"), "ply\nformat ascii 1.0\nelement vertex 9\n")
	opt := smallRecipe(0)
	opt.Classes, opt.Meshes = nil, []string{meshes}
	dir := filepath.Join(t.TempDir(), "set")
	if _, err := Build(context.Background(), dir, opt); err == nil || !strings.Contains(err.Error(), "no class") {
		t.Fatalf("nothing but bad meshes: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
	write(t, filepath.Join(meshes, "box.off"), "OFF\n8 6 0\n0 0 0\n2 0 0\n2 1 0\n0 1 0\n0 0 1\n2 0 1\n2 1 1\n0 1 1\n"+
		"4 3 2 1 0\n4 4 5 6 7\n4 0 1 5 4\n4 1 2 6 5\n4 2 3 7 6\n4 3 0 4 7\n")
	opt.Kinds = []defect.Kind{defect.Bulge}
	sum, err := Build(context.Background(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Classes != 1 || len(sum.Skipped) != 2 || sum.Skipped[0].Class != "cut" || sum.Skipped[1].Kind != "*" {
		t.Fatalf("%+v", sum)
	}
	text, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil || bytes.Contains(text, []byte(meshes)) {
		t.Errorf("the manifest names a path of this machine (%v)", err)
	}
}
