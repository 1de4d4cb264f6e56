package defect

import (
	"context"
	"errors"
	"fmt"

	"blemish/seed"
)

// ErrUnsuitable is wrapped by Draw where a kind of defect makes no sense on a
// mesh; the message says why.
var ErrUnsuitable = errors.New("unsuitable mesh")

// Plan says what defect and where. It is plain data: Apply with the same target
// and plan gives the same result, and a plan survives a round trip through JSON.
// Lengths and places are in the unit and frame of the target's mesh (without its
// Origin); directions have unit length.
type Plan struct {
	Kind     Kind
	Severity Severity
	Site
	Form  Form   // what the kind adds, such as a HolePlan; nil for Hybrid
	Parts []Plan // of Hybrid: its defects; Site is not used then
}

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
	c, err := t.assemble(edits...).checkRemainder()
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
		if p, e, err = kind.find().draw(t, s, r); e != nil {
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
	e, err := t.checkedEdit(&p)
	if err != nil {
		return nil, err
	}
	return t.assemble(e).checkRemainder()
}
