package service

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"blemish/history"
)

// Working: the next job is taken as soon as there is a place for it, done, and what came out
// is kept, whatever happens to the history meanwhile.

const (
	judgeKind = "judge"
	trainKind = "train"

	// idleLook is how often an idle service looks at the queue without being told.
	idleLook = 5 * time.Second

	// mostTries is how often a job may end the process before it is given up. One that is
	// killed with the process by chance is tried as often.
	mostTries = 20
)

// outcome is what a job came to.
type outcome struct {
	entry *history.Entry // to be kept; nil for none
	state string         // JobDone or JobFailed where the job itself is to be kept
	note  string
}

// work does jobs of a kind, so many at a time, until ctx ends. working ends later: the time
// that jobs under way still have.
func (s *Service) work(ctx, working context.Context, kind string, wake <-chan struct{}, atATime int, do func(context.Context, *history.Job) (*outcome, error)) {
	places := make(chan struct{}, atATime)
	var group sync.WaitGroup
	defer group.Wait()
	pause := time.Duration(0)
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return
		}
		job, err := s.store.Claim(ctx, s.data.id, kind)
		if job != nil && err == nil {
			pause = 0
			s.numbers.storeUp.Store(true)
			group.Go(func() {
				defer func() { <-places }()
				s.oneJob(ctx, working, job, do)
			})
			continue
		}
		<-places
		if err == nil {
			pause = 0
			select {
			case <-ctx.Done():
			case <-wake:
			case <-time.After(idleLook):
			}
			continue
		}
		if ctx.Err() == nil {
			s.numbers.storeUp.Store(false)
			s.log.Error("the queue cannot be read", "error", err)
			pause = min(max(2*pause, 500*time.Millisecond), 10*time.Second)
			sleep(ctx, pause)
		}
	}
}

// oneJob does a job and keeps what came out.
func (s *Service) oneJob(ctx, working context.Context, job *history.Job, do func(context.Context, *history.Job) (*outcome, error)) {
	s.numbers.running.Add(1)
	defer s.numbers.running.Add(-1)
	out, err := s.guarded(working, job, do)
	if working.Err() != nil {
		// Stopped: as if it had never been begun. Where this fails, the next process puts
		// it back.
		if err := s.store.Release(context.WithoutCancel(working), job.ID); err != nil {
			s.log.Error("a job could not be put back; the next start does it", "id", job.ID, "error", err)
		}
		return
	}
	if err != nil {
		s.log.Error("a job failed", "kind", job.Kind, "id", job.ID, "error", err)
	}
	keep := func() error {
		if out.state != "" {
			return s.store.End(working, job.ID, out.state, out.note)
		}
		return s.store.Finish(working, job.ID, out.entry)
	}
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		err := keep()
		if err == nil {
			break
		}
		s.numbers.storeUp.Store(false)
		s.log.Error("what came out cannot be kept yet", "id", job.ID, "error", err)
		if ctx.Err() != nil || !errors.Is(err, history.ErrUnreachable) && pause > 5*time.Second {
			return // done again by the next process
		}
		sleep(ctx, pause)
	}
	s.numbers.storeUp.Store(true)
	s.waiters.tell(job.ID)
	if e := out.entry; e != nil {
		s.numbers.judged(e)
		s.log.Info("judged", "id", e.ID, "part", e.Part, "name", e.Name, "verdict", e.Verdict, "score", e.Score, "seconds", e.Seconds, "error", e.Error)
	}
}

// guarded does a job; a panic is an error of its own.
func (s *Service) guarded(ctx context.Context, job *history.Job, do func(context.Context, *history.Job) (*outcome, error)) (out *outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic", "id", job.ID, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			out, err = s.gaveUp(job, "the program has a fault that this file brings out; its log tells more")
		}
	}()
	if job.Tries > mostTries {
		return s.gaveUp(job, fmt.Sprintf("the service ended %d times while it was at this; is there enough memory?", mostTries))
	}
	return do(ctx, job)
}

// gaveUp is the outcome of a job that cannot be done.
func (s *Service) gaveUp(job *history.Job, why string) (*outcome, error) {
	err := errors.New(why)
	if job.Kind == trainKind {
		return &outcome{state: history.JobFailed, note: why}, err
	}
	return s.failedScan(job, err)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
