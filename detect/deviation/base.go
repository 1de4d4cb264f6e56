package deviation

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/weights"
)

// This detector as the base of one that joins others to it.

// Base is what was learnt, and what others can learn from.
type Base struct {
	*scoring.Model // as this detector's own Fit makes it
	// Lesson has the sound scans; nil where the verdict is not learnt: with a CAD model or a
	// given tolerance.
	Lesson *scoring.Lesson
}

// Atop is a detector that joins others to this one.
type Atop interface {
	detect.Detector
	Base() Config
	// FitBase goes on from what this one has learnt.
	FitBase(ctx context.Context, b *Base, opt detect.FitOptions) (detect.Model, error)
}

// NewBase learns from sound scans with cfg.
func NewBase(ctx context.Context, cfg Config, sound []*geom.Cloud, opt detect.FitOptions) (*Base, error) {
	l, err := learn(ctx, cfg, sound, opt)
	if err != nil {
		return nil, err
	}
	return l.base(opt)
}

// base is the lesson for others.
func (l *lesson) base(opt detect.FitOptions) (*Base, error) {
	m := l.model
	if err := m.describe(opt, l.calibration, l.points); err != nil {
		return nil, err
	}
	b := &Base{Model: &m.Model}
	if m.given != nil || m.Frame.Mesh != nil {
		return b, nil
	}
	b.Lesson = &scoring.Lesson{
		Points: m.Frame.Points, Owner: m.Frame.Owner, Out: l.owner, Part: m.Part,
		Class: opt.Class, Seed: opt.Seed, Workers: m.Workers, Progress: opt.Progress,
	}
	for _, h := range l.parts {
		b.Lesson.Held = append(b.Lesson.Held, h.Held)
	}
	return b, nil
}

// OpenBase reads what a model of Base wrote, with the settings that it was learnt with.
func OpenBase(ctx context.Context, f *weights.File, card *detect.Card, cfg Config, opt detect.OpenOptions) (*scoring.Model, error) {
	m, err := open(ctx, f, card, cfg, opt)
	if err != nil {
		return nil, fmt.Errorf("deviation: %w", err)
	}
	return &m.Model, nil
}
