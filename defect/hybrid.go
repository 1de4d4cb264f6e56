package defect

import (
	"errors"
	"fmt"

	"blemish/seed"
)

// Hybrid is several defects of different kinds at distinct places of one object:
// Plan.Parts. It is drawn and applied like a kind, but is not one of Kinds.
const Hybrid Kind = "hybrid"

// hybridKinds are what a hybrid is drawn from. Another kind here changes every hybrid of
// every seed.
var hybridKinds = []Kind{Bulge, Concavity, Hole, Broken, Bending, Crack, Scratch}

// drawHybrid draws two or three defects of different kinds at places that do not
// touch. Each is smaller than a single one, so that all together stay within the
// usual share.
func drawHybrid(t *Target, s scale, r *seed.Rand) (Plan, []*edit, error) {
	count := 2 + r.Intn(2)
	s.share[0] = 1.6 * leastShare
	s.share[1] = min(s.share[1], 0.08/float64(count))
	order := r.Perm(len(hybridKinds))
	var plan Plan
	var edits []*edit
	last := errNoPlace
	used := map[Kind]bool{}
	for _, k := range append(order, order...) { // twice, so that an unlucky kind gets another go
		if len(edits) == count {
			break
		}
		kind := hybridKinds[k]
		if used[kind] {
			continue
		}
		for try := 0; try < 6; try++ {
			p, e, err := kind.find().draw(t, s, r)
			if err != nil {
				last = err
				break
			}
			p.Kind = kind
			if e == nil {
				if e, err = p.Form.edit(t, p.Site); err != nil {
					last = err
					continue
				}
			}
			if t.overlap(edits, e) {
				last = errors.New("two defects of different kinds find no places apart")
				continue
			}
			plan.Parts, edits = append(plan.Parts, p), append(edits, e)
			used[kind] = true
			break
		}
	}
	if len(edits) < 2 {
		return Plan{}, nil, fmt.Errorf("fewer than two kinds fit: %w", last)
	}
	return plan, edits, nil
}

// applyParts makes the defects of a hybrid plan, which must not touch.
func (t *Target) applyParts(p Plan) (*Carved, error) {
	var edits []*edit
	for i, part := range p.Parts {
		e, err := t.checkedEdit(&part)
		if err != nil {
			return nil, fmt.Errorf("part %d of the plan: %w", i, err)
		}
		if t.overlap(edits, e) {
			return nil, fmt.Errorf("part %d of the plan (%s) touches an earlier one", i, part.Kind)
		}
		edits = append(edits, e)
	}
	return t.assemble(edits...).checkRemainder()
}

// overlap reports whether e changes a vertex or face that one of edits changes too,
// or a neighbour of it.
func (t *Target) overlap(edits []*edit, e *edit) bool {
	if len(edits) == 0 {
		return false
	}
	changed := make([]bool, len(t.fine.Vertices))
	for _, other := range edits {
		t.mark(other, changed)
	}
	mine := make([]bool, len(t.fine.Vertices))
	t.mark(e, mine)
	for _, f := range t.fine.Faces {
		if (changed[f[0]] || changed[f[1]] || changed[f[2]]) && (mine[f[0]] || mine[f[1]] || mine[f[2]]) {
			return true
		}
	}
	return false
}

// mark sets the fine vertices that an edit changes.
func (t *Target) mark(e *edit, changed []bool) {
	for f, taken := range e.taken {
		if taken {
			for _, v := range t.fine.Faces[f] {
				changed[v] = true
			}
		}
	}
	for i, g := range e.global {
		if g >= 0 && e.part.Vertices[i] != e.sound[i] {
			changed[g] = true
		}
	}
}
