package report

// Bands of deviations: one colour for what is allowed, then steps to either side.

import (
	"image/color"
	"math"

	"blemish/inspection"
)

// band is the deviations from From to To, the outermost without end.
type band struct {
	From, To float64 // -Inf and +Inf at the ends
	Color    color.NRGBA
}

// Colours of bands, inside to outside: told apart with any colour vision, and in grey by their
// lightness.
var (
	allowedColor = color.NRGBA{140, 196, 150, 255}
	overColors   = []color.NRGBA{{250, 214, 130, 255}, {240, 140, 60, 255}, {190, 40, 30, 255}}
	underColors  = []color.NRGBA{{170, 214, 240, 255}, {84, 150, 214, 255}, {22, 66, 150, 255}}
)

// bandsOf makes bands of a tolerance, or, without one, of steps of a scale that ends at hi.
func bandsOf(t inspection.Tolerance, hi float64) []band {
	var over, under [3]float64 // where the bands begin
	if t.Given() {
		step := math.Max(t.Over, t.Under)
		for i, far := range [3]float64{0, 0.5, 1} { // up to one and a half, up to twice, beyond
			over[i], under[i] = t.Over+far*step, t.Under+far*step
		}
	} else {
		step := niceStep(hi / 3)
		for i := range over {
			over[i], under[i] = (float64(i)+0.5)*step, (float64(i)+0.5)*step
		}
	}
	inf := math.Inf(1)
	var out []band
	for i := 2; i >= 0; i-- {
		from := -inf
		if i < 2 {
			from = -under[i+1]
		}
		out = append(out, band{from, -under[i], underColors[i]})
	}
	out = append(out, band{-under[0], over[0], allowedColor})
	for i := range over {
		to := inf
		if i < 2 {
			to = over[i+1]
		}
		out = append(out, band{over[i], to, overColors[i]})
	}
	return out
}

// niceStep is 1, 2 or 5 times a power of ten, not below v.
func niceStep(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// colorIn is the colour of a deviation.
func colorIn(bands []band, d float64) color.NRGBA {
	if allowed := bands[len(bands)/2]; d >= allowed.From && d <= allowed.To {
		return allowed.Color // its ends belong to it
	}
	for _, b := range bands {
		if d <= b.To {
			return b.Color
		}
	}
	return greyColor
}
