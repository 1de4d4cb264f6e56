package dataset

import (
	"os"
	"path/filepath"
	"testing"
)

// A folder with the names of the published listing is taken for it; one with a manifest, or
// with a file more or less, is not.
func TestPublishedIsToldByNamesAndNumbers(t *testing.T) {
	opt := Options{Preset: AnomalyShapeNet, Classes: []string{"bottle1", "cup0"}}.Defaults()
	dir := t.TempDir()
	touch := func(file string) string {
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for i, class := range opt.Classes {
		jobs, err := jobsOf(i, source{class: class}, opt)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			touch(j.file)
			if j.truth != "" {
				touch(j.truth)
			}
		}
	}
	published := func() string {
		set, err := Open(dir, "auto")
		if err != nil {
			t.Fatal(err)
		}
		return set.Published()
	}
	if got := published(); got != AnomalyShapeNet {
		t.Errorf("the listing is taken for %q", got)
	}
	for _, more := range []string{ManifestName, "cup0/test/cup0_positive15.pcd", "cup0/train/cup0_template4.pcd"} {
		file := touch(more)
		if got := published(); got != "" {
			t.Errorf("with %s it is taken for %q", more, got)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "bottle1", "test", "bottle1_crak4.pcd")); err != nil {
		t.Fatal(err)
	}
	if got := published(); got != "" {
		t.Errorf("with a file less it is taken for %q", got)
	}
}

func TestPublishedReal3D(t *testing.T) {
	class := func(name string, train, test int) Class {
		return Class{Name: name, Train: make([]Item, train), Test: make([]Item, test)}
	}
	for want, classes := range map[string][][]Class{
		Real3D: {{class("car", 4, 100)}, {class("car", 4, 100), class("chicken", 4, 106)}},
		"":     {{class("car", 4, 20)}, {class("car", 5, 100)}, {class("car", 4, 100), class("cup0", 4, 100)}, {class("chicken", 4, 100)}, nil},
	} {
		for _, c := range classes {
			set := &Set{Dir: t.TempDir(), Layout: Real3D, Classes: c}
			if got := set.Published(); got != want {
				t.Errorf("%+v is taken for %q", c, got)
			}
		}
	}
	if got := (&Set{Dir: t.TempDir(), Layout: Plain, Classes: []Class{class("car", 4, 100)}}).Published(); got != "" {
		t.Errorf("a plain folder is taken for %q", got)
	}
}
