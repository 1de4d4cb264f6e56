package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// Hole is material gone in the middle of a surface, through a thin wall or as a pit.
const Hole Kind = "hole"

var hole = newKind[HolePlan](Hole, drawHole)

// HolePlan is the form of a Hole: the body that is taken away.
type HolePlan struct {
	Radius  float64 `json:"radius"`            // half the length of the outline
	Aspect  float64 `json:"aspect"`            // width of the outline over its length
	Depth   float64 `json:"depth"`             // how far the body reaches under the surface
	Above   float64 `json:"above,omitempty"`   // how far it reaches above
	Through bool    `json:"through,omitempty"` // to the far side of a thin wall
	Band    float64 `json:"band,omitempty"`    // surface nearer than this to removed material is labelled too
}

func (h HolePlan) numbers() []setting.Range { return []setting.Range{aspectRange(h.Aspect)} }

func (h HolePlan) lengths() []length {
	return []length{
		{"radius", h.Radius, [2]float64{0.01, 0.25}}, {"depth", h.Depth, [2]float64{1e-4, 2}},
		{"above", h.Above, [2]float64{1e-4, 1}}, {"band", h.Band, rimWidth},
	}
}

// edit takes material away in the middle of a surface: right through a thin
// wall, or as a pit in a thick solid.
func (h HolePlan) edit(t *Target, s Site) (*edit, error) {
	return t.cut(h.body(s), max(h.Radius*h.Aspect/11, 0.0015*t.diagonal), h.Band, nil), nil
}

func (h HolePlan) body(s Site) *blob {
	center, normal, along, across := s.frame()
	return &blob{
		center: center, axes: [3]geom.Vec{along, across, normal},
		half:   [4]float64{h.Radius, h.Radius * h.Aspect, h.Above, h.Depth},
		square: h.Through, noise: noise(s.Noise), rough: s.Rough, fine: 0.3, layers: 2, size: h.Radius,
	}
}

func drawHole(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errNoPlace
	for try := 0; try < attempts; try++ {
		// Thin walls first: there a hole goes through.
		at := t.choosePlace(r, func(p *place) float64 {
			w := openness(p, t.diagonal) * power(p.flat, 8)
			if p.wall < thinWall*t.diagonal && p.behind > 0.02*t.diagonal {
				w *= 3
			}
			return w
		})
		if at == nil {
			break
		}
		site := siteAt(at, r)
		h := HolePlan{Aspect: r.Uniform(0.6, 1), Band: t.band()}
		want := r.Uniform(s.share[0], s.share[1])
		depth := r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		h.Through = !t.solid || at.wall < thinWall*t.diagonal && at.behind > 0.02*t.diagonal
		if err := t.sizeHole(site, &h, at, want, depth, try > attempts/2); err != nil {
			last = err
			continue
		}
		e, err := closed(h.edit(t, site))
		if err != nil {
			last = err
			continue
		}
		return Plan{Site: site, Form: h}, e, nil
	}
	return Plan{}, nil, last
}

// mostHole is the largest share of the surface that a hole takes away: where only
// a rim is left to be seen, the hole stays small and its share low.
const mostHole = 0.045

// sizeHole finds the radius that gives the wanted share; with shrink, a smaller one
// where there is no room for that.
func (t *Target) sizeHole(s Site, h *HolePlan, at *place, want, depth float64, shrink bool) error {
	h.Radius = math.Sqrt(want * t.area / 4)
	for round := 0; round < 6; round++ {
		h.Radius = min(0.16*t.diagonal, max(0.015*t.diagonal, h.Radius))
		if err := t.holeReach(s, h, at, depth); err != nil {
			if h.Radius *= 0.75; round == 5 || !shrink {
				return err
			}
			want = 1.4 * leastShare // there is no room for more
			continue
		}
		e := t.estimateCut(h.body(s), h.Band, math.Inf(1))
		switch {
		case e.lost > mostHole && round < 5:
			want = min(want, 0.9*e.share*math.Sqrt(mostHole/e.lost))
		case e.lost > 1.5*mostHole:
			return errors.New("a hole of the least area would take away too much")
		case fitting(e.share, want, round == 5):
			if e.severed {
				return errSevered
			}
			return nil
		case !(e.share > 0):
			return errNoPlace
		}
		h.Radius *= min(2, max(0.5, math.Sqrt(want/e.share)))
	}
	return errors.New("it is everywhere too narrow for a hole of the least area")
}

// holeReach sets how far the body reaches above and below the surface: enough to
// clear the curved surface over its whole width, not so far as to touch another.
func (t *Target) holeReach(s Site, h *HolePlan, at *place, depth float64) error {
	center, normal, along, across := s.frame()
	above, below := 0.3*h.Radius, 0.0
	lift := min(h.Radius, 0.5*at.open)
	for k := 0; k < 8; k++ {
		s, c := math.Sincos(float64(k) * math.Pi / 4)
		x := center.AddScaled(1.15*h.Radius*c, along).AddScaled(1.15*h.Radius*h.Aspect*s, across).AddScaled(lift, normal)
		hit, ok := t.tree.First(x, normal.Scale(-1), 0, lift+2*h.Radius)
		if !ok {
			return errors.New("it is everywhere too narrow or too sharply bent for a hole of the least area")
		}
		above = max(above, lift-hit.At+0.2*h.Radius)
		below = max(below, hit.At-lift)
	}
	h.Above = above
	if at.open < 1.5*above {
		return errors.New("there is no room above the surface")
	}
	if !h.Through {
		h.Depth = max(depth, 0.5*h.Radius) + below
		if at.wall < 1.5*h.Depth {
			if at.wall < 1.5*(0.5*depth+below) {
				return errors.New("the material is too thin for a pit and too thick for a hole")
			}
			h.Depth = at.wall / 1.5
		}
		return nil
	}
	if at.wall >= thinWall*t.diagonal { // a single sheet
		h.Depth = below + 0.5*h.Radius
		if !math.IsInf(at.wall, 1) {
			h.Depth = min(h.Depth, max(below+0.1*h.Radius, 0.6*at.wall))
		}
		return nil
	}
	h.Depth = (below+at.wall)*1.3 + 0.3*h.Radius
	if room := at.wall + 0.7*at.behind; h.Depth > room {
		if h.Depth = room; room < (below+at.wall)*1.1 {
			return errors.New("there is another wall behind the hole")
		}
	}
	return nil
}
