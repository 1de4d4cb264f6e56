package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"blemish/history"
	"blemish/jobs"
	"blemish/jobs/kind"
	"blemish/report"
	"blemish/storage"
)

// Judging by the workers of a queue, on any machine. Scan and model are stored where they find
// them; the entry is made here of the document that comes back, in the same step that takes
// the job out of this service's own queue.

const (
	// mostHanded is how many scans are with the workers at a time.
	mostHanded = 64
	// givenAgain is after what time a job is given again. A queue that has it passes over
	// that; one that has lost it has it again.
	givenAgain = time.Minute
)

// handedJob has the scan of a job judged. It ends with an outcome, or with ctx.
func (s *Service) handedJob(ctx context.Context, job *history.Job) (*outcome, error) {
	var j scanJob
	if err := json.Unmarshal(job.Payload, &j); err != nil {
		return s.failedScan(job, err)
	}
	tell := jobs.News(func(err error) {
		s.log.Error("the workers cannot be given a scan; it is tried again", "id", job.ID, "error", err)
	})
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		doc, err := s.handed(ctx, &j)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, jobs.ErrJob):
			return s.failedScan(job, err)
		case err == nil:
			doc.Model.File = j.File
			e, err := j.entry(doc)
			return &outcome{entry: e}, err
		}
		tell(err)
		sleep(ctx, pause)
	}
}

// handed gives a scan to the workers and waits for its document. An error that is the scan's
// or the model's own wraps jobs.ErrJob.
func (s *Service) handed(ctx context.Context, j *scanJob) (*report.Predict, error) {
	q := s.opt.Queue
	scan, model := s.data.file(scanFiles, j.Scan), s.data.file(modelFiles, j.Model)
	for _, file := range []struct{ path, name string }{{scan, j.Name}, {model, "the model"}} {
		if _, err := os.Stat(file.path); errors.Is(err, fs.ErrNotExist) {
			return nil, jobs.Hopeless(fileProblem(file.name, err))
		}
	}
	stored, err := kind.PutModel(ctx, q.Store, model)
	if err != nil {
		return nil, err
	}
	job, err := kind.NewJudge(ctx, q.Store, stored, nil, scan, kind.JudgeSpec{Name: j.Name, DocumentOnly: true})
	if err != nil {
		return nil, err
	}
	id, err := q.Submit(ctx, job)
	if err != nil {
		return nil, err
	}
	for {
		r, err := s.handedResult(ctx, id)
		switch {
		case err == nil && r.Error != "":
			return nil, jobs.Hopeless(errors.New(r.Error))
		case err == nil:
			doc, err := kind.Judged(ctx, q, r)
			if errors.Is(err, fs.ErrNotExist) || errors.Is(err, storage.ErrDamaged) {
				// Somebody has tidied up; the next try has it judged again.
				err = errors.Join(fmt.Errorf("the result is no longer there: %w", err), q.Forget(ctx, id))
			}
			return doc, err
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		}
		if _, err := q.Submit(ctx, job); err != nil {
			return nil, err
		}
	}
}

// handedResult waits for a result, for some time.
func (s *Service) handedResult(ctx context.Context, id string) (jobs.Result, error) {
	short, stop := context.WithTimeout(ctx, givenAgain)
	defer stop()
	return s.opt.Queue.Wait(short, id, jobs.News(func(err error) {
		s.log.Error("the results of workers cannot be read; it is tried again", "job", id, "error", err)
	}))
}
