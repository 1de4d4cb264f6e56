package capability

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"blemish/format"
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
	mostDesign    = 16 << 20 // bytes of a design that is read
)

// Folder is a study in the making.
type Folder struct {
	dir, partial string
	trials       *os.File
	whatIf       *os.File // nil where nothing is asked
	kept         bool     // there is something to go on with, or all is done
}

// OpenFolder begins a study in dir, which must not exist or be empty, or goes on with
// the one that a stopped run left there; then asked, what the run was asked for, must be
// the same bytes. done are its trials.
func OpenFolder(dir string, asked []byte, resume bool) (f *Folder, done []Trial, err error) {
	dir = filepath.Clean(dir)
	f = &Folder{dir: dir, partial: dir + partialSuffix}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if len(entries) > 0 {
		return nil, nil, fmt.Errorf("%s is not empty; results go into a new folder", dir)
	}
	mark := filepath.Join(f.partial, designName)
	there, err := readUpTo(mark, mostDesign)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(f.partial, 0o755); err != nil {
			return nil, nil, err
		}
		err = format.WriteAtomic(mark, func(w io.Writer) error {
			_, err := w.Write(asked)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	case err != nil:
		return nil, nil, err
	case !resume:
		return nil, nil, fmt.Errorf("%s holds what a stopped run has done: go on with --resume, or remove it", f.partial)
	case !bytes.Equal(there, asked):
		return nil, nil, fmt.Errorf("%s was begun with another model, other scans, another design or version of this program (%s says which): repeat that, or remove the folder", f.partial, mark)
	}
	if f.trials, err = os.OpenFile(filepath.Join(f.partial, trialsName), os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, nil, err
	}
	if done, err = readLines(f.trials, MostTrials, func(t *Trial, before []Trial) bool { return t.Number == len(before) }); err != nil {
		return nil, nil, errors.Join(err, f.trials.Close())
	}
	f.kept = len(done) > 0
	return f, done, nil
}

func readUpTo(path string, most int64) ([]byte, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(io.LimitReader(in, most))
}

// readLines reads the whole lines of a file, as far as each may follow those before, and cuts off
// the rest: what a kill left half-written.
func readLines[T any](file *os.File, most int64, follows func(t *T, before []T) bool) ([]T, error) {
	const mostLine = 4 << 10
	text, err := io.ReadAll(io.LimitReader(file, most*mostLine))
	if err != nil {
		return nil, err
	}
	var done []T
	whole := 0
	for {
		end := bytes.IndexByte(text[whole:], '\n')
		if end < 0 {
			break
		}
		var t T
		if json.Unmarshal(text[whole:whole+end], &t) != nil || !follows(&t, done) {
			break
		}
		done = append(done, t)
		whole += end + 1
	}
	if err := file.Truncate(int64(whole)); err != nil {
		return nil, err
	}
	_, err = file.Seek(int64(whole), io.SeekStart)
	return done, err
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
	if f.kept {
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
		if err := f.writeMap(ctx, workers, r, &r.Maps[i]); err != nil {
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
	if err := os.Remove(f.dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one
		return err
	}
	return os.Rename(f.partial, f.dir)
}

func (f *Folder) writeMap(ctx context.Context, workers task.Workers, r *Report, m *Map) error {
	cloud := r.Cloud(m)
	stem := filepath.Join(f.partial, "map-"+string(m.Kind))
	if err := format.WriteCloud(stem+".ply", cloud, format.WriteOptions{}); err != nil {
		return err
	}
	values := cloud.Scalar("smallest_size")
	picture, err := render.Cloud(ctx, cloud, render.Options{
		Values: values, Lo: r.Design.Least, Hi: r.Design.Most, Map: render.Heat, Bar: true, BarLabel: "smallest size",
		Title: string(m.Kind), Caption: "grey: none found, or not measured", Workers: workers,
	})
	if err != nil {
		return err
	}
	return format.WriteAtomic(stem+".png", func(w io.Writer) error { return render.WritePNG(w, picture) })
}
