package defect

import (
	"testing"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// A kind as a newcomer would add it: this file, and the line in AddToy for the one in
// kinds. A toy is a cone that stands on the surface, turned by a twist of its own.

// Toy is a cone on the surface.
const Toy Kind = "toy"

var toy = newKind[ToyPlan](Toy, drawToy)

// ToyPlan is the form of a Toy.
type ToyPlan struct {
	Radius float64 `json:"radius"` // of the foot
	Depth  float64 `json:"depth"`  // height
	Twist  float64 `json:"twist"`  // a number that no other kind has, in radians
}

func (p ToyPlan) numbers() []setting.Range {
	return []setting.Range{setting.Number("twist", p.Twist, 0, 7)}
}

func (p ToyPlan) lengths() []length {
	return []length{{"radius", p.Radius, [2]float64{0.01, 0.3}}, {"depth", p.Depth, [2]float64{0.001, 0.3}}}
}

func (p ToyPlan) edit(t *Target, s Site) (*edit, error) {
	center, normal, along, _ := s.frame()
	turned := geom.RotationAxis(normal, p.Twist).MulVec(along)
	patch := t.cutOut(func(x geom.Vec) bool { return x.Sub(center).Norm() < p.Radius }, 0.1*p.Radius, 5000)
	move := make([]geom.Vec, len(patch.mesh.Vertices))
	for v, x := range patch.mesh.Vertices {
		if up := 1 - x.D().Sub(center).Norm()/p.Radius; up > 0 && patch.near[v] {
			move[v] = normal.AddScaled(0.1, turned).Scale(p.Depth * up)
		}
	}
	return patch.moved(move), nil
}

func drawToy(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	at := t.choosePlace(r, func(p *place) float64 { return power(p.flat, 4) })
	if at == nil {
		return Plan{}, nil, errNoPlace
	}
	site := siteAt(at, r)
	p := ToyPlan{Radius: 0.1 * t.diagonal, Depth: r.Uniform(s.depth[0], s.depth[1]) * t.diagonal, Twist: r.Uniform(0, 6)}
	return Plan{Site: site, Form: p}, nil, nil
}

// AddToy puts the kind into the table, before all others, until the test ends.
func AddToy(t *testing.T) {
	before := kinds
	kinds = append([]*kindOfDefect{toy}, before...)
	t.Cleanup(func() { kinds = before })
}
