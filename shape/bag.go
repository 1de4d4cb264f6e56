package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// bag draws a carrier bag or a handbag that stands open, with two handles or one.
func bag(r *seed.Rand) model {
	wide, deep, high := r.Uniform(0.3, 0.4), r.Uniform(0.13, 0.2), r.Uniform(0.6, 0.8)
	wall := r.Uniform(0.03, 0.036)
	bulge, taper := r.Uniform(0.02, 0.1), r.Uniform(-0.15, 0.15)
	corner := r.Uniform(0.03, 0.1)
	fold := r.Uniform(0, 0.25)
	// The sides swell below and are pressed in above; half of all bags are folded inwards at the ends.
	side := func(p geom.Vec) float64 {
		t := max(0, min(1.2, p.Z/high))
		x := wide * (1 + float64(taper*t)) * (1 + float64(bulge*math.Sin(math.Pi*min(1, t))))
		y := deep * (1 + float64(2*bulge*math.Sin(math.Pi*min(1, t)))) * (1 - 0.25*t)
		pleat := fold * deep * t * step(math.Abs(p.Y), y, 0)
		a, b := math.Abs(p.X)-x+pleat+corner, math.Abs(p.Y)-y+corner
		d := math.Hypot(max(a, 0), max(b, 0)) + min(0, max(a, b)) - corner
		return 0.85 * smax(d, -p.Z, 0.04)
	}
	v := vessel{side: side, top: level(high), wall: 0.85 * wall, floor: wall, corner: 0.04, lip: 0.7 * wall, seam: 0.02}
	hem := r.Uniform(0.05, 0.1)
	v.relief = func(p geom.Vec) float64 { return -0.006 * window(p.Z, high-hem-0.01, high-hem, 0.012) }
	if r.Bool(0.7) {
		e, size, z := drawEmblem(r), r.Uniform(0.2, 0.3), r.Uniform(0.4, 0.55)*high
		seamed := v.relief
		v.relief = func(p geom.Vec) float64 {
			if p.Y > 0 {
				return seamed(p)
			}
			return seamed(p) + 0.01*step(-size*e(p.X/size, (p.Z-z)/size), -0.01, 0.01)
		}
	}
	v.added = bagHandles(r, side, high, wall)
	return model{v.field, bounds(-0.55, 0.55, -0.35, 0.35, -0.01, high+0.4), wall / 2.4}
}

// bagHandles are loops on the front and the back, of cord or of flat strap.
func bagHandles(r *seed.Rand, side mesh.Field, high, wall float64) []mesh.Field {
	half, tall := r.Uniform(0.12, 0.18), r.Uniform(0.18, 0.3)
	low := high - r.Uniform(0.04, 0.16)
	path := from(-half, low).through(pt{-half, high + 0.02}, pt{-0.7 * half, high + 0.75*tall}, pt{0, high + tall}, pt{0.7 * half, high + 0.75*tall}, pt{half, high + 0.02}, pt{half, low})
	thick, flat := r.Uniform(0.018, 0.022), r.Uniform(1, 1.6)
	loop := strap(path, thick*flat, thick, 0.95*thick, nil)
	y := reach(side, 0.5*math.Pi, low) - 0.4*wall
	out := []mesh.Field{at(loop, 0, -y, 0)}
	if r.Bool(0.85) {
		out = append(out, at(loop, 0, y, 0))
	}
	return out
}
