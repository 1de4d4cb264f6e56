package benchmark

import (
	"context"
	"errors"
	"fmt"

	"blemish/dataset"
	"blemish/detect"
	"blemish/geom"
	"blemish/report"
	"blemish/task"
)

// Scores are what a detector said of one scan.
type Scores struct {
	Point  []float32 // one a point of the cloud, in its order; nil: the detector gives none
	Object float32   // of the scan
}

// Source hands out the scores of a scan; cloud is the scan as Set.Load gives it.
type Source func(item dataset.Item, cloud *geom.Cloud) (Scores, error)

// Evaluate measures scores that were made elsewhere as Run measures its own. A scan
// without scores costs its own line in failed; it is an error when there are none
// at all, or when ctx ends. Options that are about training and scoring are not
// used.
func Evaluate(ctx context.Context, set *dataset.Set, name string, source Source, opt Options) (doc report.BenchmarkDetector, failed []error, err error) {
	doc = report.BenchmarkDetector{Name: name}
	classes, err := Choose(set, opt.Classes)
	if err != nil {
		return doc, nil, err
	}
	scored := 0
	for _, class := range classes {
		out := report.BenchmarkClass{Class: class.Name, Train: len(class.Train), Test: len(class.Test), FitS: report.None(), ScoreS: report.None(), PeakBytes: report.None()}
		var scans []scan
		for _, it := range class.Test {
			if err := ctx.Err(); err != nil {
				return doc, nil, err
			}
			s, err := evaluateScan(ctx, set, it, source, opt.Fit.Workers)
			if err != nil {
				failed = append(failed, err)
				s = &scan{doc: report.BenchmarkScan{Score: report.None(), Seconds: report.None(), Error: err.Error()}}
			} else {
				scans = append(scans, *s)
			}
			s.doc.File, s.doc.Kind, s.doc.Defective = it.File, it.Kind, it.Defective
			out.Scans = append(out.Scans, s.doc)
		}
		if len(scans) == 0 {
			continue
		}
		scored += len(scans)
		out.Metrics, out.Kinds = measure(scans), byKind(scans)
		out.OAUROCInterval, out.OAUROCDeLong = interval(scans, out.OAUROC), deLong(scans)
		doc.Classes = append(doc.Classes, out)
	}
	if ctx.Err() != nil {
		return doc, nil, ctx.Err()
	}
	if scored == 0 {
		return doc, nil, fmt.Errorf("%s has no scores for the scans of %s: %w", name, set.Dir, errors.Join(first(failed, 3)...))
	}
	doc.Mean = report.MeanMetrics(doc.Classes)
	return doc, failed, nil
}

func evaluateScan(ctx context.Context, set *dataset.Set, it dataset.Item, source Source, workers task.Workers) (*scan, error) {
	cloud, _, err := set.Load(it)
	if err != nil {
		return nil, err
	}
	scores, err := source(it, cloud)
	if err != nil {
		return nil, err
	}
	if scores.Point != nil && len(scores.Point) != cloud.Len() {
		return nil, fmt.Errorf("%s: %d scores for the %d points of the scan", it.File, len(scores.Point), cloud.Len())
	}
	if !finite(scores.Point) || !finite([]float32{scores.Object}) {
		return nil, fmt.Errorf("%s: a score is not a number, or infinite", it.File)
	}
	s := &scan{item: it, cloud: cloud, result: &detect.Result{Point: scores.Point, Object: scores.Object}}
	if s.region, err = regions(ctx, workers, cloud); err != nil {
		return nil, err
	}
	s.doc = report.BenchmarkScan{Score: report.Number(scores.Object), Points: cloud.Len(), Seconds: report.None()}
	return s, nil
}

func first(errs []error, n int) []error { return errs[:min(n, len(errs))] }
