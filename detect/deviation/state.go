package deviation

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/weights"
)

// Model files. Tensors: the frame's, "tolerance.bias" and "tolerance.spread"
// (scales, points), "limit" (scales): the excess that counts as 1; with coverage,
// "coverage.void" (sites): the largest void that is nothing special.

// State implements detect.Model.
func (m *model) State() (*weights.File, error) {
	f := &weights.File{}
	m.frame.Save(f)
	n, scales := len(m.frame.Points), len(m.cfg.Scales)
	bias, spread := make([]float32, 0, n*scales), make([]float32, 0, n*scales)
	for k := range m.cfg.Scales {
		bias, spread = append(bias, m.tol.bias[k]...), append(spread, m.tol.spread[k]...)
	}
	f.Add("tolerance.bias", bias, scales, n)
	f.Add("tolerance.spread", spread, scales, n)
	f.Add("limit", m.limit, scales)
	if m.cfg.Coverage {
		f.Add("coverage.void", m.void, len(m.void))
	}
	return f, m.card.Put(f)
}

// Open makes the model of a file that State wrote.
func Open(f *weights.File) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	m := &model{card: card, cfg: DefaultConfig()}
	if want := New(m.cfg).Name(); card.Detector != want {
		return nil, fmt.Errorf("the model is of detector %q, not %q", card.Detector, want)
	}
	if err := card.Settings(&m.cfg); err != nil {
		return nil, err
	}
	if err := m.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of deviation: %w", err)
	}
	ctx := context.Background()
	if m.frame, err = detect.OpenFrame(ctx, f, m.frameOptions(card.Seed)); err != nil {
		return nil, err
	}
	if err := m.prepare(ctx); err != nil {
		return nil, err
	}
	n, scales := len(m.frame.Points), len(m.cfg.Scales)
	bias, err := f.Get("tolerance.bias", scales, n)
	if err != nil {
		return nil, err
	}
	spread, err := f.Get("tolerance.spread", scales, n)
	if err != nil {
		return nil, err
	}
	m.tol = &tolerance{}
	for k := range m.cfg.Scales {
		m.tol.bias, m.tol.spread = append(m.tol.bias, bias[k*n:(k+1)*n]), append(m.tol.spread, spread[k*n:(k+1)*n])
	}
	if m.limit, err = f.Get("limit", scales); err != nil {
		return nil, err
	}
	for _, v := range m.limit {
		if !(v > 0) {
			return nil, fmt.Errorf("tensor %q holds %g; all must be above 0", "limit", v)
		}
	}
	if m.cfg.Coverage {
		m.void, err = f.Get("coverage.void", len(m.cover.Sites()))
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}
