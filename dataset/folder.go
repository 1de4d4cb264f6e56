package dataset

import (
	"fmt"
	"os"
	"path/filepath"

	"blemish/format"
)

// Scans lists the files that the paths name: files as they are, folders
// with every cloud in them; for the folder of a data set's class, its train folder.
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
