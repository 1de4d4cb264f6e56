package partial

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"blemish/format"
)

// Mark is the file that marks the folder as unfinished. It holds the recipe: what has to be
// equal where work goes on.
const Mark = "unfinished.json"

// Names of what the folder holds.
const (
	Set     = "set"  // finished pieces in the places that they will have
	Records = "done" // what says which pieces are finished
	Drafts  = "work" // pieces in the making; nothing there ever counts
)

// Folder is the working folder of one thing that grows.
type Folder struct {
	Path   string
	shared bool // others may be at work in it
	made   bool // by this run
}

// Beside is where what is to become dir grows.
func Beside(dir string) Folder { return Folder{Path: filepath.Clean(dir) + ".partial"} }

// Opening says what a working folder is opened for.
type Opening struct {
	Recipe     []byte
	Continues  bool                                  // whether a folder that is there may be gone on with
	Shared     bool                                  // whether others may be at work in it
	Unfinished error                                 // what is wrapped where a folder is in the way: "unfinished data set"
	Differs    func(mark string, there []byte) error // what to say where it was begun with another recipe
}

// Open makes the working folder of dir, or checks that the one that is there was begun with
// the same recipe.
func Open(dir string, o Opening) (Folder, error) {
	f := Beside(dir)
	f.shared = o.Shared
	entries, err := os.ReadDir(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(f.Path, 0o755); err != nil {
			return f, fmt.Errorf("cannot write beside %s: %w", dir, err)
		}
		f.made = true
	case err != nil:
		return f, err
	case !o.Continues && len(entries) > 0:
		return f, fmt.Errorf("%s holds an %w: go on with --resume, or remove it", f.Path, o.Unfinished)
	}
	mark := filepath.Join(f.Path, Mark)
	there, err := ReadUpTo(mark, mostRecipe)
	switch {
	case err == nil && !bytes.Equal(there, o.Recipe):
		return f, o.Differs(mark, there)
	case err == nil:
		return f, nil
	case !errors.Is(err, fs.ErrNotExist):
		return f, err
	}
	if info, err := os.Stat(f.In(Set)); err == nil && info.IsDir() {
		return f, fmt.Errorf("%s does not say which recipe it belongs to (%s is missing): remove the folder", f.Path, Mark)
	}
	err = format.WriteAtomic(mark, func(out io.Writer) error { _, err := out.Write(o.Recipe); return err })
	if err != nil {
		f.GiveUp(false)
	}
	return f, err
}

// mostRecipe is how many bytes of a recipe are read: more than any has, and no danger.
const mostRecipe = 64 << 20

// In is a path within the folder.
func (f Folder) In(parts ...string) string {
	return filepath.Join(append([]string{f.Path}, parts...)...)
}

// GiveUp removes the folder where this run has made it, unless there is something in it to
// go on with and that is wanted.
func (f Folder) GiveUp(keep bool) {
	records, _ := os.ReadDir(f.In(Records))
	if f.made && !f.shared && !(keep && len(records) > 0) {
		os.RemoveAll(f.Path)
	}
}

// Stored is a finished file, so that a folder put together from several places is known to
// be whole.
type Stored struct {
	File  string `json:"file"` // below Set, slash-separated
	Bytes int64  `json:"bytes"`
}

// Holds reports whether all these files are there in their size.
func (f Folder) Holds(files []Stored) (bool, error) {
	for _, s := range files {
		info, err := os.Stat(f.In(Set, filepath.FromSlash(s.File)))
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != s.Bytes {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// Store moves a finished draft to its place below Set. A draft that does not exist is none:
// false.
func (f Folder) Store(draft, file string) (Stored, bool, error) {
	info, err := os.Stat(draft)
	if errors.Is(err, fs.ErrNotExist) {
		return Stored{}, false, nil
	}
	if err != nil {
		return Stored{}, false, err
	}
	to := f.In(Set, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return Stored{}, false, err
	}
	return Stored{file, info.Size()}, true, os.Rename(draft, to)
}

// Publish moves the finished whole to dir, which is empty or does not exist, and removes the
// folder.
func (f Folder) Publish(dir string) error {
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(f.In(Set), dir); err != nil {
		return err
	}
	return os.RemoveAll(f.Path)
}

// ReadUpTo reads a file, or so many bytes of its beginning.
func ReadUpTo(path string, most int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(most)))
}

// Shard says which part of the pieces is to be made. The zero value is all of them.
type Shard struct{ Index, Count int }

// Share returns the pieces of a shard: a run of neighbours, which often share some work.
func Share[T any](s Shard, pieces []T) []T {
	if s.Count == 0 {
		return pieces
	}
	return pieces[s.Index*len(pieces)/s.Count : (s.Index+1)*len(pieces)/s.Count]
}
