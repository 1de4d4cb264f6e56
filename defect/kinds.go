package defect

import (
	"encoding/json"

	"blemish/internal/setting"
	"blemish/seed"
)

// Kind is what sort of defect. The kinds are those of Anomaly-ShapeNet, version 2 (Li et
// al., CVPR 2024).
type Kind string

// kinds is the table of kinds, in the order in which they are documented. A new one is a
// file that defines a kindOfDefect, and a word here. Whoever must not change with it
// names the kinds that it takes: presets, hybrids, the demo, pre-training. Data sets that
// name none have all, so a new one stands last.
var kinds = []*kindOfDefect{bulge, concavity, hole, broken, bending, crack, scratch}

// kindOfDefect is how one kind is drawn and read.
type kindOfDefect struct {
	name Kind
	// draw proposes plans at places of the target until one fits; it returns the reason of
	// the last failure. What it has to make to know whether a plan fits, the edit, comes
	// with the plan; else that is nil.
	draw func(t *Target, s scale, r *seed.Rand) (Plan, *edit, error)
	// read makes the kind's form of a plan's JSON.
	read func(text []byte) (Form, error)
	// has reports whether a form is the kind's.
	has func(f Form) bool
}

// newKind is a kind whose plans have forms of type F.
func newKind[F Form](name Kind, draw func(t *Target, s scale, r *seed.Rand) (Plan, *edit, error)) *kindOfDefect {
	return &kindOfDefect{
		name: name, draw: draw,
		read: func(text []byte) (Form, error) {
			var f F
			err := json.Unmarshal(text, &f)
			return f, err
		},
		has: func(f Form) bool { _, ok := f.(F); return ok },
	}
}

// Form is what plans of one kind say beside the Site: BulgePlan, HolePlan and so on.
// Fields that several kinds have in common have the same name in JSON.
type Form interface {
	// numbers are its numbers that are no lengths, and what they may be.
	numbers() []setting.Range
	// lengths are its lengths, and what they may be.
	lengths() []length
	// edit makes the defect. Site and form have been checked.
	edit(t *Target, s Site) (*edit, error)
}

// length is a length of a form and its bounds as shares of the target's diagonal.
type length struct {
	name   string
	value  float64
	bounds [2]float64
}

// Kinds lists all kinds in the order in which they are documented.
func Kinds() []Kind {
	names := make([]Kind, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Known reports whether k is one of Kinds, or Hybrid.
func Known(k Kind) bool { return k == Hybrid || k.find() != nil }

// find is the kind's entry in the table, nil where there is none.
func (k Kind) find() *kindOfDefect {
	for _, of := range kinds {
		if of.name == k {
			return of
		}
	}
	return nil
}
