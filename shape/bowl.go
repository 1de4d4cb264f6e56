package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bowl draws a bowl or deep dish about one unit wide: with a foot, and often with
// a spout, lugs, flutes, sides, a wavy rim or an oval outline.
func bowl(r *seed.Rand) model {
	wide := 0.5
	kind := r.Intn(4)
	high := r.Uniform(0.28, 0.55)
	wall := r.Uniform(0.03, 0.044)
	foot := wide * r.Uniform(0.35, 0.62)
	rise := r.Uniform(0.02, 0.06)
	s := bowlSection(r)
	spout := r.Bool(0.25)
	if spout {
		s = spouted(s, r.Uniform(0.1, 0.16), high)
	}
	v := vessel{
		side: lathe(openAbove(bowlProfile(r, kind, wide, high, foot, rise)), s),
		wall: wall, floor: rise + 0.9*wall, corner: r.Uniform(0.05, 0.14), lip: wall * r.Uniform(0.8, 1.2),
		seam: 0.04, top: bowlRim(r, kind, high),
	}
	if r.Bool(0.75) { // a ring to stand on
		inner := foot - r.Uniform(0.035, 0.06)
		v.under = append(v.under, rod(inner, -1, rise*0.8, 0.01))
	}
	var reliefs []func(p geom.Vec) float64
	if r.Bool(0.5) {
		z := high * r.Uniform(0.7, 0.88)
		reliefs = append(reliefs, bands(z-r.Uniform(0.05, 0.1), z, 1, r.Uniform(-0.3, 0.35)*wall))
	}
	if r.Bool(0.4) {
		reliefs = append(reliefs, stamped(drawEmblem(r), r.Uniform(0, 2*math.Pi), high*0.55, high*r.Uniform(0.25, 0.4), wide*0.9, 0.01))
	}
	if len(reliefs) > 0 {
		v.relief = all(reliefs...)
	}
	if !spout && r.Bool(0.45) {
		v.added = bowlLugs(r, v.side, high)
	}
	return model{v.field, bounds(-0.85, 0.85, -0.75, 0.75, -0.01, high+0.08), wall / 2.5}
}

func bowlProfile(r *seed.Rand, kind int, wide, high, foot, rise float64) outline {
	o := from(0, 0).bend(foot, 0, 0.008).bend(foot*0.96, rise, 0.01)
	out := func(x, z float64) pt { return pt{mix(foot, wide, x), mix(rise, high, z)} }
	switch kind {
	case 0: // a round belly
		return o.through(out(0.4, 0.1), out(0.72, 0.3), out(0.9, 0.58), out(0.98, 0.85), out(1, 1))
	case 1: // flared
		return o.through(out(0.25, 0.16), out(0.45, 0.45), out(0.68, 0.78), out(1, 1))
	case 2: // straight sides
		return o.bend(mix(foot, wide, r.Uniform(0.4, 0.8)), mix(rise, high, r.Uniform(0.08, 0.25)), 0.08).to(wide, high)
	default: // drawn in at the rim
		return o.through(out(0.55, 0.16), out(0.95, 0.45), out(1.02, 0.62), out(0.98, 0.84), out(r.Uniform(0.78, 0.94), 1))
	}
}

func bowlSection(r *seed.Rand) section {
	body := section(roundSection)
	switch r.Intn(6) {
	case 0:
		body = ovalSection(r.Uniform(0.65, 0.88), r.Uniform(2, 3))
	case 1:
		body = facetSection(6+2*r.Intn(3), r.Uniform(0.03, 0.1), 0)
	case 2:
		body = fluted(roundSection, 10+2*r.Intn(7), r.Uniform(0.015, 0.03), r.Uniform(0, 0.5))
	case 3:
		body = twisted(fluted(roundSection, 8+r.Intn(8), r.Uniform(0.02, 0.03), 0), r.Uniform(-2, 2))
	case 4:
		body = ovalSection(1, r.Uniform(2.6, 4.5))
	}
	// The foot stays round.
	low := r.Uniform(0.05, 0.1)
	return between(roundSection, body, func(z float64) float64 { return step(z, low, low+0.12) })
}

// spouted draws the rim outwards towards +x.
func spouted(of section, pull, high float64) section {
	return func(p geom.Vec) float64 {
		a := math.Atan2(p.Y, p.X)
		w := math.Exp(-float64(a*a)/0.05) * step(p.Z, 0.45*high, high)
		return of(p) * (1 - float64(pull*w))
	}
}

// bowlRim is the height of the rim: level, or with waves.
func bowlRim(r *seed.Rand, kind int, high float64) func(p geom.Vec) float64 {
	if kind == 3 || !r.Bool(0.3) { // not where the side leans inwards
		return level(high)
	}
	n, depth := float64(5+r.Intn(6)), r.Uniform(0.012, 0.025)
	return func(p geom.Vec) float64 { return high - float64(depth*(1-math.Cos(n*math.Atan2(p.Y, p.X)))) }
}

// bowlLugs are handles at the two ends.
func bowlLugs(r *seed.Rand, side mesh.Field, high float64) []mesh.Field {
	z := high * r.Uniform(0.7, 0.85)
	plate := r.Bool(0.5)
	long, broad, ringed := r.Uniform(0.07, 0.11), r.Uniform(0.1, 0.16), r.Uniform(0.09, 0.12)
	thick := r.Uniform(0.022, 0.027)
	var lugs []mesh.Field
	for _, angle := range []float64{0, math.Pi} {
		x := reach(side, angle, z)
		lug := at(ring(ringed, 0, thick), x+0.2*ringed, 0, z) // a loop that lies level
		if plate {
			lug = at(brick(long, broad, thick, 0.8*thick), x+0.2*long, 0, z)
		}
		lugs = append(lugs, turned(lug, geom.Vec{Z: 1}, angle))
	}
	return lugs
}
