package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/internal/partial"
)

// Names of the layouts that Open knows.
const (
	AnomalyShapeNet = "anomaly-shapenet"
	Real3D          = "real3d"
	Plain           = "plain"
)

// ErrNotADataset is wrapped by Open where a folder holds no data set.
var ErrNotADataset = errors.New("not a data set")

// Set is a data set on disk.
type Set struct {
	Name    string // the folder's own name
	Dir     string // where the classes are
	Layout  string
	Classes []Class // sorted by name
}

// Class is one kind of object: sound scans to learn from and scans to judge.
type Class struct {
	Name  string
	Train []Item // sorted by file name
	Test  []Item
	CAD   string // file with the part's CAD model, below the set's folder; "" where there is none
}

// Item is one scan of a data set.
type Item struct {
	Class     string
	File      string // slash-separated, below the set's folder: "vase0/test/vase0_bulge0.pcd"
	Kind      string // "sound", or the kind of defect as the file spells it: "bulge", "crak"
	Defective bool
	Truth     string // file with the labels, below the set's folder; "" where there is none
}

// Sound is the kind of an item without a defect.
const Sound = "sound"

// Open finds the classes and files of a data set without reading the clouds.
// layout is one of the constants above, or "auto".
//
//   - Anomaly-ShapeNet: CLASS/train/*, CLASS/test/CLASS_KIND0.pcd, CLASS/GT/CLASS_KIND0.txt;
//     sound test scans are named CLASS_positive0.pcd and have no truth. The folder
//     that the archive unpacks to (dataset/pcd/…) is found by itself.
//   - Real3D-AD: CLASS/train/*, CLASS/test/ID_KIND.pcd (also ID_KIND_cut.pcd), CLASS/gt/ID_KIND.txt;
//     sound test scans are named ID_good.pcd.
//   - plain: CLASS/train/* (or CLASS/sound/*) and CLASS/test/KIND/*, where the kinds "good",
//     "sound", "ok", "normal" and "positive" mean no defect; truth is optional in
//     CLASS/gt/KIND/STEM.txt. A folder that has train and test itself is a set of one class.
//
// A class of any layout may hold CLASS/cad.stl, the surface that sound parts are to have.
// It then needs no sound scans.
func Open(dir, layout string) (*Set, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: %w: it is a file; give the folder that holds the classes", dir, ErrNotADataset)
	}
	for _, at := range []string{dir, filepath.Dir(filepath.Clean(dir))} {
		if isFile(filepath.Join(at, partial.Mark)) {
			return nil, fmt.Errorf("%s: %w: finish it with the same command and --resume", dir, ErrUnfinished)
		}
	}
	clean, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	set := &Set{Name: filepath.Base(clean), Dir: dir, Layout: layout}
	for _, inside := range []string{filepath.Join("dataset", "pcd"), "pcd"} {
		if isDir(filepath.Join(dir, inside)) {
			set.Dir = filepath.Join(dir, inside)
			break
		}
	}
	names, err := classFolders(set.Dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		c, err := set.openClass(name)
		if err != nil {
			return nil, err
		}
		set.Classes = append(set.Classes, c)
	}
	if len(set.Classes) == 0 {
		return nil, fmt.Errorf("%s: %w: no folder in it has a train and a test folder (layouts: CLASS/train, CLASS/test, CLASS/GT; CLASS/cad.stl may stand for the sound scans)", dir, ErrNotADataset)
	}
	return set, nil
}

// Class returns the class of that name, nil where there is none.
func (s *Set) Class(name string) *Class {
	for i := range s.Classes {
		if s.Classes[i].Name == name {
			return &s.Classes[i]
		}
	}
	return nil
}

// Path is where an item's file lies.
func (s *Set) Path(file string) string { return filepath.Join(s.Dir, filepath.FromSlash(file)) }

// classFolders lists the folders below dir that hold scans, "" standing for dir itself.
func classFolders(dir string) ([]string, error) {
	if holdsClass(dir) {
		return []string{""}, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isDir(filepath.Join(dir, e.Name())) && !strings.HasPrefix(e.Name(), ".") && holdsClass(filepath.Join(dir, e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// cadName is what the CAD model of a class is called.
const cadName = "cad.stl"

// holdsClass says that a folder holds what a class is learnt from.
func holdsClass(dir string) bool {
	return trainFolder(dir) != "" || isFile(filepath.Join(dir, cadName))
}

// trainFolder is the name of the folder with the sound scans of a class, "" where there is none.
func trainFolder(dir string) string {
	for _, name := range []string{"train", "sound"} {
		if isDir(filepath.Join(dir, name)) {
			return name
		}
	}
	return ""
}

func (s *Set) openClass(folder string) (Class, error) {
	name := folder
	if folder == "" {
		name = s.Name
	}
	c := Class{Name: name}
	dir := filepath.Join(s.Dir, folder)
	if train := trainFolder(dir); train != "" {
		files, err := cloudFiles(filepath.Join(dir, train))
		if err != nil {
			return c, err
		}
		for _, f := range files {
			c.Train = append(c.Train, Item{Class: name, File: slash(folder, train, f), Kind: Sound})
		}
	}
	if isFile(filepath.Join(dir, cadName)) {
		c.CAD = slash(folder, cadName)
	}
	layout, err := s.classLayout(dir)
	if err != nil {
		return c, err
	}
	if s.Layout == "auto" || s.Layout == "" {
		s.Layout = layout
	}
	if layout == Plain {
		c.Test, err = s.plainTest(name, folder)
	} else {
		c.Test, err = s.flatTest(name, folder, layout)
	}
	return c, err
}
