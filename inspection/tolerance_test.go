package inspection

import "testing"

func TestTolerancesAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		text        string
		over, under float64
		ok          bool
	}{
		{"0.2", 0.2, 0.2, true}, {"±0.2", 0.2, 0.2, true}, {"+0.3,-0.1", 0.3, 0.1, true}, {"-0.1, +0.3", 0.3, 0.1, true}, {"+0.3,-0", 0.3, 0, true},
		{"1e-4", 1e-4, 1e-4, true},
		{"0", 0, 0, false}, {"-0.2", 0, 0, false}, {"+0.3", 0, 0, false}, {"+0.3,+0.1", 0, 0, false}, {"0.3,0.1", 0, 0, false}, {"+0,-0", 0, 0, false},
		{"nan", 0, 0, false}, {"inf", 0, 0, false}, {"1e300", 0, 0, false}, {"+0.3,-0.1,+1", 0, 0, false}, {"", 0, 0, false}, {"0.2mm", 0, 0, false},
		{"+-0.3,-0.1", 0, 0, false},
	} {
		got, err := ParseTolerance(c.text)
		if (err == nil) != c.ok || c.ok && (got.Over != c.over || got.Under != c.under) {
			t.Errorf("%q: +%g −%g, %v", c.text, got.Over, got.Under, err)
		}
	}
}
