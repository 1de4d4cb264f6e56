package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/seed"
)

// editHole takes material away in the middle of a surface: right through a thin
// wall, or as a pit in a thick solid.
func editHole(t *Target, p Plan) (*edit, error) {
	return t.cut(holeBody(p), max(p.Radius*p.Aspect/11, 0.0015*t.diagonal), p.Band, nil), nil
}

func holeBody(p Plan) *blob {
	center, normal, along, across := frameOf(p)
	return &blob{
		center: center, axes: [3]geom.Vec{along, across, normal},
		half:   [4]float64{p.Radius, p.Radius * p.Aspect, p.Above, p.Depth},
		square: p.Through, noise: noise(p.Noise), rough: p.Rough, fine: 0.3, layers: 2, size: p.Radius,
	}
}

// thinWall is the thickest wall, as a share of the diagonal, that a hole goes
// through; thicker material gets a pit.
const thinWall = 0.06

func drawHole(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errNoPlace
	for try := 0; try < attempts; try++ {
		// Thin walls first: there a hole goes through.
		at := t.pick(r, func(p *place) float64 {
			w := openness(p, t.diagonal) * power(p.flat, 8)
			if p.wall < thinWall*t.diagonal && p.behind > 0.02*t.diagonal {
				w *= 3
			}
			return w
		})
		if at == nil {
			break
		}
		p := t.planAt(at, r)
		p.Aspect = r.Uniform(0.6, 1)
		p.Band = t.band()
		want := r.Uniform(s.share[0], s.share[1])
		depth := r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		p.Through = !t.solid || at.wall < thinWall*t.diagonal && at.behind > 0.02*t.diagonal
		if err := t.sizeHole(&p, at, want, depth, try > attempts/2); err != nil {
			last = err
			continue
		}
		e, err := closed(editHole(t, p))
		if err != nil {
			last = err
			continue
		}
		return p, e, nil
	}
	return Plan{}, nil, last
}

// band is the width of the labelled rim round removed material: a scan of 20,000
// points has about two rows of points there.
func (t *Target) band() float64 {
	return min(0.015*t.diagonal, max(0.006*t.diagonal, 1.8*t.spacing))
}

// mostHole is the largest share of the surface that a hole takes away: where only
// a rim is left to be seen, the hole stays small and its share low.
const mostHole = 0.045

// sizeHole finds the radius that gives the wanted share; with shrink, a smaller one
// where there is no room for that.
func (t *Target) sizeHole(p *Plan, at *place, want, depth float64, shrink bool) error {
	p.Radius = math.Sqrt(want * t.area / 4)
	for round := 0; round < 6; round++ {
		p.Radius = min(0.16*t.diagonal, max(0.015*t.diagonal, p.Radius))
		if err := t.holeReach(p, at, depth); err != nil {
			if p.Radius *= 0.75; round == 5 || !shrink {
				return err
			}
			want = 1.4 * leastShare // there is no room for more
			continue
		}
		e := t.quick(holeBody(*p), p.Band, math.Inf(1))
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
		p.Radius *= min(2, max(0.5, math.Sqrt(want/e.share)))
	}
	return errors.New("it is everywhere too narrow for a hole of the least area")
}

// holeReach sets how far the body reaches above and below the surface: enough to
// clear the curved surface over its whole width, not so far as to touch another.
func (t *Target) holeReach(p *Plan, at *place, depth float64) error {
	center, normal, along, across := frameOf(*p)
	above, below := 0.3*p.Radius, 0.0
	lift := min(p.Radius, 0.5*at.open)
	for k := 0; k < 8; k++ {
		s, c := math.Sincos(float64(k) * math.Pi / 4)
		x := center.AddScaled(1.15*p.Radius*c, along).AddScaled(1.15*p.Radius*p.Aspect*s, across).AddScaled(lift, normal)
		hit, ok := t.tree.First(x, normal.Scale(-1), 0, lift+2*p.Radius)
		if !ok {
			return errors.New("it is everywhere too narrow or too sharply bent for a hole of the least area")
		}
		above = max(above, lift-hit.At+0.2*p.Radius)
		below = max(below, hit.At-lift)
	}
	p.Above = above
	if at.open < 1.5*above {
		return errors.New("there is no room above the surface")
	}
	if !p.Through {
		p.Depth = max(depth, 0.5*p.Radius) + below
		if at.wall < 1.5*p.Depth {
			if at.wall < 1.5*(0.5*depth+below) {
				return errors.New("the material is too thin for a pit and too thick for a hole")
			}
			p.Depth = at.wall / 1.5
		}
		return nil
	}
	if at.wall >= thinWall*t.diagonal { // a single sheet
		p.Depth = below + 0.5*p.Radius
		if !math.IsInf(at.wall, 1) {
			p.Depth = min(p.Depth, max(below+0.1*p.Radius, 0.6*at.wall))
		}
		return nil
	}
	p.Depth = (below+at.wall)*1.3 + 0.3*p.Radius
	if room := at.wall + 0.7*at.behind; p.Depth > room {
		if p.Depth = room; room < (below+at.wall)*1.1 {
			return errors.New("there is another wall behind the hole")
		}
	}
	return nil
}
