package filelock

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld is wrapped where another process holds the file.
var ErrHeld = errors.New("held by another process")

// Lock is a file that is held.
type Lock struct{ file *os.File }

// Take makes the file where it is missing and holds it. It does not wait.
func Take(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := hold(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Lock{f}, nil
}

// Release lets go. The file stays: to remove it would let two processes hold it.
func (l *Lock) Release() error { return l.file.Close() }
