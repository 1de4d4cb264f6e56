package auto

import (
	"context"
	"fmt"
	"slices"

	"blemish/detect"
	"blemish/detect/deviation"
	"blemish/detect/imrnet"
	"blemish/detect/scoring"
	"blemish/detect/simple3d"
	"blemish/geom"
	"blemish/weights"
)

// Name is the detector's name.
const Name = "auto"

type detector struct{ cfg Config }

var (
	_ deviation.Atop    = (*detector)(nil)
	_ detect.Adjustable = (*model)(nil)
)

// New returns the detector. Fit fails where cfg makes no sense.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Configured makes the detector with settings, a JSON object whose entries replace those of
// the default configuration.
func Configured(settings []byte) (detect.Detector, error) {
	cfg, err := configure(settings)
	if err != nil {
		return nil, fmt.Errorf("auto: settings: %w", err)
	}
	return New(cfg), nil
}

// Name implements detect.Detector.
func (d *detector) Name() string { return Name }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// Base implements deviation.Atop.
func (d *detector) Base() deviation.Config { return d.cfg.Config }

// Fit implements detect.Detector.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if err := d.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("auto: %w", err)
	}
	b, err := deviation.NewBase(ctx, d.cfg.Config, sound, opt)
	if err != nil {
		return nil, err
	}
	return d.FitBase(ctx, b, opt)
}

// FitBase implements deviation.Atop: companions learn from the sound scans as the base has
// placed them.
func (d *detector) FitBase(ctx context.Context, b *deviation.Base, opt detect.FitOptions) (detect.Model, error) {
	m := newModel(b.Model)
	cfg := d.cfg
	cfg.Companions = []string{}
	if b.Lesson != nil {
		if err := m.join(ctx, b.Lesson, d.cfg.affordable(opt.Logger)); err != nil {
			return nil, err
		}
		for _, v := range m.voices {
			cfg.Companions = append(cfg.Companions, v.name)
		}
	}
	if !slices.Contains(cfg.Companions, simple3d.Name) {
		cfg.Simple3D = nil
	}
	if !slices.Contains(cfg.Companions, imrnet.Name) {
		cfg.IMRNet = nil
	}
	card, err := detect.NewCard(New(cfg), opt, b.Card.Calibration)
	if err != nil {
		return nil, err
	}
	card.Scans, card.Points, card.Decision = b.Card.Scans, b.Card.Points, b.Card.Decision
	m.Card = card
	return m, nil
}

// model is a learnt part. It is its own scoring.Method.
type model struct {
	scoring.Model
	base   *scoring.Model // what deviation has learnt, with its method
	voices []*voice
}

// newModel is a model that no companion has joined.
func newModel(base *scoring.Model) *model {
	m := &model{base: base}
	m.follow(base.Card)
	return m
}

// follow judges as the base does, with a card.
func (m *model) follow(card *detect.Card) {
	m.Model = *m.base
	m.Card, m.Method = card, m
}

// Adjust implements detect.Adjustable: tolerances, zones and datums are the base's to see to.
func (m *model) Adjust(a detect.Adjustment) error {
	base, ok := m.base.Method.(detect.Adjustable)
	if !ok {
		return m.Model.Adjust(a)
	}
	if err := base.Adjust(a); err != nil {
		return err
	}
	card := *m.Card
	card.Calibration, card.Decision = m.base.Card.Calibration, m.base.Card.Decision
	m.follow(&card)
	return nil
}

// Terms implements scoring.Method.
func (m *model) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	t, err := m.base.Method.Terms(ctx, scan)
	if err != nil {
		return nil, err
	}
	if len(m.voices) == 0 {
		return t, nil
	}
	near := scan.View.Near()
	for _, v := range m.voices {
		said, err := v.method.Terms(ctx, scan)
		if err != nil {
			return nil, err
		}
		t.Add(v.name, v.excess(said.Score, v.tolerance, near, scan.Use))
	}
	return t, nil
}

// Put implements scoring.Method.
func (m *model) Put(f *weights.File) {
	m.base.Method.Put(f)
	for _, v := range m.voices {
		v.put(f)
	}
}

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	if card.Detector != Name {
		return nil, fmt.Errorf("the model is of detector %q, not %q", card.Detector, Name)
	}
	cfg := DefaultConfig()
	if err := card.Settings(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of auto: %w", err)
	}
	base, err := deviation.OpenBase(ctx, f, card, cfg.Config, opt)
	if err != nil {
		return nil, err
	}
	m := newModel(base)
	for _, c := range cfg.chosen(cfg.Companions) {
		v, err := openVoice(ctx, f, c, m.Part.Surface.Tree.Len(), card.Seed, opt)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
		m.voices = append(m.voices, v)
	}
	return m, nil
}
