package jobs

import (
	"context"
	"sync"
	"time"
)

// Local is a Broker within one process. It forgets all when the process ends; submitting
// again costs nothing for what was done.
type Local struct {
	patience time.Duration

	mu     sync.Mutex
	order  []string
	jobs   map[string]*localJob
	change chan struct{} // closed and made anew at every change
}

type localJob struct {
	status  Status
	attempt int
	after   time.Time // not delivered before
	lease   int       // number of the delivery that holds it
}

// NewLocal makes a broker that delivers again what nobody has kept for so long.
func NewLocal(patience time.Duration) *Local {
	return &Local{patience: patience, jobs: map[string]*localJob{}, change: make(chan struct{})}
}

// changed wakes all who wait. The lock is held.
func (l *Local) changed() {
	close(l.change)
	l.change = make(chan struct{})
}

// Publish implements Broker.
func (l *Local) Publish(_ context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.jobs[id] == nil {
		l.jobs[id] = &localJob{status: Status{State: Waiting}}
		l.order = append(l.order, id)
		l.changed()
	}
	return nil
}

// Take implements Broker.
func (l *Local) Take(ctx context.Context) (Delivery, error) {
	for {
		l.mu.Lock()
		now, wait := time.Now(), time.Hour
		for _, id := range l.order {
			j := l.jobs[id]
			if left := j.after.Sub(now); left > 0 {
				wait = min(wait, left)
				continue
			}
			j.attempt++
			j.lease++
			j.after = now.Add(l.patience)
			j.status = Status{State: Running, Attempt: j.attempt, Error: j.status.Error}
			d := &localDelivery{l, id, j.attempt, j.lease}
			l.mu.Unlock()
			return d, nil
		}
		change := l.change
		l.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-change:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Look implements Broker.
func (l *Local) Look(_ context.Context, id string) (Status, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if j := l.jobs[id]; j != nil {
		return j.status, nil
	}
	return Status{State: Unknown}, nil
}

// Close implements Broker.
func (l *Local) Close() error { return nil }

type localDelivery struct {
	broker         *Local
	id             string
	attempt, lease int
}

func (d *localDelivery) ID() string          { return d.id }
func (d *localDelivery) Attempt() int        { return d.attempt }
func (d *localDelivery) Beat() time.Duration { return d.broker.patience / 3 }

// held runs change on the job, unless it was delivered again meanwhile.
func (d *localDelivery) held(change func(j *localJob)) error {
	l := d.broker
	l.mu.Lock()
	defer l.mu.Unlock()
	if j := l.jobs[d.id]; j != nil && j.lease == d.lease {
		change(j)
		l.changed()
	}
	return nil
}

func (d *localDelivery) Keep(_ context.Context, worker string) error {
	return d.held(func(j *localJob) {
		j.after = time.Now().Add(d.broker.patience)
		j.status.Worker = worker
	})
}

func (d *localDelivery) Ack(context.Context) error {
	return d.held(func(*localJob) {
		l := d.broker
		delete(l.jobs, d.id)
		for i, id := range l.order {
			if id == d.id {
				l.order = append(l.order[:i:i], l.order[i+1:]...)
				break
			}
		}
	})
}

func (d *localDelivery) Retry(_ context.Context, delay time.Duration, why string) error {
	return d.held(func(j *localJob) {
		j.after = time.Now().Add(delay)
		j.status = Status{State: Waiting, Error: why}
	})
}
