package btf

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/memory"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/weights"
)

// detector is any of the three.
type detector struct {
	name string
	cfg  Config
}

// New returns the named detector. Fit fails where cfg makes no sense.
func New(name string, cfg Config) detect.Detector { return &detector{name, cfg} }

// Configured makes what detect/all lists: the named detector of settings, a JSON object, over
// those that its "mode" names.
func Configured(name string) func(settings []byte) (detect.Detector, error) {
	return func(settings []byte) (detect.Detector, error) {
		cfg, err := memory.Configure(name, settings, func() Config { return DefaultConfig(name) }, func() Config { return PublishedConfig(name) })
		if err != nil {
			return nil, err
		}
		return New(name, cfg), nil
	}
}

// Name implements detect.Detector.
func (d *detector) Name() string { return d.name }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// Fit implements detect.Detector.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if err := d.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", d.name, err)
	}
	return scoring.Fit(ctx, d, d.plan(), sound, opt)
}

// Open makes the model of a file that a model of any of the three wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	name, cfg, err := memory.Stored(f, DefaultConfig)
	if err != nil {
		return nil, err
	}
	return scoring.Open(ctx, f, name, (&detector{name, cfg}).plan(), opt)
}

func (d *detector) plan() *scoring.Plan {
	if d.name == Raw {
		return memory.Plan(d.cfg.Config, memory.Coordinates)
	}
	return memory.Plan(d.cfg.Config, memory.Kind{Name: "fpfh", Dim: 33, Describe: d.cfg.histograms})
}

// histograms are those of all points.
func (c Config) histograms(ctx context.Context, cloud *memory.Cloud) (*memory.Features, error) {
	rows, err := cloud.FPFH(ctx, c.Histograms)
	return &memory.Features{At: cloud.Points, Rows: rows}, err
}
