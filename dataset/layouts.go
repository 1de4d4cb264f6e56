package dataset

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Where the layouts have a class's test scans, and how their names tell the kind.

// soundWords are what published sets call scans without a defect.
var soundWords = map[string]bool{"positive": true, "good": true, "sound": true, "ok": true, "normal": true}

// classLayout tells the layouts apart: plain has a folder for each kind, the
// published ones keep the kind in the file name and the truth in GT or gt.
func (s *Set) classLayout(dir string) (string, error) {
	switch s.Layout {
	case AnomalyShapeNet, Real3D, Plain:
		return s.Layout, nil
	case "", "auto":
	default:
		return "", fmt.Errorf("layout %q is not known: use auto, %s, %s or %s", s.Layout, AnomalyShapeNet, Real3D, Plain)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "test"))
	if errors.Is(err, os.ErrNotExist) {
		return Plain, nil
	}
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.IsDir() {
			return Plain, nil
		}
	}
	// Looked up by listing, because some file systems do not tell GT from gt.
	all, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range all {
		if e.Name() == "gt" {
			return Real3D, nil
		}
	}
	return AnomalyShapeNet, nil
}

// flatTest lists CLASS/test/*, where the file name tells the kind.
func (s *Set) flatTest(class, folder, layout string) ([]Item, error) {
	files, err := cloudFiles(filepath.Join(s.Dir, filepath.FromSlash(folder), "test"))
	if err != nil {
		return nil, err
	}
	truthFolder := "GT"
	if layout == Real3D {
		truthFolder = "gt"
	}
	var items []Item
	for _, f := range files {
		if isTemplate(f) {
			continue
		}
		stem := strings.TrimSuffix(f, filepath.Ext(f))
		var kind string
		if layout == Real3D {
			kind = real3dKind(stem)
		} else {
			kind = strings.TrimRight(stem[strings.LastIndexByte(stem, '_')+1:], "0123456789")
		}
		it := Item{Class: class, File: slash(folder, "test", f), Kind: kind, Defective: !soundWords[kind]}
		if !it.Defective {
			it.Kind = Sound
		} else {
			it.Truth = slash(folder, truthFolder, stem+".txt") // Load says so where it is missing
		}
		items = append(items, it)
	}
	return items, nil
}

// real3dKind is the middle of ID_KIND, ID_KIND_cut and ID_KIND_copy.
func real3dKind(stem string) string {
	for _, ending := range []string{"_copy", "_cut", "_copy"} {
		stem = strings.TrimSuffix(stem, ending)
	}
	return stem[strings.LastIndexByte(stem, '_')+1:]
}

// plainTest lists CLASS/test/KIND/*; files in CLASS/test itself are of unknown
// state and left out.
func (s *Set) plainTest(class, folder string) ([]Item, error) {
	dir := filepath.Join(s.Dir, filepath.FromSlash(folder), "test")
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, e := range entries {
		if !isDir(filepath.Join(dir, e.Name())) {
			continue
		}
		files, err := nestedFiles(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		shown, err := s.shown(folder, e.Name())
		if err != nil {
			return nil, err
		}
		for i, f := range files {
			it := Item{Class: class, File: slash(folder, "test", e.Name(), f), Kind: e.Name(), Defective: !soundWords[e.Name()]}
			if it.Defective && i < len(shown) && !shown[i] {
				it.Defective = false
			}
			if !it.Defective {
				it.Kind = Sound
			}
			stem := strings.TrimSuffix(f, filepath.Ext(f))
			for _, truth := range []string{"GT", "gt"} {
				if it.Defective && isFile(filepath.Join(s.Dir, filepath.FromSlash(folder), truth, e.Name(), filepath.FromSlash(stem)+".txt")) {
					it.Truth = slash(folder, truth, e.Name(), stem+".txt")
					break
				}
			}
			items = append(items, it)
		}
	}
	return items, nil
}

// shown says which scans of a kind have a defect that geometry shows: the fourth column of
// MulSen-AD's RGB/GT/KIND/data.csv, a line a scan in the order of their numbers below a
// header. It is nil where there is no such file: all have.
func (s *Set) shown(folder, kind string) ([]bool, error) {
	if filepath.Base(filepath.FromSlash(folder)) != pointcloud {
		return nil, nil
	}
	name := filepath.Join(s.Dir, filepath.Dir(filepath.FromSlash(folder)), "RGB", "GT", kind, "data.csv")
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var shown []bool
	for i, row := range rows[min(1, len(rows)):] {
		if len(row) < 4 {
			return nil, fmt.Errorf("%s:%d: %d columns; want the object and whether picture, infrared picture and scan show its defect", name, i+2, len(row))
		}
		shown = append(shown, strings.TrimSpace(row[3]) != "0")
	}
	return shown, nil
}
