package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bucket0 is a pail: a rolled rim, ears and a bail.
func bucket0(r *seed.Rand) model {
	high, wide := r.Uniform(0.62, 0.8), r.Uniform(0.36, 0.44)
	s := section(roundSection)
	if r.Bool(0.3) { // to pour from
		s = turnedSection(spouted(s, r.Uniform(0.1, 0.14), high), -0.5*math.Pi)
	}
	v := pail(r, s, wide, wide*r.Uniform(0.68, 0.82), high, 0.016)
	for i := 1 + r.Intn(3); i > 0; i-- {
		z := r.Uniform(0.1, 0.8) * high
		v.raise(bands(z, z+0.06, 1, r.Uniform(0.006, 0.012)))
	}
	v.added, v.over = bail(r, v.side, high)
	return model{v.field, bounds(-0.62, 0.62, -0.75, 0.75, -0.01, high+0.62), v.wall / 2.15}
}

// bucket1 is a tub to carry with both hands or a wine cooler: round, oval or
// squared, a rim turned out, a grip at either end.
func bucket1(r *seed.Rand) model {
	high, wide := r.Uniform(0.55, 0.75), r.Uniform(0.38, 0.44)
	s := []section{roundSection, ovalSection(r.Uniform(0.65, 0.8), r.Uniform(2.5, 5)), ovalSection(1, r.Uniform(3.5, 6))}[r.Intn(3)]
	v := pail(r, s, wide, wide*r.Uniform(0.78, 0.92), high, 0.028)
	if r.Bool(0.5) { // staves
		n, depth := 14+2*r.Intn(6), r.Uniform(0.007, 0.01)
		v.raise(func(p geom.Vec) float64 {
			c := math.Abs(math.Sin(0.5 * float64(n) * math.Atan2(p.Y, p.X)))
			return -depth * step(c, 0.28, 0) * window(p.Z, 0.06, high-0.1, 0.02)
		})
		for _, z := range []float64{0.2 * high, 0.68 * high} {
			v.raise(func(p geom.Vec) float64 { return 0.014 * window(p.Z, z, z+0.03, 0.02) })
		}
	}
	z := high * r.Uniform(0.7, 0.78)
	x := reach(v.side, 0, z)
	if r.Bool(0.5) { // rings
		size := r.Uniform(0.08, 0.1)
		v.added = []mesh.Field{mirrored(join(0.02, at(ball(0.042), x+0.01, 0, z), at(turned(ring(size, 0, 0.02), geom.Vec{Y: 1}, 0.5*math.Pi-r.Uniform(0.15, 0.3)), x+0.06, 0, z-size)))}
	} else { // loops that lie level
		half, out := r.Uniform(0.12, 0.16), r.Uniform(0.09, 0.12)
		loop := []geom.Vec{{X: x - 0.03, Y: -half, Z: z}, {X: x + 0.7*out, Y: -half, Z: z}, {X: x + out, Y: -0.6 * half, Z: z}, {X: x + out, Y: 0.6 * half, Z: z}, {X: x + 0.7*out, Y: half, Z: z}, {X: x - 0.03, Y: half, Z: z}}
		v.added = []mesh.Field{mirrored(tube(loop, constant(0.026)))}
	}
	return model{v.field, bounds(-0.75, 0.75, -0.62, 0.62, -0.01, high+0.04), v.wall / 2.15}
}

// pail is a tapering body with a rim that stands out.
func pail(r *seed.Rand, s section, wide, foot, high, rim float64) *vessel {
	wall := r.Uniform(0.03, 0.036)
	v := &vessel{
		side: lathe(openAbove(from(0, 0).bend(foot, 0, 0.04).to(wide, high)), s), top: level(high), wall: wall,
		floor: 0.06, corner: 0.05, lip: 0.8 * wall, seam: 0.02, under: []mesh.Field{below(0.025, lathe(solidOf(from(0, -1).to(foot-0.05, -1).to(foot-0.05, 0.025).to(0, 0.025)), s))},
	}
	v.raise(func(p geom.Vec) float64 { return rim * window(p.Z, high-0.035, high, max(0.02, 1.2*rim)) })
	if r.Bool(0.4) {
		v.raise(stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.3, 0.3), 0.45*high, r.Uniform(0.18, 0.26), wide*0.9, 0.012))
	}
	return v
}

// turnedSection turns a section about the axis.
func turnedSection(of section, angle float64) section {
	s, c := math.Sincos(angle)
	return func(p geom.Vec) float64 {
		return of(geom.Vec{X: float64(c*p.X) + float64(s*p.Y), Y: float64(c*p.Y) - float64(s*p.X), Z: p.Z})
	}
}

// bail is the ears at both sides and the arc between them, lifted to an angle.
func bail(r *seed.Rand, side mesh.Field, high float64) (ears, wire []mesh.Field) {
	z := high - r.Uniform(0.09, 0.12)
	x := reach(side, 0, z) + 0.035
	ear := mirrored(placed(rod(0.055, -0.03, 0.025, 0.012), upright(geom.Vec{X: x, Z: z}, geom.Vec{X: 1})))
	lift, tall, thick := r.Uniform(0.6, 1.5), r.Uniform(1, 1.25), r.Uniform(0.018, 0.022)
	s, c := math.Sincos(lift)
	var points []geom.Vec
	for i := 0; i <= 24; i++ {
		u, w := math.Sincos(math.Pi * float64(i) / 24)
		up := tall * x * u
		points = append(points, geom.Vec{X: x * 1.02 * w, Y: -float64(up * c), Z: z + float64(up*s)})
	}
	wire = []mesh.Field{tube(points, constant(thick))}
	if r.Bool(0.6) { // a grip
		top := points[len(points)/2]
		wire = append(wire, pin(top.Add(geom.Vec{X: -0.12}), top.Add(geom.Vec{X: 0.12}), 0.036))
	}
	return []mesh.Field{ear}, wire
}
