package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// eraser draws a block of rubber: with bevelled ends, in a sleeve, or a soap-like
// round one, one corner worn.
func eraser(r *seed.Rand) model {
	x, y, z := 0.5, r.Uniform(0.19, 0.3), r.Uniform(0.1, 0.16)
	kind := r.Intn(3)
	slant := 0.0
	if kind == 0 {
		slant = r.Uniform(0.15, 0.5)
	}
	round := r.Uniform(0.015, 0.05)
	if kind == 2 {
		round = z * r.Uniform(0.6, 0.95)
	}
	block := brick(x, y, z, round)
	body := func(p geom.Vec) float64 {
		p.X -= float64(slant * p.Z)
		return block(p) / math.Sqrt(1+slant*slant)
	}
	// Use takes away one corner.
	worn := r.Uniform(0.3, 0.6)
	corner := geom.Vec{X: x + 0.08, Y: r.Uniform(-0.2, 0.2), Z: z + worn}
	used := func(p geom.Vec) float64 { return p.Sub(corner).Norm() - worn }
	solid := mesh.Field(body)
	if kind != 2 || r.Bool(0.5) {
		solid = cut(0.06, solid, used)
	}
	if kind == 1 { // a sleeve of card
		x0, x1 := -x*r.Uniform(0.6, 0.8), x*r.Uniform(0.1, 0.4)
		solid = join(0.006, solid, slab(x0, x1, -y-0.02, y+0.02, -z-0.02, z+0.02, 0.014))
	}
	e, size, across := drawEmblem(r), 1.2*y, r.Uniform(-0.25, 0)
	height := math.Copysign(0.014, r.Uniform(-1, 1))
	marked := raised(solid, func(p geom.Vec) float64 {
		if p.Z < 0 {
			return 0
		}
		return height * step(-size*e(p.Y/size, (p.X-across)/size), -0.011, 0.011)
	})
	return model{marked, bounds(-0.68, 0.68, -y-0.04, y+0.04, -z-0.04, z+0.04), 0.0125}
}
