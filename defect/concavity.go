package defect

import (
	"errors"

	"blemish/seed"
)

// Concavity is surface pushed inwards; a thin wall gives way with both its sides.
const Concavity Kind = "concavity"

var concavity = newKind[ConcavityPlan](Concavity, drawConcavity)

// ConcavityPlan is the form of a Concavity.
type ConcavityPlan struct {
	Dent
	Through bool `json:"through,omitempty"` // both sides of a thin wall give way
}

func (c ConcavityPlan) edit(t *Target, s Site) (*edit, error) {
	return t.editDisplacement(displaced{Site: s, Dent: c.Dent, inward: true, through: c.Through})
}

// drawConcavity: the surface is pushed in. Where the material is too thin for the
// depth the wall gives way as a whole, both sides alike, if there is room behind.
func drawConcavity(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	d, e, err := t.drawDisplaced(displaced{inward: true}, s, r, func(d *displaced, at *place) error {
		least := s.depth[0] * t.diagonal
		switch {
		case at.wall > 1.4*d.Depth:
			return nil
		case at.wall < 0.05*t.diagonal && at.behind > 1.3*d.Depth:
			d.through = true
			return nil
		case at.wall > 1.4*least:
			d.Depth = at.wall / 1.4
			return nil
		case at.wall < 0.05*t.diagonal && at.behind > 1.3*least:
			d.through, d.Depth = true, at.behind/1.3
			return nil
		}
		return errors.New("the material is too thin to be pushed in, with no room behind")
	})
	return Plan{Site: d.Site, Form: ConcavityPlan{d.Dent, d.through}}, e, err
}
