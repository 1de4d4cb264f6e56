package capability

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"blemish/format"
	"blemish/internal/partial"
	"blemish/render"
	"blemish/task"
)

// The folder of a study: in the making DIR.partial, with every trial that is done, so that a
// stopped run goes on.

const (
	partialSuffix = ".partial"
	designName    = "design.json"   // what the run was asked for
	trialsName    = "trials.jsonl"  // one trial a line, in the order of the design
	whatIfName    = "what-if.jsonl" // the same after each change
	reportName    = "pod.json"
	shardName     = "trials-%d-of-%d.jsonl" // those of a shard
	mostDesign    = 16 << 20                // bytes of a design that is read
	mostLine      = 4 << 10                 // of a line, on average
)

// Folder is a study in the making.
type Folder struct {
	dir, partial string
	trials       *os.File
	whatIf       *os.File // nil where nothing is asked
	kept         bool     // there is something to go on with, or all is done
	extends      bool     // dir holds a finished study, which this one adds to
	shared       bool     // other shards are at work in partial
}

// OpenFolder begins a study in dir, which must not exist or be empty, or goes on with
// the one that a stopped run left there; then asked, what the run was asked for, must be
// the same bytes. less is the same without what may be added later, nil where nothing may: a finished
// study in dir that was asked for that is added to. done are its trials.
func OpenFolder(dir string, asked, less []byte, resume bool) (f *Folder, done []Trial, err error) {
	dir = filepath.Clean(dir)
	f = &Folder{dir: dir, partial: dir + partialSuffix}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if len(entries) > 0 {
		there, err := partial.ReadUpTo(filepath.Join(dir, designName), mostDesign)
		switch f.extends = err == nil && less != nil && bytes.Equal(there, less); {
		case !f.extends:
			return nil, nil, fmt.Errorf("%s is not empty; results go into a new folder", dir)
		case !resume:
			return nil, nil, fmt.Errorf("%s holds the same study without what is asked for beside: add to it with --resume, or take a new folder", dir)
		}
	}
	if err := f.begin(asked, resume); err != nil {
		return nil, nil, err
	}
	done, err = f.openTrials(trialsName, func(t *Trial, before []Trial) bool { return t.Number == len(before) })
	return f, done, err
}

// OpenShard begins a shard of a study, or goes on with it, in the folder where all shards of dir's grow. done are its
// trials.
func OpenShard(dir string, asked []byte, s partial.Shard) (f *Folder, done []Trial, err error) {
	dir = filepath.Clean(dir)
	f = &Folder{dir: dir, partial: dir + partialSuffix, shared: true}
	if entries, err := os.ReadDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
		return nil, nil, cmp.Or(err, fmt.Errorf("%s is not empty; results go into a new folder", dir))
	}
	if err := f.begin(asked, true); err != nil {
		return nil, nil, err
	}
	done, err = f.openTrials(fmt.Sprintf(shardName, s.Index, s.Count), func(t *Trial, before []Trial) bool {
		return t.Number == s.Index+s.Count*len(before)
	})
	return f, done, err
}

// begin makes the working folder, or checks that the one that is there was begun for the same.
func (f *Folder) begin(asked []byte, resume bool) error {
	mark := filepath.Join(f.partial, designName)
	there, err := partial.ReadUpTo(mark, mostDesign)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(f.partial, 0o755); err != nil {
			return err
		}
		if f.extends {
			if err := f.takeTrials(); err != nil {
				return err
			}
		}
		return format.WriteAtomic(mark, func(w io.Writer) error {
			_, err := w.Write(asked)
			return err
		})
	case err != nil:
		return err
	case !resume:
		return fmt.Errorf("%s holds what a stopped run or a shard has done: go on with --resume, or remove it", f.partial)
	case !bytes.Equal(there, asked):
		return fmt.Errorf("%s was begun with another model, other scans, another design or version of this program (%s says which): repeat that, or remove the folder", f.partial, mark)
	}
	return nil
}

// openTrials opens the file that trials are recorded in, and reads those that are.
func (f *Folder) openTrials(name string, follows func(t *Trial, before []Trial) bool) (done []Trial, err error) {
	if f.trials, err = os.OpenFile(filepath.Join(f.partial, name), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	if done, err = readLines(f.trials, MostTrials, follows); err != nil {
		return nil, errors.Join(err, f.trials.Close())
	}
	f.kept = len(done) > 0
	return done, nil
}

// Known are the trials that shards have judged, by their numbers.
func (f *Folder) Known() (map[int]Trial, error) {
	names, err := f.shards()
	if err != nil {
		return nil, err
	}
	known := map[int]Trial{}
	for _, name := range names {
		text, err := partial.ReadUpTo(name, MostTrials*mostLine)
		if err != nil {
			return nil, err
		}
		// What a kill left half-written is tried again; the file stays, for its shard may still go on.
		trials, _ := wholeLines(text, func(*Trial, []Trial) bool { return true })
		for _, t := range trials {
			known[t.Number] = t
		}
	}
	f.kept = f.kept || len(known) > 0
	return known, nil
}

// shards are the files that shards have recorded their trials in.
func (f *Folder) shards() ([]string, error) {
	entries, err := os.ReadDir(f.partial)
	var names []string
	for _, e := range entries {
		var s partial.Shard
		if n, _ := fmt.Sscanf(e.Name(), shardName, &s.Index, &s.Count); n == 2 {
			names = append(names, filepath.Join(f.partial, e.Name()))
		}
	}
	return names, err
}

// takeTrials copies the trials of the study that is added to.
func (f *Folder) takeTrials() error {
	in, err := os.Open(filepath.Join(f.dir, trialsName))
	if err != nil {
		return err
	}
	defer in.Close()
	return format.WriteAtomic(filepath.Join(f.partial, trialsName), func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

// readLines reads the whole lines of a file, as far as each may follow those before, and cuts off
// the rest: what a kill left half-written.
func readLines[T any](file *os.File, most int64, follows func(t *T, before []T) bool) ([]T, error) {
	text, err := io.ReadAll(io.LimitReader(file, most*mostLine))
	if err != nil {
		return nil, err
	}
	done, whole := wholeLines(text, follows)
	if err := file.Truncate(int64(whole)); err != nil {
		return nil, err
	}
	_, err = file.Seek(int64(whole), io.SeekStart)
	return done, err
}

// wholeLines are the documents of the whole lines of a text, as far as each may follow those before,
// and how many bytes these lines are.
func wholeLines[T any](text []byte, follows func(t *T, before []T) bool) (done []T, whole int) {
	for {
		end := bytes.IndexByte(text[whole:], '\n')
		if end < 0 {
			return done, whole
		}
		var t T
		if json.Unmarshal(text[whole:whole+end], &t) != nil || !follows(&t, done) {
			return done, whole
		}
		done = append(done, t)
		whole += end + 1
	}
}

// Record adds trials.
func (f *Folder) Record(trials []Trial) error {
	f.kept = true
	return writeLines(f.trials, trials)
}

// OpenWhatIf reads what a stopped run has judged after changes, for Study.WhatIf; scans is how many
// there are.
func (f *Folder) OpenWhatIf(scans int) (done []IfLine, err error) {
	if f.whatIf, err = os.OpenFile(filepath.Join(f.partial, whatIfName), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, err
	}
	next := IfLine{Change: -1}
	sound, trials := 0, 0 // of the change
	most := int64(len(Changes())) * (MostTrials + int64(scans))
	return readLines(f.whatIf, most, func(line *IfLine, _ []IfLine) bool {
		if line.Change < 0 || line.Change >= len(Changes()) || line.Change < next.Change {
			return false
		}
		if line.Change > next.Change {
			sound, trials = 0, 0
		}
		switch {
		case (line.Sound == nil) == (line.Trial == nil):
			return false
		case line.Sound != nil:
			if sound++; sound > scans || trials > 0 {
				return false
			}
		default:
			if sound < scans || line.Trial.Number != trials {
				return false
			}
			trials++
		}
		next = *line
		return true
	})
}

// RecordWhatIf adds lines.
func (f *Folder) RecordWhatIf(lines []IfLine) error { return writeLines(f.whatIf, lines) }

func writeLines[T any](file *os.File, list []T) error {
	var text bytes.Buffer
	for _, t := range list {
		line, err := json.Marshal(t)
		if err != nil {
			return err
		}
		text.Write(append(line, '\n'))
	}
	if _, err := file.Write(text.Bytes()); err != nil {
		return err
	}
	return file.Sync()
}

// Kept is the working folder where there is something in it to go on with, else "".
func (f *Folder) Kept() string {
	if !f.kept {
		return ""
	}
	return f.partial
}

// Close ends the work on a folder. What is recorded stays, to go on with; where nothing is,
// nothing is left behind.
func (f *Folder) Close() error {
	f.trials.Close()
	if f.whatIf != nil {
		f.whatIf.Close()
	}
	if f.kept || f.shared {
		return nil
	}
	for _, name := range []string{designName, trialsName} {
		if err := os.Remove(filepath.Join(f.partial, name)); err != nil {
			return err
		}
	}
	return os.Remove(f.partial)
}

// Finish writes the document and, for each kind, the map as a PLY and a picture, and gives
// the folder its name.
func (f *Folder) Finish(ctx context.Context, workers task.Workers, document any, r *Report) error {
	f.kept = true
	err := format.WriteAtomic(filepath.Join(f.partial, reportName), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(document)
	})
	if err != nil {
		return err
	}
	for i := range r.Maps {
		m := &r.Maps[i]
		if err := format.WriteCloud(filepath.Join(f.partial, "map-"+string(m.Kind)+".ply"), r.Cloud(m), format.WriteOptions{}); err != nil {
			return err
		}
		picture, err := r.Picture(ctx, workers, m)
		if err != nil {
			return err
		}
		if err := f.Write("map-"+string(m.Kind)+".png", func(w io.Writer) error { return render.WritePNG(w, picture) }); err != nil {
			return err
		}
	}
	if err := f.trials.Close(); err != nil {
		return err
	}
	if f.whatIf != nil {
		if err := f.whatIf.Close(); err != nil {
			return err
		}
	}
	shards, err := f.shards()
	if err != nil {
		return err
	}
	for _, name := range shards { // all of it is in trials.jsonl
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	if f.extends {
		return f.moveInto()
	}
	if err := os.Remove(f.dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one
		return err
	}
	return os.Rename(f.partial, f.dir)
}

// moveInto moves the files into the folder of the study that is added to, file by file, what it was asked for the last:
// stopped before, it can be added to again.
func (f *Folder) moveInto() error {
	entries, err := os.ReadDir(f.partial)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == designName {
			continue
		}
		if err := os.Rename(filepath.Join(f.partial, e.Name()), filepath.Join(f.dir, e.Name())); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(f.partial, designName), filepath.Join(f.dir, designName)); err != nil {
		return err
	}
	return os.Remove(f.partial)
}

// Write adds a file.
func (f *Folder) Write(name string, content func(io.Writer) error) error {
	return format.WriteAtomic(filepath.Join(f.partial, name), content)
}
