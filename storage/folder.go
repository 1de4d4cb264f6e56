package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"blemish/format"
)

// Folder is a store in a folder, which may be shared between machines.
type Folder struct{ dir string }

// OpenFolder makes the folder where it is missing.
func OpenFolder(dir string) (*Folder, error) {
	if dir == "" {
		return nil, errors.New("no data folder given")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	return &Folder{dir}, nil
}

// String implements Store.
func (f *Folder) String() string { return f.dir }

// Path is where a name lies.
func (f *Folder) Path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// Create implements Store.
func (f *Folder) Create(ctx context.Context, name string, r io.ReadSeeker, size int64) (bool, error) {
	if err := checkName(name); err != nil {
		return false, err
	}
	if there, err := f.Has(ctx, name); err != nil || there {
		return false, err
	}
	target := f.Path(name)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return false, err
	}
	draft, err := os.CreateTemp(filepath.Dir(target), ".blemish-*.tmp")
	if err != nil {
		return false, err
	}
	draft.Close()
	defer os.Remove(draft.Name())
	err = format.WriteAtomic(draft.Name(), func(w io.Writer) error {
		n, err := io.Copy(w, io.LimitReader(r, size))
		if err == nil && n != size {
			err = fmt.Errorf("%s: %d of %d bytes: %w", name, n, size, io.ErrUnexpectedEOF)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if err := os.Chmod(draft.Name(), 0o644); err != nil {
		return false, err
	}
	// A link fails where there is something, so the first one wins.
	switch err := os.Link(draft.Name(), target); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrExist):
		return false, nil
	}
	// Some network drives have no links. Two that come in the same instant would then be
	// one after the other; both are whole.
	if there, err := f.Has(ctx, name); err != nil || there {
		return false, err
	}
	return true, os.Rename(draft.Name(), target)
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return os.Open(f.Path(name))
}

// Has implements Store.
func (f *Folder) Has(_ context.Context, name string) (bool, error) {
	if err := checkName(name); err != nil {
		return false, err
	}
	_, err := os.Stat(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Remove implements Store.
func (f *Folder) Remove(_ context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := os.Remove(f.Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
