package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/task"
	"blemish/weights"
)

// A detector of which only the terms are its own.

// Plan is what such a detector chooses, and how its Method is made.
type Plan struct {
	Settings
	// Alone leaves scans in the pose that they have: their middle is moved to 0.
	Alone bool
	// Plain takes all points for comparable and does not look for voids: nothing is known of
	// the surface. Scans that stand alone are always taken so.
	Plain bool
	Terms int    // how many terms there are
	Mean  bool   // terms are joined by their mean; otherwise the largest counts
	Pose  string // what is known of the scans' poses, as FrameOptions.Pose
	Sites int    // at how many places missing surface is looked for

	// Learn makes the method of sound scans. It is called for all of them, and for those
	// without each that is held out. A term is then divided by its unit: what 99.9 % of its
	// readings of held-out scans stay below. A scale that differs from place to place is the
	// method's own: Learn finds it by holding its scans against one another.
	Learn func(ctx context.Context, sound *Sound) (Method, error)
	// Open makes the method that its Put added to a file.
	Open func(ctx context.Context, f *weights.File, workers task.Workers) (Method, error)
}

// Sound is what a method is learnt from.
type Sound struct {
	Scans   [][]geom.Vec3 // finite points of each, in the part's frame and unit
	Number  []int         // which each is; the same number in another Sound has the same points
	Part    *scene.Part   // the surface that they show; nil where none is known
	Seed    uint64
	Workers task.Workers
}

// Points are those of all scans.
func (s *Sound) Points() []geom.Vec3 { return slices.Concat(s.Scans...) }

const (
	// soundShare is the share of held-out sound readings of a term that stay below 1.
	soundShare = 0.999
	// planSites is the default of Plan.Sites.
	planSites = 10000
)

func (p *Plan) frameOptions(seed uint64, workers task.Workers) FrameOptions {
	return FrameOptions{Pose: p.Pose, Points: p.Points, Seed: seed, Workers: workers}
}

// reference is that of the plan before anything is learnt.
func (p *Plan) reference(workers task.Workers) Reference {
	return Reference{Settings: p.Settings, Workers: workers}
}

func (p *Plan) sites() int {
	if p.Sites == 0 {
		return planSites
	}
	return p.Sites
}

// Fit learns from sound scans by a plan: it is the Fit of a detector d.
func Fit(ctx context.Context, d detect.Detector, p *Plan, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if opt.CAD != nil {
		return nil, fmt.Errorf("%s compares scans with scans; it takes no CAD model", d.Name())
	}
	m := &Model{Reference: p.reference(opt.Workers)}
	opt.Progress.Report(task.Event{Stage: "align " + opt.Class, Total: len(sound), Unit: "scans"})
	clouds, err := m.Bring(ctx, sound, p.Alone, p.frameOptions(opt.Seed, opt.Workers), opt)
	if err != nil {
		return nil, err
	}
	if !p.Alone && !p.Plain {
		if err := m.See(ctx, p.Points, p.sites(), opt.Seed); err != nil {
			return nil, err
		}
	}
	l := &Lesson{Class: opt.Class, Seed: opt.Seed, Workers: opt.Workers, Progress: opt.Progress, Part: m.Part}
	for i, c := range clouds {
		l.Points = append(l.Points, c...)
		l.Owner = append(l.Owner, slices.Repeat([]int32{int32(i)}, len(c))...)
	}
	l.Out = Parts(l.Owner, len(clouds), d.Name(), opt.Seed)
	calibration, err := p.teach(ctx, m, l)
	if err != nil {
		return nil, err
	}
	if m.Card, err = detect.NewCard(d, opt, calibration); err != nil {
		return nil, err
	}
	m.Card.Scans, m.Card.Points = len(clouds), len(l.Points)
	return m, nil
}

// teach makes the method of a model, and its calibration.
func (p *Plan) teach(ctx context.Context, m *Model, l *Lesson) (none detect.Calibration, err error) {
	l.Held = make([]*Held, slices.Max(l.Out)+1)
	for k := range l.Held {
		if l.Held[k], err = m.Hold(ctx, l.Points, l.Out, int32(k)); err != nil {
			return none, err
		}
	}
	method, terms, err := p.learn(ctx, l)
	if err != nil {
		return none, err
	}
	m.Method = method
	if m.Part != nil {
		if err := m.LearnUsual(ctx, l.Held); err != nil {
			return none, err
		}
	}
	scored := make([]*Scored, len(l.Held))
	for k, h := range l.Held {
		if scored[k], err = m.Settle(ctx, h.Scan, terms[k], h.Usual); err != nil {
			return none, err
		}
	}
	return Calibrate(scored), nil
}

// measured is a method whose terms are brought to one unit.
type measured struct {
	Method
	unit []float32 // of each term
	mean bool
}

// Terms implements Method.
func (m *measured) Terms(ctx context.Context, scan *Scan) (*Terms, error) {
	t, err := m.Method.Terms(ctx, scan)
	if err == nil {
		m.join(t)
	}
	return t, err
}

// join makes the score of the terms, where the method has not joined them.
func (m *measured) join(t *Terms) {
	if t.Score != nil {
		return
	}
	t.Score = make([]float32, len(t.Values[0]))
	for k, values := range t.Values {
		for i, v := range values {
			if v /= m.unit[k]; m.mean {
				t.Score[i] += v / float32(len(t.Values))
			} else {
				t.Score[i] = max(t.Score[i], v)
			}
		}
	}
	if t.Object != nil {
		*t.Object /= m.unit[0]
	}
}

// Put implements Method: "unit" (terms).
func (m *measured) Put(f *weights.File) {
	m.Method.Put(f)
	f.Add("unit", m.unit, len(m.unit))
}

// units is for each term what most held-out sound readings stay below.
func units(parts []*Held, terms []*Terms) []float32 {
	unit := make([]float32, len(terms[0].Values))
	for k := range unit {
		var all []float32
		for p, t := range terms {
			for i, v := range t.Values[k] {
				if use := parts[p].Use; use == nil || use[i] {
					all = append(all, v)
				}
			}
		}
		unit[k] = 1
		if q := stat.Quantile(all, soundShare); q > 0 {
			unit[k] = q
		}
	}
	return unit
}

// Open makes the model of a file that a model made by Fit wrote.
func Open(ctx context.Context, f *weights.File, name string, p *Plan, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	if card.Detector != name {
		return nil, fmt.Errorf("the model is of detector %q, not %q", card.Detector, name)
	}
	m := &Model{Reference: p.reference(opt.Workers), Card: card}
	if !p.Alone {
		if m.Frame, err = OpenFrame(ctx, f, p.frameOptions(card.Seed, opt.Workers)); err != nil {
			return nil, err
		}
		if !p.Plain {
			if err := m.See(ctx, p.Points, p.sites(), card.Seed); err != nil {
				return nil, err
			}
			if m.Usual, err = OpenUsual(f, len(m.Part.Sites)); err != nil {
				return nil, err
			}
		}
	}
	if m.Method, err = p.open(ctx, f, opt.Workers); err != nil {
		return nil, err
	}
	return m, nil
}

// open makes the method of the tensors that its Put wrote.
func (p *Plan) open(ctx context.Context, f *weights.File, workers task.Workers) (Method, error) {
	method, err := p.Open(ctx, f, workers)
	if err != nil {
		return nil, err
	}
	unit, err := f.Get("unit", p.Terms)
	if err != nil {
		return nil, err
	}
	for k, u := range unit {
		if !(u > 0) || math.IsInf(float64(u), 0) {
			return nil, fmt.Errorf("tensor %q: entry %d is %v; it must be above 0", "unit", k, u)
		}
	}
	return &measured{method, unit, p.Mean}, nil
}
