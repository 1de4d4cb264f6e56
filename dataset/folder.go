package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"blemish/format"
)

// Scans lists the files that the paths name: a file as it is, of a folder every cloud in
// it, and of the folder of a data set's class the clouds of its train folder.
func Scans(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		dir := p
		if sub := trainFolder(p); sub != "" {
			dir = filepath.Join(p, sub)
		}
		inside, err := Folder(dir)
		if err != nil {
			return nil, err
		}
		files = append(files, inside...)
	}
	return files, nil
}

// Folder lists the clouds of one folder, scan2 before scan10; none is an error.
func Folder(dir string) ([]string, error) {
	names, err := cloudFiles(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no scans in this folder (looked for %s)", dir, format.Readable)
	}
	files := make([]string, len(names))
	for i, name := range names {
		files[i] = filepath.Join(dir, name)
	}
	return files, nil
}

// cloudFiles lists the files of a folder that may be clouds, sorted so that
// scan2 stands before scan10.
func cloudFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && format.Readable.Has(e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, e.Name())
		}
	}
	sort.SliceStable(files, func(i, j int) bool { return naturalLess(files[i], files[j]) })
	return files, nil
}

// nestedFiles lists the clouds of a folder and, behind them, those of the folders in it.
func nestedFiles(dir string) ([]string, error) {
	files, err := cloudFiles(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !isDir(filepath.Join(dir, e.Name())) || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		inside, err := cloudFiles(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range inside {
			files = append(files, slash(e.Name(), f))
		}
	}
	return files, nil
}

// isTemplate tells the scans that published sets learn from by their name.
func isTemplate(file string) bool { return strings.Contains(strings.ToLower(file), "template") }

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func slash(parts ...string) string {
	return strings.TrimPrefix(strings.Join(parts, "/"), "/")
}
