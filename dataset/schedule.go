package dataset

import (
	"context"
	"fmt"
	"os"
	"sync"

	"blemish/internal/partial"
	"blemish/task"
)

// The order of work: classes are prepared ahead, so that all workers have clouds
// to make at any time and few prepared meshes are in memory at once.

// schedule hands out the work of a run. Its lock guards all below it.
type schedule struct {
	work    *work
	opt     Options
	sources []source

	mu      sync.Mutex
	change  *sync.Cond
	classes []*classWork
	ahead   int // classes that may be prepared, or have clouds that nobody has taken
	done    int // clouds
	total   int
	note    string
	failed  error
	at      int // order of the job that failed: of several, the first counts
}

// classWork is the units of one class that a run has to make.
type classWork struct {
	source source
	state  int
	target *prepared
	reason error // why the class cannot be made
	todo   []*piece
	next   int // of todo
	left   int // of todo, not done
}

const (
	waiting = iota
	preparing
	ready
)

// piece is one cloud; the last one of a unit to be done records the unit.
type piece struct {
	job    job
	order  int
	unit   *unitWork
	number int // within the unit
}

type unitWork struct {
	unit    unit
	samples []*Sample
	reasons []error
	left    int
}

// run makes the given units; there clouds were made by an earlier run.
func (w *work) run(ctx context.Context, opt Options, sources []source, units []unit, there int) error {
	workers := opt.Workers.Count()
	s := &schedule{work: w, opt: opt, sources: sources, ahead: 2 + workers/16}
	s.change = sync.NewCond(&s.mu)
	if there > 0 {
		s.note = fmt.Sprintf("%d were there", there)
	}
	for _, u := range units {
		s.add(u)
	}
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.change.Broadcast()
	})()
	err := task.For(context.WithoutCancel(ctx), opt.Workers, workers, 1, func(int, int, int) { s.worker(ctx) })
	if s.failed != nil {
		return s.failed
	}
	if err != nil {
		return err
	}
	return ctx.Err()
}

// add puts a unit at the end of the work.
func (s *schedule) add(u unit) {
	src := s.sources[u.jobs[0].source]
	if n := len(s.classes); n == 0 || s.classes[n-1].source.class != src.class {
		s.classes = append(s.classes, &classWork{source: src})
	}
	c := s.classes[len(s.classes)-1]
	uw := &unitWork{unit: u, samples: make([]*Sample, len(u.jobs)), reasons: make([]error, len(u.jobs)), left: len(u.jobs)}
	for i, j := range u.jobs {
		c.todo = append(c.todo, &piece{j, s.total, uw, i})
		s.total++
	}
	c.left = len(c.todo)
}

// worker does what is to do until nothing is left, something has failed, or ctx ends.
func (s *schedule) worker(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	finished := false
	defer func() {
		if !finished { // a panic: the others must not wait for what will never come
			s.fail(0, fmt.Errorf("a worker broke off"))
		}
	}()
	for ctx.Err() == nil && s.failed == nil {
		c, t := s.pick()
		switch {
		case c == nil:
			if s.done == s.total {
				finished = true
				return
			}
			s.change.Wait()
		case t == nil:
			s.prepare(ctx, c)
		default:
			s.make(ctx, c, t)
		}
	}
	finished = true
	s.change.Broadcast()
}

// pick chooses what to do next: prepare class c where t is nil, else make a cloud.
// c is nil where there is nothing to do now.
func (s *schedule) pick() (c *classWork, t *piece) {
	open := 0
	var first *classWork
	for _, c := range s.classes {
		switch {
		case c.state == waiting && open < s.ahead:
			c.state = preparing
			return c, nil
		case c.state == preparing:
			open++
		case c.state == ready && c.next < len(c.todo):
			open++
			if first == nil {
				first = c
			}
		}
		if open >= s.ahead {
			break
		}
	}
	if first == nil {
		return nil, nil
	}
	t = first.todo[first.next]
	first.next++
	return first, t
}

// unlocked runs body without the lock.
func (s *schedule) unlocked(body func()) {
	s.mu.Unlock()
	defer s.mu.Lock()
	body()
}

func (s *schedule) prepare(ctx context.Context, c *classWork) {
	var target *prepared
	var err error
	s.unlocked(func() { target, err = c.source.prepare(ctx, s.opt) })
	c.target, c.reason, c.state = target, err, ready
	if err != nil && s.opt.Preset != "" && ctx.Err() == nil {
		s.fail(c.todo[0].order, fmt.Errorf("class %s: %w", c.source.class, err))
	}
	s.change.Broadcast()
}

func (s *schedule) make(ctx context.Context, c *classWork, t *piece) {
	var sample *Sample
	err := c.reason
	u := t.unit
	if err == nil {
		s.unlocked(func() {
			drafts := s.work.draftDir(u.unit)
			if err = os.MkdirAll(drafts, 0o755); err == nil {
				sample, err = c.source.build(ctx, drafts, s.opt, c.target, t.job, &Sample{})
			}
		})
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil && (s.opt.Preset != "" || c.reason == nil && !unsuitable(err)) {
		s.fail(t.order, fmt.Errorf("%s: %w", t.job.file, err))
		return
	}
	u.samples[t.number], u.reasons[t.number] = sample, err
	if u.left--; u.left == 0 {
		s.unlocked(func() { err = s.work.commit(u.unit, u.record(c)) })
		if err != nil {
			s.fail(t.order, err)
			return
		}
	}
	if c.left--; c.left == 0 {
		c.target = nil
	}
	s.done++
	s.opt.Progress.Report(task.Event{Stage: "build", Done: s.done, Total: s.total, Unit: "clouds", Note: s.note})
	if s.done == s.total || c.next == len(c.todo) {
		s.change.Broadcast()
	}
}

// record is what came of a unit.
func (u *unitWork) record(c *classWork) *record {
	r := &record{Samples: []Sample{}, Skipped: []Skip{}, Files: []partial.Stored{}}
	for i, sample := range u.samples {
		switch {
		case sample != nil:
			r.Samples = append(r.Samples, *sample)
		case c.reason != nil:
			r.Skipped = append(r.Skipped, Skip{c.source.class, "*", c.reason.Error()})
		default:
			r.Skipped = append(r.Skipped, Skip{c.source.class, string(u.unit.jobs[i].kind), u.reasons[i].Error()})
		}
	}
	return r
}

// fail stops the run; of several failures that of the first cloud is told.
func (s *schedule) fail(order int, err error) {
	if s.failed == nil || order < s.at {
		s.failed, s.at = err, order
	}
	s.change.Broadcast()
}
