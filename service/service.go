package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"blemish/history"
	"blemish/internal/kernels"
	"blemish/jobs"
	"blemish/task"
)

// Options is how a service runs; what is 0 has a default.
type Options struct {
	Data    string // folder; made where there is none
	History string // PostgreSQL URL, or the path of a file; "": history.db in the data folder

	Workers      task.Workers  // cores; 0: all
	CoresPerScan task.Workers  // cores that judge one scan; 0: 2
	MostQueued   int           // jobs that may wait; 0: 1000
	MostBody     int64         // bytes of an upload; 0: 512 MiB
	MostUploads  int           // uploads at a time; 0: 16
	JudgeTime    time.Duration // that judging one scan may take; 0: 10 minutes
	Patience     time.Duration // that a client may send or take nothing; 0: 30 seconds
	Grace        time.Duration // that running scans get when the service stops; 0: 30 seconds

	// Queue has the workers that judge scans; nil: this process does.
	Queue *jobs.Queue

	Open   bool // no token is asked for: on loopback alone
	Logger *slog.Logger
	Now    func() time.Time // the clock of entries; nil: time.Now
}

func (o *Options) fill() {
	o.Workers = task.Workers(o.Workers.Count())
	positive := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	positive((*int)(&o.CoresPerScan), 2)
	positive(&o.MostQueued, 1000)
	positive(&o.MostUploads, 16)
	o.CoresPerScan = min(o.CoresPerScan, o.Workers)
	if o.MostBody <= 0 {
		o.MostBody = 512 << 20
	}
	for _, d := range []struct {
		at        *time.Duration
		otherwise time.Duration
	}{{&o.JudgeTime, 10 * time.Minute}, {&o.Patience, 30 * time.Second}, {&o.Grace, 30 * time.Second}} {
		if *d.at <= 0 {
			*d.at = d.otherwise
		}
	}
	if o.History == "" {
		o.History = filepath.Join(o.Data, "history.db")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Service is an open service. Run does its work; Handler answers.
type Service struct {
	opt     Options
	log     *slog.Logger
	data    *folder
	store   history.Store
	tokens  *tokens
	loaded  *loadedModels
	numbers *metrics

	wake     chan struct{} // a scan waits
	learn    chan struct{} // a training waits
	uploads  chan struct{} // a place for each upload
	drawing  chan struct{} // a place for each map that is made
	waiters  waiters
	progress progressBoard
}

// Open opens data folder and history, and puts back what a killed process was at.
func Open(ctx context.Context, opt Options) (*Service, error) {
	if err := kernels.Problem(); err != nil {
		return nil, err
	}
	opt.fill()
	data, err := openFolder(opt.Data)
	if err != nil {
		return nil, err
	}
	s := &Service{
		opt: opt, log: opt.Logger, data: data, tokens: &tokens{path: filepath.Join(data.path, tokenFile)},
		wake: make(chan struct{}, 1), learn: make(chan struct{}, 1), uploads: make(chan struct{}, opt.MostUploads), drawing: make(chan struct{}, 2),
	}
	s.loaded, s.numbers = newLoadedModels(), newMetrics(opt.Now())
	if err := s.openStore(ctx); err != nil {
		data.Close()
		return nil, err
	}
	if _, err := s.tokens.refresh(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Service) openStore(ctx context.Context) (err error) {
	if s.store, err = history.Open(ctx, s.opt.History); err != nil {
		return err
	}
	n, err := s.store.Recover(ctx, s.data.id)
	if err != nil {
		return errors.Join(err, s.store.Close())
	}
	if n > 0 {
		s.log.Info("jobs that were running when the last process ended wait again", "jobs", n)
	}
	return nil
}

// HasTokens says whether the data folder has a token.
func (s *Service) HasTokens() (bool, error) {
	all, err := s.tokens.refresh()
	return len(all) > 0, err
}

// Close closes what is open. Run has ended before.
func (s *Service) Close() error { return errors.Join(s.store.Close(), s.data.Close()) }

// Run judges and learns until ctx ends. Scans that run then get some time to end; what has
// not ended by then waits for the next process.
func (s *Service) Run(ctx context.Context) {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var group sync.WaitGroup
	if s.opt.Queue != nil {
		s.log.Info("scans are judged by the workers of a queue", "data", s.opt.Queue.Store.String())
		// Not until working ends: what others do goes on without this process.
		group.Go(func() { s.work(ctx, ctx, judgeKind, s.wake, mostHanded, s.handedJob) })
	} else {
		atATime := max(1, int(s.opt.Workers/s.opt.CoresPerScan))
		s.log.Info("judging", "at_a_time", atATime, "cores_per_scan", s.opt.CoresPerScan)
		group.Go(func() { s.work(ctx, working, judgeKind, s.wake, atATime, s.judgeJob) })
	}
	group.Go(func() { s.work(ctx, working, trainKind, s.learn, 1, s.trainJob) })
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	<-ctx.Done()
	select {
	case <-done:
	case <-time.After(s.opt.Grace):
		s.log.Warn("jobs that still run are put back")
		stop()
		<-done
	}
}

// nudge tells a worker that something waits.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// place takes one of few places, or says that there is none.
func place(places chan struct{}, what string) (leave func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	default:
		return nil, busy(429, 2, "%s: %d at a time; come again", what, cap(places))
	}
}

// waiters are clients that wait for a verdict.
type waiters struct {
	mu      sync.Mutex
	clients map[string][]chan struct{}
}

// on is closed when the entry is there.
func (w *waiters) on(id string) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.clients == nil {
		w.clients = map[string][]chan struct{}{}
	}
	c := make(chan struct{})
	w.clients[id] = append(w.clients[id], c)
	return c
}

// tell wakes those who wait for an entry.
func (w *waiters) tell(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.clients[id] {
		close(c)
	}
	delete(w.clients, id)
}

// leave forgets a client that waits no more.
func (w *waiters) leave(id string, mine <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.clients[id]
	for i, c := range list {
		if c == mine {
			w.clients[id] = append(list[:i:i], list[i+1:]...)
			break
		}
	}
	if len(w.clients[id]) == 0 {
		delete(w.clients, id)
	}
}

// storeProblem is what a client is told of an error of the history.
func storeProblem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, history.ErrNotFound):
		return refused(404, "%v", err)
	case errors.Is(err, history.ErrFull):
		return busy(429, 5, "%v; come again", err)
	case errors.Is(err, history.ErrUnreachable):
		return busy(503, 5, "the history cannot be reached; nothing was lost, come again")
	}
	return fmt.Errorf("history: %w", err)
}
