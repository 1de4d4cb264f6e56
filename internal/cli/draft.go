package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"blemish/internal/filelock"
)

// A folder of results that is there whole or not at all.

// draft is a folder in the making. It lies beside the place of a folder that does not exist
// yet, DIR.unfinished, and within one that is there and empty, which may be a mounted disk
// and so must stay.
type draft struct {
	out    string // where results go
	root   string // holds lock and results
	within bool   // root lies in out
	lock   *filelock.Lock
}

// beginDraft begins a folder of results. One that has something in it is refused; what a
// killed run has left of its draft is swept away.
func beginDraft(out string) (*draft, error) {
	d := &draft{out: out, root: filepath.Clean(out) + ".unfinished"}
	if _, err := os.Stat(out); err == nil {
		d.within, d.root = true, filepath.Join(out, unfinished)
	}
	if err := d.mustBeNew(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.root, 0o755); err != nil {
		return nil, err
	}
	var err error
	d.lock, err = filelock.Take(filepath.Join(d.root, "lock"))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("%s: another run writes its results there now", out)
	}
	if err != nil {
		return nil, err
	}
	if err = os.RemoveAll(d.dir()); err == nil {
		err = os.Mkdir(d.dir(), 0o755)
	}
	if err != nil {
		d.giveUp()
		return nil, err
	}
	return d, nil
}

// unfinished is the name of a draft within the folder of results.
const unfinished = ".unfinished"

// mustBeNew is mustBeNew of the folder of results, in which a draft may lie.
func (d *draft) mustBeNew() error {
	if entries, err := os.ReadDir(d.out); err == nil && d.within && len(entries) == 1 && entries[0].Name() == unfinished {
		return nil
	}
	return mustBeNew(d.out)
}

// dir is where results are written.
func (d *draft) dir() string { return filepath.Join(d.root, "results") }

// finish puts the results into their place: in one step where the folder is new, and with
// results.json last where it was there.
func (d *draft) finish() error {
	defer d.giveUp()
	if err := d.mustBeNew(); err != nil { // somebody else was faster
		return err
	}
	if !d.within {
		return os.Rename(d.dir(), d.out)
	}
	entries, err := os.ReadDir(d.dir())
	if err != nil {
		return err
	}
	const last = "results.json"
	for _, e := range entries {
		if e.Name() == last {
			continue
		}
		if err := os.Rename(filepath.Join(d.dir(), e.Name()), filepath.Join(d.out, e.Name())); err != nil {
			return err
		}
	}
	return os.Rename(filepath.Join(d.dir(), last), filepath.Join(d.out, last))
}

// giveUp takes away what is left of the draft, and nothing that others have put beside it.
func (d *draft) giveUp() {
	if d.lock == nil {
		return
	}
	os.RemoveAll(d.dir()) // what cannot be removed stays
	d.lock.Release()
	d.lock = nil
	os.Remove(filepath.Join(d.root, "lock"))
	os.Remove(d.root)
}
