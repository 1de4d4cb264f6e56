package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/seed"
)

// editBroken knocks a piece off a rim, a corner, an edge or a handle: the body
// that goes has a few flat sides with a jagged skin, as brittle material breaks.
func editBroken(t *Target, p Plan) (*edit, error) {
	return t.cut(brokenBody(p), max(p.Radius/13, 0.0015*t.diagonal), p.Band, nil), nil
}

func brokenBody(p Plan) *blob {
	center, normal, along, across := frameOf(p)
	b := &blob{
		center: center.AddScaled(p.Above, normal), axes: [3]geom.Vec{along, across, normal},
		half:  [4]float64{p.Radius, p.Radius * p.Aspect, p.Radius, p.Depth + p.Above},
		noise: noise(p.Noise), rough: 0.9 * p.Rough, fine: 0.3, layers: 3, size: p.Radius,
	}
	// The noise number names the stream of the sides as well, so that a plan stays small.
	b.facets(7, 0.62, seed.Stream(uint64(p.Noise), "fracture"))
	return b
}

// mostBroken is the largest share of the surface that a break takes away.
const mostBroken = 0.07

func drawBroken(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errors.New("it has no rim, corner or handle")
	sharpest := 0.0
	for i := range t.places {
		sharpest = max(sharpest, t.places[i].edge)
	}
	for try := 0; try < attempts; try++ {
		// Rims and corners first; if none will do, handles and the edges of blocks; in the
		// end what comes nearest to a corner, however round it is.
		at := t.pick(r, func(p *place) float64 {
			w := math.Max(0, p.edge-0.27) * 4
			switch {
			case try > attempts*3/4:
				w = power(p.edge/sharpest, 4)
			case try > attempts/3:
				w = math.Max(0, p.edge-0.15) + math.Max(0, p.rod-0.75)
			}
			return w * (0.3 + openness(p, t.diagonal))
		})
		if at == nil {
			continue
		}
		p := t.planAt(at, r)
		out := at.out
		if at.edge < 0.2 {
			out = at.normal
		}
		p.Normal = triple(out)
		p.Along = triple(alongEdge(at.thin, out))
		p.Aspect = r.Uniform(0.7, 1)
		p.Band = t.band()
		if err := t.sizeBroken(&p, r.Uniform(s.share[0], s.share[1])); err != nil {
			last = err
			continue
		}
		e, err := closed(editBroken(t, p))
		if err != nil {
			last = err
			continue
		}
		return p, e, nil
	}
	return Plan{}, nil, last
}

// alongEdge is the direction of a rim: at a right angle to the way out and to the
// way through the wall.
func alongEdge(thin, out geom.Vec) geom.Vec {
	if a := thin.Cross(out).Unit(); a != (geom.Vec{}) {
		return a
	}
	return out.Perpendicular()
}

func (t *Target) sizeBroken(p *Plan, want float64) error {
	p.Radius = math.Sqrt(want * t.area / 3)
	for round := 0; round < 7; round++ {
		p.Radius = min(0.22*t.diagonal, max(0.02*t.diagonal, p.Radius))
		p.Above, p.Depth = 0.2*p.Radius, 0.75*p.Radius
		e := t.quick(brokenBody(*p), p.Band, 1)
		switch {
		case e.lost > mostBroken && round < 6:
			want = min(want, 0.9*e.share*math.Sqrt(mostBroken/e.lost))
		case e.lost > 1.5*mostBroken:
			return errors.New("a break of the least area would take away too much")
		case e.lost < 0.002 && round > 2:
			return errors.New("a break would take away too little to see")
		case fitting(e.share, want, round == 6):
			if e.severed {
				return errSevered
			}
			return nil
		case !(e.share > 0):
			return errNoPlace
		}
		p.Radius *= min(1.7, max(0.6, math.Sqrt(want/e.share)))
	}
	return errors.New("no break of a sensible size has the right area")
}
