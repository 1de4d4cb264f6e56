package deviation

import (
	"fmt"
	"math"

	"blemish/detect"
	"blemish/detect/scoring"
)

// Verdicts that do not rest on what was learnt: by a tolerance that was given, or, against a
// CAD model alone, by the scan's own noise.

const (
	// sure is how many standard deviations of a reading widen what is allowed: noise alone
	// exceeds them in three readings of a thousand, and never in a whole region.
	sure = 3
	// rounding is the least that is allowed, as a share of the part's size: what remains of
	// a pose's error and of coordinates in float32.
	rounding = 2e-5
	// steady is over how many points a reading is averaged, at least, where there is noise.
	steady = 8
	// border is from which share of what is allowed on points belong to a region around.
	border = 0.75
	// rarer is by how much voids are held rarer where a tolerance decides: chance makes one in
	// a thousand scans.
	rarer = 1.5
)

// given is what decides in place of learnt tolerances.
type given struct {
	over, under float64 // 0, 0: noise alone
	size        float64 // of the part
	cad, learnt bool    // the reference is a mesh; what sound scans are off is taken away
	scales      []int
}

// decide makes given where the settings or the lack of sound scans ask for it.
func (m *model) decide() {
	cad := m.Frame.Mesh != nil
	if m.cfg.given() || cad && m.Frame.Scans() == 0 {
		m.given = &given{m.cfg.ToleranceOver, m.cfg.ToleranceUnder, m.Part.Size, cad, m.Frame.Scans() > 0, m.cfg.Scales}
		m.Smooth, m.AnySize, m.Regions.Low = 0, true, border
		if m.cfg.given() {
			m.Regions.Least, m.Rarer = scoring.SmallRegion, rarer
		}
	}
}

// toTolerance is the calibration of scores whose 1 is what is allowed.
func toTolerance(held int) detect.Calibration {
	return detect.Calibration{Point: 1, Object: 1, Threshold: 1, Held: held}
}

// first is the finest scale that counts: the others are for noise to average out.
func (g *given) first() int {
	for k, scale := range g.scales {
		if scale >= steady {
			return k
		}
	}
	return len(g.scales) - 1
}

// widening is by how much noise widens what is allowed of a reading that strays by sigma.
func (g *given) widening(sigma float64) float64 { return max(sure*sigma, rounding*g.size) }

// terms fills in the score of a scan: of each point the largest share of what is allowed
// that its readings use up, 1 where one is just allowed.
func (g *given) terms(t *scoring.Terms, r *reading, tol *scoring.Tolerance, near []int32) {
	for k, scale := range g.scales {
		share := make([]float32, len(t.Score))
		for i := range share {
			if !r.Use[i] {
				continue
			}
			off := float64(r.mean[k][i]) - float64(tol.Bias[k][near[i]])
			share[i] = shareOf(off, g.over, g.under, g.widening(r.wander.sigma[k][r.wander.band[i]]))
			if k >= g.first() {
				t.Score[i] = max(t.Score[i], share[i])
			}
		}
		t.Add(termScale(scale), share)
	}
}

// shareOf is the share of what is allowed that a reading uses up.
func shareOf(off, over, under, widening float64) float32 {
	allowed := over
	if off < 0 {
		allowed = under
	}
	return float32(math.Abs(off) / (allowed + widening))
}

// note says for one scan what decided.
func (g *given) note(w *wander) string {
	sigma := w.sigma[g.first()]
	widening := g.widening(sigma[inner])
	note := fmt.Sprintf("%s, widened by %.3g for this scan's noise", g.decision(), widening)
	if g.over == 0 && g.under == 0 {
		note = fmt.Sprintf("%s: more than %.3g, averaged over %d points", g.decision(), widening, g.scales[g.first()])
	}
	if rim := g.widening(sigma[0]); rim > 1.5*widening {
		note += fmt.Sprintf(", %.3g at the rims of what it shows", rim)
	}
	return note
}

// decision says what decides.
func (g *given) decision() string {
	if g == nil {
		return ""
	}
	of := "the sound scans' surface"
	switch {
	case g.cad && g.learnt:
		of = "the CAD model, less what sound scans are off it"
	case g.cad:
		of = "the CAD model"
	}
	switch {
	case g.over == 0 && g.under == 0:
		return "no tolerance was given: all that is off " + of + " by more than the scan's own noise counts, be it a bore, a radius or a coat of paint"
	case g.over == g.under:
		return fmt.Sprintf("tolerance ±%g about %s", g.over, of)
	}
	return fmt.Sprintf("tolerance +%g −%g about %s", g.over, g.under, of)
}
