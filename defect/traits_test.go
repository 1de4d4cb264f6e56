package defect

import "testing"

// What the tests of all kinds ask of each. A new kind has a line here: nothing else in them
// names kinds.

// trait is what may be asked of a kind.
type trait struct {
	volume int  // of a closed solid: 1 it grows, -1 it shrinks, 0 either
	cuts   bool // surface is taken away, and the seam closes; otherwise it only moves
	faint  bool // surface moves by less than can be seen, too, and that is labelled sound
	deep   bool // the largest movement is about the plan's depth
	far    bool // it reaches farther from the center than reachOf says
}

var traits = map[Kind]trait{
	Bulge:     {volume: 1, deep: true},
	Concavity: {deep: true}, // a thin wall gives way with both its sides
	Hole:      {volume: -1, cuts: true},
	Broken:    {volume: -1, cuts: true},
	Bending:   {faint: true, far: true},
	Crack:     {volume: -1, cuts: true, faint: true},
	Scratch:   {}, // what the groove takes, lips give
}

func TestEveryKindHasItsTraits(t *testing.T) {
	for _, k := range Kinds() {
		if _, ok := traits[k]; !ok {
			t.Errorf("traits_test.go has no line for %s: the tests of all kinds do not know what to ask of it", k)
		}
	}
}
