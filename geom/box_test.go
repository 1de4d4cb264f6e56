package geom

import "testing"

func TestABoxContainsItsSides(t *testing.T) {
	b := Box{Vec{0, 0, 0}, Vec{1, 2, 3}}
	for _, p := range []Vec{{0, 0, 0}, {1, 2, 3}, {0.5, 2, 1}} {
		if !b.Contains(p) {
			t.Errorf("%v is not in %v", p, b)
		}
	}
	for _, p := range []Vec{{-0.1, 1, 1}, {0.5, 2.1, 1}, {0.5, 1, 3.1}} {
		if b.Contains(p) || EmptyBox().Contains(p) {
			t.Errorf("%v is in %v or in the empty box", p, b)
		}
	}
}
