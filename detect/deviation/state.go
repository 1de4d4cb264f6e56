package deviation

import (
	"context"
	"fmt"
	"io"
	"slices"

	"blemish/detect"
	"blemish/weights"
)

// Model files. Tensors: the frame's, "tolerance.bias" and "tolerance.spread"
// (scales, points), "limit" (scales): the excess that counts as 1; "void" (sites): the
// largest void that is nothing special; "void.usual" (kinds of voids): the same
// anywhere on the part; "noise" (1): that of sound scans' points.

// Save implements detect.Model.
func (m *model) Save(w io.Writer) error {
	f, err := m.state()
	if err != nil {
		return err
	}
	return weights.Encode(w, f)
}

// state is the content of the model file.
func (m *model) state() (*weights.File, error) {
	f := &weights.File{}
	m.frame.Save(f)
	n, scales := m.part.Surface.Tree.Len(), len(m.cfg.Scales)
	bias, spread := make([]float32, 0, n*scales), make([]float32, 0, n*scales)
	for k := range m.cfg.Scales {
		bias, spread = append(bias, m.tol.bias[k]...), append(spread, m.tol.spread[k]...)
	}
	f.Add("tolerance.bias", bias, scales, n)
	f.Add("tolerance.spread", spread, scales, n)
	f.Add("limit", m.limit, scales)
	f.Add("void", m.void, len(m.void))
	f.Add("noise", []float32{float32(m.noise)}, 1)
	f.Add("void.usual", slices.Clone(m.usual[:]), len(m.usual))
	return f, m.card.Put(f)
}

// Open makes the model of a file that Save wrote.
func Open(ctx context.Context, f *weights.File, opt detect.OpenOptions) (detect.Model, error) {
	card, err := detect.ReadCard(f)
	if err != nil {
		return nil, err
	}
	m := &model{card: card, cfg: DefaultConfig(), workers: opt.Workers}
	if want := New(m.cfg).Name(); card.Detector != want {
		return nil, fmt.Errorf("the model is of detector %q, not %q", card.Detector, want)
	}
	if err := card.Settings(&m.cfg); err != nil {
		return nil, err
	}
	if err := m.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of deviation: %w", err)
	}
	if m.frame, err = detect.OpenFrame(ctx, f, m.frameOptions(card.Seed)); err != nil {
		return nil, err
	}
	if err := m.prepare(ctx, card.Seed); err != nil {
		return nil, err
	}
	m.decide()
	n, scales := m.part.Surface.Tree.Len(), len(m.cfg.Scales)
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
	if m.void, err = f.Get("void", len(m.part.Sites)); err != nil {
		return nil, err
	}
	noise, err := f.Get("noise", 1)
	if err != nil {
		return nil, err
	}
	m.noise = float64(noise[0])
	usual, err := f.Get("void.usual", len(m.usual))
	if err != nil {
		return nil, err
	}
	copy(m.usual[:], usual)
	return m, nil
}
