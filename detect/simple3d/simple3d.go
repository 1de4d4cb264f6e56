package simple3d

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/memory"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
	"blemish/weights"
)

// Name is the detector's name.
const Name = "simple3d"

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
	return scoring.Fit(ctx, d, d.cfg.plan(), sound, opt)
}

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	_, cfg, err := memory.Stored(f, func(string) Config { return DefaultConfig() })
	if err != nil {
		return nil, err
	}
	return scoring.Open(ctx, f, Name, cfg.plan(), opt)
}

// Companion is the detector beside another one, whose way scans go. Features of a sound scan
// are made once, however often it is learnt from: which way the surface faces, all that they
// take from the part, is the same whichever scan is held out.
func Companion(c Config) scoring.Companion { return c.planOf(true).Companion(Name) }

func (c Config) plan() *scoring.Plan { return c.planOf(false) }

func (c Config) planOf(keep bool) *scoring.Plan {
	kind := memory.Kind{Name: "fpfh", Dim: c.dim(), Describe: c.describe, Keep: keep}
	if c.Spread > 0 {
		kind.Smooth = func(ctx context.Context, cloud *memory.Cloud, score []float32) ([]float32, error) {
			return cloud.Spread(ctx, score, c.Spread, c.SpreadNeighbors, c.Fill)
		}
	}
	return memory.Plan(c.Config, kind)
}

// describe makes the features of a scan: histograms at several scales, averaged around
// centres.
func (c Config) describe(ctx context.Context, cloud *memory.Cloud) (*memory.Features, error) {
	scales, err := cloud.FPFHScales(ctx, c.NormalNeighbors, c.Neighbors...)
	if err != nil {
		return nil, err
	}
	if c.Repeated {
		// The published code joins each scale to what is there, and then all of that to what
		// was there before: F40, F80, F40, F80, F120.
		scales = append(scales[:len(scales)-1:len(scales)-1], scales...)
	}
	centres, err := cloud.Centres(ctx, c.Centres)
	if err != nil {
		return nil, err
	}
	index, _, err := spatial.NewTree(cloud.Points).KNNBatch(ctx, cloud.Workers, centres, c.Around)
	if err != nil {
		return nil, err
	}
	f := &memory.Features{At: centres, Rows: make([]float32, len(centres)*c.dim())}
	around := len(index) / max(1, len(centres))
	err = task.For(ctx, cloud.Workers, len(centres), 64, func(_, lo, hi int) {
		sum := make([]float64, 33)
		for i := lo; i < hi; i++ {
			for k, rows := range scales {
				clear(sum)
				for _, j := range index[i*around : (i+1)*around] {
					for v, x := range rows[int(j)*33 : int(j)*33+33] {
						sum[v] += float64(x)
					}
				}
				for v, x := range sum {
					f.Rows[i*c.dim()+33*k+v] = float32(x / float64(around))
				}
			}
		}
	})
	return f, err
}
