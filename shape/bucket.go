package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bucket draws a pail with a rolled rim, ears and a bail.
func bucket(r *seed.Rand) model {
	high, wide := r.Uniform(0.62, 0.8), r.Uniform(0.36, 0.44)
	wall := r.Uniform(0.03, 0.036)
	foot := wide * r.Uniform(0.68, 0.85)
	s := section(roundSection)
	if r.Bool(0.3) {
		s = ovalSection(r.Uniform(0.75, 0.9), r.Uniform(2, 3))
	}
	if r.Bool(0.3) {
		s = spouted(s, r.Uniform(0.1, 0.14), high)
		s = turnedSection(s, -0.5*math.Pi)
	}
	v := vessel{
		side: lathe(openAbove(from(0, 0).bend(foot, 0, 0.04).to(wide, high)), s), top: level(high), wall: wall,
		floor: 0.06, corner: 0.05, lip: 0.8 * wall, seam: 0.02, under: []mesh.Field{rod(foot-0.05, -1, 0.025, 0.01)},
	}
	reliefs := []func(p geom.Vec) float64{func(p geom.Vec) float64 { return 0.016 * window(p.Z, high-0.035, high, 0.02) }}
	for i := 1 + r.Intn(3); i > 0; i-- {
		z := r.Uniform(0.1, 0.8) * high
		reliefs = append(reliefs, bands(z, z+0.06, 1, r.Uniform(0.006, 0.012)))
	}
	if r.Bool(0.5) {
		reliefs = append(reliefs, stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.3, 0.3), 0.5*high, r.Uniform(0.18, 0.26), wide*0.9, 0.012))
	}
	v.relief = all(reliefs...)
	v.added, v.over = bail(r, v.side, high)
	return model{v.field, bounds(-0.62, 0.62, -0.75, 0.75, -0.01, high+0.62), wall / 2.15}
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
