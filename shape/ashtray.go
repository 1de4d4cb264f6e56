package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// ashtray draws a low dish with a thick wall and grooves across the rim.
func ashtray(r *seed.Rand) model {
	high, wide := r.Uniform(0.17, 0.28), 0.5
	wall := r.Uniform(0.055, 0.1)
	s := []section{roundSection, ovalSection(1, r.Uniform(3, 7)), facetSection(5+r.Intn(4), 0.06, 0), ovalSection(r.Uniform(0.7, 0.9), 2.5), fluted(roundSection, 12+2*r.Intn(5), 0.02, r.Uniform(0, 0.5))}[r.Intn(5)]
	base := wide * r.Uniform(0.78, 1)
	v := vessel{
		side: lathe(openAbove(from(0, 0).bend(base, 0, 0.025).to(wide, high)), s), top: level(high), wall: wall,
		floor: r.Uniform(0.05, 0.07), corner: r.Uniform(0.03, 0.1), lip: r.Uniform(0.02, 0.04),
		under: []mesh.Field{rod(base*0.6, -1, 0.015, 0.005)},
	}
	n, groove := 2+r.Intn(4), r.Uniform(0.035, 0.055)
	lowest := high - r.Uniform(0, 0.5)*groove
	turn := r.Uniform(0, math.Pi)
	rests := around(n, func(p geom.Vec) float64 {
		if p.X < 0 {
			return math.Hypot(p.X, math.Hypot(p.Y, p.Z-lowest))
		}
		return math.Hypot(p.Y, p.Z-lowest) - groove
	})
	if v.relief = bands(0.35*high, 0.75*high, 1, r.Uniform(-0.012, 0.012)); r.Bool(0.4) {
		v.relief = stamped(drawEmblem(r), r.Uniform(0, 2*math.Pi), 0.5*high, 0.6*high, wide, 0.012)
	}
	solid := cut(0.012, v.field, turned(rests, geom.Vec{Z: 1}, turn))
	return model{solid, bounds(-0.62, 0.62, -0.62, 0.62, -0.01, high+0.01), 0.0135}
}
