package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bottle0 is a bottle for a drink, open at the top: of water with a screw thread,
// of wine, of beer, or square, for spirits.
func bottle0(r *seed.Rand) model {
	kind := []int{2, 2, 2, 0, 1, 3}[r.Intn(6)]
	b := bottleForm{kind: kind}
	b.body = [4]float64{r.Uniform(0.13, 0.16), r.Uniform(0.125, 0.15), r.Uniform(0.135, 0.17), r.Uniform(0.18, 0.24)}[kind]
	b.wall = mix(0.011, b.body, 0.085) * r.Uniform(0.95, 1.1)
	if kind == 2 { // ribs take some of it away
		b.wall *= 1.12
	}
	b.neck = [4]float64{r.Uniform(0.05, 0.058), r.Uniform(0.048, 0.056), r.Uniform(0.06, 0.075), r.Uniform(0.058, 0.07)}[kind]
	b.shoulder = [4]float64{r.Uniform(0.48, 0.64), r.Uniform(0.42, 0.55), r.Uniform(0.58, 0.7), r.Uniform(0.52, 0.64)}[kind]
	b.collar = min(0.86, b.shoulder+[4]float64{r.Uniform(0.1, 0.2), r.Uniform(0.18, 0.3), r.Uniform(0.14, 0.2), r.Uniform(0.06, 0.14)}[kind])
	return b.model(r)
}

// bottleForm is the main measures of a bottle one unit high.
type bottleForm struct {
	kind             int
	wall             float64
	body, neck       float64 // radii
	shoulder, collar float64 // heights at which the shoulder begins and the neck does
	section          section
	reliefs          []func(p geom.Vec) float64
	under            []mesh.Field
	push             float64 // depth of the hollow in the bottom
}

func (b *bottleForm) model(r *seed.Rand) model {
	b.drawSection(r)
	b.drawFinish(r)
	b.drawSurface(r)
	v := vessel{
		side: lathe(openAbove(b.profile(r)), b.section), top: level(1), relief: all(b.reliefs...),
		wall: b.wall, floor: 0.03, corner: 0.05, lip: 0.9 * b.wall, under: b.under,
	}
	if b.kind == 2 { // the petals reach up
		v.floor, v.corner = 0.05, 0.09
	}
	if b.push > 0 {
		// A ball from below: the floor inside rises with it.
		radius := (float64(0.72*b.body*0.72*b.body) + float64(b.push*b.push)) / (2 * b.push)
		dent := at(ball(radius), 0, 0, b.push-radius)
		v.under = append(v.under, dent)
		v.within = func(cavity float64, p geom.Vec) float64 { return smax(cavity, b.wall-dent(p), 0.02) }
	}
	far := b.body * 1.45
	return model{v.field, bounds(-far, far, -far, far, -0.01, 1.01), b.wall / 2.3}
}

// profile is the outside from the middle of the bottom to the mouth.
func (b *bottleForm) profile(r *seed.Rand) outline {
	taper := 1.0
	if b.kind == 0 {
		taper = r.Uniform(0.94, 1.04)
	}
	top := b.body * taper
	o := from(0, 0).bend(b.body, 0, r.Uniform(0.015, 0.05))
	full := r.Uniform(0.35, 0.75) // how far out the shoulder is half way up
	rise := b.collar - b.shoulder
	middle := pt{mix(b.neck, top, full), b.shoulder + rise*r.Uniform(0.4, 0.55)}
	waist := top
	if b.kind == 2 && r.Bool(0.5) { // a grip
		waist = top * r.Uniform(0.8, 0.92)
	}
	foot := mix(b.body, top, 0.1)
	o = o.to(foot, 0.1)
	o = o.through(pt{mix(foot, waist, 0.6), 0.45 * b.shoulder}, pt{waist, 0.6 * b.shoulder}, pt{top, b.shoulder - 0.06}, pt{top, b.shoulder},
		middle, pt{b.neck * 1.03, b.collar}, pt{b.neck, b.collar + 0.03})
	return o.to(b.neck*r.Uniform(0.94, 1), 1)
}

// drawSection chooses the cross-section: the neck is always round.
func (b *bottleForm) drawSection(r *seed.Rand) {
	body := section(roundSection)
	switch {
	case b.kind == 3:
		body = []section{ovalSection(r.Uniform(0.55, 1), r.Uniform(4, 7)), facetSection(4+2*r.Intn(3), r.Uniform(0.03, 0.1), 0.4), ovalSection(r.Uniform(0.5, 0.75), 2.5)}[r.Intn(3)]
	case b.kind == 2 && r.Bool(0.4):
		body = twisted(fluted(roundSection, 6+r.Intn(8), 0.03, 0), r.Uniform(-4, 4))
	case b.kind == 2 && r.Bool(0.4):
		body = ovalSection(1, r.Uniform(2.6, 4))
	case r.Bool(0.2):
		body = facetSection(8+2*r.Intn(3), 0.05, 0)
	}
	from, to := b.shoulder-0.03, b.collar
	b.section = between(body, roundSection, func(z float64) float64 { return step(z, from, to) })
}

// drawFinish shapes the mouth: a rolled ring, a screw thread with its ledge, or a crown.
func (b *bottleForm) drawFinish(r *seed.Rand) {
	swell := func(z, half, height float64) {
		b.reliefs = append(b.reliefs, func(p geom.Vec) float64 { return height * window(p.Z, z-half, z+half, 0.01) })
	}
	switch {
	case b.kind == 0 || b.kind == 3 && r.Bool(0.5):
		swell(r.Uniform(0.955, 0.975), r.Uniform(0.005, 0.02), r.Uniform(0.008, 0.014))
	case b.kind == 1:
		swell(0.99, 0.012, 0.008)
		swell(0.94, 0.008, 0.006)
	default:
		low := max(b.collar+0.05, 0.9)
		swell(low-0.012, 0.002, 0.014)
		b.reliefs = append(b.reliefs, thread(low+0.02, 0.975, r.Uniform(0.03, 0.036), r.Uniform(0.009, 0.011)))
	}
}

// drawSurface adds what is on the body: ribs, a label's place, an emblem, the bottom.
func (b *bottleForm) drawSurface(r *seed.Rand) {
	front := -0.5 * math.Pi
	low, high := 0.09, b.shoulder-0.07
	switch {
	case b.kind == 2:
		n := 4 + r.Intn(7)
		b.reliefs = append(b.reliefs, bands(low+0.02, mix(low, high, r.Uniform(0.35, 1)), n, -0.28*b.wall))
		b.under = append(b.under, around(5, at(ball(0.06), 1.07*b.body, 0, -0.03)))
	case r.Bool(0.6):
		half := math.Pi + 1
		if b.kind == 3 || r.Bool(0.4) {
			half = r.Uniform(0.5, 0.9)
		}
		b.reliefs = append(b.reliefs, panel(front, half, low+0.02, high-0.02, b.body, r.Uniform(-0.3, -0.22)*b.wall))
	}
	if b.kind != 2 && r.Bool(0.7) {
		size := r.Uniform(0.6, 0.9) * b.body
		z := mix(low, high, r.Uniform(0.4, 0.65))
		b.reliefs = append(b.reliefs, stamped(drawEmblem(r), front+r.Uniform(-0.2, 0.2), z, size, b.body, r.Uniform(0.007, 0.01)))
	}
	if b.kind == 0 {
		b.push = r.Uniform(0.03, 0.07)
	} else if b.kind != 2 {
		b.push = r.Uniform(0.008, 0.02)
	}
}
