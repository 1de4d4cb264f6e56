package benchmark

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"blemish/dataset"
	"blemish/detect"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/partial"
	"blemish/report"
)

// The pieces that a benchmark in a folder is made of.

// unit is one detector on one class with one seed: it is recorded, and done again after a
// kill, as a whole.
type unit struct {
	number   int
	seed     uint64
	detector detect.Detector
	class    *dataset.Class
}

func (u unit) name() string {
	return fmt.Sprintf("%s on class %s, seed %d", u.detector.Name(), u.class.Name, u.seed)
}

// record is what came of a unit.
type record struct {
	Recipe string                `json:"recipe"` // hash of the recipe that it was made by
	Unit   string                `json:"unit"`
	Class  report.BenchmarkClass `json:"class"`
	Failed []string              `json:"failed"`
	Files  []partial.Stored      `json:"files"`
	Views  int64                 `json:"views"` // bytes of the file beside the record with the scans to show
}

// shown is a scan to show beside the document.
type shown struct {
	Test   int // of the class's test scans
	Result detect.Result
}

func (w *work) recordPath(u unit) string {
	return w.folder.In(partial.Records, fmt.Sprintf("%08d.json", u.number))
}

func (w *work) viewsPath(u unit) string {
	return w.folder.In(partial.Records, fmt.Sprintf("%08d.views", u.number))
}

// mostRecord is how many bytes of a record are read: those of a million scans.
const mostRecord = 512 << 20

// done reads the record of a unit; nil where the unit has to be made, because there is none
// or a file of it is missing.
func (w *work) done(u unit) (*record, error) {
	text, err := partial.ReadUpTo(w.recordPath(u), mostRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, nil // cut short in copying: made again
	}
	if r.Recipe != w.hash || r.Unit != u.name() {
		return nil, fmt.Errorf("%s (%s) is of another run than %s beside it: its settings, data or version differ; remove it to have it made again",
			w.recordPath(u), r.Unit, partial.Mark)
	}
	info, err := os.Stat(w.viewsPath(u))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != r.Views {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if whole, err := w.folder.Holds(r.Files); err != nil || !whole {
		return nil, err
	}
	return r, nil
}

// make does a unit, in a draft of its own that is moved into the set when it is whole.
// What the unit itself could not do is unitError.
func (w *work) make(ctx context.Context, u unit) error {
	if err := os.MkdirAll(w.folder.In(partial.Drafts), 0o755); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(w.folder.In(partial.Drafts), fmt.Sprintf("%08d-", u.number))
	if err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	var files []string
	save := func(file string, write func(io.Writer) error) error {
		files = append(files, file)
		target := filepath.Join(draft, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return writeDraft(target, write)
	}
	opt := w.opt.Options
	opt.Seed = u.seed
	opt.Scored = func(detector string, it dataset.Item, cloud *geom.Cloud, r *detect.Result) error {
		if w.opt.Scored != nil {
			if err := w.opt.Scored(detector, it, cloud, r); err != nil {
				return err
			}
		}
		return save(scoreFile(detector, it), func(out io.Writer) error { return format.WriteNPY(out, r.Point, len(r.Point)) })
	}
	// A detector that trains for long goes on within the unit.
	opt.Fit.Checkpoint, opt.Fit.Resume = w.folder.In(partial.Drafts, fmt.Sprintf("%08d.checkpoint", u.number)), true
	opt.Learnt = func(detector, class string, model detect.Model) error {
		err := save(path.Join("models", detector, class+".model"), model.Save)
		if errors.Is(err, detect.ErrNoModelFile) {
			files = files[:len(files)-1]
			return nil
		}
		return err
	}
	r := &runner{set: w.set, detector: u.detector, class: u.class, opt: opt}
	result, err := r.run(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &saveError{}):
		return err
	case err != nil:
		return unitError{err}
	}
	rec := &record{Recipe: w.hash, Unit: u.name(), Class: *result, Failed: []string{}, Files: []partial.Stored{}}
	for _, f := range r.failed {
		rec.Failed = append(rec.Failed, f.Error())
	}
	return w.commit(u, rec, draft, files, r.show())
}

// writeDraft writes a file that does not count before its size is recorded: it need not be
// synced.
func writeDraft(target string, write func(io.Writer) error) error {
	f, err := os.Create(target)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(f)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	return errors.Join(err, f.Close())
}

// commit moves the files of a unit into the set and records it. Everything that it does may
// be done twice.
func (w *work) commit(u unit, r *record, draft string, files []string, views []shown) error {
	for _, file := range files {
		there, ok, err := w.folder.Store(filepath.Join(draft, filepath.FromSlash(file)), path.Join(w.place(u.seed), file))
		if err != nil {
			return err
		}
		if ok {
			r.Files = append(r.Files, there)
		}
	}
	var packed bytes.Buffer
	if err := gob.NewEncoder(&packed).Encode(views); err != nil {
		return err
	}
	r.Views = int64(packed.Len())
	if err := os.MkdirAll(w.folder.In(partial.Records), 0o755); err != nil {
		return err
	}
	err := format.WriteAtomic(w.viewsPath(u), func(out io.Writer) error { _, err := out.Write(packed.Bytes()); return err })
	if err != nil {
		return err
	}
	err = format.WriteAtomic(w.recordPath(u), func(out io.Writer) error { return json.NewEncoder(out).Encode(r) })
	if err != nil {
		return err
	}
	if err := os.Remove(w.folder.In(partial.Drafts, fmt.Sprintf("%08d.checkpoint", u.number))); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// views are the scans of a finished unit that the report shows.
func (w *work) views(u unit) ([]report.ScanView, error) {
	text, err := os.ReadFile(w.viewsPath(u))
	if err != nil {
		return nil, err
	}
	var all []shown
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %w", w.viewsPath(u), err)
	}
	var out []report.ScanView
	for _, s := range all {
		if s.Test < 0 || s.Test >= len(u.class.Test) {
			return nil, fmt.Errorf("%s: the class %s has no test scan %d", w.viewsPath(u), u.class.Name, s.Test)
		}
		it := u.class.Test[s.Test]
		cloud, _, err := w.set.Load(it)
		if err != nil {
			return nil, err
		}
		out = append(out, viewOf(u.detector.Name(), it, cloud, &s.Result))
	}
	return out, nil
}

// unitError is why a unit could not be done; the others go on.
type unitError struct{ error }

func (e unitError) Unwrap() error { return e.error }
