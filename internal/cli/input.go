package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"blemish/dataset"
	"blemish/format"
	"blemish/geom"
	"blemish/judge"
)

// What the files of a command line stand for: folders, patterns that no shell has
// expanded, standard input.

// stdinName is what a scan from standard input is called in results.
const stdinName = "stdin"

// scanFiles lists the scans that arguments mean: a folder stands for the clouds in it;
// a pattern, such as "scans/*.ply" from a shell that leaves it alone, for the files that
// it matches, in order. A file that is not there stays in the list: judging it fails, and
// the others go on.
func scanFiles(args []string) ([]string, error) {
	var files []string
	piped := false
	for _, arg := range args {
		if arg == "-" {
			if piped {
				return nil, usagef("- (standard input) can be read only once")
			}
			piped = true
		}
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			files = append(files, arg)
		case err == nil:
			inside, err := dataset.Folder(arg)
			if err != nil {
				return nil, err
			}
			files = append(files, inside...)
		case strings.ContainsAny(arg, "*?["):
			matched, err := filepath.Glob(arg)
			if err != nil {
				return nil, usagef("%s: a pattern that cannot be: %w", arg, err)
			}
			if len(matched) == 0 {
				return nil, fmt.Errorf("%s: there is no such file, and the pattern matches none", arg)
			}
			files = append(files, matched...)
		default:
			files = append(files, arg)
		}
	}
	return files, nil
}

// readCloud reads a cloud, or a mesh's vertices, and passes the reader's warnings on;
// "-" is standard input.
func (e *env) readCloud(path string) (*geom.Cloud, error) {
	if path == "-" {
		cloud, info, err := e.reading().DecodeCloud(e.stdin, "standard input")
		if err == nil {
			e.warnAll("standard input", info.Warnings)
		}
		return cloud, err
	}
	cloud, info, err := e.reading().ReadCloud(path)
	if err == nil {
		e.warnAll(path, info.Warnings)
	}
	return cloud, err
}

// readScan is readCloud for scans to learn from: see judge.ReadScan.
func (e *env) readScan(path string) (*geom.Cloud, error) {
	if path == "-" || isPipe(path) {
		return e.readCloud(path)
	}
	cloud, warnings, err := judge.ReadScan(path, e.reading())
	if err == nil {
		e.warnAll(path, warnings)
	}
	return cloud, err
}

// reading is how scans are read.
func (e *env) reading() format.ReadOptions { return format.ReadOptions{Columns: e.columns} }

// readAll takes what comes through a pipe, which can be read only once.
func (e *env) readAll(path string) ([]byte, error) {
	in := e.stdin
	if path != "-" {
		f, err := format.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	all, err := io.ReadAll(io.LimitReader(in, format.MaxStream+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	case len(all) > format.MaxStream:
		return nil, fmt.Errorf("read %s: %w: more than %d MiB came through the pipe; save it to a file", path, format.ErrTooLarge, format.MaxStream>>20)
	}
	return all, nil
}

// isPipe reports whether a file is a named pipe, such as the shell's <(COMMAND).
func isPipe(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

func (e *env) warnAll(file string, warnings []string) {
	for _, w := range warnings {
		e.log.Warn(file + ": " + w)
	}
}

// readScans reads all sound scans, and returns their files and a digest of them too.
func (e *env) readScans(paths []string) (scans []*geom.Cloud, files []string, digest string, err error) {
	if len(paths) == 0 {
		return nil, nil, "", nil
	}
	files, err = dataset.Scans(paths)
	if err != nil {
		return nil, nil, "", err
	}
	all := sha256.New()
	scans = make([]*geom.Cloud, len(files))
	for i, path := range files {
		if scans[i], err = e.readCloud(path); err != nil {
			return nil, nil, "", err
		}
		hash, err := format.HashFile(path)
		if err != nil {
			return nil, nil, "", err
		}
		io.WriteString(all, hash)
	}
	return scans, files, hex.EncodeToString(all.Sum(nil)), nil
}
