package dataset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"blemish/defect"
	"blemish/defect/inscan"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/shape"
)

// Where the meshes of a data set come from: built-in objects or files.

// source is one class to build: where its mesh comes from.
type source struct {
	class string
	label string // "vase/greek_vase.obj" or "built-in vase0"
	hash  string // SHA-256 of the mesh file
	mesh  func(instance int) (*geom.Mesh, error)
	scans []scanFile // a class of scans, which has no mesh; then hash is of all of them
}

// prepared is a class that defects can be made for.
type prepared struct {
	target  *defect.Target   // nil for a class of scans
	grounds []*inscan.Ground // of its scans; nil for those to learn from
}

// instances is how many objects of a class are tried for a preset.
const instances = 12

// prepare makes the object of a class ready for defects. A preset, whose counts are
// fixed, takes the first instance of a built-in class on which each of the class's
// kinds has a place.
func (s source) prepare(ctx context.Context, opt Options) (*prepared, error) {
	if s.scans != nil {
		grounds, err := s.ground(ctx, opt)
		return &prepared{grounds: grounds}, err
	}
	for instance := 0; ; instance++ {
		m, err := s.mesh(instance)
		if err != nil {
			return nil, err
		}
		target, err := defect.NewTarget(ctx, m)
		if err != nil || opt.Preset == "" || s.hash != "" || instance == instances-1 || fits(target, s.class, opt) {
			return &prepared{target: target}, err
		}
	}
}

// fits reports whether all kinds that the preset wants of a class can be drawn.
func fits(target *defect.Target, class string, opt Options) bool {
	batches, _ := presetBatches(class)
	for _, b := range batches {
		for try := 0; try < b.count; try++ {
			_, err := defect.Draw(target, b.kind, opt.Severity, seed.Stream(opt.Seed, "fits", class, string(b.kind), try))
			if err == nil {
				break
			}
			if try == min(b.count, 2)-1 {
				return false
			}
		}
	}
	return true
}

// findSources lists the classes: built-in ones, or one for each mesh file, named
// after the file; all of them, or those that the recipe chooses, in its order.
func findSources(opt Options) ([]source, error) {
	var all []source
	builtin := len(opt.Meshes) == 0 && !opt.Scans
	if builtin {
		all = builtinSources(opt.Seed)
	} else if opt.Scans {
		var err error
		if all, err = scanSources(opt.ScanFolders, opt.Train); err != nil {
			return nil, err
		}
	} else {
		files, err := meshFiles(opt.Meshes)
		if err != nil {
			return nil, err
		}
		if all, err = fileSources(files); err != nil {
			return nil, err
		}
	}
	if len(opt.Classes) == 0 {
		return all, nil
	}
	var chosen []source
	taken := map[string]bool{}
	for _, want := range opt.Classes {
		found := false
		for _, s := range all {
			if !matches(s.class, want, builtin) {
				continue
			}
			found = true
			if !taken[s.class] {
				chosen, taken[s.class] = append(chosen, s), true
			}
		}
		if !found {
			names := make([]string, len(all))
			for i, s := range all {
				names[i] = s.class
			}
			return nil, fmt.Errorf("class %q is not known; there are %s", want, strings.Join(names, ", "))
		}
	}
	return chosen, nil
}

// matches reports whether a class is meant by a name: its own, or its family's for
// built-in classes.
func matches(class, want string, builtin bool) bool {
	return class == want || builtin && shape.Family(class) == want
}

func builtinSources(root uint64) []source {
	var all []source
	for _, class := range shape.Classes() {
		all = append(all, source{class: class, label: "built-in " + class, mesh: func(instance int) (*geom.Mesh, error) {
			if instance == 0 {
				return shape.Build(class, seed.Stream(root, "shape", class))
			}
			return shape.Build(class, seed.Stream(root, "shape", class, instance))
		}})
	}
	return all
}

// fileSources makes a class of each mesh file. Of two files with the same name, the
// second is named after its folder too.
func fileSources(files []string) ([]source, error) {
	var all []source
	taken := map[string]string{}
	for _, path := range files {
		label := filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path)))
		class := className(path)
		if first, dup := taken[class]; dup {
			class = className(filepath.Dir(path)) + "-" + class
			if _, dup := taken[class]; dup {
				return nil, fmt.Errorf("%s and %s would both be class %q; rename one", first, path, class)
			}
		}
		taken[class] = path
		hash, err := format.HashFile(path)
		if err != nil {
			return nil, err
		}
		all = append(all, source{class: class, label: label, hash: hash, mesh: func(int) (*geom.Mesh, error) {
			m, _, err := format.ReadMesh(path)
			if err != nil {
				// The reason goes into the manifest, which names no place on this machine.
				return nil, errors.New(strings.ReplaceAll(err.Error(), path, label))
			}
			return m, nil
		}})
	}
	return all, nil
}

// meshFiles expands folders; the result is sorted and free of repeats.
func meshFiles(paths []string) ([]string, error) {
	seen := map[string]bool{}
	var files []string
	add := func(path string) {
		if clean := filepath.Clean(path); !seen[clean] {
			seen[clean] = true
			files = append(files, clean)
		}
	}
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if !info.Mode().IsRegular() {
				return nil, fmt.Errorf("%s is a pipe or a device; a mesh is read from a file", p)
			}
			add(p)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(p, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && format.ReadableMesh.Has(path) {
				add(path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no mesh in this folder (looked for %s)", p, format.ReadableMesh)
		}
	}
	sort.Strings(files)
	return files, nil
}

// className turns a file name into a class name: letters, digits and '-', in lower case.
func className(path string) string {
	stem := strings.ToLower(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, stem)
}
