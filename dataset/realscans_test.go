package dataset

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/task"
)

// scanFolder is a folder of n one-sided scans of a dish with a rib, with noise, in a unit of its own.
func scanFolder(t *testing.T, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "My Dish 1.2")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for k := range n {
		r := seed.Stream(9, "dish", k)
		c := &geom.Cloud{Sensor: &geom.Vec{X: 10, Y: -20, Z: 900}}
		for c.Len() < 5000 {
			x, y := r.Uniform(-50, 50), r.Uniform(-50, 50)
			z := (x*x+y*y)/200 + 6*math.Exp(-x*x/20) + 0.02*r.Norm()
			c.Points = append(c.Points, geom.Vec{X: x, Y: y, Z: z}.F())
		}
		if err := format.WriteCloud(filepath.Join(dir, fmt.Sprintf("scan%d.pcd", k)), c, format.WriteOptions{Encoding: "binary"}); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func scansRecipe(dir string, workers task.Workers) Options {
	return Options{
		Scans: true, ScanFolders: []string{dir}, Train: 3, Sound: 9, PerKind: 3, Seed: 4, Workers: workers, Version: "test",
		Kinds: []defect.Kind{defect.Bulge, defect.Concavity, defect.Hole, defect.Scratch, defect.Crack},
	}
}

func TestSetsFromScans(t *testing.T) {
	dir := scanFolder(t, 5)
	opt := scansRecipe(dir, 1)
	whole := mustBuild(t, opt)
	same(t, "one worker and three", whole, mustBuild(t, scansRecipe(dir, 3)))
	set, err := Open(whole, "auto")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Classes) != 1 {
		t.Fatalf("%d classes", len(set.Classes))
	}
	m, err := ReadManifest(whole)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range m.Samples {
		count[s.Kind]++
		cloud, _, err := format.ReadCloud(filepath.Join(whole, filepath.FromSlash(s.File)))
		if err != nil {
			t.Fatal(err)
		}
		if cloud.Len() != s.Points || cloud.Sensor == nil {
			t.Errorf("%s: %d points, the manifest has %d; scanner at %v", s.File, cloud.Len(), s.Points, cloud.Sensor)
		}
		train := strings.Contains(s.File, "/train/")
		if learnt := s.Source == "My Dish 1.2/scan0.pcd" || s.Source == "My Dish 1.2/scan1.pcd" || s.Source == "My Dish 1.2/scan2.pcd"; learnt != train {
			t.Errorf("%s comes from %s", s.File, s.Source)
		}
		if s.Class != "my-dish-1-2" {
			t.Errorf("class %q", s.Class)
		}
		if s.Kind == Sound {
			if s.Points != 5000 || s.Anomalous != 0 {
				t.Errorf("%s: %d points, %d anomalous", s.File, s.Points, s.Anomalous)
			}
			continue
		}
		hole := s.Kind == string(defect.Hole)
		if s.Carving == nil || hole && s.Anomalous == 0 || s.Anomalous+s.Lost == 0 || hole && (s.Lost == 0 || s.Points+s.Lost != 5000) {
			t.Errorf("%s: carving %+v, %d anomalous, %d lost, %d points", s.File, s.Carving, s.Anomalous, s.Lost, s.Points)
		}
	}
	want := map[string]int{Sound: 5, "bulge": 3, "concavity": 3, "hole": 3, "scratch": 3, "crack": 3}
	if fmt.Sprint(count) != fmt.Sprint(want) || len(m.Skipped) > 0 {
		t.Errorf("%v, want %v; skipped %+v", count, want, m.Skipped)
	}
}

func TestSetsFromScansResumeShardAndReplay(t *testing.T) {
	scans := scanFolder(t, 5)
	opt := scansRecipe(scans, 2)
	whole := mustBuild(t, opt)
	dir := filepath.Join(t.TempDir(), "set")
	stopped(t, dir, opt, 17)
	resumed := opt
	resumed.Resume = true
	if _, err := Build(context.Background(), dir, resumed); err != nil {
		t.Fatal(err)
	}
	same(t, "undisturbed and resumed", whole, dir)

	dir = filepath.Join(t.TempDir(), "set")
	for i := range 2 {
		part := opt
		part.Shard = Shard{Index: i, Count: 2}
		if _, err := Build(context.Background(), dir, part); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Build(context.Background(), dir, resumed); err != nil {
		t.Fatal(err)
	}
	same(t, "whole and in shards", whole, dir)

	m, err := ReadManifest(whole)
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "again")
	if err := Replay(context.Background(), dir, m, m.Samples, []string{scans}, 2); err != nil {
		t.Fatal(err)
	}
	all := contents(t, whole)
	for name, text := range contents(t, dir) {
		if !bytes.Equal(text, all[name]) {
			t.Errorf("replayed, %s differs", name)
		}
	}
	other := scanFolder(t, 5)
	if err := os.Remove(filepath.Join(other, "scan4.pcd")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(other, "scan4.xyz"), strings.Repeat("1 2 3\n", 200))
	last := m.Samples[len(m.Samples)-1:]
	for _, s := range m.Samples {
		if strings.HasSuffix(s.Source, "scan4.pcd") {
			last = []Sample{s}
		}
	}
	if err := Replay(context.Background(), filepath.Join(t.TempDir(), "x"), m, last, []string{other}, 1); err == nil || !strings.Contains(err.Error(), "none of the scans") {
		t.Errorf("other scans: %v", err)
	}
}

func TestSetsFromScansRefuse(t *testing.T) {
	dir := scanFolder(t, 4)
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"none left": {func(o *Options) { o.Train = 4 }, "none is left to carve into"},
		"kind":      {func(o *Options) { o.Kinds = []defect.Kind{defect.Bending} }, "cannot be carved into scans"},
		"noise":     {func(o *Options) { o.Noise = 0.01 }, "as they come"},
		"views":     {func(o *Options) { o.Views = 1 }, "as they come"},
		"table":     {func(o *Options) { o.Table = true }, "as they come"},
		"preset":    {func(o *Options) { o.Preset = AnomalyShapeNet }, "preset"},
		"twice":     {func(o *Options) { o.ScanFolders = append(o.ScanFolders, dir) }, "rename one"},
		"nowhere":   {func(o *Options) { o.ScanFolders = []string{filepath.Join(dir, "nowhere")} }, "nowhere"},
	} {
		o := scansRecipe(dir, 1)
		c.change(&o)
		if _, err := Build(context.Background(), filepath.Join(t.TempDir(), "set"), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
