package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blemish"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
)

// recipe is how a detector is chosen and set up: from flags and a YAML file.
type recipe struct {
	detector string
	file     string
	set      []string

	pretrained string // only train has the flags
	cad        cad
}

func (r *recipe) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.detector, "detector", "auto", "auto ("+all.Names()[0]+"), "+strings.Join(all.Names(), " or "))
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

// print writes the effective recipe, ready to be used with --recipe.
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

// checkpointing is how a training run is kept.
type checkpointing struct {
	every  time.Duration
	resume bool
}

func newTrain(e *env) *cobra.Command {
	var (
		sound       []string
		out         string
		class       string
		printConfig bool
		saving      checkpointing
		r           recipe
	)
	cmd := &cobra.Command{
		Use:   "train --sound PATH… -o MODEL",
		Short: "learn from sound scans",
		Long: "Learn from a few sound scans of a part, from its CAD model, or from both what sound looks like. Scans may stand in any pose, but share a unit. " +
			"With a CAD model alone, the tolerance decides; sound scans beside it teach how sound parts differ from it.",
		Example: `  blemish train --sound good/ -o part.model
  blemish train --cad part.stl --tolerance 0.2 -o part.model
  blemish train --sound data/cup0 --detector imrnet -o cup.model
  blemish train --detector imrnet --set steps=1000 --print-config`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := r.build(cmd.Flags().Changed("detector"))
			if err != nil {
				return err
			}
			if printConfig {
				return printRecipe(e.stdout, d)
			}
			sound = append(sound, args...) // a shell expands --sound good/*.ply to one flag value and further arguments
			switch {
			case saving.every <= 0:
				return usagef("--checkpoint-every %v: want a time above 0, such as 20s", saving.every)
			case len(sound) == 0 && r.cad.file == "":
				return usagef("--sound PATH missing: the sound scans to learn from, a folder or files, or --cad with a CAD model")
			case out == "":
				return usagef("-o MODEL missing: the file for what was learnt")
			}
			return e.train(cmd.Context(), d, &r.cad, sound, class, out, saving)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&sound, "sound", nil, "sound scans: files, a folder of them, or a class of a data set")
	r.cad.flags(cmd)
	f.StringVarP(&out, "out", "o", "", "model file to write")
	f.StringVar(&class, "class", "", "name of the part (default: the folder's)")
	r.flags(cmd)
	f.StringVar(&r.pretrained, "pretrained", "", "imrnet: weights to start from, built-in or a file of pretrain (default: none, chance)")
	f.BoolVar(&saving.resume, "resume", false, "go on from the checkpoint beside MODEL that a stopped run left (imrnet)")
	f.DurationVar(&saving.every, "checkpoint-every", 20*time.Second, "time between checkpoints (imrnet)")
	f.BoolVar(&printConfig, "print-config", false, "print the effective recipe and stop")
	group(cmd, "Where from and where to", "sound", "cad", "out", "class")
	group(cmd, "How", "tolerance", "detector", "recipe", "set", "pretrained", "resume", "checkpoint-every", "print-config")
	return cmd
}

func (e *env) train(ctx context.Context, d detect.Detector, part *cad, paths []string, class, out string, saving checkpointing) error {
	var files []string
	var err error
	if len(paths) > 0 || part.file == "" {
		if files, err = dataset.Scans(paths); err != nil {
			return err
		}
	}
	from := append(paths, part.file)[0]
	if class == "" {
		class = partName(from)
	}
	clouds := make([]*geom.Cloud, len(files))
	trained := make([]detect.SourceFile, len(files))
	for i, path := range files {
		if clouds[i], err = e.readCloud(path); err != nil {
			return err
		}
		trained[i].Name, trained[i].Points = filepath.Base(path), clouds[i].Len()
		if trained[i].SHA256, err = hashFile(path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	checkpoint := out + ".checkpoint"
	opt := detect.FitOptions{
		Class: class, Files: trained, Seed: e.seed, Workers: e.workers, Logger: e.log,
		Checkpoint: checkpoint, CheckpointEvery: saving.every, Resume: saving.resume,
	}
	if err := part.read(e, &opt); err != nil {
		return err
	}
	m := e.newMeter()
	opt.Progress = m.progress()
	model, err := d.Fit(ctx, clouds, opt)
	m.end()
	if err != nil {
		return fmt.Errorf("learn %s from %s: %w", class, from, err)
	}
	if err := saveModel(out, model); err != nil {
		return err
	}
	if err := os.Remove(checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if part.file != "" {
		part.learnt(e, d, class, out, len(files))
		return nil
	}
	if len(files) == 1 {
		e.log.Warn("one sound scan alone does not tell how sound parts differ: the threshold rests on the noise of that scan; four or more scans are better")
		e.log.Info(fmt.Sprintf("%s learnt %s from one sound scan; model in %s", d.Name(), class, out))
		return nil
	}
	e.log.Info(fmt.Sprintf("%s learnt %s from %d sound scans; model in %s", d.Name(), class, len(files), out))
	return nil
}

// saveModel writes a model into a folder that is made where it is missing.
func saveModel(path string, model detect.Model) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return blemish.SaveModel(path, model)
}

// partName is the folder that scans come from; for the class of a data set, the class.
func partName(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	if base := filepath.Base(abs); base == "train" || base == "sound" {
		abs = filepath.Dir(abs)
	}
	return filepath.Base(abs)
}

func hashFile(path string) (string, error) {
	f, err := format.Open(path)
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
