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

// words that published sets use for scans without a defect.
var soundWords = map[string]bool{"positive": true, "good": true, "sound": true, "ok": true, "normal": true}

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
		if isFile(filepath.Join(at, unfinishedName)) {
			return nil, fmt.Errorf("%s: %w: finish it with blemish synth --resume", dir, ErrUnfinished)
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

// naturalLess orders names with their numbers as numbers.
func naturalLess(a, b string) bool {
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			na, ra := leadingNumber(a)
			nb, rb := leadingNumber(b)
			if len(na) != len(nb) {
				return len(na) < len(nb)
			}
			if na != nb {
				return na < nb
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

// leadingNumber splits off the digits in front, without leading zeros.
func leadingNumber(s string) (number, rest string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return strings.TrimLeft(s[:i], "0"), s[i:]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

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
