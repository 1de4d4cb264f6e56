package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

// vessel is a container with a wall: a body that is open above, hollowed at a
// distance from its side.
type vessel struct {
	side   mesh.Field                               // the outer body, closed below, going on above the rim
	relief func(p geom.Vec) float64                 // height of what stands out of the outside only; nil: none
	top    func(p geom.Vec) float64                 // height of the rim
	wall   float64                                  // thickness of the side
	floor  float64                                  // height of the inner floor
	corner float64                                  // width of the rounding between floor and side
	lip    float64                                  // width of the rounding of the rim
	added  []mesh.Field                             // handles and the like: joined to the outside, cut by the inside
	over   []mesh.Field                             // what may pass above the opening: joined last, not cut by the inside
	seam   float64                                  // width of the fillet where they join
	under  []mesh.Field                             // cut from the outside only: foot rings, punts
	within func(cavity float64, p geom.Vec) float64 // changes the cavity; nil: nothing
}

// level is a rim of one height.
func level(z float64) func(geom.Vec) float64 { return func(geom.Vec) float64 { return z } }

// field is the vessel as one solid.
func (v *vessel) field(p geom.Vec) float64 {
	side := v.side(p)
	outer := side
	if v.relief != nil && math.Abs(side) < 0.1 {
		outer -= v.relief(p)
	}
	outer = smax(outer, p.Z-v.top(p), v.lip)
	for _, f := range v.added {
		outer = smin(outer, f(p), v.seam)
	}
	for _, f := range v.under {
		outer = smax(outer, -f(p), 0.5*v.wall)
	}
	cavity := smax(side+v.wall, v.floor-p.Z, v.corner)
	if v.within != nil {
		cavity = v.within(cavity, p)
	}
	solid := smax(outer, -cavity, v.lip)
	for _, f := range v.over {
		solid = smin(solid, f(p), v.seam)
	}
	return solid
}

// raise adds to the relief.
func (v *vessel) raise(relief func(p geom.Vec) float64) {
	if v.relief != nil {
		relief = all(v.relief, relief)
	}
	v.relief = relief
}

// thread is a relief: a helical ridge about the z axis between two heights.
func thread(z0, z1, pitch, height float64) func(p geom.Vec) float64 {
	return func(p geom.Vec) float64 {
		w := window(p.Z, z0, z1, 0.5*pitch)
		if w == 0 {
			return 0
		}
		turn := p.Z/pitch - math.Atan2(p.Y, p.X)/(2*math.Pi)
		c := 0.5 + 0.5*math.Cos(2*math.Pi*turn)
		return height * w * c * c * (3 - 2*c)
	}
}

// bands is a relief of n rings between two heights, each standing out (or, with a
// negative height, sunk in), less where the rings are narrow.
func bands(z0, z1 float64, n int, height float64) func(p geom.Vec) float64 {
	pitch := (z1 - z0) / float64(n)
	height = math.Copysign(min(math.Abs(height), 0.2*pitch), height)
	return func(p geom.Vec) float64 {
		if p.Z <= z0 || p.Z >= z1 {
			return 0
		}
		s := math.Sin(math.Pi * (p.Z - z0) / pitch)
		return height * s * s
	}
}

// reach is how far out from the z axis the surface of a body lies at an angle and a height.
func reach(body mesh.Field, angle, z float64) float64 {
	s, c := math.Sincos(angle)
	lo, hi := 0.0, 1.0
	for i := 0; i < 30; i++ {
		mid := 0.5 * (lo + hi)
		if body(geom.Vec{X: mid * c, Y: mid * s, Z: z}) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// all adds reliefs up.
func all(reliefs ...func(p geom.Vec) float64) func(p geom.Vec) float64 {
	return func(p geom.Vec) float64 {
		var sum float64
		for _, f := range reliefs {
			sum += f(p)
		}
		return sum
	}
}
