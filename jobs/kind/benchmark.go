package kind

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"blemish/benchmark"
	"blemish/dataset"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/format"
	"blemish/geom"
	"blemish/internal/version"
	"blemish/jobs"
	"blemish/report"
	"blemish/storage"
)

// A benchmark: a job is a detector on a class, its result the document of that alone and the
// model.

// BenchmarkSpec is a detector on a class.
type BenchmarkSpec struct {
	Detector string          `json:"detector"`
	Config   json.RawMessage `json:"config"`
	Set      string          `json:"set"` // name of the data set
	Layout   string          `json:"layout"`
	Class    string          `json:"class"`
	Seed     uint64          `json:"seed"`
}

// NewBenchmark stores the files of the classes and makes the jobs, in the order of detectors
// and classes.
func NewBenchmark(ctx context.Context, s storage.Store, set *dataset.Set, classes []string, detectors []detect.Detector, seed uint64) ([]jobs.Job, error) {
	chosen, err := benchmark.Choose(set, classes)
	if err != nil {
		return nil, err
	}
	inputs := make([][]jobs.File, len(chosen))
	for i, c := range chosen {
		names := []string{c.CAD}
		for _, it := range append(append([]dataset.Item{}, c.Train...), c.Test...) {
			names = append(names, it.File, it.Truth)
		}
		for _, name := range names {
			if name == "" {
				continue
			}
			f, err := put(ctx, s, set.Path(name), path.Join(set.Name, name))
			if err != nil {
				return nil, err
			}
			inputs[i] = append(inputs[i], f)
		}
	}
	var list []jobs.Job
	for _, d := range detectors {
		config, err := report.ConfigJSON(d.Config())
		if err != nil {
			return nil, err
		}
		for i, c := range chosen {
			job, err := jobs.New(BenchmarkKind, BenchmarkSpec{d.Name(), config, set.Name, set.Layout, c.Name, seed}, inputs[i])
			if err != nil {
				return nil, err
			}
			list = append(list, job)
		}
	}
	return list, nil
}

func (o Options) benchmark(ctx context.Context, w jobs.Work) error {
	var spec BenchmarkSpec
	if err := w.Spec(&spec); err != nil {
		return err
	}
	d, err := all.Configured(spec.Detector, spec.Config)
	if err != nil {
		return jobs.Hopeless(err)
	}
	if filepath.Base(spec.Set) != spec.Set || spec.Set == "." || spec.Set == ".." {
		return jobs.Hopeless(fmt.Errorf("%.60q is no name of a data set", spec.Set))
	}
	set, err := dataset.Open(filepath.Join(w.In, spec.Set), spec.Layout)
	if err != nil {
		return o.own(ctx, err)
	}
	opt := benchmark.Options{
		Classes: []string{spec.Class}, Seed: spec.Seed, Version: version.Version, Progress: o.Progress,
		Fit: detect.FitOptions{Workers: o.Workers, Logger: o.Log},
		Learnt: func(detector, class string, model detect.Model) error {
			return format.WriteAtomic(filepath.Join(w.Out, ModelName), model.Save)
		},
		Scored: func(detector string, it dataset.Item, _ *geom.Cloud, r *detect.Result) error {
			return SaveScores(filepath.Join(w.Out, scoresName), it, r)
		},
	}
	outcome, err := benchmark.Run(ctx, set, []detect.Detector{d}, opt)
	if err != nil {
		return o.own(ctx, err)
	}
	part := part{Document: outcome.Document, Failed: []string{}}
	for _, f := range outcome.Failed {
		part.Failed = append(part.Failed, f.Error())
	}
	for i := range part.Document.Detectors {
		for k := range part.Document.Detectors[i].Classes {
			timeless(&part.Document.Detectors[i].Classes[k])
		}
	}
	text, err := json.Marshal(part)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.Out, partName), text, 0o644)
}

// scoresName is the folder of the point scores in a result.
const scoresName = "scores"

// SaveScores writes one value a point, so that metrics can be recomputed.
func SaveScores(dir string, it dataset.Item, r *detect.Result) error {
	target := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(it.File, path.Ext(it.File))+".npy"))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return format.WriteAtomic(target, func(w io.Writer) error {
		return format.WriteNPY(w, r.Point, len(r.Point))
	})
}

// FetchBenchmark brings models and scores of a result into the folder of a benchmark.
func FetchBenchmark(ctx context.Context, q *jobs.Queue, job jobs.Job, r jobs.Result, dir string) error {
	var spec BenchmarkSpec
	if err := json.Unmarshal(job.Spec, &spec); err != nil {
		return err
	}
	for _, f := range r.Files {
		to := ""
		if name, ok := strings.CutPrefix(f.Name, scoresName+"/"); ok {
			to = filepath.Join("scores", spec.Detector, filepath.FromSlash(name))
		} else if f.Name == ModelName {
			to = filepath.Join("models", spec.Detector, spec.Class+".model")
		}
		if to == "" {
			continue
		}
		if err := storage.GetFile(ctx, q.Store, f.SHA256, filepath.Join(dir, to)); err != nil {
			return err
		}
	}
	return nil
}

// partName is the file with a part of a benchmark.
const partName = "part.json"

// part is what came of one detector on one class.
type part struct {
	Document *report.Benchmark `json:"document"`
	Failed   []string          `json:"failed"` // classes and scans that could not be done
}

// timeless takes out what took how long: it is never the same.
func timeless(c *report.BenchmarkClass) {
	c.FitS, c.ScoreS, c.PeakBytes = report.None(), report.None(), report.None()
	for i := range c.Scans {
		c.Scans[i].Seconds = report.None()
	}
}

// mostPart is more bytes than any part has.
const mostPart = 256 << 20

// JoinBenchmark makes one document of the results of NewBenchmark's jobs, in their order, and
// says what could not be done.
func JoinBenchmark(ctx context.Context, q *jobs.Queue, results []jobs.Result, set *dataset.Set, detectors []detect.Detector, seed uint64) (*report.Benchmark, []error, error) {
	doc := &report.Benchmark{Blemish: version.Version, Data: set.Name, Layout: set.Layout, Seed: seed, Published: set.Published()}
	var failed []error
	each := len(results) / max(1, len(detectors))
	for i, d := range detectors {
		config, err := report.ConfigJSON(d.Config())
		if err != nil {
			return nil, nil, err
		}
		whole := report.BenchmarkDetector{Name: d.Name(), Config: config}
		for _, r := range results[i*each : (i+1)*each] {
			if r.Error != "" {
				failed = append(failed, fmt.Errorf("%s: %s", d.Name(), r.Error))
				continue
			}
			p, err := readPart(ctx, q, r)
			if err != nil {
				return nil, nil, err
			}
			for _, one := range p.Document.Detectors {
				whole.Classes = append(whole.Classes, one.Classes...)
			}
			for _, text := range p.Failed {
				failed = append(failed, errors.New(text))
			}
		}
		whole.Mean = report.MeanMetrics(whole.Classes)
		doc.Detectors = append(doc.Detectors, whole)
	}
	return doc, failed, nil
}

func readPart(ctx context.Context, q *jobs.Queue, r jobs.Result) (*part, error) {
	dir, err := os.MkdirTemp("", "blemish-part-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, f := range r.Files {
		if f.Name != partName {
			continue
		}
		at := filepath.Join(dir, partName)
		if err := storage.GetFile(ctx, q.Store, f.SHA256, at); err != nil {
			return nil, err
		}
		in, err := os.Open(at)
		if err != nil {
			return nil, err
		}
		defer in.Close()
		p := &part{}
		if err := json.NewDecoder(io.LimitReader(in, mostPart)).Decode(p); err != nil {
			return nil, fmt.Errorf("job %s: %w", r.Job, err)
		}
		if p.Document == nil {
			return nil, fmt.Errorf("job %s: a part without a document", r.Job)
		}
		return p, nil
	}
	return nil, fmt.Errorf("job %s has no %s", r.Job, partName)
}
