package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/auto"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"

	"github.com/spf13/cobra"
)

// checkpointing is how a training run is kept.
type checkpointing struct {
	every  time.Duration
	resume bool
}

// training is what train was asked for, beside the detector.
type training struct {
	checkpointing
	sound   []string
	out     string
	class   string
	unit    string
	keepAll bool
	alarms  float64 // share of false alarms that the threshold may raise; 0: the usual one
}

func newTrain(e *env) *cobra.Command {
	var (
		t           training
		printConfig bool
		budget      float64
		alarms      string
		r           recipe
		q           queued
	)
	cmd := &cobra.Command{
		Use:   "train --sound PATH… -o MODEL",
		Short: "learn from sound scans",
		Long: "Learn what a sound part looks like: from a few sound scans, from its CAD model, or from both. Scans may be in any pose but must share a unit. " +
			"They are compared with each other first: a scan in another unit or of another part is an error, and a scan that differs from the rest, " +
			"such as one with a defect, is left out and named. " +
			"With a CAD model alone the tolerance decides; sound scans given as well show how sound parts differ from the model.",
		Example: `  blemish train --sound good/ --unit mm -o part.model
  blemish train --cad part.stl --tolerance 0.2 -o part.model
  blemish train --sound data/cup0 --detector imrnet -o cup.model
  blemish train --detector imrnet --set steps=1000 --print-config`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("budget") {
				r.budget = &budget
			}
			d, err := r.build(cmd.Flags().Changed("detector"))
			if err != nil {
				return err
			}
			if printConfig {
				return printRecipe(e.stdout, d)
			}
			t.sound = append(t.sound, args...) // a shell expands --sound good/*.ply to one flag value and further arguments
			switch {
			case t.every <= 0:
				return usagef("--checkpoint-every %v: want a time above 0, such as 20s", t.every)
			case len(t.sound) == 0 && r.cad.file == "":
				return usagef("--sound PATH missing: the sound scans to learn from, a folder or files, or --cad with a CAD model")
			case t.out == "":
				return usagef("-o MODEL missing: the file for what was learnt")
			}
			if err := checkUnit(t.unit); err != nil {
				return usageError{err}
			}
			if t.alarms, err = parseAlarms(alarms); err != nil {
				return err
			}
			if t.alarms > 0 && r.cad.tolerance != "" {
				return usagef("--false-alarms and --tolerance: the tolerance decides, no threshold is learnt; give one of them")
			}
			if forOthers, err := q.check(cmd, "resume", "checkpoint-every"); err != nil {
				return err
			} else if forOthers {
				return e.queuedTrain(cmd.Context(), &q, d, &r.cad, &t)
			}
			return e.train(cmd.Context(), d, &r.cad, &t)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&t.sound, "sound", nil, "sound scans: files, a folder of them, or a class of a data set")
	r.cad.flags(cmd)
	f.StringVarP(&t.out, "out", "o", "", "model file to write")
	f.StringVar(&t.class, "class", "", "name of the part (default: that of the model file)")
	f.StringVar(&t.unit, "unit", "", "unit of the scans' coordinates, such as mm; kept in the model")
	f.StringVar(&alarms, "false-alarms", "", "share of sound scans that the learnt threshold may call defective, such as 1% (default: 0.5%, and a threshold from 1.1 to 3)")
	f.BoolVar(&t.keepAll, "keep-all", false, "also learn from scans that differ from the others")
	r.flags(cmd)
	f.Float64Var(&budget, "budget", auto.DefaultConfig().Budget, "auto: about how many seconds scoring a scan of 20,000 points may take on two cores; companions beyond that are left out")
	f.StringVar(&r.pretrained, "pretrained", "", "imrnet: weights to start from: built-in, none (random ones), or a file of pretrain (default: what --print-config shows)")
	f.BoolVar(&t.resume, "resume", false, "continue from the checkpoint next to MODEL that a stopped run left (imrnet)")
	f.DurationVar(&t.every, "checkpoint-every", 20*time.Second, "time between checkpoints (imrnet)")
	f.BoolVar(&printConfig, "print-config", false, "print the configuration as a recipe and stop")
	group(cmd, "Where from and where to", "sound", "cad", "out", "class", "unit")
	q.flags(cmd)
	group(cmd, "How", "tolerance", "false-alarms", "keep-all", "detector", "recipe", "set", "budget", "pretrained", "resume", "checkpoint-every", "print-config")
	return cmd
}

func (e *env) train(ctx context.Context, d detect.Detector, part *cad, t *training) error {
	var files []string
	var err error
	if len(t.sound) > 0 || part.file == "" {
		if files, err = dataset.Scans(t.sound); err != nil {
			return err
		}
	}
	from := append(t.sound, part.file)[0]
	class := t.class
	if class == "" {
		class = partName(t.out)
	}
	clouds := make([]*geom.Cloud, len(files))
	trained := make([]detect.SourceFile, len(files))
	for i, path := range files {
		if clouds[i], err = e.readScan(path); err != nil {
			return err
		}
		trained[i].Name, trained[i].Points = filepath.Base(path), clouds[i].Len()
		if trained[i].SHA256, err = format.HashFile(path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(t.out), 0o755); err != nil {
		return err
	}
	m := e.newMeter()
	opt := detect.FitOptions{
		Class: class, Unit: t.unit, Files: trained, Seed: e.seed, Workers: e.workers, Progress: m.progress(), Logger: e.log,
		FalseAlarms: t.alarms, Checkpoint: t.out + ".checkpoint", CheckpointEvery: t.every, Resume: t.resume,
	}
	if err := part.read(e, &opt); err != nil {
		return err
	}
	var model detect.Model
	vetted, err := deviation.Vet(ctx, d, clouds, opt, t.keepAll)
	if err == nil {
		model, err = vetted.Fit(ctx, d, opt)
	}
	m.end()
	if err != nil {
		return fmt.Errorf("learn %s from %s: %w", class, from, err)
	}
	if err := saveModel(t.out, model); err != nil {
		return err
	}
	if err := os.Remove(opt.Checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if part.file != "" {
		part.learnt(e, d, class, t.out, len(files))
	}
	return e.tellTrained(d, t, class, part, vetted)
}

// tellTrained says what was learnt from what.
func (e *env) tellTrained(d detect.Detector, t *training, class string, part *cad, vetted *deviation.Vetted) error {
	if len(vetted.Scans) > 1 && !e.quiet && e.logFormat == "text" {
		if err := writeLearning(e.stderr, vetted.Scans); err != nil {
			return err
		}
	}
	for _, w := range vetted.Warnings {
		e.log.Warn(w)
	}
	switch {
	case part.file != "": // told already
	case len(vetted.Used) == 1:
		e.log.Warn("one sound scan alone does not tell how sound parts differ: the threshold rests on the noise of that scan; four or more scans are better")
		e.log.Info(fmt.Sprintf("%s learnt %s from one sound scan; model in %s", d.Name(), class, t.out))
	default:
		e.log.Info(fmt.Sprintf("%s learnt %s from %d sound scans; model in %s", d.Name(), class, len(vetted.Used), t.out))
	}
	if !e.json {
		return nil
	}
	doc, err := describeTrained(t.out, vetted.Warnings)
	if err != nil {
		return err
	}
	return e.printJSON(doc)
}

// partName is the name of the part that a model file is named for.
func partName(model string) string {
	base := filepath.Base(model)
	if name := strings.TrimSuffix(base, filepath.Ext(base)); name != "" {
		return name
	}
	return base
}

// parseAlarms reads --false-alarms: 1% or 0.01; "" is 0.
func parseAlarms(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	number, inPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if inPercent {
		share /= 100
	}
	if err != nil || !(share >= detect.LeastFalseAlarms && share <= detect.MostFalseAlarms) {
		return 0, usagef("--false-alarms %s: want a share of the sound scans from %g%% to %g%%, such as 1%%", text, 100*detect.LeastFalseAlarms, 100*detect.MostFalseAlarms)
	}
	return share, nil
}
