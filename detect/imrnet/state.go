package imrnet

import (
	"context"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/spatial"
	"blemish/weights"
)

// The model file: everything that is needed to score again.

// Put implements scoring.Method. The network's tensors have Point-MAE's own names.
func (m *model) Put(f *weights.File) {
	m.net.Save(f, "")
	f.Add("imrnet.radius", []float32{float32(m.Scale)}, 1)
	if m.template != nil {
		n := len(m.template.centres)
		f.Add("imrnet.template.centres", flat(m.template.centres), n, 3)
		f.Add("imrnet.template.features", m.template.features, n, len(m.template.features)/n)
		limit := make([]float32, len(m.template.limit))
		for i, l := range m.template.limit {
			limit[i] = float32(l)
		}
		f.Add("imrnet.template.limit", limit, len(limit))
	}
	points := m.bank.tree.Points()
	f.Add("imrnet.bank.points", flat(points), len(points), 3)
	owner := make([]float32, len(points))
	for i, o := range m.bank.owner {
		owner[i] = float32(o)
	}
	f.Add("imrnet.bank.owner", owner, len(points))
	for k, name := range m.bank.names {
		f.Add("imrnet.bank."+name, m.bank.values[k], len(points))
	}
	if m.bank.level != nil {
		level := make([]float32, len(m.bank.level))
		for k, l := range m.bank.level {
			level[k] = float32(l)
		}
		f.Add("imrnet.bank.level", level, len(level))
	}
}

func flat(points []geom.Vec3) []float32 {
	out := make([]float32, 0, 3*len(points))
	for _, p := range points {
		out = append(out, p.X, p.Y, p.Z)
	}
	return out
}

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	cfg := DefaultConfig()
	if err := card.Settings(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := newModel(cfg, card.Seed, opt.Workers)
	m.Card = card
	if err := m.open(ctx, f); err != nil {
		return nil, err
	}
	if m.cfg.Register {
		if m.Frame, err = scoring.OpenFrame(ctx, f, m.frameOptions()); err != nil {
			return nil, err
		}
	}
	if m.cfg.Coverage {
		if m.Part, err = scene.NewPart(ctx, m.Workers, m.bank.tree.Points(), m.bank.owner, coverageSites); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// open reads what Put wrote.
func (m *model) open(ctx context.Context, f *weights.File) (err error) {
	if m.net, err = pointmae.Load(m.cfg.Network(), f, ""); err != nil {
		return err
	}
	if m.Scale, err = openRadius(f); err != nil {
		return err
	}
	if m.cfg.Template {
		if m.template, err = openTemplate(f, tapped(m.cfg)*m.cfg.Width, templateLayers(m.cfg)); err != nil {
			return err
		}
	}
	if m.bank, err = openBank(f, m.termNames(), m.cfg.Fusion); err != nil {
		return err
	}
	return m.makeReferences(ctx, m.bank.clouds())
}

// openRadius reads the radius of the sound scans' bounding sphere.
func openRadius(f *weights.File) (float64, error) {
	radius, err := f.Get("imrnet.radius", 1)
	if err != nil {
		return 0, err
	}
	if !(radius[0] > 0) {
		return 0, fmt.Errorf("tensor %q is %v; it must be above 0", "imrnet.radius", radius[0])
	}
	return float64(radius[0]), nil
}

// termNames are the terms that the configuration produces, in the order of read.
func (m *model) termNames() []string {
	names := []string{termPoint, termFeature}
	if m.cfg.Coverage {
		names = append(names, termCoverage)
	}
	return names
}

// openTemplate reads the template, width features a token in so many layers.
func openTemplate(f *weights.File, width, layers int) (*template, error) {
	centres, err := detect.Places(f, "imrnet.template.centres")
	if err != nil {
		return nil, err
	}
	features, err := f.Get("imrnet.template.features", len(centres), width)
	if err != nil {
		return nil, err
	}
	limit, err := f.Get("imrnet.template.limit", layers)
	if err != nil {
		return nil, err
	}
	t := &template{centres: centres, features: features, layers: layers}
	for _, l := range limit {
		t.limit = append(t.limit, float64(l))
	}
	return t, nil
}

func openBank(f *weights.File, names []string, fusion string) (*bank, error) {
	points, err := detect.Places(f, "imrnet.bank.points")
	if err != nil {
		return nil, err
	}
	owner, err := f.Get("imrnet.bank.owner", len(points))
	if err != nil {
		return nil, err
	}
	b := &bank{tree: spatial.NewTree(points), names: names, owner: make([]int32, len(points))}
	for i, o := range owner {
		if !(o >= 0 && o < 1e6) || float64(o) != math.Floor(float64(o)) {
			return nil, fmt.Errorf("tensor %q: entry %d is %v, not a scan's number", "imrnet.bank.owner", i, o)
		}
		b.owner[i] = int32(o)
	}
	for _, name := range names {
		values, err := f.Get("imrnet.bank."+name, len(points))
		if err != nil {
			return nil, err
		}
		b.values = append(b.values, values)
	}
	b.summarise()
	if fusion == "calibrated" {
		b.level, err = openLevels(f, len(names))
	}
	return b, err
}

func openLevels(f *weights.File, terms int) ([]float64, error) {
	stored, err := f.Get("imrnet.bank.level", terms)
	if err != nil {
		return nil, err
	}
	level := make([]float64, terms)
	for k, l := range stored {
		if !(l >= 1) || math.IsInf(float64(l), 1) {
			return nil, fmt.Errorf("tensor %q: entry %d is %v, not a level of 1 or more", "imrnet.bank.level", k, l)
		}
		level[k] = float64(l)
	}
	return level, nil
}
