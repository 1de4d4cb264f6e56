package format

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
)

// WriteAtomic writes a file whole or not at all: to a temporary file in the same
// folder, which is synced and then renamed onto path. Where write or anything
// after it fails, the temporary file is removed and path is as it was. A new file
// gets mode 0644 less the umask, a replaced one keeps its mode; a symbolic link is
// followed. What is no regular file (a pipe, /dev/stdout) is written directly.
func WriteAtomic(path string, write func(w io.Writer) error) error {
	target, mode, direct, err := resolve(path)
	if err != nil {
		return err
	}
	if direct {
		f, err := os.OpenFile(target, os.O_WRONLY, 0)
		if err != nil {
			return explain(path, err)
		}
		err = stream(f, write)
		return explain(path, errors.Join(err, f.Close()))
	}
	f, err := createBeside(target)
	if err != nil {
		return explain(path, err)
	}
	done := false
	defer func() {
		if !done { // an error, or a panic in write
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := stream(f, write); err != nil {
		return explain(path, err)
	}
	if mode != 0 {
		if err := f.Chmod(mode); err != nil {
			return explain(path, err)
		}
	}
	// Some file systems cannot sync; that loses safety, not data.
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return explain(path, err)
	}
	if err := f.Close(); err != nil {
		return explain(path, err)
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return explain(path, err)
	}
	done = true
	if dir, err := os.Open(filepath.Dir(target)); err == nil {
		dir.Sync() // so that the new name outlives a crash; not every system can
		dir.Close()
	}
	return nil
}

// resolve follows links and looks at what is there. mode is 0 for a new file.
func resolve(path string) (target string, mode fs.FileMode, direct bool, err error) {
	if path == "" {
		return "", 0, false, errors.New("no file name to write to")
	}
	target = path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		target = real
	}
	st, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, 0, false, nil
	case err != nil:
		return "", 0, false, explain(path, err)
	case st.IsDir():
		return "", 0, false, fmt.Errorf("cannot write %s: it is a folder", path)
	case !st.Mode().IsRegular():
		return target, 0, true, nil
	}
	return target, st.Mode().Perm(), false, nil
}

// createBeside makes a new file in target's folder. The name is short, for
// target's may be as long as names can be.
func createBeside(target string) (*os.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(filepath.Dir(target), fmt.Sprintf(".blemish-%08x.tmp", rand.Uint32()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) || try == 100 {
			return f, err
		}
	}
}

// stream lets write fill a buffer in front of to.
func stream(to io.Writer, write func(w io.Writer) error) error {
	w := bufio.NewWriterSize(to, bufferSize)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// explain says in a person's words why a file could not be written.
func explain(path string, err error) error {
	dir := filepath.Dir(path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("cannot write %s: the disk is full: %w", path, err)
	case errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("cannot write %s: the disk quota is used up: %w", path, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("cannot write %s: the file system is read-only: %w", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("cannot write %s: no permission to write in folder %s: %w", path, dir, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot write %s: folder %s does not exist: %w", path, dir, err)
	}
	return fmt.Errorf("cannot write %s: %w", path, err)
}
