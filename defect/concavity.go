package defect

import (
	"errors"

	"blemish/seed"
)

// drawConcavity: the surface is pushed in. Where the material is too thin for the
// depth the wall gives way as a whole, both sides alike, if there is room behind.
func drawConcavity(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	return t.drawDisplaced(Concavity, s, r, func(p *Plan, at *place) error {
		least := s.depth[0] * t.diagonal
		switch {
		case at.wall > 1.4*p.Depth:
			return nil
		case at.wall < 0.05*t.diagonal && at.behind > 1.3*p.Depth:
			p.Through = true
			return nil
		case at.wall > 1.4*least:
			p.Depth = at.wall / 1.4
			return nil
		case at.wall < 0.05*t.diagonal && at.behind > 1.3*least:
			p.Through, p.Depth = true, at.behind/1.3
			return nil
		}
		return errors.New("the material is too thin to be pushed in, with no room behind")
	})
}
