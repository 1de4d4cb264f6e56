package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blemish/internal/filelock"
	"blemish/judge"
	"blemish/report"

	"github.com/fsnotify/fsnotify"
)

// watcher is one run.
type watcher struct {
	opt    Options
	judge  *judge.Judge
	folder folder
	counts report.Counts
	told   string // the folder's last trouble
}

// lockName is held by the one watcher that writes into a folder of reports.
const lockName = ".watch.lock"

// Run judges what appears in the folder until ctx ends, which is no error, or with Once until
// what was there is done. The counts are of the files that this run has done; with Once those
// that it had to leave count as failed.
func Run(ctx context.Context, j *judge.Judge, opt Options) (report.Counts, error) {
	if err := opt.Validate(); err != nil {
		return report.Counts{}, err
	}
	w := &watcher{opt: opt, judge: j, folder: folder{dir: opt.Dir}}
	if err := opt.Prepare(); err != nil {
		return report.Counts{}, err
	}
	lock, err := filelock.Take(filepath.Join(opt.Out, lockName))
	if errors.Is(err, filelock.ErrHeld) {
		return report.Counts{}, fmt.Errorf("%s: another watch writes its reports into this folder; give this one another with -o", opt.Out)
	}
	if err != nil {
		return report.Counts{}, err
	}
	defer lock.Release()
	if err := w.sweep(); err != nil {
		return report.Counts{}, err
	}
	if opt.Once {
		err = w.once(ctx)
	} else {
		err = w.forever(ctx)
	}
	return w.counts, err
}

// sweep removes what a kill has left half-done. The lock says that nobody is at it.
func (w *watcher) sweep() error {
	for _, dir := range []string{w.opt.Dir, w.opt.Out} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if name := e.Name(); strings.HasPrefix(name, draftPrefix) && strings.HasSuffix(name, draftSuffix) {
				os.RemoveAll(filepath.Join(dir, name)) // in a folder that is read-only nothing can have been left
			}
		}
	}
	return nil
}

// once does what is there; a file that grows is waited for.
func (w *watcher) once(ctx context.Context) error {
	if err := w.folder.look(time.Now()); err != nil {
		return err
	}
	mine := w.folder.files
	for ctx.Err() == nil {
		names, wait := w.folder.due(time.Now(), w.opt.Settle, w.opt.Settle)
		for _, name := range names {
			f := w.folder.files[name]
			err := w.one(ctx, name, f)
			if err == nil || ctx.Err() != nil || errors.Is(err, errChanged) {
				continue // what changed settles again
			}
			f.done = true
			w.counts.Failed++
			w.opt.Log.Error(err.Error())
		}
		if w.folder.allDone() {
			return nil
		}
		sleep(ctx, min(max(wait, 10*time.Millisecond), w.opt.Poll), nil)
		if err := w.folder.look(time.Now()); err != nil {
			return err
		}
		for name := range w.folder.files {
			if mine[name] == nil {
				delete(w.folder.files, name) // came later
			}
		}
	}
	return ctx.Err()
}

// forever looks, judges and waits, in turn. What the system tells of changes only shortens the
// waits: on network drives it tells nothing.
func (w *watcher) forever(ctx context.Context) error {
	wake := w.events(ctx)
	for ctx.Err() == nil {
		wait := w.opt.Poll
		if err := w.folder.look(time.Now()); err != nil {
			if w.told != err.Error() {
				w.told = err.Error()
				w.opt.Log.Error("the folder cannot be read, and is tried again: " + err.Error())
			}
		} else {
			if w.told != "" {
				w.opt.Log.Info(w.opt.Dir + " can be read again")
				w.told = ""
			}
			names, next := w.folder.due(time.Now(), w.opt.Settle, w.opt.Patience)
			for _, name := range names {
				if ctx.Err() != nil {
					return nil
				}
				f := w.folder.files[name]
				news := f.told
				if err := w.one(ctx, name, f); err != nil && ctx.Err() == nil && f.told != news && !errors.Is(err, errChanged) {
					w.opt.Log.Error(err.Error() + "; it is tried again")
				}
			}
			if next > 0 {
				wait = min(wait, next)
			}
			if len(names) > 0 {
				wait = min(wait, 10*time.Millisecond) // others may have come meanwhile
			}
		}
		sleep(ctx, wait, wake)
	}
	return nil
}

// quiet is the shortest time between two looks that events cause.
const quiet = 100 * time.Millisecond

// events passes on that something has changed. A folder that cannot be listened to is polled
// alone.
func (w *watcher) events(ctx context.Context) <-chan struct{} {
	wake := make(chan struct{}, 1)
	listener, err := fsnotify.NewWatcher()
	if err == nil {
		if err = listener.Add(w.opt.Dir); err != nil {
			listener.Close()
		}
	}
	if err != nil {
		w.opt.Log.Debug("changes are found by looking alone: " + err.Error())
		return wake
	}
	go func() {
		defer listener.Close()
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-listener.Events:
				if !open {
					return
				}
			case _, open := <-listener.Errors: // too many at once: look
				if !open {
					return
				}
			}
			select {
			case wake <- struct{}{}:
			default: // it has been told
			}
		}
	}()
	return wake
}

// sleep waits, for less where it is woken.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-wake:
		least := time.NewTimer(min(d, quiet))
		defer least.Stop()
		select {
		case <-ctx.Done():
		case <-least.C:
		}
	}
}
