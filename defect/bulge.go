package defect

import (
	"errors"

	"blemish/seed"
)

// Bulge is surface pushed outwards.
const Bulge Kind = "bulge"

var bulge = newKind[BulgePlan](Bulge, drawBulge)

// BulgePlan is the form of a Bulge.
type BulgePlan struct{ Dent }

func (b BulgePlan) edit(t *Target, s Site) (*edit, error) {
	return t.editDisplacement(displaced{Site: s, Dent: b.Dent})
}

// drawBulge: the surface swells. Only the side in question moves, as if material
// had been added; there must be room above.
func drawBulge(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	d, e, err := t.drawDisplaced(displaced{}, s, r, func(d *displaced, at *place) error {
		if at.open < 1.2*d.Depth {
			if at.open < 1.2*s.depth[0]*t.diagonal {
				return errors.New("there is no room above the surface")
			}
			d.Depth = at.open / 1.2
		}
		return nil
	})
	return Plan{Site: d.Site, Form: BulgePlan{d.Dent}}, e, err
}
