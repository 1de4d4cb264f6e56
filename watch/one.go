package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blemish/format"
	"blemish/judge"
	"blemish/report"
)

// One file, from whole to put away.

var (
	errChanged = errors.New("it changed while it was judged")
	errGrows   = errors.New("it is not whole yet") // it ends too early and may grow
)

// one does a file. An error is the machine's, or says that the file is not whole yet: it is
// tried again. A file that cannot be judged is done, with the verdict failed.
func (w *watcher) one(ctx context.Context, name string, f *file) error {
	path := filepath.Join(w.opt.Dir, name)
	event, err := w.settle(ctx, path, name, f)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, fs.ErrNotExist) && gone(path):
		f.done = true // somebody took it away
		return nil
	case err != nil:
		err = fmt.Errorf("%s: %w", path, err)
		f.trouble(time.Now(), err)
		return err
	}
	f.done, f.told = true, ""
	if event == nil {
		return nil // was marked before
	}
	w.count(event.Scan.Verdict)
	if w.opt.Progress != nil {
		w.opt.Progress(*event)
	}
	return nil
}

func gone(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func (w *watcher) settle(ctx context.Context, path, name string, f *file) (*Event, error) {
	model := w.judge.About.Model.SHA256
	if w.opt.Done == Mark && marked(path, f, model) {
		return nil, nil
	}
	sum, err := format.HashFile(path)
	if err != nil {
		return nil, err
	}
	verdict, known, err := w.opt.History.Verdict(ctx, sum, model)
	if err != nil {
		return nil, fmt.Errorf("the history cannot be read: %w", err)
	}
	event := &Event{Report: w.reportDir(name, sum), Again: known}
	if known {
		if _, err := os.Stat(event.Report); err != nil {
			event.Report = "" // it was judged under another name
		}
		event.Scan = report.PredictScan{File: name, SHA256: sum, Verdict: verdict, Score: report.None(), Seconds: report.None()}
	} else if err := w.judgeFile(ctx, path, name, sum, f, event); err != nil {
		return nil, err
	}
	event.Path, err = w.putAway(path, f, event.Scan, sum)
	return event, err
}

// judgeFile judges a file that the history does not have, and writes report and entry.
func (w *watcher) judgeFile(ctx context.Context, path, name, sum string, f *file, event *Event) error {
	view, scan, warnings, err := w.judge.File(ctx, path, name, w.opt.Read)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if info, statErr := os.Stat(path); statErr != nil {
		return statErr
	} else if !f.is(info) || err == nil && scan.SHA256 != sum {
		f.since = time.Now()
		return errChanged
	}
	for _, text := range warnings {
		w.opt.Log.Warn(name + ": " + text)
	}
	switch {
	case err == nil:
	case !errors.Is(err, judge.ErrScan):
		return err
	case errors.Is(err, format.ErrTruncated) && time.Since(f.mtime) < w.opt.Patience && time.Since(f.since) < w.opt.Patience:
		return fmt.Errorf("%w: %w", errGrows, err)
	default:
		w.opt.Log.Error(err.Error())
		scan = report.FailedPredictScan(name, err)
		scan.SHA256 = sum
	}
	if err := w.writeReport(ctx, event.Report, scan, view); err != nil {
		return err
	}
	event.Scan = scan
	if err := w.opt.History.Add(ctx, Entry{w.judge.Document(scan), scan, event.Report}); err != nil {
		return fmt.Errorf("the history cannot be written: %w", err)
	}
	return nil
}

// Drafts are made under such names beside their target, as format.WriteAtomic does.
const (
	draftPrefix = ".blemish-"
	draftSuffix = ".tmp"
)

// reportDir is named for the file, and for content and model, so that two files of one name
// have two reports and one file judged twice has one.
func (w *watcher) reportDir(name, sum string) string {
	key := sha256.Sum256([]byte(sum + w.judge.About.Model.SHA256))
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	return filepath.Join(w.opt.Out, cut(stem, 200)+"-"+hex.EncodeToString(key[:6]))
}

// cut shortens a name to so many bytes, at a whole character.
func cut(name string, most int) string {
	for len(name) > most {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	return name
}

// writeReport makes the folder of a report appear in one step. One that is there is whole.
func (w *watcher) writeReport(ctx context.Context, dir string, scan report.PredictScan, view *report.ScanView) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	draft, err := os.MkdirTemp(w.opt.Out, draftPrefix+"*"+draftSuffix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	if err := w.judge.WriteOne(ctx, draft, scan, view, false, report.Options{Workers: w.opt.Workers}); err != nil {
		return err
	}
	if err := os.Chmod(draft, 0o755); err != nil {
		return err
	}
	if err := os.Rename(draft, dir); err != nil {
		return err
	}
	if parent, err := os.Open(w.opt.Out); err == nil {
		parent.Sync() // so that the report outlives a crash as its entry does
		parent.Close()
	}
	return nil
}

func (w *watcher) count(verdict string) {
	doc := report.Predict{Scans: []report.PredictScan{{Verdict: verdict}}}
	c := doc.Count()
	w.counts.Sound += c.Sound
	w.counts.Defective += c.Defective
	w.counts.Unsure += c.Unsure
	w.counts.Failed += c.Failed
}
