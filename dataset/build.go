package dataset

import (
	"context"
	"errors"
	"fmt"

	"blemish/defect"
	"blemish/internal/partial"
)

// Build makes a data set in dir, which must not exist yet or be empty. The set grows
// in a working folder beside dir and moves there when it is complete, so that dir
// holds a whole data set or nothing. The same recipe and seed give the same bytes on
// any number of workers and shards, and after any number of kills and resumes.
//
// A class or a pair of class and kind that cannot be made is skipped with its
// reason in the manifest; it is an error when no class is left, and with a preset,
// whose counts are fixed, when any is skipped.
//
// With opt.Shard only a part of the clouds is made, and the working folder stays:
// when all shards are done, a run with Resume and without Shard joins them.
func Build(ctx context.Context, dir string, opt Options) (*Summary, error) {
	opt = opt.Defaults()
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	sources, err := findSources(opt)
	if err != nil {
		return nil, err
	}
	units, err := unitsOf(sources, opt)
	if err != nil {
		return nil, err
	}
	w, finished, err := openWork(dir, opt, sources)
	if err != nil {
		return nil, err
	}
	if finished {
		return finishedSummary(dir)
	}
	sum, err := w.build(ctx, opt, sources, units)
	if err != nil {
		w.folder.GiveUp(opt.Keep)
	}
	return sum, err
}

// unitsOf cuts the clouds of a recipe into units, each of one class.
func unitsOf(sources []source, opt Options) ([]unit, error) {
	if clouds := len(sources) * opt.clouds(); clouds > mostClouds {
		return nil, fmt.Errorf("%d classes of %d clouds: a set has at most %d clouds; make several sets", len(sources), opt.clouds(), mostClouds)
	}
	var units []unit
	for i, s := range sources {
		jobs, err := jobsOf(i, s, opt)
		if err != nil {
			return nil, err
		}
		for len(jobs) > 0 {
			n := min(len(jobs), unitSize)
			units = append(units, unit{len(units), jobs[:n]})
			jobs = jobs[n:]
		}
	}
	return units, nil
}

func (w *work) build(ctx context.Context, opt Options, sources []source, units []unit) (*Summary, error) {
	ours := partial.Share(opt.Shard, units)
	sum := &Summary{Partial: w.folder.Path}
	var todo []unit
	there := 0
	for _, u := range ours {
		r, err := w.done(u)
		if err != nil {
			return nil, err
		}
		if r == nil {
			todo = append(todo, u)
		} else {
			there += len(u.jobs)
		}
	}
	if err := w.run(ctx, opt, sources, todo, there); err != nil {
		return nil, err
	}
	if !w.shared {
		return w.finish(units)
	}
	for _, u := range ours {
		r, err := w.done(u)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, fmt.Errorf("%s: a part of the set has vanished while it was being made", w.folder.Path)
		}
		sum.count(r)
	}
	return sum, nil
}

// finishedSummary counts a data set that is already there.
func finishedSummary(dir string) (*Summary, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	sum := &Summary{}
	class := ""
	for _, s := range m.Samples {
		sum.count(&record{Samples: []Sample{s}})
		if s.Class != class {
			sum.Classes, class = sum.Classes+1, s.Class
		}
	}
	sum.Skipped = m.Skipped
	return sum, nil
}

// unsuitable reports whether a cloud is skipped for err, and nothing has failed.
func unsuitable(err error) bool { return errors.Is(err, defect.ErrUnsuitable) }
