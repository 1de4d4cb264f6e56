package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"blemish/internal/version"
	"blemish/storage"
)

// Handler does the jobs of a kind: it reads in.Input files and writes what comes out into
// in.Out. The same job is to give the same bytes, whoever does it. An error that wraps ErrJob
// fails the job at once; any other is the machine's, and the job is tried again.
type Handler func(ctx context.Context, in Work) error

// Work is a job at the place where it is done.
type Work struct {
	Job Job
	In  string // folder with the inputs under their names
	Out string // empty folder for the files of the result
}

// Input is the path of an input.
func (w *Work) Input(i int) string {
	return filepath.Join(w.In, filepath.FromSlash(w.Job.Inputs[i].Name))
}

// Spec reads what the kind needs. What does not fit is the job's fault.
func (w *Work) Spec(into any) error { return Hopeless(json.Unmarshal(w.Job.Spec, into)) }

// DefaultAttempts is how often a job may fail where nobody says otherwise.
const DefaultAttempts = 5

// Worker does jobs of a queue.
type Worker struct {
	Queue    *Queue
	Handlers map[string]Handler // by kind
	Name     string             // for Status
	Scratch  string             // folder for work in progress; "": the system's
	Attempts int                // how often a job fails before it has failed for good; 0: DefaultAttempts
	Retry    time.Duration      // wait after the first failed attempt, doubled each time; 0: a second
	Log      *slog.Logger
	Finished func(id string, err error) // told of each job that this worker has ended; nil for none
}

// Run does jobs one after another until ctx ends, which is no error. Several Runs of one
// worker may go at once.
func (w *Worker) Run(ctx context.Context) error {
	for {
		d, err := w.Queue.Broker.Take(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		w.one(ctx, d)
	}
}

// one does a delivery. Whatever goes wrong, the job is delivered again.
func (w *Worker) one(ctx context.Context, d Delivery) {
	id := d.ID()
	err := w.do(ctx, d)
	for told := false; err != nil && d.Attempt() >= w.attempts() && errors.Is(err, syscall.ENOSPC) && ctx.Err() == nil; err = w.do(ctx, d) {
		// Others have had their turn, and a full disk says nothing of the job.
		if !told {
			told = true
			w.Log.Error(fmt.Sprintf("job %s: %v; it waits until there is room", id, err))
		}
		sleep(ctx, min(d.Beat(), fullPause)) // the queue holds the job for longer
	}
	if ctx.Err() != nil {
		// The worker is stopped. Others need not wait until the job is missed.
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		d.Retry(short, 0, "its worker was stopped")
		return
	}
	if err != nil && !errors.Is(err, ErrJob) && d.Attempt() < w.attempts() {
		w.Log.Warn(fmt.Sprintf("job %s, attempt %d: %v; it is tried again", id, d.Attempt(), err))
		delay := max(w.Retry, 0)
		if delay == 0 {
			delay = time.Second
		}
		w.told(d.Retry(ctx, delay<<min(d.Attempt()-1, 6), err.Error()))
		return
	}
	if err != nil {
		if saveErr := w.fail(ctx, id, err); saveErr != nil {
			w.told(saveErr)
			w.told(d.Retry(ctx, 10*time.Second, err.Error()))
			return
		}
	}
	w.told(d.Ack(ctx))
	if w.Finished != nil {
		w.Finished(id, err)
	}
}

// lostFor is how many times as often a job may lose its worker as it may fail: mostly it is the
// machine that ends, or somebody, and not the job that ends it.
const lostFor = 3

// fullPause is how often a full disk is tried again.
const fullPause = 5 * time.Second

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (w *Worker) attempts() int {
	if w.Attempts > 0 {
		return w.Attempts
	}
	return DefaultAttempts
}

func (w *Worker) told(err error) {
	if err != nil {
		w.Log.Warn(err.Error())
	}
}

// fail says why there is no result.
func (w *Worker) fail(ctx context.Context, id string, why error) error {
	text, err := json.Marshal(Result{Job: id, Error: why.Error(), Files: []File{}})
	if err == nil {
		_, err = storage.PutBytes(ctx, w.Queue.Store, failureName(id), text)
	}
	return err
}

// do does the job of a delivery and stores its result. A job that has one is done.
func (w *Worker) do(ctx context.Context, d Delivery) error {
	id := d.ID()
	if done, err := w.Queue.Store.Has(ctx, resultName(id)); err != nil || done {
		return err
	}
	if d.Attempt() > lostFor*w.attempts() {
		return Hopeless(fmt.Errorf("it was begun %d times, and each time its worker ended without an answer", d.Attempt()-1))
	}
	work := Work{}
	if err := w.Queue.read(ctx, jobName(id), &work.Job); err != nil {
		return err
	}
	if err := checkFiles(work.Job.Inputs); err != nil {
		return Hopeless(err)
	}
	if work.Job.Version != version.Version {
		// Another worker may be of that version.
		return fmt.Errorf("the job is of version %s, this worker of %s, which might give other bytes", work.Job.Version, version.Version)
	}
	handle := w.Handlers[work.Job.Kind]
	if handle == nil {
		return Hopeless(fmt.Errorf("this worker knows no jobs of kind %q", work.Job.Kind))
	}
	defer w.keep(ctx, d)()
	dir, err := os.MkdirTemp(w.Scratch, "blemish-job-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	work.In, work.Out = filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.Mkdir(work.Out, 0o755); err != nil {
		return err
	}
	for i, f := range work.Job.Inputs {
		if err := storage.GetFile(ctx, w.Queue.Store, f.SHA256, work.Input(i)); err != nil {
			return fmt.Errorf("input %s: %w", f.Name, err)
		}
	}
	if err := guard(ctx, handle, work); err != nil {
		return err
	}
	return w.store(ctx, id, work.Out)
}

// guard makes an error of a panic: one job must not end the others of this worker.
func guard(ctx context.Context, handle Handler, work Work) (err error) {
	defer func() {
		if broke := recover(); broke != nil {
			err = fmt.Errorf("the work broke off: %v", broke)
		}
	}()
	return handle(ctx, work)
}

// keep says that the work goes on, until the function that it returns is called.
func (w *Worker) keep(ctx context.Context, d Delivery) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		beat := time.NewTicker(d.Beat())
		defer beat.Stop()
		for {
			if err := d.Keep(ctx, w.Name); err != nil && ctx.Err() == nil {
				w.Log.Debug("job " + d.ID() + ": " + err.Error())
			}
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// store stores the files of a result and then the result. Where there is one already, it
// stays.
func (w *Worker) store(ctx context.Context, id, dir string) error {
	r := Result{Job: id, Files: []File{}}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error { // in the order of names
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		sum, size, err := storage.PutFile(ctx, w.Queue.Store, path)
		r.Files = append(r.Files, File{filepath.ToSlash(name), sum, size})
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = storage.PutBytes(ctx, w.Queue.Store, resultName(id), text)
	return err
}
