package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"blemish/format"
	"blemish/internal/partial"
)

// The last step of a data set: records become the manifest, and the set moves to
// its place.

// Summary says what a run has made.
type Summary struct {
	Clouds, Sound, Defective int
	Classes                  int
	Skipped                  []Skip
	Partial                  string // the working folder, where the set is not whole yet because other shards are missing; else ""
}

// count adds a record to the summary.
func (s *Summary) count(r *record) {
	for _, sample := range r.Samples {
		s.Clouds++
		if sample.defective() {
			s.Defective++
		} else {
			s.Sound++
		}
	}
	for _, skip := range r.Skipped {
		// Clouds of one kind are made one after the other, and so are skipped.
		if n := len(s.Skipped); n == 0 || s.Skipped[n-1] != skip {
			s.Skipped = append(s.Skipped, skip)
		}
	}
}

// finish writes the manifest and moves the set to its place. All units are done.
func (w *work) finish(units []unit) (*Summary, error) {
	sum := &Summary{}
	manifest := w.folder.In(ManifestName)
	err := format.WriteAtomic(manifest, func(out io.Writer) error { return w.writeManifest(out, units, sum) })
	if err != nil {
		return nil, err
	}
	if sum.Clouds == 0 {
		// Nothing here is worth going on with.
		if err := os.RemoveAll(w.folder.Path); err != nil {
			return nil, err
		}
		s := sum.Skipped[0]
		return nil, fmt.Errorf("no class could be built; the first reason: %s: %s", s.Class, s.Reason)
	}
	if err := w.tidy(units); err != nil {
		return nil, err
	}
	if err := os.Rename(manifest, w.folder.In(partial.Set, ManifestName)); err != nil {
		return nil, err
	}
	return sum, w.folder.Publish(w.dir)
}

// tidy makes sure that every class has its folders, as the published sets have.
func (w *work) tidy(units []unit) error {
	for _, u := range units {
		for _, j := range u.jobs {
			for _, file := range []string{j.file, j.truth} {
				class := w.folder.In(partial.Set, filepath.Dir(filepath.Dir(filepath.FromSlash(j.file))))
				if file == "" || !isDir(class) {
					continue
				}
				if err := os.MkdirAll(w.folder.In(partial.Set, filepath.Dir(filepath.FromSlash(file))), 0o755); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeManifest writes a sample a line, reading one record at a time: a manifest
// may be larger than memory.
func (w *work) writeManifest(out io.Writer, units []unit, sum *Summary) error {
	begin := func(name string, v any) error {
		text, err := json.Marshal(v)
		if err == nil {
			_, err = fmt.Fprintf(out, " %q: %s,\n", name, text)
		}
		return err
	}
	if _, err := io.WriteString(out, "{\n"); err != nil {
		return err
	}
	if err := errors.Join(begin("blemish", w.header.Blemish), begin("seed", w.header.Seed), begin("options", w.header.Options)); err != nil {
		return err
	}
	if _, err := io.WriteString(out, " \"samples\": ["); err != nil {
		return err
	}
	separator, class := "\n", ""
	for _, u := range units {
		r, err := w.done(u)
		if err != nil {
			return err
		}
		if r == nil {
			return fmt.Errorf("%s: a part of the set has vanished while it was being made", w.folder.Path)
		}
		for _, s := range r.Samples {
			text, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(out, "%s  %s", separator, text); err != nil {
				return err
			}
			separator = ",\n"
			if s.Class != class {
				sum.Classes, class = sum.Classes+1, s.Class
			}
		}
		sum.count(r)
	}
	if sum.Skipped == nil {
		sum.Skipped = []Skip{}
	}
	skipped, err := json.MarshalIndent(sum.Skipped, " ", " ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\n ],\n \"skipped\": %s\n}\n", skipped)
	return err
}
