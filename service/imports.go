package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"blemish/history"
	"blemish/task"
)

// Files that lie on this machine already, taken in without HTTP while no process serves: an
// archive of scans, or what a tour begins with.

// Import is what to take in for a part.
type Import struct {
	Part, By string
	Unit     string   // of the sound scans
	Sound    []string // files to learn a model from
	Model    string   // file of a model, instead
	Scans    []string // files to judge, in the order of the history
	Progress task.Progress
}

// Import learns or adds a model, which judges from then on, and has scans judged. It returns
// how many there are of each verdict. Scans that the history has already cost nothing.
func (s *Service) Import(ctx context.Context, in Import) (map[string]int, error) {
	if err := checkPart(in.Part); err != nil {
		return nil, err
	}
	m, err := s.importModel(ctx, &in)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for i, path := range in.Scans {
		f, err := s.keepPath(scanFiles, path)
		if err != nil {
			return nil, err
		}
		e, err := s.importScan(ctx, f, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		counts[e.Verdict]++
		in.Progress.Report(task.Event{Stage: "judge", Done: i + 1, Total: len(in.Scans), Unit: "scans"})
	}
	return counts, nil
}

// importModel is the model that judges: a new one, or the chosen one.
func (s *Service) importModel(ctx context.Context, in *Import) (m history.Model, err error) {
	switch {
	case in.Model != "":
		f, err := s.keepPath(modelFiles, in.Model)
		if err != nil {
			return m, err
		}
		opened, err := s.loaded.open(ctx, s, f.hash)
		if err != nil {
			return m, fmt.Errorf("%s: %w", in.Model, err)
		}
		m, err = s.store.AddModel(ctx, s.modelOf(in.Part, f, opened.judge.Card, in.By, "uploaded"))
		if err != nil {
			return m, err
		}
	case len(in.Sound) > 0:
		j := trainJob{Part: in.Part, Class: in.Part, Unit: in.Unit, By: in.By, Asked: s.opt.Now()}
		for _, path := range in.Sound {
			f, err := s.keepPath(scanFiles, path)
			if err != nil {
				return m, err
			}
			j.Sound = append(j.Sound, soundScan{f.name, f.hash})
		}
		var warnings []string
		if m, warnings, err = s.train(ctx, "import", &j); err != nil {
			return m, err
		}
		for _, w := range warnings {
			s.log.Warn(w)
		}
	default:
		m, err := s.store.Model(ctx, in.Part, "")
		if errors.Is(err, history.ErrNotFound) {
			err = fmt.Errorf("the part %q has no model yet: give sound scans to learn from, or a model", in.Part)
		}
		return m, err
	}
	return m, s.store.Choose(ctx, in.Part, m.ID)
}

// keepPath keeps a copy of a file.
func (s *Service) keepPath(kind, path string) (formFile, error) {
	in, err := os.Open(path)
	if err != nil {
		return formFile{}, err
	}
	defer in.Close()
	k, err := s.data.keep(kind, in, s.opt.MostBody)
	if err != nil {
		return formFile{}, fmt.Errorf("%s: %w", path, err)
	}
	return formFile{k, fileName(filepath.Base(path), "scan")}, nil
}

// importScan judges a scan, unless the history has it.
func (s *Service) importScan(ctx context.Context, f formFile, m history.Model) (history.Entry, error) {
	if e, err := s.store.Get(ctx, history.EntryID(f.hash, m.ID)); err == nil && e.Verdict != history.Failed {
		return e, nil
	}
	j := scanJob{Scan: f.hash, Name: f.name, Part: m.Part, Received: s.opt.Now().UTC().Truncate(time.Microsecond), Model: m.ID, Version: m.Version, File: m.Name, Detector: m.Detector}
	payload, err := json.Marshal(j)
	if err != nil {
		return history.Entry{}, err
	}
	out, why := s.judgeJob(ctx, &history.Job{Kind: judgeKind, Payload: payload})
	if ctx.Err() != nil {
		return history.Entry{}, ctx.Err()
	}
	if why != nil {
		s.log.Warn(why.Error())
	}
	if out.entry == nil {
		return history.Entry{}, why
	}
	_, err = s.store.Append(ctx, *out.entry)
	return *out.entry, err
}
