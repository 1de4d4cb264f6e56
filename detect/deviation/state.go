package deviation

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/weights"
)

// Model files. Tensors beside those of every model: "tolerance.bias" and "tolerance.spread"
// (scales, points), "limit" (scales, bands): the excess that counts as 1, "wander" (scales, bands):
// how far readings of sound scans stray near rims and away from them.

// Put implements scoring.Method.
func (m *model) Put(f *weights.File) {
	n, scales := m.Part.Surface.Tree.Len(), len(m.cfg.Scales)
	bias, spread := make([]float32, 0, n*scales), make([]float32, 0, n*scales)
	for k := range m.cfg.Scales {
		bias, spread = append(bias, m.tol.Bias[k]...), append(spread, m.tol.Spread[k]...)
	}
	f.Add("tolerance.bias", bias, scales, n)
	f.Add("tolerance.spread", spread, scales, n)
	var limit []float32
	for _, l := range m.limit {
		limit = append(limit, l[:]...)
	}
	f.Add("limit", limit, scales, len(bands))
	wander := make([]float32, 0, scales*len(bands))
	for _, of := range m.usual {
		for _, sigma := range of {
			wander = append(wander, float32(sigma))
		}
	}
	f.Add("wander", wander, scales, len(bands))
}

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	cfg := DefaultConfig()
	if card.Detector != Name {
		return nil, fmt.Errorf("the model is of detector %q, not %q", card.Detector, Name)
	}
	if err := card.Settings(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of deviation: %w", err)
	}
	return open(ctx, f, card, cfg, opt)
}

// open reads what was learnt with cfg.
func open(ctx context.Context, f *weights.File, card *detect.Card, cfg Config, opt detect.OpenOptions) (m *model, err error) {
	m = newModel(cfg, opt.Workers)
	m.Card = card
	if m.Frame, err = scoring.OpenFrame(ctx, f, m.frameOptions(card.Seed)); err != nil {
		return nil, err
	}
	if err := m.See(ctx, cfg.ReferencePoints, cfg.Sites, card.Seed); err != nil {
		return nil, err
	}
	m.decide()
	n, scales := m.Part.Surface.Tree.Len(), len(m.cfg.Scales)
	bias, err := f.Get("tolerance.bias", scales, n)
	if err != nil {
		return nil, err
	}
	spread, err := f.Get("tolerance.spread", scales, n)
	if err != nil {
		return nil, err
	}
	m.tol = &scoring.Tolerance{}
	for k := range m.cfg.Scales {
		m.tol.Bias, m.tol.Spread = append(m.tol.Bias, bias[k*n:(k+1)*n]), append(m.tol.Spread, spread[k*n:(k+1)*n])
	}
	if m.limit, err = readLimits(f, scales); err != nil {
		return nil, err
	}
	wander, err := f.Get("wander", scales, len(bands))
	if err != nil {
		return nil, err
	}
	m.usual = make([]sigmas, scales)
	for k := range m.usual {
		for b := range m.usual[k] {
			m.usual[k][b] = float64(wander[k*len(bands)+b])
		}
	}
	m.Usual, err = scoring.OpenUsual(f, len(m.Part.Sites))
	return m, err
}

// readLimits reads the limits of each scale. Models of earlier builds have one for all bands.
func readLimits(f *weights.File, scales int) ([]limits, error) {
	out := make([]limits, scales)
	each := len(bands)
	limit, err := f.Get("limit", scales, each)
	if err != nil {
		if one, oneErr := f.Get("limit", scales); oneErr == nil {
			limit, each, err = one, 1, nil
		}
	}
	if err != nil {
		return nil, err
	}
	for k := range out {
		for b := range out[k] {
			v := limit[k*each+min(b, each-1)]
			if !(v > 0) {
				return nil, fmt.Errorf("tensor %q holds %g; all must be above 0", "limit", v)
			}
			out[k][b] = v
		}
	}
	return out, nil
}
