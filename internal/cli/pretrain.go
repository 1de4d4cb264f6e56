package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"blemish/detect/imrnet"
	"blemish/format"
	"blemish/geom"
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
		alone   bool
	)
	cmd := &cobra.Command{
		Use:   "pretrain -o WEIGHTS",
		Short: "train the backbone on endless built-in objects",
		Long: "Train the backbone of imrnet on endless built-in objects, and on any sound scans, so that learning one part takes few steps. " +
			"Next to WEIGHTS it writes the loss of every step (.loss.csv, .loss.png) and, while it runs, a checkpoint (.checkpoint).",
		Example: `  blemish pretrain -o weights.safetensors
  blemish pretrain --data scans/ --set steps=50000 -o weights.safetensors
  blemish pretrain --data shapenet55/ --alone --set mode=literal -o weights.safetensors
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
			if alone && len(data) == 0 {
				return usagef("--alone needs --data: what to learn from")
			}
			return e.pretrain(cmd.Context(), cfg, data, alone, out, saving, perKind)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&data, "data", nil, "sound scans to learn from as well: files or folders")
	f.BoolVar(&alone, "alone", false, "learn from --data alone, each scan once an epoch, read when it is called for: a folder may be larger than memory")
	f.StringVarP(&out, "out", "o", "", "weights file to write (safetensors, half precision)")
	f.StringArrayVar(&set, "set", nil, "one setting of imrnet, key=value: steps, width, learning_rate …")
	f.BoolVar(&saving.resume, "resume", false, "continue from the checkpoint next to WEIGHTS")
	f.DurationVar(&saving.every, "checkpoint-every", time.Minute, "time between checkpoints")
	f.IntVar(&perKind, "held-out", 4, "held-out scans of each kind of defect to measure on")
	group(cmd, "Where from and where to", "data", "alone", "out")
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

func (e *env) pretrain(ctx context.Context, cfg imrnet.Config, data []string, alone bool, out string, saving checkpointing, perKind int) error {
	var stream *pretrain.Stream
	var scans []*geom.Cloud
	var names []string
	var digest string
	var err error
	if alone {
		stream, digest, err = e.streamScans(data)
	} else {
		scans, names, digest, err = e.readScans(data)
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	m := e.newMeter()
	o, err := pretrain.Run(ctx, pretrain.Options{
		Config: cfg, Scans: scans, Names: names, Digest: digest, Stream: stream, Seed: e.seed, Workers: e.workers,
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

// streamScans names the clouds of files, folders and folders of folders, to be read later.
// The digest is of their names and sizes.
func (e *env) streamScans(paths []string) (*pretrain.Stream, string, error) {
	var files []string
	all := sha256.New()
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path != name && !format.Readable.Has(name) {
				return err
			}
			info, err := os.Stat(name)
			if err != nil {
				return err
			}
			short, err := filepath.Rel(path, name)
			if err != nil {
				return err
			}
			fmt.Fprintf(all, "%q %d\n", filepath.ToSlash(short), info.Size())
			files = append(files, name)
			return nil
		})
		if err != nil {
			return nil, "", err
		}
	}
	if len(files) == 0 {
		return nil, "", fmt.Errorf("%s: no scans in these folders (looked for %s)", strings.Join(paths, ", "), format.Readable)
	}
	return &pretrain.Stream{
		Count: len(files),
		Name:  func(i int) string { return files[i] },
		Read:  func(i int) (*geom.Cloud, error) { return e.readCloud(files[i]) },
	}, hex.EncodeToString(all.Sum(nil)), nil
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
