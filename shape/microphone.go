package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// microphone draws a stage microphone standing on its end, or one on a desk stand.
func microphone(r *seed.Rand) model {
	if r.Bool(0.5) {
		return deskMicrophone(r)
	}
	head, grip := r.Uniform(0.13, 0.16), r.Uniform(0.075, 0.09)
	foot := grip * r.Uniform(0.6, 0.8)
	neck := r.Uniform(0.64, 0.7)
	top := 1.0
	line := from(0, 0).bend(foot, 0, 0.01).bend(foot, 0.04, 0.008).bend(foot*0.9, 0.05, 0.005).to(foot, 0.07).to(grip, neck-0.08).bend(head*0.8, neck, 0.02)
	if r.Bool(0.5) { // a ball
		line = line.through(pt{head * 0.97, neck + 0.09}, pt{head, neck + 0.17}, pt{head * 0.8, neck + 0.29}, pt{head * 0.4, top - 0.012}, pt{0, top})
	} else { // flat above
		line = line.through(pt{head, neck + 0.1}, pt{head, neck + 0.2}).bend(head*0.9, top, 0.06).to(0, top)
	}
	body := raised(lathe(solidOf(line), roundSection), gauze(r, neck+0.02, head))
	ring := ring(head*0.98, neck+r.Uniform(0.12, 0.16), 0.018)
	key := at(brick(0.024, 0.02, 0.06, 0.012), 0, -grip*0.93, r.Uniform(0.42, 0.52))
	plug := rod(foot*0.62, -1, 0.05, 0.005)
	solid := join(0.01, cut(0.005, join(0.008, body, ring), plug), at(rod(0.016, 0, 0.06, 0.008), 0, 0, 0), key)
	return model{solid, bounds(-0.22, 0.22, -0.22, 0.22, -0.02, 1.02), 0.0082}
}

// gauze is the relief of woven wire over a head above a height.
func gauze(r *seed.Rand, low, radius float64) func(p geom.Vec) float64 {
	n := float64(18 + 2*r.Intn(4))
	pitch := 2 * math.Pi * radius / n
	return func(p geom.Vec) float64 {
		if p.Z < low {
			return 0
		}
		a := math.Sin(0.5 * n * math.Atan2(p.Y, p.X))
		b := math.Sin(math.Pi * p.Z / pitch)
		return -0.007 * a * a * b * b * step(p.Z, low, low+0.03) * step(math.Hypot(p.X, p.Y), 0.25*radius, 0.5*radius)
	}
}

// deskMicrophone is a heavy foot, a bent neck and a capsule.
func deskMicrophone(r *seed.Rand) model {
	foot := r.Uniform(0.2, 0.27)
	base := raised(lathe(solidOf(from(0, 0).bend(foot, 0, 0.012).bend(foot*0.97, 0.05, 0.03).through(pt{foot * 0.5, 0.075}, pt{0.07, 0.095}, pt{0.05, 0.12}).to(0, 0.12)),
		[]section{roundSection, ovalSection(r.Uniform(0.75, 0.95), 3), facetSection(6+2*r.Intn(2), 0.06, 0)}[r.Intn(3)]), bands(0.02, 0.05, 1, -0.005))
	lean, tall := r.Uniform(0.1, 0.3), r.Uniform(0.55, 0.68)
	path := from(0, 0.08).through(pt{0, 0.3}, pt{0.3 * lean, 0.3 + 0.6*(tall-0.3)}, pt{lean, tall})
	thick := r.Uniform(0.024, 0.03)
	neck := strap(path, thick, thick, thick, nil)
	s, c := math.Sincos(r.Uniform(0.4, 1.2))
	direction := geom.Vec{X: s, Z: c}
	long, radius := r.Uniform(0.24, 0.32), r.Uniform(0.075, 0.1)
	line := from(0, 0).bend(0.045, 0, 0.01).bend(radius*0.9, 0.09, 0.03).bend(radius, long*0.5, 0.01).bend(radius, long, radius*r.Uniform(0.3, 0.9)).to(0, long)
	capsule := raised(lathe(solidOf(line), roundSection), gauze(r, 0.12, radius))
	head := placed(within(radius+0.02, 0, long+0.02, join(0.008, capsule, ring(radius, 0.11, 0.016))), upright(geom.Vec{X: lean, Z: tall}.AddScaled(-0.03, direction), direction))
	key := at(rod(0.03, 0, 0.03, 0.01), foot*0.62, 0, 0.05)
	return model{join(0.015, below(0.12, base), neck, head, mesh.Field(key)), bounds(-0.32, 0.7, -0.32, 0.32, -0.01, tall+0.42), 0.0085}
}
