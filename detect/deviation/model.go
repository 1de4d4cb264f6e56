package deviation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/detect/scoring"
	"blemish/internal/stat"
	"blemish/task"
)

// model is a learnt part. It is its own scoring.Method.
type model struct {
	scoring.Model
	cfg   Config
	tol   *scoring.Tolerance
	limit []limits // for each scale: the excess that counts as 1
	usual []sigmas // for each scale: how far readings of sound scans stray
	given *given   // what decides where it is not what was learnt; nil where it is
}

// newModel is a model that has learnt nothing.
func newModel(cfg Config, workers task.Workers) *model {
	m := &model{cfg: cfg}
	m.Workers, m.Settings, m.Method = workers, cfg.settings(), m
	return m
}

// termScale is the name of the term of one scale: "deviation 8".
func termScale(k int) string { return fmt.Sprintf("deviation %d", k) }

// Terms implements scoring.Method.
func (m *model) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	r, err := m.average(ctx, scan)
	if err != nil {
		return nil, err
	}
	near := scan.View.Near()
	t, err := m.terms(ctx, r, m.tol, near)
	if err != nil {
		return nil, err
	}
	if err := m.ownTolerances(ctx, t, r, near); err != nil || m.given != nil {
		return t, err
	}
	t.Detectable, t.SoundDetectable = m.detectable(r)
	return t, nil
}

// terms turns readings into one score a point: the largest of the scales' excesses. near is
// the place whose tolerance counts.
func (m *model) terms(ctx context.Context, r *reading, tol *scoring.Tolerance, near []int32) (*scoring.Terms, error) {
	n := r.Tree.Len()
	t := &scoring.Terms{Score: make([]float32, n), Signed: make([]float32, n)}
	for i, f := range r.View.Feet {
		t.Signed[i] = float32(f.Signed)
	}
	if err := m.measureWander(ctx, r); err != nil {
		return nil, err
	}
	if m.given != nil {
		m.given.terms(t, r, tol, near)
		t.Note = m.given.note(r.wander)
		return t, nil
	}
	for k, scale := range m.cfg.Scales {
		extra := m.extraNoise(r, k)
		excess := make([]float32, n)
		for i := range excess {
			if r.Use[i] {
				band := r.wander.band[i]
				excess[i] = tol.Excess(k, r.mean[k][i], near[i], extra[band]) / m.limit[k][band]
				t.Score[i] = max(t.Score[i], excess[i])
			}
		}
		t.Add(termScale(scale), excess)
	}
	return t, nil
}

// extraNoise is the variance of a scan's readings of a scale beyond that of sound scans, by
// band. A tenth more is no difference.
func (m *model) extraNoise(r *reading, k int) (extra sigmas) {
	shared := float64(r.View.Rounding*r.View.Rounding) / float64(m.cfg.Scales[k])
	for b := range extra {
		scan, sound := r.wander.sigma[k][b], 1.1*m.usual[k][b]
		extra[b] = max(0, float64(scan*scan)-float64(sound*sound)) + shared
	}
	return extra
}

// detectable is about the smallest shift of a region, away from rims, that scores 1 in a
// scan, and in one as noisy as the sound ones.
func (m *model) detectable(r *reading) (scan, sound float64) {
	scan, sound = math.Inf(1), math.Inf(1)
	for k := range m.cfg.Scales {
		limit, spread := float64(m.limit[k][inner]), float64(stat.Median(slices.Clone(m.tol.Spread[k])))
		scan = min(scan, limit*math.Sqrt(float64(spread*spread)+m.extraNoise(r, k)[inner]))
		sound = min(sound, limit*spread)
	}
	return scan, sound
}
