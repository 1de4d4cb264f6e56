package m3dm

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/memory"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/pointmae/pretrained"
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
	file, said, err := pretrained.Read(d.cfg.Weights)
	if err != nil {
		return nil, fmt.Errorf("%s: weights: %w", d.name, err)
	}
	shape, err := pretrained.ShapeOf(file)
	if err != nil {
		return nil, fmt.Errorf("%s: weights %s: %w", d.name, d.cfg.Weights, err)
	}
	net, err := load(d.cfg, shape, file, "")
	if err != nil {
		return nil, fmt.Errorf("%s: weights %s: %w", d.name, d.cfg.Weights, err)
	}
	told := &detector{d.name, d.cfg} // what the card says names no path
	told.cfg.Weights = said
	return scoring.Fit(ctx, told, told.plan(net), sound, opt)
}

// load makes the network of a file.
func load(cfg Config, shape pointmae.Config, f *weights.File, prefix string) (*network, error) {
	net, err := pointmae.Load(shape, f, prefix)
	if err != nil {
		return nil, err
	}
	return newNetwork(cfg, net)
}

func (d *detector) plan(net *network) *scoring.Plan {
	kinds := []memory.Kind{{Name: "pointmae", Dim: net.dim(), Describe: net.describe, Put: net.put, Keep: true}}
	if d.name == Reg3DAD {
		kinds = append(kinds, memory.Coordinates)
	}
	return memory.Plan(d.cfg.Config, kinds...)
}

const (
	// prefix stands before the names of the network's tensors in a model file.
	prefix = "network."
	// headsName is the tensor (1) that tells how many heads the network has.
	headsName = "heads"
)

func (n *network) put(f *weights.File) {
	n.net.Save(f, prefix)
	f.Add(headsName, []float32{float32(n.net.Config().Heads)}, 1)
}

// Open makes the model of a file that a model of any of the three wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	name, cfg, err := memory.Stored(f, DefaultConfig)
	if err != nil {
		return nil, err
	}
	d := &detector{name, cfg}
	heads, err := f.Get(headsName, 1)
	if err != nil {
		return nil, err
	}
	if !(heads[0] >= 1 && heads[0] <= pointmae.MostHeads) || heads[0] != float32(int(heads[0])) {
		return nil, fmt.Errorf("tensor %q is %v; it must be a whole number from 1 to %d", headsName, heads[0], pointmae.MostHeads)
	}
	shape, err := pointmae.ShapeOf(f, prefix)
	if err != nil {
		return nil, err
	}
	shape.Heads = int(heads[0])
	net, err := load(d.cfg, shape, f, prefix)
	if err != nil {
		return nil, err
	}
	return scoring.Open(ctx, f, d.name, d.plan(net), opt)
}
