package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"blemish"
	"blemish/dataset"
	"blemish/jobs"
	"blemish/jobs/kind"
	"blemish/report"
)

// queuedSynth is synth by workers, a shard each job.
func (e *env) queuedSynth(ctx context.Context, q *queued, out string, opt dataset.Options, shards int) error {
	queue, err := e.openQueue(ctx, q, "")
	if err != nil {
		return err
	}
	defer queue.Broker.Close()
	opt.Seed, opt.Version, opt.Workers, opt.Keep = e.seed, blemish.Version, e.workers, true
	list, err := kind.NewSynth(ctx, queue.Store, opt, shards)
	if err != nil {
		return err
	}
	var results []jobs.Result
	err = e.results(ctx, q, queue, list, "shards", func(i int, r jobs.Result) error {
		if r.Error != "" {
			return fmt.Errorf("shard %d of %d: %s", i, shards, r.Error)
		}
		results = append(results, r)
		return nil
	})
	if err != nil {
		return err
	}
	sum, err := kind.JoinSynth(ctx, queue, results, out, opt)
	if err != nil {
		return err
	}
	return e.tellSynth(out, sum)
}

// queuedBenchmark is benchmark by workers, a detector on a class each job. The report shows
// no scans: they stay where they are.
func (e *env) queuedBenchmark(ctx context.Context, q *queued, c comparison) error {
	set, err := dataset.Open(c.data, c.layout)
	if err != nil {
		return err
	}
	if c.out != "" {
		if err := mustBeNew(c.out); err != nil {
			return err
		}
	}
	queue, err := e.openQueue(ctx, q, "")
	if err != nil {
		return err
	}
	defer queue.Broker.Close()
	list, err := kind.NewBenchmark(ctx, queue.Store, set, c.classes, c.detectors, e.seed)
	if err != nil {
		return err
	}
	var results []jobs.Result
	err = e.results(ctx, q, queue, list, "classes", func(_ int, r jobs.Result) error {
		results = append(results, r)
		return nil
	})
	if err != nil {
		return err
	}
	doc, failed, err := kind.JoinBenchmark(ctx, queue, results, set, c.detectors, e.seed)
	if err != nil {
		return err
	}
	if c.out != "" {
		if err := report.WriteBenchmark(ctx, c.out, doc, nil, report.Options{Workers: e.workers}); err != nil {
			return err
		}
		for i, r := range results {
			if err := kind.FetchBenchmark(ctx, queue, list[i], r, c.out); err != nil {
				return err
			}
		}
		e.log.Info("report: " + filepath.Join(c.out, "report.html"))
	}
	if err := e.tell(doc); err != nil {
		return err
	}
	return e.failures(failed)
}
