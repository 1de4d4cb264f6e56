package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// file is what is remembered of a file in the folder.
type file struct {
	size  int64
	mtime time.Time
	since time.Time // when it was first seen so
	done  bool

	retry time.Time // not before
	delay time.Duration
	told  string // the last trouble, which is told once
}

// trouble puts a file off, each time for twice as long. It reports whether this is news.
func (f *file) trouble(now time.Time, err error) bool {
	f.delay = min(max(time.Second, 2*f.delay), time.Minute)
	f.retry = now.Add(f.delay)
	news := f.told != err.Error()
	f.told = err.Error()
	return news
}

// folder is the files of a folder that may be scans. What is gone is forgotten, so its size
// is that of the folder.
type folder struct {
	dir   string
	files map[string]*file
}

// look brings the memory up to date.
func (d *folder) look(now time.Time) error {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return err
	}
	there := make(map[string]*file, len(d.files))
	for _, e := range entries {
		if passedOver(e.Name()) {
			continue
		}
		info, err := os.Stat(filepath.Join(d.dir, e.Name()))
		if err != nil || !info.Mode().IsRegular() {
			continue // gone meanwhile, or a folder
		}
		f := d.files[e.Name()]
		if f == nil || !f.is(info) {
			f = &file{size: info.Size(), mtime: info.ModTime(), since: now}
		}
		there[e.Name()] = f
	}
	d.files = there
	return nil
}

// is reports whether a file has not changed.
func (f *file) is(info fs.FileInfo) bool {
	return f.size == info.Size() && f.mtime.Equal(info.ModTime())
}

// due lists the files that are to be judged now, the oldest first, and says when to look
// again at the latest: a wait of 0 or less is none.
func (d *folder) due(now time.Time, settle, patience time.Duration) (names []string, wait time.Duration) {
	for name, f := range d.files {
		if f.done {
			continue
		}
		at := f.since.Add(settle)
		if f.size == 0 {
			at = f.since.Add(max(settle, patience)) // somebody has made it and will write
		}
		if f.retry.After(at) {
			at = f.retry
		}
		if left := at.Sub(now); left <= 0 {
			names = append(names, name)
		} else if wait <= 0 || left < wait {
			wait = left
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := d.files[a].mtime.Compare(d.files[b].mtime); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return names, wait
}

// allDone reports whether nothing is left to do.
func (d *folder) allDone() bool {
	for _, f := range d.files {
		if !f.done {
			return false
		}
	}
	return true
}
