package register

import "testing"

func TestWhichPosesMayBeUsed(t *testing.T) {
	good := Result{Overlap: 0.9, Explained: 0.95, Covered: 0.8}
	with := func(change func(*Result)) *Result {
		r := good
		change(&r)
		return &r
	}
	for name, c := range map[string]struct {
		r      *Result
		usable bool
	}{
		"good":              {&good, true},
		"mirrored":          {with(func(r *Result) { r.Mirrored = true }), false},
		"another part":      {with(func(r *Result) { r.Overlap, r.Explained = 0.5, 0.6 }), false},
		"on a table":        {with(func(r *Result) { r.Overlap = 0.4 }), true},
		"a bit of the part": {with(func(r *Result) { r.Overlap, r.Covered = 0.4, 0.2 }), false},
		"many places":       {with(func(r *Result) { r.Overlap, r.Symmetry = 0.4, discrete }), false},
		"a splinter":        {with(func(r *Result) { r.Covered = 0.01 }), false},
		"ambiguous":         {with(func(r *Result) { r.Ambiguous = true }), true},
	} {
		if c.r.Usable() != c.usable {
			t.Errorf("%s: usable %v", name, !c.usable)
		}
	}
}
