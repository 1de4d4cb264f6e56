package deviation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/detect/scoring"
)

// model is a learnt part. It is its own scoring.Method.
type model struct {
	scoring.Model
	cfg   Config
	tol   *scoring.Tolerance
	limit []float32 // for each scale: excess that counts as 1
	given *given    // what decides where it is not what was learnt; nil where it is
}

// newModel is a model that has learnt nothing.
func newModel(cfg Config, workers int) *model {
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
	near := make([]int32, len(scan.View.Feet))
	for i, f := range scan.View.Feet {
		near[i] = f.Near
	}
	t := m.terms(r, m.tol, near, m.Usual.Noise)
	if m.given != nil {
		t.Note = m.given.note(r)
		return t, nil
	}
	t.Detectable, t.SoundDetectable = m.detectable(extraNoise(r, m.Usual.Noise)), m.detectable(0)
	return t, nil
}

// terms turns readings into one score a point: the largest of the scales' excesses. near is
// the place whose tolerance counts, noise that of the sound scans.
func (m *model) terms(r *reading, tol *scoring.Tolerance, near []int32, noise float64) *scoring.Terms {
	n := r.Tree.Len()
	t := &scoring.Terms{Score: make([]float32, n), Signed: make([]float32, n)}
	for i, f := range r.View.Feet {
		t.Signed[i] = float32(f.Signed)
	}
	if m.given != nil {
		m.given.terms(t, r, tol, near)
		return t
	}
	extra := extraNoise(r, noise)
	for k, scale := range m.cfg.Scales {
		excess := make([]float32, n)
		for i := range excess {
			if r.Use[i] {
				excess[i] = tol.Excess(k, r.mean[k][i], near[i], extra/float64(scale)) / m.limit[k]
				t.Score[i] = max(t.Score[i], excess[i])
			}
		}
		t.Add(termScale(scale), excess)
	}
	return t
}

// extraNoise is the variance of a scan's points along the normal beyond that of sound
// scans. A tenth more is no difference.
func extraNoise(r *reading, noise float64) float64 {
	sound := 1.1 * noise
	return max(0, float64(r.View.Noise*r.View.Noise)-float64(sound*sound))
}

// detectable is about the smallest shift of a region that scores 1 where the points have
// extra more variance than those of sound scans.
func (m *model) detectable(extra float64) float64 {
	best := math.Inf(1)
	for k, scale := range m.cfg.Scales {
		spread := float64(middle(m.tol.Spread[k]))
		best = min(best, float64(m.limit[k])*math.Sqrt(float64(spread*spread)+extra/float64(scale)))
	}
	return best
}

// middle is the median.
func middle(v []float32) float32 {
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
