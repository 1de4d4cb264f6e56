package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bowlForm is what tells the bowls apart.
type bowlForm struct {
	kind    int // of profile
	high    float64
	foot    float64 // its radius as a share of the bowl's
	rise    float64 // height of the foot
	section section // above the foot
	spout   float64 // how far the rim is drawn out to pour
	wavy    bool
	lugs    bool
	bands   int
}

// bowl0 is a plain round bowl on a foot ring.
func bowl0(r *seed.Rand) model {
	return bowlForm{kind: 0, high: r.Uniform(0.4, 0.52), foot: r.Uniform(0.36, 0.46), rise: r.Uniform(0.04, 0.07), section: roundSection, bands: r.Intn(3)}.model(r)
}

// bowl1 is flared, its sides cut to facets.
func bowl1(r *seed.Rand) model {
	return bowlForm{kind: 1 + r.Intn(2), high: r.Uniform(0.36, 0.48), foot: r.Uniform(0.42, 0.55), rise: r.Uniform(0.03, 0.06),
		section: facetSection(6+2*r.Intn(3), r.Uniform(0, 0.04), 0)}.model(r)
}

// bowl2 is a low dish, drawn in at the rim.
func bowl2(r *seed.Rand) model {
	s := section(roundSection)
	if r.Bool(0.5) {
		s = ovalSection(r.Uniform(0.62, 0.8), r.Uniform(2, 3))
	}
	return bowlForm{kind: 3, high: r.Uniform(0.32, 0.42), foot: r.Uniform(0.42, 0.55), rise: r.Uniform(0.02, 0.04), section: s, bands: r.Intn(2)}.model(r)
}

// bowl3 is for mixing and serving: deep, with a spout or with two lugs.
func bowl3(r *seed.Rand) model {
	b := bowlForm{kind: 2 * r.Intn(2), high: r.Uniform(0.42, 0.56), foot: r.Uniform(0.45, 0.6), rise: r.Uniform(0.02, 0.035), section: roundSection, bands: 1}
	if r.Bool(0.5) {
		b.spout = r.Uniform(0.14, 0.2)
	} else {
		b.lugs = true
	}
	return b.model(r)
}

// bowl4 is fluted, with a wavy rim.
func bowl4(r *seed.Rand) model {
	s := fluted(roundSection, 10+2*r.Intn(6), r.Uniform(0.025, 0.04), r.Uniform(0.2, 0.7))
	if r.Bool(0.5) {
		s = twisted(s, math.Copysign(r.Uniform(0.8, 2), r.Uniform(-1, 1)))
	}
	return bowlForm{kind: r.Intn(2), high: r.Uniform(0.34, 0.46), foot: r.Uniform(0.38, 0.5), rise: r.Uniform(0.03, 0.06), section: s, wavy: true}.model(r)
}

func (b bowlForm) model(r *seed.Rand) model {
	const wide = 0.5
	wall := r.Uniform(0.03, 0.042)
	foot := wide * b.foot
	// The foot stays round.
	low := b.rise + 0.02
	s := between(roundSection, b.section, func(z float64) float64 { return step(z, low, low+0.12) })
	if b.spout > 0 {
		s = spouted(s, b.spout, b.high)
	}
	v := vessel{
		side: lathe(openAbove(bowlProfile(r, b.kind, wide, b.high, foot, b.rise)), s),
		wall: wall, floor: b.rise + 0.9*wall, corner: r.Uniform(0.05, 0.14), lip: wall * r.Uniform(0.8, 1.2),
		seam: 0.04, top: level(b.high), under: []mesh.Field{rod(foot-r.Uniform(0.035, 0.06), -1, b.rise*0.8, 0.01)},
	}
	if b.wavy {
		n, depth := float64(5+r.Intn(6)), r.Uniform(0.012, 0.022)
		v.top = func(p geom.Vec) float64 { return b.high - float64(depth*(1-math.Cos(n*math.Atan2(p.Y, p.X)))) }
	}
	for i := 0; i < b.bands; i++ {
		z := b.high * r.Uniform(0.5, 0.9)
		v.raise(bands(z-r.Uniform(0.05, 0.1), z, 1, r.Uniform(-0.3, 0.35)*wall))
	}
	if r.Bool(0.3) {
		v.raise(stamped(drawEmblem(r), r.Uniform(-2.2, -0.8), b.high*0.55, b.high*r.Uniform(0.25, 0.4), wide*0.9, 0.01))
	}
	if b.lugs {
		v.added = bowlLugs(r, v.side, b.high)
	}
	return model{v.field, bounds(-0.85, 0.85, -0.75, 0.75, -0.01, b.high+0.08), wall / 2.5}
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

// spouted draws the rim outwards towards +x.
func spouted(of section, pull, high float64) section {
	return func(p geom.Vec) float64 {
		a := math.Atan2(p.Y, p.X)
		w := math.Exp(-float64(a*a)/0.05) * step(p.Z, 0.45*high, high)
		return of(p) * (1 - float64(pull*w))
	}
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
