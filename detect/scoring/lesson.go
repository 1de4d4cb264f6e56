package scoring

import (
	"context"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/task"
	"blemish/weights"
)

// What several detectors learn from at once: sound scans that have been placed, each held
// against the others.

// Lesson is sound scans in one frame.
type Lesson struct {
	Points []geom.Vec3 // of all sound scans, in the part's frame and unit
	Owner  []int32     // which scan each is from, ascending
	Out    []int32     // with which of Held each is held out
	Held   []*Held     // in turn, against the part that the others show
	Part   *scene.Part // that all show; nil: no surface is known

	Class    string
	Seed     uint64
	Workers  task.Workers
	Progress task.Progress
}

// Companion is a detector that speaks of scans which another one has placed and looked at. It is
// an interface and no struct of functions, so that a program that only scores scans does not
// link what it takes to learn.
type Companion interface {
	Name() string
	// Learn makes the method, and says of each of Held what is said without it. Terms have
	// a Score.
	Learn(ctx context.Context, l *Lesson) (Method, []*Terms, error)
	// Open makes the method of the tensors that its Put wrote. seed is that of the lesson.
	Open(ctx context.Context, f *weights.File, seed uint64, opt detect.OpenOptions) (Method, error)
}

// Scans are the points of each scan.
func (l *Lesson) Scans() [][]geom.Vec3 {
	var scans [][]geom.Vec3
	for lo, hi := 0, 0; lo < len(l.Points); lo = hi {
		for hi = lo; hi < len(l.Points) && l.Owner[hi] == l.Owner[lo]; hi++ {
		}
		scans = append(scans, l.Points[lo:hi:hi])
	}
	return scans
}

// without is what there is to learn from where a part is held out, -1 for none. Halves of
// the only scan are numbered after it.
func (l *Lesson) without(part int32) *Sound {
	s := &Sound{Part: l.Part, Seed: l.Seed, Workers: l.Workers}
	if part >= 0 {
		s.Part = l.Held[part].Part
	}
	scans := l.Scans()
	at := 0
	for i, c := range scans {
		parts := l.Out[at : at+len(c)]
		at += len(c)
		switch {
		case len(scans) == 1 && part >= 0:
			_, _, half := Split(c, parts, part)
			s.Scans, s.Number = append(s.Scans, half), append(s.Number, 1+int(part))
		case parts[0] != part:
			s.Scans, s.Number = append(s.Scans, c), append(s.Number, i)
		}
	}
	return s
}

// learn makes a plan's method of a lesson, and says of each of Held what is said without it.
func (p *Plan) learn(ctx context.Context, l *Lesson) (*measured, []*Terms, error) {
	count := len(l.Held)
	terms := make([]*Terms, count)
	for k, h := range l.Held {
		l.Progress.Report(task.Event{Stage: "learn " + l.Class, Done: k, Total: count + 1, Unit: "scans"})
		others, err := p.Learn(ctx, l.without(int32(k)))
		if err != nil {
			return nil, nil, err
		}
		if terms[k], err = others.Terms(ctx, h.Scan); err != nil {
			return nil, nil, err
		}
	}
	all, err := p.Learn(ctx, l.without(-1))
	if err != nil {
		return nil, nil, err
	}
	l.Progress.Report(task.Event{Stage: "learn " + l.Class, Done: count + 1, Total: count + 1, Unit: "scans"})
	own := &measured{all, units(l.Held, terms), p.Mean}
	for _, t := range terms {
		own.join(t)
	}
	return own, terms, nil
}

// planned is a detector of a plan beside another one.
type planned struct {
	name string
	plan *Plan
}

// Companion is a detector of a plan beside another one, whose way scans go.
func (p *Plan) Companion(name string) Companion { return planned{name, p} }

// Name implements Companion.
func (p planned) Name() string { return p.name }

// Learn implements Companion.
func (p planned) Learn(ctx context.Context, l *Lesson) (Method, []*Terms, error) {
	method, terms, err := p.plan.learn(ctx, l)
	if err != nil {
		return nil, nil, err // a nil *measured is no nil Method
	}
	return method, terms, nil
}

// Open implements Companion.
func (p planned) Open(ctx context.Context, f *weights.File, _ uint64, opt detect.OpenOptions) (Method, error) {
	return p.plan.open(ctx, f, opt.Workers)
}
