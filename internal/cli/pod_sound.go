package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"blemish/capability"
	"blemish/detect"
	"blemish/detect/all"
	"blemish/detect/deviation"
	"blemish/format"
	"blemish/geom"
	"blemish/task"
	"blemish/weights"
)

// The sound scans of pod, and for each a model that has not learnt from it.

// soundSet is a model and sound scans.
type soundSet struct {
	path   string
	state  *weights.File
	card   *detect.Card
	model  detect.Model
	files  []string
	sums   []string // sha256 of the files
	clouds []*geom.Cloud
	learnt []int // for each file that the card names, in its order, which of files it is
}

// openSound opens a model and reads the scans, and says what is missing.
func (e *env) openSound(ctx context.Context, path string, files []string) (*soundSet, error) {
	s := &soundSet{path: path, files: files}
	var err error
	if s.state, err = weights.Read(path); err != nil {
		return nil, err
	}
	if s.card, err = detect.ReadCard(s.state); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(files) < 2 {
		return nil, fmt.Errorf("one sound scan (%s): at least two are needed, to judge each by a model that has not learnt from it", filepath.Base(files[0]))
	}
	at := map[string]int{}
	for i, file := range files {
		sum, err := format.HashFile(file)
		if err != nil {
			return nil, err
		}
		if other, twice := at[sum]; twice {
			return nil, fmt.Errorf("%s and %s are the same scan", files[other], file)
		}
		at[sum] = i
		s.sums = append(s.sums, sum)
	}
	if err := s.match(at); err != nil {
		return nil, err
	}
	for _, file := range files {
		cloud, err := e.readCloud(file)
		if err != nil {
			return nil, err
		}
		s.clouds = append(s.clouds, cloud)
	}
	// Trials run side by side, each on one core.
	if s.model, err = all.Open(ctx, s.state, detect.OpenOptions{Workers: 1}); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// match finds the files that the model has learnt from among those that were given: all or
// none of them.
func (s *soundSet) match(at map[string]int) error {
	if s.card.Scans > 0 && len(s.card.Files) == 0 {
		return fmt.Errorf("%s does not say which scans it has learnt from, so none can be held out; train it again", s.path)
	}
	var missing []string
	for _, f := range s.card.Files {
		i, there := at[f.SHA256]
		switch {
		case f.SHA256 == "":
			return fmt.Errorf("%s does not have the sha256 of %s, so that scan cannot be held out; train it again", s.path, f.Name)
		case there:
			s.learnt = append(s.learnt, i)
		default:
			missing = append(missing, f.Name)
		}
	}
	switch {
	case len(s.learnt) == 0:
		return nil
	case len(missing) > 0:
		return fmt.Errorf("%s has learnt from %d scans, of which %s not among the sound ones: all are needed, to learn again without one",
			s.path, len(s.card.Files), nameList(missing))
	case s.card.CAD != nil:
		return fmt.Errorf("%s has learnt from a CAD model and from scans: give sound scans that it has not learnt from", s.path)
	case len(s.learnt) < 2:
		return fmt.Errorf("%s has learnt from one scan, which cannot be held out: nothing would be left to learn from; give scans that it has not learnt from", s.path)
	}
	return nil
}

// nameList names a few, and how many more there are.
func nameList(names []string) string {
	const most = 5
	verb := "is"
	if len(names) > 1 {
		verb = "are"
	}
	if n := len(names); n > most {
		return fmt.Sprintf("%s and %d more %s", strings.Join(names[:most], ", "), n-most, verb)
	}
	return strings.Join(names, ", ") + " " + verb
}

// holdOut gives each scan a model that has not learnt from it.
func (e *env) holdOut(ctx context.Context, s *soundSet, progress task.Progress) ([]capability.Scan, error) {
	scans := make([]capability.Scan, len(s.files))
	for i, file := range s.files {
		scans[i] = capability.Scan{Name: filepath.Base(file), Cloud: s.clouds[i], Model: s.model}
	}
	if len(s.learnt) == 0 {
		return scans, nil
	}
	err := e.withoutEach(ctx, s, "learn without each scan", s.clouds, 1, progress, func(i int, m detect.Model) {
		scans[i].Model, scans[i].HeldOut = m, true
	})
	return scans, err
}

// withoutEach learns for each scan that the model has learnt from a model of the others, as they are in
// clouds: of one in so many of them, counted round from the one that is left out.
func (e *env) withoutEach(ctx context.Context, s *soundSet, stage string, clouds []*geom.Cloud, oneIn int, progress task.Progress, take func(i int, m detect.Model)) error {
	d, err := all.Configured(s.card.Detector, s.card.Config)
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	n := len(s.learnt)
	for k, out := range s.learnt {
		progress.Report(task.Event{Stage: stage, Done: k, Total: n, Unit: "scans"})
		opt := detect.FitOptions{Class: s.card.Class, Unit: s.card.Unit, Seed: s.card.Seed, Workers: e.workers, FalseAlarms: s.card.Calibration.FalseAlarms}
		var some []*geom.Cloud
		for j, i := range s.learnt {
			if j != k && ((j-k+n)%n-1)%oneIn == 0 {
				some = append(some, clouds[i])
				opt.Files = append(opt.Files, s.card.Files[j])
			}
		}
		m, err := learnAgain(ctx, d, some, opt)
		if err != nil {
			return fmt.Errorf("learn again without %s: %w", filepath.Base(s.files[out]), err)
		}
		take(out, m)
	}
	progress.Report(task.Event{Stage: stage, Done: n, Total: n, Unit: "scans"})
	return nil
}

// learnAltered is how pod --what-if learns again.
func (e *env) learnAltered(s *soundSet, progress task.Progress) capability.Learner {
	return func(ctx context.Context, c capability.Change, scans []*geom.Cloud) ([]detect.Model, int, error) {
		models := make([]detect.Model, len(scans))
		for i := range models {
			models[i] = s.model
		}
		others := len(s.learnt) - 1
		switch {
		case others < 0 && c.Learn > 1:
			return nil, 0, capability.CannotTry("the scans that the model has learnt from are not given")
		case others < 0:
			return models, 0, nil
		case others < c.Learn:
			return nil, 0, capability.CannotTry(fmt.Sprintf("only %d is left to learn from without each scan", others))
		}
		err := e.withoutEach(ctx, s, "learn again, if "+c.What, scans, c.Learn, progress, func(i int, m detect.Model) { models[i] = m })
		if err != nil && ctx.Err() == nil {
			err = capability.CannotTry(err.Error())
		}
		return models, (others + c.Learn - 1) / c.Learn, err
	}
}

// learnAgain learns as train does, and takes the model through a file, as predict gets it.
// The scans have been held against one another before: all are kept.
func learnAgain(ctx context.Context, d detect.Detector, clouds []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	vetted, err := deviation.Vet(ctx, d, clouds, opt, true)
	if err != nil {
		return nil, err
	}
	model, err := vetted.Fit(ctx, d, opt)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := model.Save(&file); err != nil {
		return nil, err
	}
	state, err := weights.Decode(&file)
	if err != nil {
		return nil, err
	}
	return all.Open(ctx, state, detect.OpenOptions{Workers: 1})
}
