package shape

import (
	"math"
	"testing"

	"blemish/geom"
)

// TestOvalSectionIsASuperellipse holds the table against powers, between its entries too.
func TestOvalSectionIsASuperellipse(t *testing.T) {
	for _, e := range []float64{2, 2.01, 2.5, 3, 4.7, 7} {
		for _, aspect := range []float64{1, 0.6} {
			s := ovalSection(aspect, e)
			for k := 0; k <= 1000; k++ {
				sin, cos := math.Sincos(float64(k) * 2 * math.Pi / 1000)
				p := geom.Vec{X: 0.7 * cos, Y: 0.7 * sin, Z: 3}
				want := math.Pow(math.Pow(math.Abs(p.X), e)+math.Pow(math.Abs(p.Y)/aspect, e), 1/e) * math.Sqrt(aspect)
				if d := math.Abs(s(p) - want); d > 2e-8 {
					t.Fatalf("exponent %g, aspect %g, step %d: off by %g", e, aspect, k, d)
				}
			}
		}
	}
	if s := ovalSection(0.8, 3)(geom.Vec{Z: 1}); s != 0 {
		t.Errorf("on the axis: %g", s)
	}
}
