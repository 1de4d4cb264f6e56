package defect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"blemish/seed"
)

// Kind is what sort of defect.
type Kind string

// The kinds, after Anomaly-ShapeNet (Li et al., CVPR 2024).
const (
	Bulge     Kind = "bulge"     // surface pushed outwards
	Concavity Kind = "concavity" // surface pushed inwards; a thin wall gives way with both its sides
	Hole      Kind = "hole"      // material gone in the middle of a surface, through a thin wall or as a pit
	Broken    Kind = "broken"    // a piece chipped off a rim, a corner, a handle
	Bending   Kind = "bending"   // what lies beyond a hinge is turned
	Crack     Kind = "crack"     // a thin jagged slit
	Scratch   Kind = "scratch"   // a shallow groove along a path
)

// Hybrid is several defects of different kinds at distinct places of one object:
// Plan.Parts. It is drawn and applied like a kind, but is not one of Kinds.
const Hybrid Kind = "hybrid"

// Kinds lists all kinds in the order in which they are documented.
func Kinds() []Kind { return []Kind{Bulge, Concavity, Hole, Broken, Bending, Crack, Scratch} }

// Known reports whether k is one of Kinds, or Hybrid.
func Known(k Kind) bool { return k == Hybrid || slices.Contains(Kinds(), k) }

// Severity is how easy a defect is to see.
type Severity string

// Easy defects are large and deep, hard ones small and shallow.
const (
	Easy   Severity = "easy"
	Medium Severity = "medium"
	Hard   Severity = "hard"
)

// ErrUnsuitable is wrapped by Draw where a kind of defect makes no sense on a
// mesh; the message says why.
var ErrUnsuitable = errors.New("unsuitable mesh")

// Plan says what defect and where. It is plain data: Apply with the same target
// and plan gives the same result, and a plan survives a round trip through JSON.
// Lengths and places are in the unit and frame of the target's mesh (without its
// Origin); directions have unit length. A kind leaves alone what it does not use.
type Plan struct {
	Kind     Kind       `json:"kind"`
	Severity Severity   `json:"severity"`
	Center   [3]float64 `json:"center"`            // on the sound surface; bending: on the part that turns
	Normal   [3]float64 `json:"normal"`            // out of the material there; bending: from the hinge to the tip
	Along    [3]float64 `json:"along"`             // the long way of the outline, at a right angle to Normal; bending: the hinge
	Pivot    [3]float64 `json:"pivot"`             // bending: a point of the hinge
	Radius   float64    `json:"radius"`            // half the length of the outline, or of the path; bending: from the hinge to the tip
	Aspect   float64    `json:"aspect"`            // width of the outline over its length
	Depth    float64    `json:"depth"`             // largest displacement, or how far a cut reaches under the surface; bending: length of the ramp
	Above    float64    `json:"above,omitempty"`   // how far a cut reaches above the surface; scratch through a thin wall: the wall
	Width    float64    `json:"width,omitempty"`   // of the gap of a crack; bending: half the width of the tongue, 0 for all
	Lift     float64    `json:"lift,omitempty"`    // how far the lips of a crack stand apart in height
	Angle    float64    `json:"angle,omitempty"`   // of bending, in radians
	Rough    float64    `json:"rough"`             // 0 smooth … 1 wild
	Through  bool       `json:"through,omitempty"` // both sides of a thin wall take part
	Band     float64    `json:"band,omitempty"`    // surface nearer than this to removed material is labelled too
	Noise    uint32     `json:"noise"`             // which noise
	Parts    []Plan     `json:"parts,omitempty"`   // of Hybrid: its defects; nothing else is used then
}

// maker is how a kind is drawn and what it does. A draw proposes plans at places of the
// target until one fits; it returns the reason of the last failure. What it has to make
// to know whether a plan fits, the edit, comes with the plan; else that is nil.
type maker struct {
	draw func(t *Target, s scale, r *seed.Rand) (Plan, *edit, error)
	edit func(t *Target, p Plan) (*edit, error)
}

var makers = map[Kind]maker{
	Bulge:     {drawBulge, editDisplacement},
	Concavity: {drawConcavity, editDisplacement},
	Hole:      {drawHole, editHole},
	Broken:    {drawBroken, editBroken},
	Bending:   {drawBending, editBending},
	Crack:     {drawCrack, editCrack},
	Scratch:   {drawScratch, editScratch},
}

// scale is what a severity means, as shares: of the target's diagonal for lengths,
// of its surface for areas.
type scale struct {
	depth [2]float64 // displacement
	share [2]float64 // anomalous area
	width [2]float64 // gap of a crack
}

// The depths follow what published sets show beside the spacing of 8,000 to
// 30,000 points, 0.6 to 1.5 % of the diagonal: an easy defect stands out by several
// spacings, a hard one by one. The shares span the 1 to 10 % of Anomaly-ShapeNet.
var scales = map[Severity]scale{
	Easy:   {depth: [2]float64{0.03, 0.08}, share: [2]float64{0.035, 0.075}, width: [2]float64{0.009, 0.013}},
	Medium: {depth: [2]float64{0.02, 0.05}, share: [2]float64{0.02, 0.05}, width: [2]float64{0.007, 0.011}},
	Hard:   {depth: [2]float64{0.008, 0.02}, share: [2]float64{0.016, 0.028}, width: [2]float64{0.005, 0.008}},
}

// Anomalous share of the surface that plans aim at; what is drawn is an estimate, so
// that one cloud in fifty lies a little outside.
const (
	leastShare = 0.01
	mostShare  = 0.10
)

// Draw chooses what and where, trying places until one fits: flat and open ones
// for bulge, concavity, hole, crack and scratch; rims, corners and extremities for broken
// and bending. The error wraps ErrUnsuitable where the mesh has no such place.
func Draw(t *Target, kind Kind, severity Severity, r *seed.Rand) (Plan, error) {
	p, _, err := t.draw(kind, severity, r)
	return p, err
}

// Carve is Draw and Apply in one, in less time: for some kinds, most of all Hybrid,
// drawing a plan takes making it.
func Carve(ctx context.Context, t *Target, kind Kind, severity Severity, r *seed.Rand) (Plan, *Carved, error) {
	p, edits, err := t.draw(kind, severity, r)
	if err != nil {
		return Plan{}, nil, err
	}
	if edits == nil {
		c, err := Apply(ctx, t, p)
		return p, c, err
	}
	if err := ctx.Err(); err != nil {
		return Plan{}, nil, err
	}
	c, err := t.assemble(edits...).left()
	return p, c, err
}

// draw is Draw; the edits, where not nil, are those of the plan.
func (t *Target) draw(kind Kind, severity Severity, r *seed.Rand) (p Plan, edits []*edit, err error) {
	if !Known(kind) {
		return Plan{}, nil, fmt.Errorf("kind of defect %q is not known; there are %v and %s", kind, Kinds(), Hybrid)
	}
	s, ok := scales[severity]
	if !ok {
		return Plan{}, nil, fmt.Errorf("severity %q is not known; there are easy, medium and hard", severity)
	}
	if kind == Hybrid {
		p, edits, err = drawHybrid(t, s, r)
	} else {
		var e *edit
		if p, e, err = makers[kind].draw(t, s, r); e != nil {
			edits = []*edit{e}
		}
	}
	if err != nil {
		return Plan{}, nil, fmt.Errorf("%w for %s: %w", ErrUnsuitable, kind, err)
	}
	p.Kind, p.Severity = kind, severity
	for i := range p.Parts {
		p.Parts[i].Severity = severity
	}
	return p, edits, nil
}

// Apply makes the defect. It is a pure function of the target and the plan. A plan that
// cannot be so (see Plan.Validate), or not on this target, is an error.
func Apply(ctx context.Context, t *Target, p Plan) (*Carved, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	if p.Kind == Hybrid {
		return t.applyParts(p)
	}
	e, err := t.make(&p)
	if err != nil {
		return nil, err
	}
	return t.assemble(e).left()
}
