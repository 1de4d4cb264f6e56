package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bottle3 is a jug: a wide body, a shoulder, a short threaded neck and a handle
// from the neck to the shoulder, on the +x side.
func bottle3(r *seed.Rand) model {
	body := r.Uniform(0.24, 0.31)
	neck := r.Uniform(0.08, 0.1)
	shoulder := r.Uniform(0.42, 0.55)
	collar := shoulder + r.Uniform(0.18, 0.26)
	high := collar + r.Uniform(0.14, 0.18)
	wall := r.Uniform(0.026, 0.032)
	line := from(0, 0).bend(body*r.Uniform(0.84, 1), 0, r.Uniform(0.03, 0.06)).through(pt{body, 0.16}, pt{body, shoulder - 0.08}, pt{body * 0.96, shoulder},
		pt{mix(neck, body, r.Uniform(0.45, 0.7)), mix(shoulder, collar, 0.5)}, pt{neck * 1.05, collar}, pt{neck, collar + 0.03}).to(neck, high)
	s := []section{roundSection, ovalSection(r.Uniform(0.75, 1), r.Uniform(3, 5)), ovalSection(r.Uniform(0.65, 0.8), 2.3), facetSection(8, 0.04, 0)}[r.Intn(4)]
	s = between(s, roundSection, func(z float64) float64 { return step(z, shoulder-0.03, collar) })
	v := vessel{side: lathe(openAbove(line), s), top: level(high), wall: wall, floor: 0.045, corner: 0.06, lip: 0.8 * wall, seam: 0.035}
	v.under = []mesh.Field{below(0.015, lathe(solidOf(from(0, -1).to(body*0.6, -1).to(body*0.6, 0.015).to(0, 0.015)), s))}
	low := max(collar+0.035, high-0.11)
	v.raise(thread(low+0.015, high-0.02, r.Uniform(0.036, 0.044), r.Uniform(0.011, 0.014)))
	v.raise(func(p geom.Vec) float64 { return 0.014 * window(p.Z, low-0.01, low-0.006, 0.016) })
	for i := r.Intn(3); i > 0; i-- {
		z := r.Uniform(0.1, 0.8) * shoulder
		v.raise(bands(z, z+r.Uniform(0.05, 0.08), 1, r.Uniform(-0.3, 0.3)*wall))
	}
	if r.Bool(0.5) {
		v.raise(stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.2, 0.2), 0.55*shoulder, r.Uniform(0.16, 0.24), body, 0.012))
	}
	top, foot := low-0.035, shoulder*r.Uniform(0.75, 1)
	x0, x1 := reach(v.side, 0, top), reach(v.side, 0, foot)
	out := x1 + r.Uniform(0.05, 0.12)
	path := from(x0-0.02, top).through(pt{mix(x0, out, 0.6), top + 0.02}, pt{out, mix(foot, top, 0.62)}, pt{mix(x1, out, 0.8), mix(foot, top, 0.2)}, pt{x1 - 0.02, foot})
	thick := r.Uniform(0.028, 0.036)
	v.added = []mesh.Field{strap(path, thick, thick*r.Uniform(1, 1.5), 0.9*thick, nil)}
	return model{v.field, bounds(-0.46, 0.62, -0.46, 0.46, -0.01, high+0.01), wall / 2.2}
}

// bottle1 is a dispenser, closed: a solid body with a pump or a trigger sprayer,
// the nozzle towards +x.
func bottle1(r *seed.Rand) model {
	body, neck := r.Uniform(0.17, 0.22), r.Uniform(0.066, 0.08)
	shoulder := r.Uniform(0.42, 0.55)
	collar := shoulder + r.Uniform(0.06, 0.14)
	waist := body * r.Uniform(0.86, 1.02)
	line := from(0, 0).bend(body, 0, r.Uniform(0.015, 0.04)).through(pt{body, 0.08}, pt{waist, mix(0.1, shoulder, 0.6)}, pt{body * 0.97, shoulder - 0.03},
		pt{mix(neck, body, r.Uniform(0.5, 0.8)), mix(shoulder, collar, 0.5)}, pt{neck, collar}).to(neck, collar+0.06).to(0, collar+0.06)
	s := []section{roundSection, ovalSection(r.Uniform(0.6, 0.8), r.Uniform(2, 3.5)), ovalSection(1, r.Uniform(3, 6)), facetSection(6, 0.05, 0)}[r.Intn(4)]
	s = between(s, roundSection, func(z float64) float64 { return step(z, shoulder-0.02, collar) })
	side := lathe(solidOf(line), s)
	relief := panel(-0.5*math.Pi, r.Uniform(0.6, 0.9), 0.09, shoulder-0.07, body, r.Uniform(-0.008, -0.006))
	if r.Bool(0.7) {
		relief = all(relief, stamped(drawEmblem(r), -0.5*math.Pi, mix(0.1, shoulder, r.Uniform(0.35, 0.55)), r.Uniform(0.12, 0.18), body, 0.01))
	}
	if r.Bool(0.4) {
		relief = all(relief, bands(0.03, 0.07, 1, -0.007))
	}
	solid := cut(0.012, raised(side, relief), at(ball(0.6), 0, 0, 0.018-0.6))
	cap := raised(rod(neck+0.028, collar+0.012, collar+0.1, 0.008), func(p geom.Vec) float64 { // ribs to grip
		c := math.Sin(12 * math.Atan2(p.Y, p.X))
		return -0.008 * c * c * window(p.Z, collar+0.03, collar+0.085, 0.01)
	})
	head, top := pumpHead(r, collar+0.1), 0.34
	if r.Bool(0.4) {
		head, top = sprayHead(r, collar+0.1, neck), 0.26
	}
	return model{join(0.006, solid, cap, head), bounds(-0.3, 0.42, -0.3, 0.3, -0.01, collar+0.1+top), 0.0105}
}

// pumpHead is a stem and a button with a spout that bends down.
func pumpHead(r *seed.Rand, z float64) mesh.Field {
	stem := r.Uniform(0.07, 0.16)
	top := z + stem
	long, drop := r.Uniform(0.17, 0.25), r.Uniform(0.03, 0.07)
	radius := r.Uniform(0.05, 0.062)
	button := rod(radius, top-0.035, top+r.Uniform(0.03, 0.045), 0.015)
	path := from(0, top).through(pt{0.55 * long, top + 0.008}, pt{0.88 * long, top - 0.012}, pt{long, top - drop})
	spout := strap(path, 0.024, r.Uniform(0.026, 0.036), 0.022, func(t float64) float64 { return 1.15 - 0.12*t })
	bore := pin(geom.Vec{X: long, Z: top - drop - 0.05}, geom.Vec{X: long, Z: top - drop}, 0.0095)
	guide := rod(0.046, z-0.01, z+0.025, 0.008)
	parts := join(0.012, rod(0.026, z-0.02, top, 0), guide, button, spout)
	return turned(cut(0.003, parts, bore), geom.Vec{Z: 1}, r.Uniform(-0.15, 0.15))
}

// sprayHead is the head of a trigger sprayer: a housing that narrows to the
// nozzle and a trigger bent for two fingers.
func sprayHead(r *seed.Rand, z, neck float64) mesh.Field {
	front, back := r.Uniform(0.17, 0.22), -r.Uniform(0.09, 0.13)
	low, high := z+0.085, z+r.Uniform(0.165, 0.185)
	broad := r.Uniform(0.042, 0.052)
	slant := r.Uniform(0.1, 0.25)
	block := slab(back, front, -broad, broad, low, high, 0.016)
	housing := func(p geom.Vec) float64 { // lower towards the back
		d := block(p)
		return smax(d, 0.9*(p.Z-high+0.01+float64(slant*(-p.X))), 0.02)
	}
	neckPart := cone(geom.Vec{Z: z - 0.02}, geom.Vec{Z: low + 0.02}, neck*0.72, 0.045)
	nozzle := placed(join(0.004, prism(6, 0.034, 0.03, 0.005), rod(0.022, 0, 0.045, 0.004)), upright(geom.Vec{X: front + 0.022, Z: 0.5 * (low + high)}, geom.Vec{X: 1}))
	bore := pin(geom.Vec{X: front + 0.05, Z: 0.5 * (low + high)}, geom.Vec{X: front + 0.1, Z: 0.5 * (low + high)}, 0.009)
	x := front * r.Uniform(0.5, 0.62)
	trigger := strap(from(x, low+0.02).through(pt{x + 0.005, low - 0.04}, pt{x + 0.02, low - 0.08}, pt{x + 0.055, low - 0.12}), 0.016, 0.034, 0.014, nil)
	return cut(0.003, join(0.014, housing, neckPart, nozzle, trigger), bore)
}
