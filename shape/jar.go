package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// jar draws a jam jar, a ginger jar, a honey pot, a storage jar or a jar with
// lugs around its shoulder: a wide body and a wide open mouth.
func jar(r *seed.Rand) model {
	kind := r.Intn(5)
	j := jarForm{kind: kind, high: r.Uniform(0.85, 1)}
	j.body = [5]float64{r.Uniform(0.3, 0.38), r.Uniform(0.32, 0.4), r.Uniform(0.34, 0.4), r.Uniform(0.28, 0.36), r.Uniform(0.34, 0.42)}[kind]
	j.mouth = j.body * [5]float64{r.Uniform(0.75, 0.86), r.Uniform(0.45, 0.6), r.Uniform(0.68, 0.8), r.Uniform(0.8, 0.88), r.Uniform(0.5, 0.65)}[kind]
	wall := r.Uniform(0.032, 0.04)
	v := vessel{
		side: lathe(openAbove(j.profile(r)), j.section(r)), top: level(j.high), wall: wall, floor: 0.055,
		corner: 0.08, lip: wall * r.Uniform(0.7, 1), seam: 0.03, relief: all(j.reliefs(r, wall)...),
	}
	v.under = []mesh.Field{rod(reach(v.side, 0, 0.02)-0.06, -1, 0.02, 0.008)}
	v.added = j.lugs(r, v.side)
	return model{v.field, bounds(-0.62, 0.62, -0.62, 0.62, -0.01, j.high+0.03), wall / 2.15}
}

type jarForm struct {
	kind              int
	high, body, mouth float64
}

func (j *jarForm) profile(r *seed.Rand) outline {
	h, b, m := j.high, j.body, j.mouth
	switch j.kind {
	case 0: // straight, a short shoulder, a low neck
		s := h * r.Uniform(0.7, 0.78)
		return from(0, 0).bend(b, 0, 0.05).through(pt{b, 0.15}, pt{b, s - 0.05}, pt{mix(m, b, 0.55), s + 0.05}, pt{m, s + 0.075}, pt{m, s + 0.1}).to(m, h)
	case 1: // high shoulders over a slim foot
		f := b * r.Uniform(0.55, 0.68)
		return from(0, 0).bend(f, 0, 0.015).through(pt{f, 0.03}, pt{mix(f, b, 0.55), 0.3 * h}, pt{b, 0.62 * h}, pt{mix(m, b, 0.6), 0.8 * h}, pt{m, 0.87 * h}, pt{m, 0.9 * h}).to(m, h)
	case 2: // a barrel
		f := b * r.Uniform(0.75, 0.85)
		return from(0, 0).bend(f, 0, 0.03).through(pt{mix(f, b, 0.7), 0.22 * h}, pt{b, 0.45 * h}, pt{mix(m, b, 0.7), 0.75 * h}, pt{m, 0.9 * h}).to(m*1.02, h)
	case 3: // a cylinder with a ring at the mouth
		s := h * r.Uniform(0.8, 0.86)
		return from(0, 0).bend(b*r.Uniform(0.95, 1), 0, 0.04).bend(b, s, 0.06).bend(m, s+0.04, 0.03).to(m, h)
	default: // round, the mouth turned out
		f := b * r.Uniform(0.5, 0.65)
		return from(0, 0).bend(f, 0, 0.015).through(pt{mix(f, b, 0.6), 0.18 * h}, pt{b, 0.48 * h}, pt{mix(m, b, 0.55), 0.78 * h}, pt{m, 0.87 * h}, pt{m * 1.02, 0.92 * h}, pt{m * r.Uniform(1.12, 1.25), h})
	}
}

func (j *jarForm) section(r *seed.Rand) section {
	body := section(roundSection)
	switch n := r.Intn(6); {
	case n == 0 || j.kind == 0 && n < 3:
		body = facetSection(6+2*r.Intn(3), r.Uniform(0.03, 0.09), 0)
	case n == 3:
		body = ovalSection(r.Uniform(0.85, 1), r.Uniform(2.8, 5))
	case n == 4:
		body = fluted(roundSection, 10+2*r.Intn(6), r.Uniform(0.015, 0.03), r.Uniform(0, 0.5))
	}
	low, high := 0.66*j.high, 0.8*j.high
	return between(body, roundSection, func(z float64) float64 { return step(z, low, high) })
}

func (j *jarForm) reliefs(r *seed.Rand, wall float64) []func(p geom.Vec) float64 {
	var out []func(p geom.Vec) float64
	h := j.high
	switch j.kind {
	case 0:
		out = append(out, thread(h-0.11, h-0.05, 0.055, 0.016))
	case 2:
		out = append(out, bands(0.1*h, 0.86*h, 5+r.Intn(4), r.Uniform(0.5, 0.8)*wall))
	case 3:
		out = append(out, bands(h-0.09, h-0.01, 1, 0.016), panel(-0.5*math.Pi, r.Uniform(0.5, 0.9), 0.2*h, 0.62*h, j.body, r.Uniform(-0.3, 0.35)*wall))
	default:
		z := r.Uniform(0.5, 0.7) * h
		out = append(out, bands(z, z+r.Uniform(0.06, 0.12), 1+r.Intn(2), r.Uniform(-0.25, 0.35)*wall))
	}
	if j.kind != 2 && r.Bool(0.6) {
		out = append(out, stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.4, 0.4), r.Uniform(0.36, 0.46)*h, r.Uniform(0.2, 0.3), j.body, 0.014))
	}
	return out
}

// lugs are ears around the shoulder: two, three or four, or one.
func (j *jarForm) lugs(r *seed.Rand, side mesh.Field) []mesh.Field {
	if j.kind == 0 || j.kind == 2 || r.Bool(0.35) {
		return nil
	}
	n := 1 + r.Intn(4)
	z := r.Uniform(0.6, 0.7) * j.high
	size, thick := r.Uniform(0.07, 0.1), r.Uniform(0.024, 0.03)
	standing := r.Bool(0.6)
	var out []mesh.Field
	for i := 0; i < n; i++ {
		angle := 2 * math.Pi * float64(i) / float64(max(n, 2))
		loop := ring(size, 0, thick)
		if standing {
			loop = turned(loop, geom.Vec{X: 1}, 0.5*math.Pi)
		}
		out = append(out, turned(at(loop, reach(side, angle, z)+0.15*size, 0, z), geom.Vec{Z: 1}, angle))
	}
	return out
}
