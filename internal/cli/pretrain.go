package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"blemish/detect/imrnet"
	"blemish/format"
	"blemish/pretrain"
	"blemish/report/plot"
	"blemish/weights"

	"github.com/spf13/cobra"
)

func newPretrain(e *env) *cobra.Command {
	var (
		out     string
		data    []string
		set     []string
		saving  checkpointing
		perKind int
	)
	cmd := &cobra.Command{
		Use:   "pretrain -o WEIGHTS",
		Short: "train the backbone on endless built-in objects",
		Long: "Train the backbone of imrnet on endless built-in objects, and on any sound scans, so that learning one part takes few steps. " +
			"Next to WEIGHTS it writes the loss of every step (.loss.csv, .loss.png) and, while it runs, a checkpoint (.checkpoint).",
		Example: `  blemish pretrain -o weights.safetensors
  blemish pretrain --data scans/ --set steps=50000 -o weights.safetensors
  blemish pretrain --resume -o weights.safetensors`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usagef("-o WEIGHTS missing: the file for the weights")
			}
			if saving.every <= 0 {
				return usagef("--checkpoint-every %v: want a time above 0, such as 1m", saving.every)
			}
			cfg, err := pretrainConfig(set)
			if err != nil {
				return usageError{err}
			}
			if err := (pretrain.Options{Config: cfg, PerKind: perKind}).Validate(); err != nil {
				return usageError{err}
			}
			return e.pretrain(cmd.Context(), cfg, data, out, saving, perKind)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&data, "data", nil, "sound scans to learn from as well: files or folders")
	f.StringVarP(&out, "out", "o", "", "weights file to write (safetensors, half precision)")
	f.StringArrayVar(&set, "set", nil, "one setting of imrnet, key=value: steps, width, learning_rate …")
	f.BoolVar(&saving.resume, "resume", false, "continue from the checkpoint next to WEIGHTS")
	f.DurationVar(&saving.every, "checkpoint-every", time.Minute, "time between checkpoints")
	f.IntVar(&perKind, "held-out", 4, "held-out scans of each kind of defect to measure on")
	group(cmd, "Where from and where to", "data", "out")
	group(cmd, "How", "set", "resume", "checkpoint-every", "held-out")
	return cmd
}

// pretrainConfig is pre-training's configuration with settings over it.
func pretrainConfig(set []string) (imrnet.Config, error) {
	values := map[string]any{}
	if err := parseSettings(set, values); err != nil {
		return imrnet.Config{}, err
	}
	text, err := settingsJSON(values)
	if err != nil {
		return imrnet.Config{}, err
	}
	return pretrain.Configure(text)
}

func (e *env) pretrain(ctx context.Context, cfg imrnet.Config, data []string, out string, saving checkpointing, perKind int) error {
	scans, names, digest, err := e.readScans(data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	m := e.newMeter()
	o, err := pretrain.Run(ctx, pretrain.Options{
		Config: cfg, Scans: scans, Names: names, Digest: digest, Seed: e.seed, Workers: e.workers,
		Checkpoint: out + ".checkpoint", Every: saving.every, Resume: saving.resume,
		PerKind: perKind, Measure: max(1, cfg.Steps/10), Progress: m.progress(), Logger: e.log,
	})
	m.end()
	if err != nil {
		return err
	}
	file, err := o.File()
	if err != nil {
		return err
	}
	if err := weights.Write(out, file); err != nil {
		return err
	}
	if err := writeLosses(out, o.Losses); err != nil {
		return err
	}
	if err := os.Remove(out + ".checkpoint"); err != nil && !os.IsNotExist(err) {
		return err
	}
	return e.printRecoveries(o)
}

// writeLosses writes the loss of every step as CSV, and as a curve.
func writeLosses(out string, losses []float64) error {
	err := format.WriteAtomic(out+".loss.csv", func(w io.Writer) error {
		var b bytes.Buffer
		b.WriteString("step,loss\n")
		for i, l := range losses {
			b.WriteString(strconv.Itoa(i+1) + "," + strconv.FormatFloat(l, 'g', -1, 32) + "\n")
		}
		_, err := w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return err
	}
	curve := plot.Averaged("loss", losses, 400)
	return format.WriteAtomic(out+".loss.png", func(w io.Writer) error {
		return plot.CurvePNG(w, "Loss while learning", "step", "Chamfer distance", []plot.Series{curve})
	})
}

func (e *env) printRecoveries(o *pretrain.Outcome) error {
	if e.json {
		return e.printJSON(o.Summary())
	}
	fmt.Fprintf(e.stdout, "held-out reconstruction error %.4g after %d steps\n", o.HeldOutLoss, len(o.Losses))
	fmt.Fprintf(e.stdout, "%-10s %8s %8s %8s %8s %8s\n", "defect", "patches", "before", "after", "undone", "sound")
	for _, r := range o.Recoveries {
		fmt.Fprintf(e.stdout, "%-10s %8d %8s %8s %8s %8s\n", r.Kind, r.Patches, perPatch(r.Before, r.Patches), perPatch(r.After, r.Patches), percent(r.Undone()), perPatch(r.Floor, r.Sound))
	}
	return nil
}
