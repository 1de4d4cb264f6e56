package shape

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// bowl5 is a bowl on a stem: a wine glass, a sundae dish or a chalice.
func bowl5(r *seed.Rand) model {
	wide, foot := r.Uniform(0.24, 0.36), r.Uniform(0.2, 0.27)
	stem := r.Uniform(0.045, 0.06)
	low := r.Uniform(0.36, 0.56) // where the bowl begins
	wall := r.Uniform(0.026, 0.034)
	o := from(0, 0).bend(foot, 0, 0.008).bend(foot*0.98, 0.022, 0.01).through(pt{foot * 0.55, 0.05}, pt{stem * 1.25, 0.1}, pt{stem, 0.18}, pt{stem, low - 0.06})
	at := func(x, z float64) pt { return pt{mix(stem, wide, x), mix(low, 1, z)} }
	switch r.Intn(3) {
	case 0: // a tulip
		o = o.through(at(0.12, 0), at(0.8, 0.2), at(1, 0.45), at(r.Uniform(0.8, 0.92), 1))
	case 1: // a wide dish
		o = o.through(at(0.12, 0), at(0.6, 0.12), at(0.88, 0.4), at(0.97, 0.75), at(1, 1))
	default: // a cone
		o = o.through(at(0.1, 0), at(0.32, 0.22), at(0.66, 0.62), at(1, 1))
	}
	s := section(roundSection)
	switch r.Intn(4) {
	case 0:
		s = facetSection(6+2*r.Intn(4), 0.05, 0)
	case 1:
		s = fluted(roundSection, 10+2*r.Intn(5), r.Uniform(0.015, 0.03), r.Uniform(0, 0.5))
	case 2:
		s = twisted(fluted(roundSection, 8+r.Intn(6), 0.03, 0), r.Uniform(-3, 3))
	}
	if r.Bool(0.5) { // the foot stays round
		s = between(roundSection, s, func(z float64) float64 { return step(z, 0.12, 0.3) })
	}
	v := vessel{side: lathe(openAbove(o), s), top: level(1), wall: wall, floor: low + 0.05, corner: 0.08, lip: wall}
	knop, height := r.Uniform(0.2, max(0.21, low-0.1)), r.Uniform(0.012, 0.022)
	emblem := stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.3, 0.3), mix(low, 1, r.Uniform(0.5, 0.65)), r.Uniform(0.14, 0.2), wide, 0.009)
	v.relief = func(p geom.Vec) float64 { return emblem(p) + height*window(p.Z, knop-0.005, knop+0.005, 0.035) }
	return model{v.field, bounds(-0.45, 0.45, -0.45, 0.45, -0.01, 1.01), wall / 2.4}
}
