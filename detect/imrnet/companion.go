package imrnet

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/weights"
)

// The network beside another detector, which places the scans and looks for voids.

// beside is the detector beside another one.
type beside struct{ cfg Config }

// Companion is the detector beside another one, whose way scans go.
func Companion(cfg Config) scoring.Companion {
	cfg.Register, cfg.Coverage = true, false // the other one does both
	return beside{cfg}
}

// Name implements scoring.Companion.
func (beside) Name() string { return Name }

// Learn implements scoring.Companion.
func (b beside) Learn(ctx context.Context, l *scoring.Lesson) (scoring.Method, []*scoring.Terms, error) {
	if err := b.cfg.Validate(); err != nil {
		return nil, nil, err
	}
	c := companion{newModel(b.cfg, l.Seed, l.Workers)}
	terms, err := c.learn(ctx, l)
	return c, terms, err
}

// Open implements scoring.Companion.
func (b beside) Open(ctx context.Context, f *weights.File, seed uint64, opt detect.OpenOptions) (scoring.Method, error) {
	c := companion{newModel(b.cfg, seed, opt.Workers)}
	return c, c.open(ctx, f)
}

// companion takes scans from the frame of another detector to network coordinates.
type companion struct{ *model }

// learn trains the network, and reads each scan without what it taught.
func (c companion) learn(ctx context.Context, l *scoring.Lesson) ([]*scoring.Terms, error) {
	clouds := l.Scans()
	for i, points := range clouds {
		clouds[i] = append([]geom.Vec3{}, points...)
	}
	if err := c.cfg.enough(clouds, func(i int) string { return fmt.Sprintf("sound scan %d", i+1) }); err != nil {
		return nil, err
	}
	if err := c.shrink(clouds); err != nil {
		return nil, err
	}
	if err := c.train(ctx, clouds, detect.FitOptions{Class: l.Class, Progress: l.Progress}); err != nil {
		return nil, err
	}
	_, readings, err := c.readSound(ctx, clouds)
	if err != nil {
		return nil, err
	}
	var all []float32
	for _, r := range readings {
		all = append(all, r.Score...)
	}
	terms := make([]*scoring.Terms, len(l.Held))
	for k, h := range l.Held {
		terms[k] = &scoring.Terms{Score: make([]float32, len(h.Index))}
		for i, at := range h.Index {
			terms[k].Score[i] = all[at]
		}
	}
	return terms, nil
}

// Terms implements scoring.Method.
func (c companion) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	points := append([]geom.Vec3{}, scan.Points()...)
	return c.model.Terms(ctx, &scoring.Scan{Tree: spatial.NewTree(c.Scaled(points))})
}
