package benchmark

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"blemish/dataset"
	"blemish/detect"
	"blemish/report"
	"blemish/task"
)

// The recipe of a benchmark: all that its results depend on. Units of another recipe are
// never joined with these.

// RecipeName is the file with the recipe in a finished benchmark's folder.
const RecipeName = "recipe.json"

// recipe is recipe.json.
type recipe struct {
	Blemish   string           `json:"blemish"`
	Data      string           `json:"data"` // name of the set, no path
	Layout    string           `json:"layout"`
	Seeds     []uint64         `json:"seeds"`
	Many      bool             `json:"folder_a_seed"` // each seed has a folder of its own
	Views     int              `json:"views"`
	Detectors []recipeDetector `json:"detectors"`
	Classes   []recipeClass    `json:"classes"`
}

type recipeDetector struct {
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config"`
	// Files are the hashes of files that the configuration names, such as weights.
	Files map[string]string `json:"files,omitempty"`
}

type recipeClass struct {
	Class  string `json:"class"`
	SHA256 string `json:"sha256"` // of the names and contents of all its files
}

// newRecipe reads every file of the classes.
func newRecipe(ctx context.Context, set *dataset.Set, classes []*dataset.Class, detectors []detect.Detector, opt FolderOptions) (*recipe, error) {
	r := &recipe{Blemish: opt.Version, Data: set.Name, Layout: set.Layout, Seeds: opt.seeds(), Many: len(opt.Seeds) > 0, Views: opt.Views}
	for _, d := range detectors {
		config, err := report.ConfigJSON(d.Config())
		if err != nil {
			return nil, err
		}
		own := recipeDetector{Name: d.Name(), Config: config, Files: map[string]string{}}
		var settings any
		if err := json.Unmarshal(config, &settings); err != nil {
			return nil, err
		}
		hashNamed(settings, own.Files)
		r.Detectors = append(r.Detectors, own)
	}
	for i, c := range classes {
		sum, err := hashClass(ctx, set, c, opt.Fit.Workers)
		if err != nil {
			return nil, err
		}
		r.Classes = append(r.Classes, recipeClass{c.Name, sum})
		opt.Progress.Report(task.Event{Stage: "read the data set", Done: i + 1, Total: len(classes), Unit: "classes"})
	}
	return r, nil
}

// hashNamed adds the hashes of all files that settings name.
func hashNamed(settings any, into map[string]string) {
	switch v := settings.(type) {
	case map[string]any:
		for _, inner := range v {
			hashNamed(inner, into)
		}
	case []any:
		for _, inner := range v {
			hashNamed(inner, into)
		}
	case string:
		if info, err := os.Stat(v); err == nil && info.Mode().IsRegular() {
			if sum, err := hashFile(v); err == nil {
				into[v] = sum
			}
		}
	}
}

// hashClass is one hash of the names and contents of all files of a class. A file that
// cannot be read counts as such: it costs its own line in the results, too.
func hashClass(ctx context.Context, set *dataset.Set, c *dataset.Class, workers task.Workers) (string, error) {
	var files []string
	add := func(file string) {
		if file != "" {
			files = append(files, file)
		}
	}
	add(c.CAD)
	for _, it := range slices.Concat(c.Train, c.Test) {
		add(it.File)
		add(it.Truth)
	}
	sums := make([]string, len(files))
	err := task.For(ctx, workers, len(files), 1, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			var err error
			if sums[i], err = hashFile(set.Path(files[i])); err != nil {
				sums[i] = "unreadable"
			}
		}
	})
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for i, f := range files {
		fmt.Fprintf(h, "%q %s\n", f, sums[i])
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// text is the file.
func (r *recipe) text() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", " ")
	return append(text, '\n'), err
}

// hash names the recipe in records.
func (r *recipe) hash() (string, error) {
	text, err := r.text()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// differs says in words what a folder that was begun with another recipe has other than r.
func (r *recipe) differs(folder string, text []byte) error {
	there := &recipe{}
	if err := json.Unmarshal(text, there); err != nil {
		return fmt.Errorf("%s: its recipe cannot be read (%w): remove the folder", folder, err)
	}
	var other []string
	say := func(is bool, format string, a ...any) {
		if is {
			other = append(other, fmt.Sprintf(format, a...))
		}
	}
	say(there.Blemish != r.Blemish, "version %s (this is %s)", there.Blemish, r.Blemish)
	say(there.Data != r.Data || there.Layout != r.Layout, "the data set %s, layout %s (this is %s, %s)", there.Data, there.Layout, r.Data, r.Layout)
	say(!slices.Equal(there.Seeds, r.Seeds) || there.Many != r.Many, "the seeds %v (now %v)", there.Seeds, r.Seeds)
	say(there.Views != r.Views, "--views %d (now %d)", there.Views, r.Views)
	if names, now := there.detectorNames(), r.detectorNames(); !slices.Equal(names, now) {
		say(true, "the detectors %s (now %s)", strings.Join(names, ", "), strings.Join(now, ", "))
	} else {
		for i, d := range r.Detectors {
			say(!sameJSON(d.Config, there.Detectors[i].Config), "other settings of %s", d.Name)
			say(!maps.Equal(d.Files, there.Detectors[i].Files), "other contents of a file that %s uses", d.Name)
		}
	}
	if names, now := there.classNames(), r.classNames(); !slices.Equal(names, now) {
		say(true, "the classes %s (now %s)", strings.Join(names, ", "), strings.Join(now, ", "))
	} else {
		for i, c := range r.Classes {
			say(c.SHA256 != there.Classes[i].SHA256, "other files of the class %s", c.Class)
		}
	}
	say(len(other) == 0, "another recipe")
	return fmt.Errorf("%s was begun with %s: repeat that, or remove the folder", folder, strings.Join(other, "; "))
}

// sameJSON compares documents whatever their white space.
func sameJSON(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

func (r *recipe) detectorNames() []string {
	var names []string
	for _, d := range r.Detectors {
		names = append(names, d.Name)
	}
	return names
}

func (r *recipe) classNames() []string {
	var names []string
	for _, c := range r.Classes {
		names = append(names, c.Class)
	}
	return names
}
