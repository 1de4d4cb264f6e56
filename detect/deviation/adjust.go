package deviation

import (
	"context"

	"blemish/detect"
	"blemish/detect/scoring"
)

// Tolerances that are given when scans are judged: for the whole part, and for zones of it.

// Adjust implements detect.Adjustable.
func (m *model) Adjust(a detect.Adjustment) error {
	if a.Over > 0 || a.Under > 0 {
		m.cfg.ToleranceOver, m.cfg.ToleranceUnder = a.Over, a.Under
		m.Card.Calibration = toTolerance(m.Card.Calibration.Held)
		m.decide()
		m.Card.Decision = m.given.decision()
	}
	return m.TakeAdjustment(a)
}

// ownTolerances fills in what points score in zones with a tolerance of their own: at the
// object threshold is what is just allowed.
func (m *model) ownTolerances(ctx context.Context, t *scoring.Terms, r *reading, near []int32) error {
	some := false
	for i, rule := range r.Rules {
		some = some || rule.Own() && r.Use[i]
	}
	if !some {
		return nil
	}
	if err := m.measureWander(ctx, r); err != nil {
		return err
	}
	g := m.given
	if g == nil {
		g = &given{size: m.Part.Size, scales: m.cfg.Scales}
	}
	limit := float32(m.Card.Calibration.Threshold * m.Card.Calibration.Object)
	t.Own = make([]float32, len(t.Score))
	for k := g.first(); k < len(g.scales); k++ {
		for i, rule := range r.Rules {
			if rule.Own() && r.Use[i] {
				off := float64(r.mean[k][i]) - float64(m.tol.Bias[k][near[i]])
				t.Own[i] = max(t.Own[i], limit*shareOf(off, rule.Over, rule.Under, g.widening(r.wander.sigma[k][r.wander.band[i]])))
			}
		}
	}
	return nil
}
