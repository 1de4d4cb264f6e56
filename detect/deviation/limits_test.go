package deviation

import (
	"testing"

	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/weights"
)

// heldReadings are readings of one scale, each with its band, at places of their own where spreads are 1.
func heldReadings(mean []float32, band []uint8) (*scoring.Tolerance, *held) {
	n := len(mean)
	t := &scoring.Tolerance{Bias: [][]float32{make([]float32, n)}, Spread: [][]float32{make([]float32, n)}}
	h := &held{Held: &scoring.Held{Scan: &scoring.Scan{View: &scene.View{}, Use: make([]bool, n)}}}
	h.reading = &reading{Scan: h.Scan, mean: [][]float32{mean}, wander: &wander{band: band}}
	for i := range mean {
		t.Spread[0][i], h.Use[i] = 1, true
		h.Index = append(h.Index, int32(i))
	}
	return t, h
}

func TestEachBandHasItsLimit(t *testing.T) {
	for _, c := range []struct {
		name   string
		atRim  int
		offRim float32
		want   limits
	}{
		{"no rim", 0, 0, limits{4, 4, 4}},
		{"wild at the rim", 300, 50, limits{50, 4, 4}},
		{"tame at the rim", 300, 1, limits{4, 4, 4}},
		{"too few at the rim to tell", leastTail - 1, 50, limits{4, 4, 4}},
	} {
		var mean []float32
		var band []uint8
		for i := range 3000 {
			mean, band = append(mean, float32(4*(1-2*(i%2)))), append(band, uint8(inner))
		}
		for range c.atRim {
			mean, band = append(mean, c.offRim), append(band, 0)
		}
		tol, h := heldReadings(mean, band)
		if got := limitsOf(tol, []*held{h}, 0); got != c.want {
			t.Errorf("%s: limits %v, want %v", c.name, got, c.want)
		}
	}
	tol, h := heldReadings([]float32{3, 1, 2}, []uint8{0, 0, 0})
	if got := limitsOf(tol, []*held{h}, 0); got != evenly(2) {
		t.Errorf("a few readings, all at rims: %v, want the same in all bands", got)
	}
	tol, h = heldReadings(make([]float32, 500), make([]uint8, 500))
	if got := limitsOf(tol, []*held{h}, 0); got != evenly(1) {
		t.Errorf("nothing is ever off: %v, want 1", got)
	}
}

// Models of builds before bands had limits have one limit a scale.
func TestLimitsOfEarlierModels(t *testing.T) {
	f := &weights.File{}
	f.Add("limit", []float32{5, 6}, 2)
	if got, err := readLimits(f, 2); err != nil || got[0] != evenly(5) || got[1] != evenly(6) {
		t.Errorf("%v, %v", got, err)
	}
	f = &weights.File{}
	f.Add("limit", []float32{9, 8, 7, 6, 5, 0}, 2, 3)
	if _, err := readLimits(f, 2); err == nil {
		t.Error("a limit of 0 is taken")
	}
	f.Tensors[0].Data[5] = 4
	if got, err := readLimits(f, 2); err != nil || got[0] != (limits{9, 8, 7}) || got[1] != (limits{6, 5, 4}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := readLimits(f, 3); err == nil {
		t.Error("limits of two scales are taken for three")
	}
}
