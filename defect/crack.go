package defect

import (
	"errors"
	"math"

	"blemish/internal/setting"
	"blemish/seed"
)

// Crack is a thin jagged slit.
const Crack Kind = "crack"

var crack = newKind[CrackPlan](Crack, drawCrack)

// CrackPlan is the form of a Crack.
type CrackPlan struct {
	HalfLength float64 `json:"radius"`            // of the slit
	Depth      float64 `json:"depth"`             // how far it reaches under the surface at most; through a wall: more than the wall
	Above      float64 `json:"above,omitempty"`   // how far the cut reaches above the surface
	Gap        float64 `json:"width,omitempty"`   // width of the slit
	Lift       float64 `json:"lift,omitempty"`    // how far its lips stand apart in height
	Through    bool    `json:"through,omitempty"` // to the far side of a thin wall
	Band       float64 `json:"band,omitempty"`    // surface nearer than this to removed material is labelled too
}

func (p CrackPlan) numbers() []setting.Range { return nil }

func (p CrackPlan) lengths() []length {
	return []length{
		{"radius", p.HalfLength, [2]float64{0.01, 1}}, {"depth", p.Depth, [2]float64{0, 1}}, {"above", p.Above, [2]float64{0, 0.5}},
		{"width", p.Gap, [2]float64{0.001, 0.05}}, {"lift", p.Lift, [2]float64{0, 0.1}}, {"band", p.Band, rimWidth},
	}
}

// edit opens a thin jagged slit, through a thin wall or down to a depth that
// runs out towards both ends, and parts its lips: one stands up, the other sinks.
func (p CrackPlan) edit(t *Target, s Site) (*edit, error) {
	body, err := p.body(t, s)
	if err != nil {
		return nil, err
	}
	e := t.cut(body, max(0.3*p.Gap, 0.0012*t.diagonal), p.Band, body.part)
	e.least = leastSeen * t.diagonal
	return e, nil
}

func drawCrack(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errNoPlace
	for try := 0; try < lineAttempts; try++ {
		at := t.choosePlace(r, func(p *place) float64 { return openness(p, t.diagonal) * power(p.flat, 4) })
		if at == nil {
			break
		}
		site := siteAt(at, r)
		p := CrackPlan{Gap: r.Uniform(s.width[0], s.width[1]) * t.diagonal, Band: t.band()}
		p.Lift = r.Uniform(1, 1.6) * p.Gap
		want := r.Uniform(s.share[0], min(s.share[1], 0.045))
		p.Above = min(0.02*t.diagonal, 0.5*at.open)
		p.Through = !t.solid || at.wall < thinWall*t.diagonal
		if at.wall < thinWall*t.diagonal {
			p.Depth = 1.5 * at.wall
		} else {
			p.Depth = min(r.Uniform(s.depth[0], s.depth[1])*t.diagonal, 0.7*at.wall)
			p.Depth = max(p.Depth, 0.012*t.diagonal)
		}
		if err := t.sizeCrack(site, &p, want); err != nil {
			last = err
			continue
		}
		e, err := closed(p.edit(t, site))
		if err != nil {
			last = err
			continue
		}
		return Plan{Site: site, Form: p}, e, nil
	}
	return Plan{}, nil, last
}

// sizeCrack finds the length that gives the wanted share.
func (t *Target) sizeCrack(s Site, p *CrackPlan, want float64) error {
	// The lifted lips are wider than the band, but narrow down towards the ends.
	band := max(p.Band, 0.7*liftWidths*p.Gap)
	sides := 2*band + 2*p.Depth
	if p.Through {
		sides = 4*band + 2*p.Depth
	}
	p.HalfLength = 0.5 * want * t.area / sides
	for round := 0; round < 5; round++ {
		p.HalfLength = min(0.3*t.diagonal, max(4*p.Gap, p.HalfLength))
		body, err := p.body(t, s)
		if err != nil {
			if p.HalfLength *= 0.8; round < 4 {
				continue
			}
			return err
		}
		e := t.estimateCut(body, band, math.Inf(1))
		switch {
		// A tenth less than estimated: the lips narrow down towards the ends.
		case fitting(0.9*e.share, want, round >= 3):
			if e.severed {
				return errSevered
			}
			return nil
		case !(e.share > 0):
			return errNoPlace
		}
		p.HalfLength *= min(1.6, max(0.6, want/e.share))
	}
	return errors.New("no crack of a sensible length has the right area")
}
