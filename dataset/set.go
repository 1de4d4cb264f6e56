package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
//     Scans may lie a folder deeper, as MiniShift has them (train/good, test/KIND/easy), or in
//     CLASS/Pointcloud, as MulSen-AD has them, whose RGB/GT/KIND/data.csv says which defects
//     a scan shows at all; where there is no train, train_cut is taken (cut Real3D-AD).
//
// In the published layouts files called template are learnt from and never judged: where a
// train folder has some, nothing else of it is learnt from. A scan whose truth file is
// missing costs itself when it is loaded; it is an error when no scan has one.
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
	return set, set.needsTruth()
}

// needsTruth is an error where scans should have truth files and none has.
func (s *Set) needsTruth() error {
	missing := 0
	var first Item
	for _, c := range s.Classes {
		for _, it := range c.Test {
			if it.Truth == "" {
				continue
			}
			if isFile(s.Path(it.Truth)) {
				return nil
			}
			if missing++; missing == 1 {
				first = it
			}
		}
	}
	if missing == 0 {
		return nil
	}
	return s.noTruth(first)
}

// noTruth says that a scan's truth file is missing.
func (s *Set) noTruth(it Item) error {
	return fmt.Errorf("%s: the name says %q, a defect, but there is no %s with its truth; "+
		"sound test scans are named %s_positive0.pcd (Anomaly-ShapeNet) or 1_good.pcd (Real3D-AD)",
		s.Path(it.File), it.Kind, it.Truth, it.Class)
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
	return trainFolder(dir) != "" || isFile(filepath.Join(dir, cadName)) || trainFolder(filepath.Join(dir, pointcloud)) != ""
}

// pointcloud is the folder with the scans of a class where it has pictures, too.
const pointcloud = "Pointcloud"

// trainFolder is the name of the folder with the sound scans of a class, "" where there is none.
func trainFolder(dir string) string {
	for _, name := range []string{"train", "sound", "train_cut"} {
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
	if trainFolder(filepath.Join(s.Dir, folder)) == "" && trainFolder(filepath.Join(s.Dir, folder, pointcloud)) != "" {
		folder = slash(folder, pointcloud)
	}
	dir := filepath.Join(s.Dir, filepath.FromSlash(folder))
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
	if train := trainFolder(dir); train != "" {
		files, err := nestedFiles(filepath.Join(dir, train))
		if err != nil {
			return c, err
		}
		if layout != Plain && slices.ContainsFunc(files, isTemplate) {
			files = slices.DeleteFunc(files, func(f string) bool { return !isTemplate(f) })
		}
		for _, f := range files {
			c.Train = append(c.Train, Item{Class: name, File: slash(folder, train, f), Kind: Sound})
		}
	}
	if layout == Plain {
		c.Test, err = s.plainTest(name, folder)
	} else {
		c.Test, err = s.flatTest(name, folder, layout)
	}
	return c, err
}
