package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"blemish/history"
	"blemish/judge"
	"blemish/report"
	"blemish/watch"

	"github.com/spf13/cobra"
)

// watching is what watch was asked for.
type watching struct {
	model, out, threshold string
	history, done         string
	settle, poll          time.Duration
	patience              time.Duration
	once, failOnDefect    bool
}

func newWatch(e *env) *cobra.Command {
	w := &watching{}
	cmd := &cobra.Command{
		Use:   "watch --model MODEL DIR",
		Short: "judge the scans that appear in a folder",
		Long: "Judge the scans that appear in a folder, as predict does, until stopped. A scan is judged when it is whole: its size and time have settled, and its reader accepts its end. " +
			"Each gets a folder with its report, one entry in the history, and is moved into DIR/sound, DIR/defective, DIR/unsure or DIR/failed. " +
			"The same bytes are never judged twice with one model. A kill at any moment loses nothing: start it again.",
		Example: `  blemish watch --model part.model inbox
  blemish watch --model part.model inbox -o reports --history postgres://scans@db/history
  blemish watch --model part.model /mnt/scanner --done leave -o reports
  blemish watch --model part.model inbox --once --fail-on-defect`,
		Args: exactly(1, "the folder to watch"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.watch(cmd.Context(), args[0], w)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&w.model, "model", "", "model file from train")
	f.StringVarP(&w.out, "out", "o", "", "folder for the reports, one folder a scan (default DIR/reports)")
	f.StringVar(&w.history, "history", "", "what was judged: a file (SQLite) or the URL of a PostgreSQL server (default history.db in --out)")
	f.StringVar(&w.done, "done", string(watch.Move), "what becomes of a judged file: move into the folder of its verdict, mark (NAME.blemish.json beside it), or leave")
	f.StringVar(&w.threshold, "threshold", "auto", "score above which a scan is defective; auto: the one learnt from the sound scans")
	f.BoolVar(&w.once, "once", false, "judge what is there and end, with the exit codes of predict")
	f.BoolVar(&w.failOnDefect, "fail-on-defect", false, "with --once: exit with code 3 when a scan is defective, 4 when none is but one is unsure")
	f.DurationVar(&w.settle, "settle", 2*time.Second, "how long a file must not have changed")
	f.DurationVar(&w.poll, "poll", 2*time.Second, "how often the folder is looked at where the system does not tell of changes, as on network drives")
	f.DurationVar(&w.patience, "patience", time.Minute, "how long a file that ends too early may still grow before it counts as failed")
	group(cmd, "Where from and where to", "model", "out", "history", "done")
	group(cmd, "How", "threshold", "once", "fail-on-defect", "settle", "poll", "patience")
	complete(cmd, "done", string(watch.Move), string(watch.Mark), string(watch.Leave))
	return cmd
}

func (e *env) watch(ctx context.Context, dir string, w *watching) error {
	if w.model == "" {
		return usagef("--model MODEL missing: the file that train wrote")
	}
	if w.failOnDefect && !w.once {
		return usagef("--fail-on-defect goes with --once: without it there is no end")
	}
	limit, err := parseThreshold(w.threshold)
	if err != nil {
		return err
	}
	if w.out == "" {
		w.out = filepath.Join(dir, "reports")
	}
	opt := watch.Options{
		Dir: dir, Out: w.out, Done: watch.Done(w.done), Settle: w.settle, Poll: w.poll, Patience: w.patience,
		Once: w.once, Read: e.reading(), Workers: e.workers, Log: e.log, Progress: e.tellWatched,
	}
	if err := opt.Validate(); err != nil {
		return usageError{err}
	}
	j, err := judge.Open(ctx, w.model, judge.Options{Threshold: limit, Workers: e.workers})
	if err != nil {
		return err
	}
	j.About.Detection = e.readBeside(w.model, j.About.Model.SHA256)
	if err := opt.Prepare(); err != nil {
		return err
	}
	if w.history == "" {
		w.history = filepath.Join(w.out, "history.db")
	}
	store, err := history.Open(ctx, w.history)
	if err != nil {
		return err
	}
	defer store.Close()
	opt.History = ledger{store}
	if !w.once {
		e.log.Info(fmt.Sprintf("watching %s; Ctrl-C ends it", dir))
	}
	counts, err := watch.Run(ctx, j, opt)
	if err != nil {
		return err
	}
	if !w.once {
		return nil
	}
	if !e.json {
		fmt.Fprintf(e.stdout, "%d sound, %d defective, %d unsure, %d failed\n", counts.Sound, counts.Defective, counts.Unsure, counts.Failed)
	}
	return e.verdictCode(counts, w.failOnDefect)
}

// tellWatched prints one line a file: the verdict, the score, where the file is now.
func (e *env) tellWatched(event watch.Event) {
	if e.json {
		// One document a line, for there is no end.
		json.NewEncoder(e.stdout).Encode(struct {
			Path   string             `json:"path"`
			Report string             `json:"report"`
			Again  bool               `json:"again"`
			Scan   report.PredictScan `json:"scan"`
		}{event.Path, event.Report, event.Again, event.Scan})
		return
	}
	switch score := event.Scan.Score; {
	case event.Again:
		fmt.Fprintf(e.stdout, "%-9s  (judged before)  %s\n", event.Scan.Verdict, event.Path)
	case score.Known():
		fmt.Fprintf(e.stdout, "%-9s  %.2f  %s\n", event.Scan.Verdict, float64(score), event.Path)
	default:
		fmt.Fprintf(e.stdout, "%-9s  %s\n", event.Scan.Verdict, event.Path)
	}
}

// ledger is a history as watch uses it.
type ledger struct{ store history.Store }

// Verdict implements watch.Ledger. A scan that failed may be judged again.
func (l ledger) Verdict(ctx context.Context, scan, model string) (string, bool, error) {
	entry, err := l.store.Get(ctx, history.EntryID(scan, model))
	if errors.Is(err, history.ErrNotFound) {
		return "", false, nil
	}
	return entry.Verdict, err == nil && entry.Verdict != history.Failed, err
}

// Add implements watch.Ledger.
func (l ledger) Add(ctx context.Context, e watch.Entry) error {
	var text bytes.Buffer
	if err := e.Document.Write(&text); err != nil {
		return err
	}
	entry := history.NewEntry(e.Document, text.Bytes(), e.Scan.SHA256)
	entry.Received = time.Now().UTC()
	_, err := l.store.Append(ctx, entry)
	return err
}
