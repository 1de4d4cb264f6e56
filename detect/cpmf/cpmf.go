package cpmf

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/memory"
	"blemish/detect/scoring"
	"blemish/feature"
	"blemish/geom"
	"blemish/pointmae/pretrained"
	"blemish/weights"
)

type detector struct{ cfg Config }

// New returns the detector. Fit fails where cfg makes no sense.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Configured makes the detector of settings, a JSON object, over those that its "mode" names.
func Configured(settings []byte) (detect.Detector, error) {
	cfg, err := memory.Configure(Name, settings, DefaultConfig, PublishedConfig)
	if err != nil {
		return nil, err
	}
	return New(cfg), nil
}

// Name implements detect.Detector.
func (d *detector) Name() string { return Name }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// Fit implements detect.Detector.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if err := d.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", Name, err)
	}
	e := &eye{cfg: d.cfg}
	told := &detector{d.cfg} // what the card says names no path
	if d.cfg.Weights != "" {
		f, said, err := pretrained.Read(d.cfg.Weights)
		if err == nil {
			e.net, err = openResnet(f, "")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: weights %s: %w", Name, d.cfg.Weights, err)
		}
		told.cfg.Weights = said
	}
	return scoring.Fit(ctx, told, e.plan(), sound, opt)
}

// prefix stands before the names of the network's tensors in a model file.
const prefix = "resnet."

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	_, cfg, err := memory.Stored(f, func(string) Config { return DefaultConfig() })
	if err != nil {
		return nil, err
	}
	e := &eye{cfg: cfg}
	if e.cfg.Weights != "" {
		if e.net, err = openResnet(f, prefix); err != nil {
			return nil, err
		}
	}
	return scoring.Open(ctx, f, Name, e.plan(), opt)
}

func (e *eye) plan() *scoring.Plan {
	kind := memory.Kind{Name: "cpmf", Dim: feature.FPFHSize + e.dim(), Describe: e.describe}
	if e.cfg.Views == 0 {
		kind.Dim = feature.FPFHSize
	}
	if e.net != nil {
		kind.Put = func(f *weights.File) { e.net.put(f, prefix) }
	}
	return memory.Plan(e.cfg.Config, kind)
}

// describe makes the features of a scan: histograms and what is seen, each of length 1.
func (e *eye) describe(ctx context.Context, c *memory.Cloud) (*memory.Features, error) {
	const own = feature.FPFHSize
	histograms, err := c.FPFH(ctx, e.cfg.Histograms)
	if err != nil {
		return nil, err
	}
	f := &memory.Features{At: c.Points}
	if e.cfg.Views == 0 {
		f.Rows = make([]float32, len(histograms))
		for i := range c.Points {
			unit(f.Rows[i*own:(i+1)*own], histograms[i*own:(i+1)*own], 0)
		}
		return f, nil
	}
	seen, err := e.pictured(ctx, c)
	if err != nil {
		return nil, err
	}
	dim := e.dim()
	f.Rows = make([]float32, len(c.Points)*(own+dim))
	for i := range c.Points {
		row := f.Rows[i*(own+dim) : (i+1)*(own+dim)]
		unit(row[:own], histograms[i*own:(i+1)*own], 0)
		copy(row[own:], seen[i*dim:(i+1)*dim])
	}
	return f, nil
}
