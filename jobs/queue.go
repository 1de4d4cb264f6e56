package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"blemish/storage"
)

// Queue takes jobs and answers for them. Several goroutines and processes may use one store
// and broker at once.
type Queue struct {
	Store  storage.Store
	Broker Broker
}

func jobName(id string) string     { return "jobs/" + id + ".json" }
func resultName(id string) string  { return "results/" + id + ".json" }
func failureName(id string) string { return "failures/" + id + ".json" }

// Submit adds a job and returns its ID. A job that is done, waits or runs is not added again;
// one that failed is. Its inputs are to be in the store already.
func (q *Queue) Submit(ctx context.Context, j Job) (string, error) {
	if err := checkFiles(j.Inputs); err != nil {
		return "", err
	}
	id := j.ID()
	if _, err := storage.PutBytes(ctx, q.Store, jobName(id), j.encode()); err != nil {
		return "", err
	}
	if done, err := q.Store.Has(ctx, resultName(id)); err != nil || done {
		return id, err
	}
	if err := q.Store.Remove(ctx, failureName(id)); err != nil {
		return "", err
	}
	return id, q.Broker.Publish(ctx, id)
}

// Status says how far a job is.
func (q *Queue) Status(ctx context.Context, id string) (Status, error) {
	result, err := q.Result(ctx, id)
	switch {
	case err == nil && result.Error != "":
		return Status{State: Failed, Error: result.Error}, nil
	case err == nil:
		return Status{State: Done}, nil
	case !errors.Is(err, ErrNotDone):
		return Status{}, err
	}
	s, err := q.Broker.Look(ctx, id)
	if err != nil || s.State != Unknown {
		return s, err
	}
	// It may have ended between the two looks.
	for _, name := range []string{resultName(id), failureName(id)} {
		if has, err := q.Store.Has(ctx, name); err != nil || has {
			return Status{State: map[bool]State{true: Done, false: Failed}[name == resultName(id)]}, err
		}
	}
	return s, nil
}

// Result is what came of a job, or why nothing did; ErrNotDone while it waits or runs.
func (q *Queue) Result(ctx context.Context, id string) (Result, error) {
	if err := checkID(id); err != nil {
		return Result{}, err
	}
	for _, name := range []string{resultName(id), failureName(id)} {
		var r Result
		err := q.read(ctx, name, &r)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = checkFiles(r.Files)
		}
		return r, err
	}
	return Result{}, fmt.Errorf("%s: %w", id, ErrNotDone)
}

// News hands errors to tell, but none that says the same as the one before it. It is not for
// several goroutines at once.
func News(tell func(error)) func(error) {
	last := ""
	return func(err error) {
		if text := err.Error(); text != last {
			last = text
			tell(err)
		}
	}
}

// Forget takes the result of a job away, or that it failed: submitted again it is done again.
func (q *Queue) Forget(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return err
	}
	return errors.Join(q.Store.Remove(ctx, resultName(id)), q.Store.Remove(ctx, failureName(id)))
}

// Fetch writes the files of a result below a folder.
func (q *Queue) Fetch(ctx context.Context, r Result, dir string) error {
	for _, f := range r.Files {
		if err := storage.GetFile(ctx, q.Store, f.SHA256, filepath.Join(dir, filepath.FromSlash(f.Name))); err != nil {
			return err
		}
	}
	return nil
}

// Wait waits until a job has a result or has failed. Trouble on the way is told through
// trouble, which may be nil, and waited out.
func (q *Queue) Wait(ctx context.Context, id string, trouble func(error)) (Result, error) {
	const often, seldom = 50 * time.Millisecond, time.Second
	if err := checkID(id); err != nil {
		return Result{}, err
	}
	for pause := often; ; pause = min(2*pause, seldom) {
		r, err := q.Result(ctx, id)
		if err == nil || ctx.Err() != nil {
			return r, errors.Join(ctx.Err(), err)
		}
		if !errors.Is(err, ErrNotDone) && trouble != nil {
			trouble(err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return Result{}, ctx.Err()
		case <-timer.C:
		}
	}
}

func (q *Queue) read(ctx context.Context, name string, into any) error {
	data, err := storage.GetBytes(ctx, q.Store, name, mostJob)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s in %s: %w", name, q.Store, err)
	}
	return nil
}
