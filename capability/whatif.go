package capability

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"blemish/detect"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/task"
)

// What fewer scans to learn from, fewer points or more noise would make of the same defects.

// Change is one thing that is otherwise than in the study.
type Change struct {
	What  string  `json:"if"`            // in words
	Learn int     `json:"learn_one_in"`  // each model learns from one of so many of its scans; 1: from all
	Thin  int     `json:"points_one_in"` // scans have one of so many points; 1: all
	Noise float64 `json:"noise_times"`   // the noise of scans is so many times as large; 1: as it is
}

// Changes are those that are tried.
func Changes() []Change {
	return []Change{
		{What: "half the scans to learn from", Learn: 2, Thin: 1, Noise: 1},
		{What: "half the points", Learn: 1, Thin: 2, Noise: 1},
		{What: "a quarter of the points", Learn: 1, Thin: 4, Noise: 1},
		{What: "twice the noise", Learn: 1, Thin: 1, Noise: 2},
		{What: "four times the noise", Learn: 1, Thin: 1, Noise: 4},
	}
}

// Altered is what a change makes of the study: the same defects in the same scans.
type Altered struct {
	Change
	// Learnt is how many scans each model has learnt from, at most; 0 where the models are those of the study.
	Learnt int `json:"learnt_scans,omitempty"`
	// Added is the standard deviation of the noise that was added along each axis, Measured that of
	// the altered scans as it was measured, their median.
	Added    float64 `json:"added_noise,omitempty"`
	Measured float64 `json:"noise,omitempty"`
	Alarms   *Alarms `json:"false_alarms,omitempty"`
	Curves   []Curve `json:"curves,omitempty"` // as in the report
	// Refusal is why nothing was measured.
	Refusal string `json:"not_measured,omitempty"`
}

// Learner learns for each scan of the study a model that has not learnt from it, of scans that are
// altered, and tells from how many, at most; 0 where it takes the models of the study. The error
// is a CannotTry where that cannot be.
type Learner func(ctx context.Context, c Change, scans []*geom.Cloud) (models []detect.Model, learnt int, err error)

// CannotTry is why a change cannot be tried; the others are.
type CannotTry string

func (e CannotTry) Error() string { return string(e) }

// IfLine is one line of what-if.jsonl: a sound scan or a defect, judged after a change.
type IfLine struct {
	Change int        `json:"change"` // of Changes
	Sound  *SoundScan `json:"sound,omitempty"`
	Trial  *Trial     `json:"trial,omitempty"`
	Learnt int        `json:"learnt_scans,omitempty"` // as in Altered, with sound scans
}

// ifDone is what has been judged after one change.
type ifDone struct {
	sound  []SoundScan
	trials []Trial
	learnt int
}

// WhatIf judges the defects of a report of this study again after each change, and adds what comes of it
// to the report. done are the lines that an earlier run has recorded; record is called with more, in order, and
// may be nil.
func (s *Study) WhatIf(ctx context.Context, r *Report, learn Learner, done []IfLine, record func([]IfLine) error) error {
	changes := Changes()
	kept := make([]ifDone, len(changes))
	for _, line := range done {
		k := &kept[line.Change]
		if line.Sound != nil {
			k.sound, k.learnt = append(k.sound, *line.Sound), line.Learnt
		} else {
			k.trials = append(k.trials, *line.Trial)
		}
	}
	if record == nil {
		record = func([]IfLine) error { return nil }
	}
	for i, c := range changes {
		a := Altered{Change: c}
		k := &kept[i]
		for j, t := range k.trials {
			if j >= len(r.Trials) || t.Kind != r.Trials[j].Kind || t.Size != r.Trials[j].Size || t.Depth != r.Trials[j].Depth {
				return fmt.Errorf("defect %d, if %s, was recorded by a run with another design", j, c.What)
			}
		}
		var cannot CannotTry
		if err := s.after(ctx, r, i, c, learn, k, record); errors.As(err, &cannot) {
			a.Refusal = cannot.Error()
		} else if err != nil {
			return err
		} else {
			var noise []float64
			for _, told := range k.sound {
				noise = append(noise, told.Noise)
			}
			alarms := newAlarms(k.sound)
			a.Added = c.added(r.Noise)
			a.Learnt, a.Measured, a.Alarms, a.Curves = k.learnt, stat.Median(noise), &alarms, curves(k.trials, own)
		}
		r.WhatIf = append(r.WhatIf, a)
	}
	return nil
}

// after judges what is not yet judged after one change.
func (s *Study) after(ctx context.Context, r *Report, number int, c Change, learn Learner, k *ifDone, record func([]IfLine) error) error {
	if c.Noise > 1 && !(r.Noise > 0) {
		return CannotTry("the scans have no noise that could be more")
	}
	if len(k.sound) == len(s.Scans) && len(k.trials) == len(r.Trials) {
		return nil
	}
	alterations, clouds := make([]*alteration, len(s.Scans)), make([]*geom.Cloud, len(s.Scans))
	for i := range s.Scans {
		alterations[i] = c.alter(s.Scans[i].Cloud, r.Noise, s.Seed, i)
		clouds[i], _ = alterations[i].of(s.Scans[i].Cloud, nil)
	}
	models, learnt, err := learn(ctx, c, clouds)
	if err != nil {
		return err
	}
	results, sound, err := s.judgeAltered(ctx, c, models, clouds)
	if err != nil {
		return err
	}
	var lines []IfLine
	for i := len(k.sound); i < len(sound); i++ {
		lines = append(lines, IfLine{Change: number, Sound: &sound[i], Learnt: learnt})
	}
	if err := record(lines); err != nil {
		return err
	}
	k.sound, k.learnt = sound, learnt
	wishes := r.Design.wishes(s.Seed)
	for len(k.trials) < len(wishes) {
		s.Progress.Report(task.Event{Stage: "judge defects, if " + c.What, Done: len(k.trials), Total: len(wishes), Unit: "defects"})
		lo := len(k.trials)
		some := make([]Trial, min(batch, len(wishes)-lo))
		lines := make([]IfLine, len(some))
		err := task.Each(ctx, s.Workers, len(some), func(i int) error {
			lines[i] = IfLine{Change: number, Trial: &some[i]}
			var err error
			some[i], err = s.tryAltered(ctx, r, c, models, results, alterations, lo+i, wishes[lo+i])
			return err
		})
		if err != nil {
			return err
		}
		if err := record(lines); err != nil {
			return err
		}
		k.trials = append(k.trials, some...)
	}
	s.Progress.Report(task.Event{Stage: "judge defects, if " + c.What, Done: len(wishes), Total: len(wishes), Unit: "defects"})
	return nil
}

// judgeAltered judges the sound scans after a change.
func (s *Study) judgeAltered(ctx context.Context, c Change, models []detect.Model, clouds []*geom.Cloud) ([]*detect.Result, []SoundScan, error) {
	stage := "judge sound scans, if " + c.What
	results, told := make([]*detect.Result, len(clouds)), make([]SoundScan, len(clouds))
	var judged atomic.Int32
	s.Progress.Report(task.Event{Stage: stage, Total: len(clouds), Unit: "scans"})
	err := task.Each(ctx, s.Workers, len(clouds), func(i int) error {
		result, err := models[i].Score(ctx, clouds[i])
		if err != nil {
			return fmt.Errorf("%s, if %s: %w", s.Scans[i].Name, c.What, err)
		}
		results[i] = result
		if told[i], err = tellSound(ctx, &s.Scans[i], clouds[i], result); err != nil {
			return err
		}
		s.Progress.Report(task.Event{Stage: stage, Done: int(judged.Add(1)), Total: len(clouds), Unit: "scans"})
		return nil
	})
	return results, told, err
}

// tryAltered carves the defect of a trial as the study did and judges it in the altered scan.
// A model that does not know the surface there, or is unsure of the scan, does not find it.
func (s *Study) tryAltered(ctx context.Context, r *Report, c Change, models []detect.Model, results []*detect.Result, alterations []*alteration, number int, w wish) (Trial, error) {
	t := r.Trials[number]
	if t.Outcome == NoRoom {
		return t, nil
	}
	at := r.surface.places[r.surface.chosen[w.place]].At
	scan, carved, err := carveAt(ctx, r.ready, vec(at), w, w.place+w.level)
	if err != nil {
		return t, err
	}
	a := alterations[scan.number]
	cloud, here := a.of(carved.Cloud, carved.Source)
	_, before := a.of(scan.Cloud, nil)
	on := scan.carved(carved).move(here, c.Thin, scan.spacing)
	was := scan.sound(carved).move(before, c.Thin, scan.spacing)
	nothing := !a.tells(carved.Source) && (len(carved.Moved) == 0 || len(on.points) == 0)
	t.Points, t.Why = 0, ""
	for _, j := range carved.Moved {
		if here[j] >= 0 {
			t.Points++
		}
	}
	return t, t.judge(ctx, models[scan.number], results[scan.number], cloud, on, was, nothing)
}
