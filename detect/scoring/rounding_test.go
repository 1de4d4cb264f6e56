package scoring

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

func TestRoundingIsMeasured(t *testing.T) {
	r := seed.Stream(1, "rounding")
	const step = 0.25
	var exact, rounded []geom.Vec3
	for range 10_000 {
		p := geom.Vec{X: 40 * r.Norm(), Y: 20 * r.Norm(), Z: 10 * r.Norm()}
		exact = append(exact, p.F())
		round := func(v float64) float64 { return step * math.Round(v/step) }
		rounded = append(rounded, geom.Vec{X: round(p.X), Y: round(p.Y), Z: round(p.Z)}.F())
	}
	if got, want := rounding(rounded), step/math.Sqrt(12); math.Abs(got-want) > 1e-6 {
		t.Errorf("rounded to %v: %v, want %v", step, got, want)
	}
	if got := rounding(exact); got != 0 {
		t.Errorf("not rounded: %v", got)
	}
}
