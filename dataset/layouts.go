package dataset

import (
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
	files, err := cloudFiles(filepath.Join(s.Dir, folder, "test"))
	if err != nil {
		return nil, err
	}
	truthFolder := "GT"
	if layout == Real3D {
		truthFolder = "gt"
	}
	var items []Item
	for _, f := range files {
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
		} else if isFile(filepath.Join(s.Dir, folder, truthFolder, stem+".txt")) {
			it.Truth = slash(folder, truthFolder, stem+".txt")
		} else {
			return nil, fmt.Errorf("%s: the name says %q, a defect, but there is no %s with its truth; "+
				"sound test scans are named %s_positive0.pcd (Anomaly-ShapeNet) or 1_good.pcd (Real3D-AD)",
				s.Path(it.File), kind, slash(folder, truthFolder, stem+".txt"), class)
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
	dir := filepath.Join(s.Dir, folder, "test")
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
		files, err := cloudFiles(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			it := Item{Class: class, File: slash(folder, "test", e.Name(), f), Kind: e.Name(), Defective: !soundWords[e.Name()]}
			if !it.Defective {
				it.Kind = Sound
			}
			stem := strings.TrimSuffix(f, filepath.Ext(f))
			for _, truth := range []string{"GT", "gt"} {
				if it.Defective && isFile(filepath.Join(s.Dir, folder, truth, e.Name(), stem+".txt")) {
					it.Truth = slash(folder, truth, e.Name(), stem+".txt")
					break
				}
			}
			items = append(items, it)
		}
	}
	return items, nil
}
