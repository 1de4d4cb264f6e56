package deviation

import (
	"context"
	"fmt"
	"slices"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/internal/setting"
	"blemish/internal/stat"
	"blemish/task"
)

// Name is the detector's name.
const Name = "deviation"

// detector is the Detector of this package.
type detector struct{ cfg Config }

// New returns the detector. Fit fails where cfg makes no sense.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Configured makes the detector with settings, a JSON object whose entries replace those of
// the default configuration.
func Configured(settings []byte) (detect.Detector, error) {
	cfg := DefaultConfig()
	if err := setting.First(setting.Decode(settings, &cfg), cfg.Validate()); err != nil {
		return nil, fmt.Errorf("deviation: settings: %w", err)
	}
	return New(cfg), nil
}

// Name implements detect.Detector.
func (d *detector) Name() string { return Name }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// Fit implements detect.Detector: it brings the scans into one frame, and holds each
// against the others to learn how far sound scans are off at each place.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	l, err := learn(ctx, d.cfg, sound, opt)
	if err != nil {
		return nil, err
	}
	return l.finish(opt)
}

// learn learns from sound scans, a CAD model or both.
func learn(ctx context.Context, cfg Config, sound []*geom.Cloud, opt detect.FitOptions) (*lesson, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("deviation: %w", err)
	}
	m := newModel(cfg, opt.Workers)
	if opt.CAD != nil {
		return m.learnCAD(ctx, sound, opt)
	}
	opt.Progress.Report(task.Event{Stage: "align " + opt.Class, Total: len(sound), Unit: "scans"})
	frame := m.frameOptions(opt.Seed)
	frame.ScanName = opt.ScanName
	var err error
	m.Frame, err = scoring.NewFrame(ctx, sound, frame)
	if err != nil {
		return nil, err
	}
	return m.study(ctx, opt)
}

// study learns from the scans of the frame.
func (m *model) study(ctx context.Context, opt detect.FitOptions) (*lesson, error) {
	if err := m.See(ctx, m.cfg.ReferencePoints, m.cfg.Sites, opt.Seed); err != nil {
		return nil, err
	}
	l := &lesson{model: m, owner: scoring.Parts(m.Frame.Owner, m.Frame.Scans(), Name, opt.Seed), points: len(m.Frame.Points)}
	if err := l.read(ctx, opt); err != nil {
		return nil, err
	}
	return l, l.calibrate(ctx)
}

// finish is the model with its card.
func (l *lesson) finish(opt detect.FitOptions) (detect.Model, error) {
	return l.model, l.model.describe(opt, l.calibration, l.points)
}

// describe writes the card of a model that was learnt from so many points.
func (m *model) describe(opt detect.FitOptions, c detect.Calibration, points int) (err error) {
	if m.Card, err = detect.NewCard(New(m.cfg), opt, c); err != nil {
		return err
	}
	m.Card.Scans, m.Card.Points = m.Frame.Scans(), points
	m.decide()
	m.Card.Decision = m.given.decision()
	return nil
}

func (m *model) frameOptions(seed uint64) scoring.FrameOptions {
	return scoring.FrameOptions{Pose: m.cfg.Pose, Points: m.cfg.ReferencePoints, Seed: seed, Workers: m.Workers}
}

// lesson is what is learnt from holding parts of the union out in turn.
type lesson struct {
	model  *model
	owner  []int32
	parts  []*held
	mean   [][]float32 // for each scale the held-out reading at each point of the union
	valid  []bool      // where there is one: the others show the place
	points int         // that there was to learn from

	apart       *scoring.Tolerance // that a scan would meet had it not been learnt from
	calibration detect.Calibration
}

// held is one part and what the others say of it.
type held struct {
	*scoring.Held
	reading *reading
	scored  *scoring.Scored
}

// read holds each part against the surface of the others.
func (l *lesson) read(ctx context.Context, opt detect.FitOptions) error {
	m := l.model
	count := int(slices.Max(l.owner)) + 1
	l.valid = make([]bool, len(l.owner))
	for range m.cfg.Scales {
		l.mean = append(l.mean, make([]float32, len(l.owner)))
	}
	for p := 0; p < count; p++ {
		opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: p, Total: count, Unit: "scans"})
		h, err := l.hold(ctx, int32(p))
		if err != nil {
			return err
		}
		l.parts = append(l.parts, h)
	}
	opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: count, Total: count, Unit: "scans"})
	return nil
}

func (l *lesson) hold(ctx context.Context, part int32) (*held, error) {
	out, err := l.model.Hold(ctx, l.model.Frame.Points, l.owner, part)
	if err != nil {
		return nil, err
	}
	h := &held{Held: out}
	if err := l.measure(ctx, h); err != nil {
		return nil, err
	}
	for i, at := range h.Index {
		l.valid[at] = h.Use[i]
		for k := range l.mean {
			l.mean[k][at] = h.reading.mean[k][i]
		}
	}
	return h, nil
}

// measure makes the readings of what is held against the surface of the others.
func (l *lesson) measure(ctx context.Context, h *held) error {
	var err error
	if h.reading, err = l.model.average(ctx, h.Scan); err != nil {
		return err
	}
	for i, f := range h.View.Feet {
		// The two surfaces may be oriented differently where they are open.
		if h.Part.Surface.Normal[f.Near].D().Dot(l.model.Part.Surface.Normal[h.Index[i]].D()) < 0 {
			for k := range h.reading.mean {
				h.reading.mean[k][i] = -h.reading.mean[k][i]
			}
		}
	}
	return nil
}

// calibrate learns the tolerances and the unit of each term, then scores each
// held-out part as if the others were all there is.
func (l *lesson) calibrate(ctx context.Context) error {
	m := l.model
	surface := m.Part.Surface
	read := &scoring.Readings{Tree: surface.Tree, Side: surface.Normal, Owner: l.owner, Value: l.mean, Valid: l.valid}
	var err error
	if m.tol, err = read.Learn(ctx, m.Workers, false, m.cfg.tolerance(surface)); err != nil {
		return err
	}
	if l.apart, err = read.Learn(ctx, m.Workers, true, m.cfg.tolerance(surface)); err != nil {
		return err
	}
	l.calibration, err = l.scale(ctx, l.apart)
	return err
}

// scale learns the unit of each term, and scores each held-out part by the tolerance that
// was learnt without it, at its readings.
func (l *lesson) scale(ctx context.Context, apart *scoring.Tolerance) (detect.Calibration, error) {
	m := l.model
	none := detect.Calibration{}
	if err := l.learnWander(ctx); err != nil {
		return none, err
	}
	for k := range l.mean {
		m.limit = append(m.limit, limitsOf(apart, l.parts, k))
	}
	var parts []*scoring.Held
	for _, h := range l.parts {
		parts = append(parts, h.Held)
	}
	if err := m.LearnUsual(ctx, parts); err != nil {
		return none, err
	}
	if err := l.score(ctx, l.parts, m, apart); err != nil {
		return none, err
	}
	if m.cfg.given() {
		return toTolerance(len(l.parts)), nil
	}
	if !m.Part.Surface.OfSides() {
		return calibration(l.parts), nil
	}
	return l.calibrateSides(ctx)
}

// calibrateSides is the calibration of scans that show sides of the part. A scan that is held out
// shows some places that the others hardly show, and reads high there; once it is learnt from, they
// are known, and the tolerance there is as wide. So what scans score by what is learnt from all, times
// by how much the middle one scores more when it is held out, says where doubt begins. The next scan
// may show surface that one or two others show, which err together: where most scans show sides, it is
// defective where it would stand apart among the sound ones.
func (l *lesson) calibrateSides(ctx context.Context) (detect.Calibration, error) {
	known := make([]*held, len(l.parts)) // each by what is learnt from all
	for k, h := range l.parts {
		own := *h.Held
		own.Usual = l.model.Usual
		known[k] = &held{Held: &own, reading: h.reading}
	}
	if err := l.score(ctx, known, l.model, l.model.tol); err != nil {
		return detect.Calibration{}, err
	}
	more := make([]float64, len(known))
	for k, h := range l.parts {
		more[k] = float64(h.scored.Object) / max(float64(known[k].scored.Object), 1e-6)
	}
	factor := max(1, stat.Median(more))
	scans := make([]*scoring.Scored, len(known))
	for k, h := range l.parts {
		scored := *h.scored
		scored.Object = min(scored.Object, float32(factor*float64(known[k].scored.Object)))
		scans[k] = &scored
	}
	c := calibration(l.parts).DoubtAbove(scoring.Calibrate(scans))
	sides := 0
	for _, h := range l.parts {
		if h.View.Sides() {
			sides++
		}
	}
	if 2*sides <= len(l.parts) {
		return c, nil
	}
	if c.Doubt == 0 {
		c.Doubt = c.Threshold
	}
	c.Threshold = min(standsApart*c.Threshold, max(c.Threshold, detect.HighestThreshold))
	return c, nil
}

// score scores what is held by a model's limits and by the tolerance at its readings.
func (l *lesson) score(ctx context.Context, parts []*held, m *model, apart *scoring.Tolerance) error {
	for _, h := range parts {
		t, err := m.terms(ctx, h.reading, apart, h.Index)
		if err != nil {
			return err
		}
		if h.scored, err = m.Settle(ctx, h.Scan, t, h.Usual); err != nil {
			return err
		}
	}
	return nil
}

// calibration is that which the scans give.
func calibration(parts []*held) detect.Calibration {
	var scans []*scoring.Scored
	for _, h := range parts {
		scans = append(scans, h.scored)
	}
	return scoring.Calibrate(scans)
}
