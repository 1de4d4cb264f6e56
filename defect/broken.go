package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// Broken is a piece chipped off a rim, a corner, a handle.
const Broken Kind = "broken"

var broken = newKind[BrokenPlan](Broken, drawBroken)

// BrokenPlan is the form of a Broken: the body that goes.
type BrokenPlan struct {
	Radius float64 `json:"radius"`          // half its length
	Aspect float64 `json:"aspect"`          // its width over its length
	Depth  float64 `json:"depth"`           // how far it reaches under the surface
	Above  float64 `json:"above,omitempty"` // how far its middle lies above
	Band   float64 `json:"band,omitempty"`  // surface nearer than this to removed material is labelled too
}

func (b BrokenPlan) numbers() []setting.Range { return []setting.Range{aspectRange(b.Aspect)} }

func (b BrokenPlan) lengths() []length {
	return []length{
		{"radius", b.Radius, [2]float64{0.01, 0.35}}, {"depth", b.Depth, [2]float64{1e-4, 0.5}},
		{"above", b.Above, [2]float64{0, 0.5}}, {"band", b.Band, rimWidth},
	}
}

// edit knocks a piece off a rim, a corner, an edge or a handle: the body
// that goes has a few flat sides with a jagged skin, as brittle material breaks.
func (b BrokenPlan) edit(t *Target, s Site) (*edit, error) {
	return t.cut(b.body(s), max(b.Radius/13, 0.0015*t.diagonal), b.Band, nil), nil
}

func (b BrokenPlan) body(s Site) *blob {
	center, normal, along, across := s.frame()
	body := &blob{
		center: center.AddScaled(b.Above, normal), axes: [3]geom.Vec{along, across, normal},
		half:  [4]float64{b.Radius, b.Radius * b.Aspect, b.Radius, b.Depth + b.Above},
		noise: noise(s.Noise), rough: 0.9 * s.Rough, fine: 0.3, layers: 3, size: b.Radius,
	}
	// The noise number names the stream of the sides as well, so that a plan stays small.
	body.facets(7, 0.62, seed.Stream(uint64(s.Noise), "fracture"))
	return body
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
		at := t.choosePlace(r, func(p *place) float64 {
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
		site := siteAt(at, r)
		out := at.out
		if at.edge < 0.2 {
			out = at.normal
		}
		site.Normal = triple(out)
		site.Along = triple(alongEdge(at.thin, out))
		b := BrokenPlan{Aspect: r.Uniform(0.7, 1), Band: t.band()}
		if err := t.sizeBroken(site, &b, r.Uniform(s.share[0], s.share[1])); err != nil {
			last = err
			continue
		}
		e, err := closed(b.edit(t, site))
		if err != nil {
			last = err
			continue
		}
		return Plan{Site: site, Form: b}, e, nil
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

func (t *Target) sizeBroken(s Site, b *BrokenPlan, want float64) error {
	b.Radius = math.Sqrt(want * t.area / 3)
	for round := 0; round < 7; round++ {
		b.Radius = min(0.22*t.diagonal, max(0.02*t.diagonal, b.Radius))
		b.Above, b.Depth = 0.2*b.Radius, 0.75*b.Radius
		e := t.estimateCut(b.body(s), b.Band, 1)
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
		b.Radius *= min(1.7, max(0.6, math.Sqrt(want/e.share)))
	}
	return errors.New("no break of a sensible size has the right area")
}
