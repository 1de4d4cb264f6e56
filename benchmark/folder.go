package benchmark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"blemish/dataset"
	"blemish/detect"
	"blemish/format"
	"blemish/internal/partial"
	"blemish/report"
)

// A benchmark in a folder, which can be killed, resumed and shared out.

// FolderOptions is what RunInto takes beside data and detectors.
type FolderOptions struct {
	Options
	Seeds  []uint64      // one run with each of these, in place of Options.Seed, and each in a folder of its own
	Resume bool          // go on where a run stopped, or join the shards
	Shard  dataset.Shard // only this part of the units
}

func (o *FolderOptions) seeds() []uint64 {
	if len(o.Seeds) > 0 {
		return o.Seeds
	}
	return []uint64{o.Seed}
}

// FolderOutcome is what RunInto has made.
type FolderOutcome struct {
	Documents []*report.Benchmark // one a seed
	Sum       *report.Seeds       // over the seeds, where Seeds were given
	Failed    []error             // classes and scans that could not be done; the run went on
	Units     int                 // that are done: of this shard, where it is one
	All       int                 // units that there are
	Partial   string              // the working folder, where other shards are missing; else ""
	There     bool                // all was done before
}

// ErrUnfinished is wrapped where the working folder of an unfinished benchmark is in the way.
var ErrUnfinished = errors.New("unfinished benchmark")

// work is a benchmark in the making.
type work struct {
	dir     string
	folder  partial.Folder
	recipe  *recipe
	hash    string
	set     *dataset.Set
	classes []*dataset.Class
	opt     FolderOptions
}

// RunInto runs as Run does and leaves documents, tables, report, models and scores in dir,
// which must not exist or be empty. All of it grows in a working folder beside dir, DIR.partial,
// and moves there when it is whole. A unit of the work is one detector on one class with one
// seed. A run that was stopped goes on with Resume; with Shard only a part of the units is
// done, and a run with Resume and without Shard joins them. The bytes are those of an
// undisturbed run, seconds and memory apart.
func RunInto(ctx context.Context, dir string, set *dataset.Set, detectors []detect.Detector, opt FolderOptions) (*FolderOutcome, error) {
	classes, err := Choose(set, opt.Classes)
	if err != nil {
		return nil, err
	}
	w := &work{dir: filepath.Clean(dir), set: set, classes: classes, opt: opt}
	entries, err := os.ReadDir(w.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	continues := opt.Resume || opt.Shard.Count > 0
	finished := filepath.Join(w.dir, RecipeName)
	if _, err := os.Stat(finished); len(entries) > 0 && (err != nil || !continues) {
		return nil, fmt.Errorf("%s is not empty; results go into a new folder", dir)
	}
	if w.recipe, err = newRecipe(ctx, set, classes, detectors, opt); err != nil {
		return nil, err
	}
	if w.hash, err = w.recipe.hash(); err != nil {
		return nil, err
	}
	text, err := w.recipe.text()
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		return w.finished(text)
	}
	w.folder, err = partial.Open(w.dir, partial.Opening{
		Recipe: text, Continues: continues, Shared: opt.Shard.Count > 0, Unfinished: ErrUnfinished,
		Differs: func(_ string, there []byte) error { return w.recipe.differs(partial.Beside(w.dir).Path, there) },
	})
	if err != nil {
		return nil, err
	}
	out, err := w.run(ctx, detectors, text)
	if err != nil {
		w.folder.GiveUp(true)
	}
	return out, err
}

func (w *work) units(detectors []detect.Detector) []unit {
	var units []unit
	for _, seed := range w.opt.seeds() {
		for _, d := range detectors {
			for _, c := range w.classes {
				units = append(units, unit{len(units), seed, d, c})
			}
		}
	}
	return units
}

func (w *work) run(ctx context.Context, detectors []detect.Detector, text []byte) (*FolderOutcome, error) {
	units := w.units(detectors)
	out := &FolderOutcome{All: len(units)}
	lost := map[int]error{}
	for _, u := range partial.Share(w.opt.Shard, units) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		there, err := w.done(u)
		if err != nil {
			return nil, err
		}
		if there == nil {
			err = w.make(ctx, u)
		}
		if failed := (unitError{}); errors.As(err, &failed) {
			lost[u.number] = failed.error
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Units++
	}
	if w.opt.Shard.Count > 0 {
		out.Partial = w.folder.Path
		for _, u := range units {
			if err := lost[u.number]; err != nil {
				out.Failed = append(out.Failed, fmt.Errorf("%s: %w", u.name(), err))
			}
		}
		return out, nil
	}
	if err := w.finish(ctx, detectors, units, lost, out); err != nil {
		return nil, err
	}
	err := format.WriteAtomic(w.folder.In(partial.Set, RecipeName), func(to io.Writer) error { _, err := to.Write(text); return err })
	if err != nil {
		return nil, err
	}
	return out, w.folder.Publish(w.dir)
}

// place is where the results of a seed stand below the folder.
func (w *work) place(seed uint64) string {
	if len(w.opt.Seeds) == 0 {
		return ""
	}
	return fmt.Sprintf("seed%d", seed)
}

// finish makes the documents of the units, and the report, in a draft first.
func (w *work) finish(ctx context.Context, detectors []detect.Detector, units []unit, lost map[int]error, out *FolderOutcome) error {
	draft := w.folder.In(partial.Drafts, "documents")
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	for i, seed := range w.opt.seeds() {
		own := units[i*len(detectors)*len(w.classes):]
		opt := w.opt.Options
		opt.Seed = seed
		one, err := assemble(w.set, detectors, w.classes, opt, func(d, c int) (*part, error) {
			u := own[d*len(w.classes)+c]
			if err := lost[u.number]; err != nil {
				return nil, unitError{err}
			}
			return w.part(u)
		})
		if err != nil {
			return err
		}
		for _, f := range one.Failed {
			if len(w.opt.Seeds) > 0 {
				f = fmt.Errorf("seed %d: %w", seed, f)
			}
			out.Failed = append(out.Failed, f)
		}
		if err := report.WriteBenchmark(ctx, filepath.Join(draft, w.place(seed)), one.Document, one.Views, report.Options{Workers: w.opt.Fit.Workers}); err != nil {
			return err
		}
		if w.opt.Views > 0 {
			if err := w.writeFigure(ctx, filepath.Join(draft, w.place(seed)), seed, detectors); err != nil {
				return err
			}
		}
		if err := w.move(filepath.Join(draft, w.place(seed)), w.folder.In(partial.Set, w.place(seed))); err != nil {
			return err
		}
		out.Documents = append(out.Documents, one.Document)
	}
	if len(w.opt.Seeds) == 0 {
		return nil
	}
	out.Sum = report.NewSeeds(out.Documents)
	if err := out.Sum.WriteFiles(draft); err != nil {
		return err
	}
	return w.move(draft, w.folder.In(partial.Set))
}

// move brings what a folder holds into another, where an earlier run may have left the same.
func (w *work) move(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		target := filepath.Join(to, e.Name())
		if e.IsDir() {
			if left, err := os.ReadDir(filepath.Join(from, e.Name())); err != nil || len(left) == 0 {
				continue // of a seed, moved already
			}
			if err := os.RemoveAll(target); err != nil {
				return err
			}
		}
		if err := os.Rename(filepath.Join(from, e.Name()), target); err != nil {
			return err
		}
	}
	return nil
}

// part is what a finished unit adds to the document.
func (w *work) part(u unit) (*part, error) {
	r, err := w.done(u)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, fmt.Errorf("%s: a part of the benchmark has vanished while it was being made", w.folder.Path)
	}
	p := &part{doc: r.Class}
	for _, f := range r.Failed {
		p.failed = append(p.failed, errors.New(f))
	}
	p.views, err = w.views(u)
	return p, err
}

// finished is a benchmark that is there already: it has to be the same one.
func (w *work) finished(text []byte) (*FolderOutcome, error) {
	there, err := os.ReadFile(filepath.Join(w.dir, RecipeName))
	if err != nil {
		return nil, err
	}
	if !slices.Equal(there, text) {
		return nil, w.recipe.differs(w.dir, there)
	}
	out := &FolderOutcome{There: true, All: len(w.opt.seeds()) * len(w.recipe.Detectors) * len(w.classes)}
	for _, seed := range w.opt.seeds() {
		name := filepath.Join(w.dir, w.place(seed), "results.json")
		doc, err := report.ReadBenchmarkFile(name)
		if err != nil {
			return nil, err
		}
		out.Documents = append(out.Documents, doc)
		for _, d := range doc.Detectors {
			out.Units += len(d.Classes)
			for _, c := range w.classes {
				if own := d.Class(c.Name); own == nil {
					out.Failed = append(out.Failed, fmt.Errorf("%s, class %s: could not be done", d.Name, c.Name))
				} else {
					for _, s := range own.Scans {
						if s.Error != "" {
							out.Failed = append(out.Failed, errors.New(s.Error))
						}
					}
				}
			}
		}
	}
	if len(w.opt.Seeds) > 0 {
		out.Sum = report.NewSeeds(out.Documents)
	}
	return out, os.RemoveAll(partial.Beside(w.dir).Path)
}
