package defect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"blemish/dataset"
	"blemish/defect"
	"blemish/seed"
	"blemish/shape"
)

// TestNewKindIsEverywhere: what stands in the table is drawn, applied, written and read,
// checked, and named.
func TestNewKindIsEverywhere(t *testing.T) {
	defect.AddToy(t)
	ctx := context.Background()
	bowl, err := shape.Build("bowl0", seed.Stream(1, "toy"))
	if err != nil {
		t.Fatal(err)
	}
	target, err := defect.NewTarget(ctx, bowl)
	if err != nil {
		t.Fatal(err)
	}
	plan, carved, err := defect.Carve(ctx, target, defect.Toy, defect.Medium, seed.Stream(1, "draw"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(`"twist":`)) || !bytes.HasPrefix(text, []byte(`{"kind":"toy","severity":"medium","center":[`)) {
		t.Errorf("written as %s", text)
	}
	var read defect.Plan
	if err := json.Unmarshal(text, &read); err != nil || !reflect.DeepEqual(read, plan) {
		t.Fatalf("%s is read as %+v: %v", text, read, err)
	}
	applied, err := defect.Apply(ctx, target, read)
	if err != nil || !reflect.DeepEqual(applied.Mesh(), carved.Mesh()) {
		t.Errorf("Apply makes another surface than Carve: %v", err)
	}
	anomalous := 0
	for _, l := range applied.Sample(2000, seed.Stream(1, "points")).Scalar("label") {
		anomalous += int(l)
	}
	if anomalous == 0 {
		t.Error("no point of the toy is labelled")
	}
	read.Form = defect.ToyPlan{Radius: math.NaN(), Depth: 1}
	if err := read.Validate(); err == nil || !strings.Contains(err.Error(), "radius is NaN") {
		t.Errorf("a toy without a radius: %v", err)
	}
	_, err = defect.Draw(target, "dent", defect.Easy, seed.Stream(1, "x"))
	if !defect.Known(defect.Toy) || !slices.Contains(dataset.AllKinds(), defect.Toy) || !strings.Contains(err.Error(), "toy") {
		t.Errorf("the toy is not named: %v, %v", dataset.AllKinds(), err)
	}
}

// TestNewKindChangesNothingElse: with another kind in the table, hybrids, presets and sets
// that name their kinds are the same, byte for byte.
func TestNewKindChangesNothingElse(t *testing.T) {
	recipes := map[string]dataset.Options{
		"named":  {Classes: []string{"vase4"}, Kinds: append(defect.Kinds(), defect.Hybrid), Train: 1, Sound: 1, PerKind: 1},
		"preset": {Classes: []string{"vase7"}, Preset: dataset.AnomalyShapeNet, Train: 1, Sound: 1, PerKind: 1},
	}
	build := func(name string) map[string]string {
		opt := recipes[name]
		opt.MinPoints, opt.MaxPoints, opt.Version, opt.Seed = 200, 300, "test", 4
		dir := filepath.Join(t.TempDir(), "set")
		if _, err := dataset.Build(context.Background(), dir, opt); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var text []byte
				text, err = os.ReadFile(path)
				files[strings.TrimPrefix(path, dir)] = string(text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	before := map[string]map[string]string{}
	for name := range recipes {
		before[name] = build(name)
	}
	defect.AddToy(t)
	for name := range recipes {
		after := build(name)
		if len(after) != len(before[name]) || len(after) < 10 {
			t.Errorf("%s: %d files, %d before", name, len(after), len(before[name]))
		}
		for file, text := range after {
			if text != before[name][file] {
				t.Errorf("%s: %s has changed", name, file)
			}
		}
	}
}
