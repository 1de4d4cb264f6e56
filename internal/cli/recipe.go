package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/auto"
	"blemish/internal/plainyaml"
	"blemish/internal/setting"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
)

// Recipes and --set: YAML from people, read within bounds.

const (
	mostRecipe  = 64 << 10 // bytes of a recipe
	mostSetting = 4 << 10  // bytes of one --set
)

// recipe is how a detector is chosen and set up: from flags and a YAML file.
type recipe struct {
	detector string
	file     string
	set      []string

	pretrained string // only train has the flags
	budget     *float64
	cad        cad
}

func (r *recipe) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.detector, "detector", all.Names()[0], strings.Join(all.Names(), ", "))
	f.StringVar(&r.file, "recipe", "", "YAML file with the detector's configuration")
	f.StringArrayVar(&r.set, "set", nil, "one setting, key=value; wins over the recipe")
}

// build reads the recipe, lets --set win over it, and makes the detector.
func (r *recipe) build(changed bool) (detect.Detector, error) {
	doc := recipeFile{Detector: r.detector, Config: map[string]any{}}
	if r.file != "" {
		read, err := readRecipe(r.file)
		if err != nil {
			return nil, err
		}
		if read.Detector != "" && !changed {
			doc.Detector = read.Detector
		}
		if read.Config != nil {
			doc.Config = read.Config
		}
	}
	if err := parseSettings(r.set, doc.Config); err != nil {
		return nil, err
	}
	if r.pretrained != "" {
		doc.Config["pretrained"] = r.pretrained
	}
	if r.budget != nil {
		if doc.Detector != auto.Name {
			return nil, usagef("--budget: %s has no companions that could be left out; --detector auto has", doc.Detector)
		}
		doc.Config["budget"] = *r.budget
	}
	if err := r.cad.settings(doc.Config); err != nil {
		return nil, err
	}
	config, err := settingsJSON(doc.Config)
	if err != nil {
		return nil, err
	}
	plain, err := all.New(doc.Detector)
	if err != nil {
		return nil, usageError{err}
	}
	if err := r.cad.check(plain); err != nil {
		return nil, err
	}
	d, err := all.Configured(doc.Detector, config)
	if err != nil {
		return nil, usageError{err}
	}
	return d, nil
}

// printRecipe writes the effective recipe, ready to be used with --recipe.
func printRecipe(w io.Writer, d detect.Detector) error {
	config, err := json.Marshal(d.Config())
	if err != nil {
		return err
	}
	text, err := yaml.JSONToYAML(config)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "detector: %s\nconfig:\n", d.Name())
	for _, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		fmt.Fprintln(w, "  "+line)
	}
	return nil
}

// recipeFile is the YAML document of --recipe and --print-config.
type recipeFile struct {
	Detector string         `yaml:"detector" json:"detector"`
	Config   map[string]any `yaml:"config" json:"config"`
}

// readRecipe reads a recipe; what is wrong with it is wrong usage.
func readRecipe(path string) (recipeFile, error) {
	var read recipeFile
	f, err := os.Open(path)
	if err != nil {
		return read, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostRecipe+1))
	if err != nil {
		return read, fmt.Errorf("read %s: %w", path, err)
	}
	if len(text) > mostRecipe {
		return read, usagef("%s: more than %d KiB; a recipe is a few lines, as train --print-config prints them", path, mostRecipe>>10)
	}
	if err := plainyaml.Decode(text, &read, yaml.Strict()); err != nil {
		return read, usagef("%s: %w", path, err)
	}
	return read, nil
}

// parseSetting reads key=value, where value is YAML.
func parseSetting(text string) (key string, value any, err error) {
	key, rest, ok := strings.Cut(text, "=")
	switch {
	case !ok || key == "":
		return "", nil, usagef("--set %s: want key=value", setting.Short(text))
	case len(text) > mostSetting:
		return "", nil, usagef("--set %s: %d bytes, at most %d are read", setting.Short(text), len(text), mostSetting)
	}
	if err := plainyaml.Decode([]byte(rest), &value); err != nil {
		return "", nil, usagef("--set %s: %w", setting.Short(text), err)
	}
	return key, value, nil
}

// parseSettings reads several settings; the last of a key counts.
func parseSettings(texts []string, into map[string]any) error {
	for _, text := range texts {
		key, value, err := parseSetting(text)
		if err != nil {
			return err
		}
		into[key] = value
	}
	return nil
}

// settingsJSON is settings as the detectors read them.
func settingsJSON(settings map[string]any) ([]byte, error) {
	for key, value := range settings {
		if v, ok := value.(float64); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
			return nil, usagef("%s is %v; it must be a number", setting.Short(key), v)
		}
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, usageError{err}
	}
	return text, nil
}
