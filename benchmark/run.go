package benchmark

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/report"
	"blemish/task"
)

// Options is what Run takes beside the data and the detectors.
type Options struct {
	Classes  []string // only these; none: all of the set
	Seed     uint64
	Version  string // of the program, for the document
	Views    int    // scans a class and detector that the report shows
	Fit      detect.FitOptions
	Progress task.Progress
	// Learnt and Scored, where not nil, are handed each model and each scan's result as it
	// comes, for saving.
	Learnt func(detector, class string, model detect.Model) error
	Scored func(detector string, item dataset.Item, cloud *geom.Cloud, result *detect.Result) error
}

// Outcome is the document and the scans to show beside it.
type Outcome struct {
	Document *report.Benchmark
	Views    []report.ScanView
	Failed   []error // classes and scans that could not be done; the run went on
}

// Run benchmarks the detectors on a set. A class without sound scans, or a file
// that cannot be read, costs its own line in Failed; the run goes on. It is an
// error when nothing at all could be scored, or when ctx ends.
func Run(ctx context.Context, set *dataset.Set, detectors []detect.Detector, opt Options) (*Outcome, error) {
	classes, err := Choose(set, opt.Classes)
	if err != nil {
		return nil, err
	}
	return assemble(set, detectors, classes, opt, func(d, c int) (*part, error) {
		r := &runner{set: set, detector: detectors[d], class: classes[c], opt: opt}
		doc, err := r.run(ctx)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &saveError{}):
			return nil, err
		case err != nil:
			return nil, unitError{err}
		}
		return &part{doc: *doc, failed: r.failed, views: r.views()}, nil
	})
}

// part is what one detector on one class adds to the outcome.
type part struct {
	doc    report.BenchmarkClass
	failed []error
	views  []report.ScanView
}

// assemble puts the parts of detectors and classes together, in that order. Where get gives
// a unitError, that costs a line in Failed.
func assemble(set *dataset.Set, detectors []detect.Detector, classes []*dataset.Class, opt Options, get func(detector, class int) (*part, error)) (*Outcome, error) {
	out := &Outcome{Document: &report.Benchmark{Blemish: opt.Version, Data: set.Name, Layout: set.Layout, Seed: opt.Seed, Published: set.Published()}}
	scored := 0
	for i, d := range detectors {
		config, err := report.ConfigJSON(d.Config())
		if err != nil {
			return nil, err
		}
		doc := report.BenchmarkDetector{Name: d.Name(), Config: config}
		for j, class := range classes {
			p, err := get(i, j)
			if lost := (unitError{}); errors.As(err, &lost) {
				out.Failed = append(out.Failed, fmt.Errorf("%s, class %s: %w", d.Name(), class.Name, lost.error))
				continue
			}
			if err != nil {
				return nil, err
			}
			for _, s := range p.doc.Scans {
				if s.Error == "" {
					scored++
				}
			}
			doc.Classes = append(doc.Classes, p.doc)
			out.Failed = append(out.Failed, p.failed...)
			out.Views = append(out.Views, p.views...)
		}
		doc.Mean = report.MeanMetrics(doc.Classes)
		out.Document.Detectors = append(out.Document.Detectors, doc)
	}
	if scored == 0 {
		return nil, fmt.Errorf("no scan of %s could be scored: %w", set.Dir, errors.Join(out.Failed...))
	}
	return out, nil
}

// Choose returns the named classes of a set in that order, all where none are named; a
// name that the set does not have is an error.
func Choose(set *dataset.Set, names []string) ([]*dataset.Class, error) {
	var classes []*dataset.Class
	if len(names) == 0 {
		for i := range set.Classes {
			classes = append(classes, &set.Classes[i])
		}
		return classes, nil
	}
	for _, name := range names {
		c := set.Class(name)
		if c == nil {
			return nil, fmt.Errorf("%s has no class %q", set.Dir, name)
		}
		classes = append(classes, c)
	}
	return classes, nil
}

// runner is one detector on one class.
type runner struct {
	set      *dataset.Set
	detector detect.Detector
	class    *dataset.Class
	opt      Options

	failed []error
	scans  []scan
	object []float32 // one a scored scan
}

// scan is one scored test scan. Point scores of all scans are kept until the class
// is done, because point metrics pool them.
type scan struct {
	item   dataset.Item
	test   int // which of the class's test scans
	cloud  *geom.Cloud
	result *detect.Result
	region []int32 // of the truth, see regions; nil where there are no labels
	doc    report.BenchmarkScan
}

func (r *runner) run(ctx context.Context) (class *report.BenchmarkClass, err error) {
	fit := r.opt.Fit
	if r.class.CAD != "" {
		part, _, err := format.ReadMesh(r.set.Path(r.class.CAD))
		if err != nil {
			return nil, err
		}
		fit.CAD, fit.CADFile = part, detect.SourceFile{Name: path.Base(r.class.CAD), Points: len(part.Vertices)}
	} else if len(r.class.Train) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	var sound []*geom.Cloud
	for _, it := range r.class.Train {
		cloud, _, err := r.set.Load(it)
		if err != nil {
			return nil, err
		}
		sound = append(sound, cloud)
	}
	fit.Class, fit.Seed, fit.Progress = r.class.Name, r.opt.Seed, r.opt.Progress
	memory := watchMemory()
	defer memory.end()
	begun := time.Now()
	model, left, err := r.learn(ctx, sound, fit)
	if err != nil {
		return nil, err
	}
	defer func() {
		if c, ok := model.(io.Closer); ok {
			err = errors.Join(err, c.Close())
		}
		if class != nil {
			class.PeakBytes = memory.of(model)
		}
	}()
	doc := &report.BenchmarkClass{Class: r.class.Name, Train: len(sound), LeftOut: left, Test: len(r.class.Test), FitS: seconds(begun)}
	if r.opt.Learnt != nil {
		if err := r.opt.Learnt(r.detector.Name(), r.class.Name, model); err != nil {
			return nil, saveError{err}
		}
	}
	begun = time.Now()
	for i, it := range r.class.Test {
		s, err := r.score(ctx, model, it)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.As(err, &saveError{}) {
			return nil, err
		}
		if err != nil {
			r.failed = append(r.failed, err)
			s = &scan{item: it, doc: report.BenchmarkScan{Score: report.None(), Seconds: report.None(), Error: err.Error()}}
		}
		s.doc.File, s.doc.Kind, s.doc.Defective = it.File, it.Kind, it.Defective
		doc.Scans = append(doc.Scans, s.doc)
		if err == nil {
			s.test = i
			r.scans = append(r.scans, *s)
			r.object = append(r.object, s.result.Object)
		}
		r.opt.Progress.Report(task.Event{Stage: "score " + r.class.Name + " with " + r.detector.Name(), Done: i + 1, Total: len(r.class.Test), Unit: "scans"})
	}
	doc.ScoreS = seconds(begun)
	doc.Metrics = measure(r.scans)
	doc.OAUROCInterval, doc.OAUROCDeLong = interval(r.scans, doc.OAUROC), deLong(r.scans)
	doc.Kinds = byKind(r.scans)
	return doc, nil
}

// learn learns from the sound scans as train does: those that do not fit the others, or stand
// apart from them, are left out. Where that cannot be told, all are learnt from.
func (r *runner) learn(ctx context.Context, sound []*geom.Cloud, fit detect.FitOptions) (detect.Model, []report.LeftOut, error) {
	say := func(text string) {
		if fit.Logger != nil {
			fit.Logger.Warn(fmt.Sprintf("%s, class %s: %s", r.detector.Name(), r.class.Name, text))
		}
	}
	if fit.CAD == nil {
		for i, it := range r.class.Train {
			fit.Files = append(fit.Files, detect.SourceFile{Name: path.Base(it.File), Points: sound[i].Len()})
		}
	}
	vetted, err := deviation.Vet(ctx, r.detector, sound, fit, false)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		say(fmt.Sprintf("the sound scans are learnt from as they are: %v", err))
		model, err := r.detector.Fit(ctx, sound, fit)
		return model, nil, err
	}
	var left []report.LeftOut
	for i, s := range vetted.Scans {
		if !s.Used {
			left = append(left, report.LeftOut{File: r.class.Train[i].File, Why: s.Why})
			say(fmt.Sprintf("%s is left out: %s", path.Base(r.class.Train[i].File), s.Why))
		}
	}
	model, err := vetted.Fit(ctx, r.detector, fit)
	return model, left, err
}

func (r *runner) score(ctx context.Context, model detect.Model, it dataset.Item) (*scan, error) {
	cloud, _, err := r.set.Load(it)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	result, err := model.Score(ctx, cloud)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", it.File, err)
	}
	if len(result.Point) != cloud.Len() {
		return nil, fmt.Errorf("%s: %s gave %d scores for the %d points of the scan", it.File, r.detector.Name(), len(result.Point), cloud.Len())
	}
	if !finite(result.Point) || !finite([]float32{result.Object}) {
		return nil, fmt.Errorf("%s: %s gave a score that is not a number", it.File, r.detector.Name())
	}
	s := &scan{item: it, cloud: cloud, result: result, doc: report.BenchmarkScan{
		Score: report.Number(result.Object), Verdict: result.Verdict.String(), Reason: result.Reason,
		Points: cloud.Len(), Seconds: seconds(begun),
	}}
	if s.region, err = regions(ctx, r.opt.Fit.Workers, cloud); err != nil {
		return nil, err
	}
	if r.opt.Scored != nil {
		if err := r.opt.Scored(r.detector.Name(), it, cloud, result); err != nil {
			return nil, saveError{err}
		}
	}
	return s, nil
}

// saveError is a failure to save what was learnt or scored. It ends the run: the next file would
// fail in the same way.
type saveError struct{ error }

func (e saveError) Unwrap() error { return e.error }

func seconds(begun time.Time) report.Number { return report.Number(time.Since(begun).Seconds()) }
