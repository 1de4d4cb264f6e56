package defect

import (
	"errors"

	"blemish/seed"
)

// drawBulge: the surface swells. Only the side in question moves, as if material
// had been added; there must be room above.
func drawBulge(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	return t.drawDisplaced(Bulge, s, r, func(p *Plan, at *place) error {
		if at.open < 1.2*p.Depth {
			if at.open < 1.2*s.depth[0]*t.diagonal {
				return errors.New("there is no room above the surface")
			}
			p.Depth = at.open / 1.2
		}
		return nil
	})
}
