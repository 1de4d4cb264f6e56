package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blemish/format"
	"blemish/seed"
	"blemish/shape"
)

// TestReplayFromMeshFiles makes every sample of a set again, of every kind, from mesh
// files and partial views too; a mesh that has changed is refused.
func TestReplayFromMeshFiles(t *testing.T) {
	meshes := t.TempDir()
	file := filepath.Join(meshes, "vase.stl")
	vase, err := shape.Build("vase4", seed.Stream(3, "vase"))
	if err != nil {
		t.Fatal(err)
	}
	if err := format.WriteMesh(file, vase, format.WriteOptions{Encoding: "binary"}); err != nil {
		t.Fatal(err)
	}
	for _, views := range []int{0, 1} {
		opt := smallRecipe(2)
		opt.Classes, opt.Meshes, opt.Kinds, opt.Views = nil, []string{meshes}, AllKinds(), views
		whole := mustBuild(t, opt)
		m, err := ReadManifest(whole)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Samples) < 2+len(AllKinds())-1 {
			t.Errorf("%d samples, left out: %v", len(m.Samples), m.Skipped)
		}
		want := contents(t, whole)
		// Last first: none needs what came before it.
		slices.Reverse(m.Samples)
		again := filepath.Join(t.TempDir(), "again")
		if err := Replay(context.Background(), again, m, m.Samples, []string{file}, 1); err != nil {
			t.Fatal(err)
		}
		made := contents(t, again)
		if len(made) < len(m.Samples) {
			t.Errorf("%d views: %d files of %d samples", views, len(made), len(m.Samples))
		}
		for name, text := range made {
			if string(text) != string(want[name]) {
				t.Errorf("%d views: %s differs", views, name)
			}
		}
		if views == 0 {
			continue
		}
		if err := format.WriteMesh(file, vase, format.WriteOptions{Encoding: "ascii"}); err != nil {
			t.Fatal(err)
		}
		err = Replay(context.Background(), filepath.Join(t.TempDir(), "x"), m, m.Samples[:1], []string{file}, 1)
		if err == nil || !strings.Contains(err.Error(), "not the file that the set was made from") {
			t.Errorf("a changed mesh: %v", err)
		}
	}
}

// TestOldManifestsReplay makes the samples of a manifest again that a program wrote
// whose plans were one flat struct: each comes out as it says, and what is written of it
// is byte for byte what the manifest holds.
func TestOldManifestsReplay(t *testing.T) {
	text, err := os.ReadFile("testdata/manifest-0.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := DecodeManifest(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Samples) != 2+2*len(presetKinds())+2 {
		t.Fatalf("%d samples", len(m.Samples))
	}
	for _, s := range m.Samples {
		line, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, line) {
			t.Errorf("%s is written as\n%s\nwhich the manifest does not hold", s.File, line)
		}
	}
	// Replay compares counts, share, size, depth and pose with the manifest's.
	if err := Replay(context.Background(), filepath.Join(t.TempDir(), "again"), m, m.Samples, nil, 0); err != nil {
		t.Error(err)
	}
}
