package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"blemish/defect"
	"blemish/task"
)

// Samples of a data set made again from its manifest.

// Recipe is the recipe of a manifest: with it Build makes the whole set again. The
// meshes, where it was not made from built-in objects, have to be named in it.
func (m *Manifest) Recipe() Options {
	o := m.Options
	o.Seed = m.Seed
	return o
}

// FromFiles reports whether the set was made from mesh files, and not from built-in objects.
func (m *Manifest) FromFiles() bool {
	return len(m.Samples) > 0 && m.Samples[0].SourceSHA256 != ""
}

// Find returns the samples of the given names: files as the manifest has them, or
// their last part, with or without extension.
func (m *Manifest) Find(names []string) ([]Sample, error) {
	var found []Sample
	for _, name := range names {
		before := len(found)
		for _, s := range m.Samples {
			base := path.Base(s.File)
			if name == s.File || name == base || name == strings.TrimSuffix(base, path.Ext(base)) {
				found = append(found, s)
			}
		}
		switch len(found) - before {
		case 0:
			return nil, fmt.Errorf("the manifest has no sample %q; it has %s and %d more", name, m.Samples[0].File, len(m.Samples)-1)
		case 1:
		default:
			return nil, fmt.Errorf("%q is several samples: %s, %s; give the whole name", name, found[before].File, found[before+1].File)
		}
	}
	return found, nil
}

// Replay makes samples of a manifest again, from the plans that it holds, and writes
// them below dir under their own names. The bytes are those of the set where the
// program's version is the manifest's; it is an error where a sample comes out
// different. meshes are the files or folders that the set was made from, of meshes or of scans;
// none for built-in objects.
func Replay(ctx context.Context, dir string, m *Manifest, samples []Sample, meshes []string, workers task.Workers) error {
	opt := m.Recipe()
	if opt.Scans {
		opt.ScanFolders = meshes
	} else {
		opt.Meshes = meshes
	}
	if err := opt.Defaults().Validate(); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	opt.Classes = nil // any class of the sources
	sources, err := findSources(opt)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	drafts, err := os.MkdirTemp(dir, ".blemish-work-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(drafts)
	opt.Classes = m.Options.Classes
	for len(samples) > 0 {
		n := 1
		for n < len(samples) && samples[n].Class == samples[0].Class {
			n++
		}
		if err := replayClass(ctx, dir, drafts, opt, samples[:n], sources, workers); err != nil {
			return err
		}
		samples = samples[n:]
	}
	return nil
}

// replayClass makes samples of one class.
func replayClass(ctx context.Context, dir, drafts string, opt Options, samples []Sample, sources []source, workers task.Workers) error {
	src, err := sourceOf(samples[0], sources)
	if err != nil {
		return err
	}
	target, err := src.prepare(ctx, opt)
	if err != nil {
		return err
	}
	return task.Each(ctx, workers, len(samples), func(i int) error {
		s := samples[i]
		if err := s.valid(); err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
		part, _, _ := strings.Cut(strings.TrimPrefix(s.File, s.Class+"/"), "/")
		j := job{part: part, index: s.Index, file: s.File, truth: s.Truth}
		if s.defective() {
			j.kind = defect.Kind(s.Kind)
		}
		again, err := src.build(ctx, drafts, opt, target, j, &s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.File, err)
		}
		want, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if got, err := json.Marshal(again); err != nil || !bytes.Equal(got, want) {
			return errors.Join(err, fmt.Errorf("%s does not come out as the manifest has it: another version of the program, or a changed manifest", s.File))
		}
		for _, file := range []string{s.File, s.Truth} {
			if file == "" {
				continue
			}
			to := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.Rename(filepath.Join(drafts, path.Base(file)), to); err != nil {
				return err
			}
		}
		return nil
	})
}

// sourceOf finds the mesh of a sample and checks that it is the same file.
func sourceOf(s Sample, sources []source) (source, error) {
	for _, src := range sources {
		if src.class != s.Class {
			continue
		}
		if src.scans != nil {
			for _, scan := range src.scans {
				if scan.hash == s.SourceSHA256 {
					return src, nil
				}
			}
			return src, fmt.Errorf("%s: none of the scans of class %s is the file that it was made from (SHA-256 %s)", s.File, s.Class, s.SourceSHA256)
		}
		if src.hash != s.SourceSHA256 {
			return src, fmt.Errorf("%s: the mesh of class %s is not the file that the set was made from (SHA-256 %s, the manifest has %s)", src.label, s.Class, src.hash, s.SourceSHA256)
		}
		return src, nil
	}
	return source{}, fmt.Errorf("%s: no mesh of class %s among the sources", s.File, s.Class)
}
