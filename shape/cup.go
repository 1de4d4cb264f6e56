package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// cup0 is a mug: straight, wider above, a barrel or tall.
func cup0(r *seed.Rand) model { return cup(r, []int{0, 1, 3, 4}[r.Intn(4)]) }

// cup1 is a teacup, on its saucer or without.
func cup1(r *seed.Rand) model { return cup(r, teacup) }

// teacup is the kind of cup with a foot ring.
const teacup = 2

// cup is one solid with its handle, which points to +x.
func cup(r *seed.Rand, kind int) model {
	high := [5]float64{r.Uniform(0.75, 0.95), r.Uniform(0.7, 0.95), r.Uniform(0.5, 0.66), r.Uniform(0.7, 0.85), r.Uniform(0.95, 1.15)}[kind]
	wide := [5]float64{r.Uniform(0.34, 0.42), r.Uniform(0.36, 0.44), r.Uniform(0.42, 0.5), r.Uniform(0.36, 0.42), r.Uniform(0.34, 0.4)}[kind]
	wall := r.Uniform(0.036, 0.048)
	v := vessel{
		side: lathe(openAbove(cupProfile(r, kind, wide, high)), cupSection(r, kind)), top: level(high),
		wall: wall, floor: 0.06, corner: r.Uniform(0.04, 0.12), lip: wall * r.Uniform(0.8, 1.1), seam: r.Uniform(0.03, 0.07),
	}
	saucer := kind == teacup && r.Bool(0.6)
	if kind == teacup {
		v.floor = 0.11
	}
	foot := reach(v.side, 0, 0.01)
	if !saucer && r.Bool(0.8) {
		v.under = append(v.under, rod(foot-r.Uniform(0.045, 0.07), -1, r.Uniform(0.02, 0.035), 0.008))
	}
	var reliefs []func(p geom.Vec) float64
	if r.Bool(0.5) { // on the side that shows when it is held in the right hand
		angle := -0.5*math.Pi + r.Uniform(-0.3, 0.3)
		z := high * r.Uniform(0.45, 0.58)
		reliefs = append(reliefs, stamped(drawEmblem(r), angle, z, high*r.Uniform(0.25, 0.4), reach(v.side, angle, z), 0.013))
	}
	if r.Bool(0.4) {
		z := high * r.Uniform(0.1, 0.85)
		reliefs = append(reliefs, bands(z, z+r.Uniform(0.06, 0.12), 1+r.Intn(2), r.Uniform(-0.25, 0.35)*wall))
	}
	if len(reliefs) > 0 {
		v.relief = all(reliefs...)
	}
	v.added = []mesh.Field{cupHandle(r, v.side, high, wall)}
	if saucer {
		v.over = []mesh.Field{saucerUnder(r, foot)}
		return model{v.field, bounds(-0.9, 1.05, -0.9, 0.9, -0.1, high+0.06), wall / 2.1}
	}
	return model{v.field, bounds(-0.62, 1.05, -0.6, 0.6, -0.01, high+0.06), wall / 2.4}
}

// saucerUnder is a dish that the foot of a cup stands in.
func saucerUnder(r *seed.Rand, foot float64) mesh.Field {
	wide, rise, thick := r.Uniform(0.68, 0.8), r.Uniform(0.06, 0.12), r.Uniform(0.018, 0.022)
	well := foot + r.Uniform(0.04, 0.08)
	line := from(0, -0.06).to(well-0.05, -0.06).to(well-0.04, -0.08).bend(well, -0.08, 0.01).to(well+0.01, -0.05).through(pt{mix(well, wide, 0.6), -0.05 + 0.45*rise}, pt{wide, -0.05 + rise}).
		bend(wide-0.2*thick, -0.05+rise+2*thick, thick).through(pt{mix(well, wide, 0.55), -0.05 + 0.45*rise + 2*thick}, pt{well, 0}).to(foot+0.01, -0.012).to(0, 0.01)
	return below(rise, lathe(solidOf(line), roundSection))
}

func cupProfile(r *seed.Rand, kind int, wide, high float64) outline {
	switch kind {
	case 0: // straight
		return from(0, 0).bend(wide, 0, r.Uniform(0.03, 0.1)).to(wide, high)
	case 1: // wider above
		return from(0, 0).bend(wide*r.Uniform(0.68, 0.85), 0, r.Uniform(0.03, 0.12)).to(wide, high)
	case teacup: // on a ring
		foot := wide * r.Uniform(0.45, 0.6)
		return from(0, 0).bend(foot, 0, 0.01).bend(foot*0.96, 0.05, 0.01).through(pt{mix(foot, wide, 0.45), 0.12}, pt{mix(foot, wide, 0.78), high * 0.42},
			pt{mix(foot, wide, 0.93), high * 0.75}, pt{wide, high})
	case 3: // a barrel
		return from(0, 0).bend(wide*r.Uniform(0.78, 0.9), 0, 0.03).through(pt{wide * 0.97, high * 0.25}, pt{wide, high * 0.48}, pt{wide * 0.97, high * 0.74}, pt{wide * r.Uniform(0.82, 0.95), high})
	default: // tall, narrow below
		return from(0, 0).bend(wide*r.Uniform(0.62, 0.75), 0, 0.05).through(pt{wide * 0.78, high * 0.3}, pt{wide * 0.93, high * 0.75}, pt{wide, high})
	}
}

func cupSection(r *seed.Rand, kind int) section {
	switch n := r.Intn(8); {
	case n == 0:
		return facetSection(8+2*r.Intn(3), r.Uniform(0.02, 0.06), 0)
	case n == 1:
		return fluted(roundSection, 12+2*r.Intn(6), 0.018, r.Uniform(0, 0.6))
	case n == 2 && kind != teacup:
		return ovalSection(1, r.Uniform(2.5, 4))
	}
	return roundSection
}

// cupHandle is a strap from below the rim to the lower body: a loop, a square one,
// or an ear.
func cupHandle(r *seed.Rand, side mesh.Field, high, wall float64) mesh.Field {
	top, low := high*r.Uniform(0.76, 0.86), high*r.Uniform(0.2, 0.34)
	from0, to0 := reach(side, 0, top)-0.6*wall, reach(side, 0, low)-0.6*wall
	out := max(from0, to0) + r.Uniform(0.24, 0.34)
	var path outline
	switch r.Intn(4) {
	case 0: // a loop
		path = from(from0, top).through(pt{mix(from0, out, 0.6), top + 0.015}, pt{out, mix(low, top, 0.62)}, pt{mix(to0, out, 0.75), mix(low, top, 0.16)}, pt{to0, low})
	case 1: // square, rounded
		path = from(from0, top).bend(out, top, r.Uniform(0.05, 0.14)).bend(mix(out, to0, r.Uniform(0, 0.2)), low, r.Uniform(0.05, 0.14)).to(to0, low)
	case 2: // an ear: wide above, running down to a point
		path = from(from0, top-0.02).through(pt{mix(from0, out, 0.5), top + 0.05}, pt{out, top - 0.04}, pt{mix(to0, out, 0.8), mix(low, top, 0.45)}, pt{mix(to0, out, 0.25), mix(low, top, 0.1)}, pt{to0, low})
	default: // a slanting triangle
		path = from(from0, top).bend(out, top+r.Uniform(-0.02, 0.04), 0.07).to(to0, low)
	}
	thick := r.Uniform(0.034, 0.046)
	wide := thick * r.Uniform(1, 1.8)
	flare := r.Uniform(0, 0.4)
	taper := func(t float64) float64 {
		u := 2*t - 1
		return 1 + float64(flare*u*u*u*u)
	}
	return strap(path, thick, wide, min(thick, wide)*r.Uniform(0.5, 0.98), taper)
}
