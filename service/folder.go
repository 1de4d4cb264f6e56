package service

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"blemish/internal/filelock"
)

// The data folder. Files are named by the hash of their content, never by what a client
// calls them.

// Kinds of files, each a folder in the data folder.
const (
	scanFiles  = "scans"
	modelFiles = "models"
	mapFiles   = "maps"     // pages that can be made again
	incoming   = "incoming" // what is being written; empty when the service begins
	training   = "training" // checkpoints
)

// folder is an open data folder. One process has it at a time.
type folder struct {
	path string
	id   string // tells this folder's jobs in a history that several share
	lock *filelock.Lock
}

// openFolder makes a data folder where there is none, and takes hold of it.
func openFolder(path string) (*folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{"", scanFiles, modelFiles, mapFiles, incoming, training} {
		if err := os.MkdirAll(filepath.Join(path, kind), 0o700); err != nil {
			return nil, fmt.Errorf("data folder: %w", err)
		}
	}
	f := &folder{path: path}
	f.lock, err = filelock.Take(filepath.Join(path, "lock"))
	if errors.Is(err, filelock.ErrHeld) {
		return nil, fmt.Errorf("data folder %s: another blemish serve has it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := f.begin(); err != nil {
		f.Close()
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return f, nil
}

// begin removes what a killed process was writing, and reads the folder's own name.
func (f *folder) begin() error {
	left, err := os.ReadDir(filepath.Join(f.path, incoming))
	if err != nil {
		return err
	}
	for _, e := range left {
		if err := os.Remove(filepath.Join(f.path, incoming, e.Name())); err != nil {
			return err
		}
	}
	name := filepath.Join(f.path, "id")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		f.id = rand.Text()
		_, err = f.adopt(strings.NewReader(f.id), 1<<10, func(string) string { return name })
		return err
	}
	f.id = string(text)
	return err
}

// Close lets go of the folder.
func (f *folder) Close() error { return f.lock.Release() }

// file is where a file of a kind is; hash is 64 digits in hex.
func (f *folder) file(kind, hash string) string {
	if !isHash(hash) {
		panic(fmt.Sprintf("service: %q is no hash", hash)) // never a name from outside
	}
	return filepath.Join(f.path, kind, hash[:2], hash)
}

// isHash reports whether text is a SHA-256 in hex.
func isHash(text string) bool {
	if len(text) != 2*sha256.Size {
		return false
	}
	for _, c := range text {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// errTooLarge says that more came than may.
var errTooLarge = errors.New("too large")

// kept is a file that is on the disk for good.
type kept struct {
	hash string
	size int64
	new  bool // it was not there before
}

// keep writes a stream of at most `most` bytes to the disk and names it by its hash. When it
// returns, the file outlives a power cut.
func (f *folder) keep(kind string, in io.Reader, most int64) (kept, error) {
	return f.adopt(in, most, func(hash string) string { return f.file(kind, hash) })
}

// adopt writes a stream next to where it belongs, and moves it there whole.
func (f *folder) adopt(in io.Reader, most int64, place func(hash string) string) (k kept, err error) {
	tmp, err := os.CreateTemp(filepath.Join(f.path, incoming), "")
	if err != nil {
		return k, err
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	sum := sha256.New()
	if k.size, err = io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(in, most+1)); err != nil {
		return k, err
	}
	if k.size > most {
		return k, fmt.Errorf("%w: more than %d bytes", errTooLarge, most)
	}
	if err := tmp.Sync(); err != nil {
		return k, err
	}
	if err := tmp.Close(); err != nil {
		return k, err
	}
	k.hash = hex.EncodeToString(sum.Sum(nil))
	target := place(k.hash)
	if info, err := os.Stat(target); err == nil && info.Size() == k.size {
		return k, nil
	}
	k.new = true
	folder := filepath.Dir(target)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return k, err
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return k, err
	}
	syncFolder(folder)
	syncFolder(filepath.Dir(folder))
	return k, nil
}

// syncFolder makes new names outlive a power cut; not every system can.
func syncFolder(path string) {
	if dir, err := os.Open(path); err == nil {
		dir.Sync()
		dir.Close()
	}
}

// check says whether the folder can be written now.
func (f *folder) check() error {
	tmp, err := os.CreateTemp(filepath.Join(f.path, incoming), "check")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	// A full disk takes a name but no bytes.
	_, err = tmp.Write(make([]byte, 4096))
	return errors.Join(err, tmp.Close())
}
