package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

// ball is a sphere about the origin.
func ball(radius float64) mesh.Field {
	return func(p geom.Vec) float64 { return p.Norm() - radius }
}

// brick is a box about the origin with half sides x, y, z and edges rounded by round.
func brick(x, y, z, round float64) mesh.Field {
	return func(p geom.Vec) float64 {
		a, b, c := math.Abs(p.X)-x+round, math.Abs(p.Y)-y+round, math.Abs(p.Z)-z+round
		out := geom.Vec{X: max(a, 0), Y: max(b, 0), Z: max(c, 0)}
		return out.Norm() + min(0, max(a, max(b, c))) - round
	}
}

// slab is a box from one corner to another, edges rounded.
func slab(x0, x1, y0, y1, z0, z1, round float64) mesh.Field {
	return at(brick(0.5*(x1-x0), 0.5*(y1-y0), 0.5*(z1-z0), round), 0.5*(x0+x1), 0.5*(y0+y1), 0.5*(z0+z1))
}

// rod is a cylinder about the z axis from z0 to z1, edges rounded.
func rod(radius, z0, z1, round float64) mesh.Field {
	middle, half := 0.5*(z0+z1), 0.5*(z1-z0)
	return func(p geom.Vec) float64 {
		a, b := math.Hypot(p.X, p.Y)-radius+round, math.Abs(p.Z-middle)-half+round
		return math.Hypot(max(a, 0), max(b, 0)) + min(0, max(a, b)) - round
	}
}

// ring is a torus about the z axis at height z.
func ring(radius, z, thick float64) mesh.Field {
	return func(p geom.Vec) float64 {
		return math.Hypot(math.Hypot(p.X, p.Y)-radius, p.Z-z) - thick
	}
}

// pin is a rod with round ends from a to b.
func pin(a, b geom.Vec, radius float64) mesh.Field {
	d := b.Sub(a)
	l2 := d.Norm2()
	return func(p geom.Vec) float64 {
		q := p.Sub(a)
		t := max(0, min(1, q.Dot(d)/l2))
		return q.AddScaled(-t, d).Norm() - radius
	}
}

// cone is a rod with round ends whose radius goes from ra at a to rb at b. The
// slope of the radius must be gentle.
func cone(a, b geom.Vec, ra, rb float64) mesh.Field {
	d := b.Sub(a)
	l2 := d.Norm2()
	return func(p geom.Vec) float64 {
		q := p.Sub(a)
		t := max(0, min(1, q.Dot(d)/l2))
		return q.AddScaled(-t, d).Norm() - mix(ra, rb, t)
	}
}

// upright maps the z axis onto a direction, for rods and lathes that lie or lean,
// with the origin at a place.
func upright(place, direction geom.Vec) geom.Pose {
	z := direction.Unit()
	x := geom.Vec{X: 1}
	if math.Abs(z.X) > 0.9 {
		x = geom.Vec{Z: -1}
	}
	y := z.Cross(x).Unit()
	x = y.Cross(z)
	return geom.Pose{R: geom.MatFromCols(x, y, z), T: place}
}

// strap follows a path in the xz plane with a cross-section thick (in the plane)
// by wide (along y), half sides, corners rounded by round. taper scales both along
// the path, 0…1; nil: 1.
func strap(path outline, thick, wide, round float64, taper func(t float64) float64) mesh.Field {
	c := newChain(path.line())
	near := geom.EmptyBox()
	for _, k := range c.points {
		near.Extend(geom.Vec{X: k.x, Z: k.z})
	}
	near = grown(near, geom.Vec{X: 1.5 * thick, Y: 1.5 * wide, Z: 1.5 * thick})
	return func(p geom.Vec) float64 {
		if d := outside(near, p); d > farOff {
			return d
		}
		d, t := c.distance(p.X, p.Z)
		s := 1.0
		if taper != nil {
			s = taper(t)
		}
		r := round * s
		a, b := d-float64(thick*s)+r, math.Abs(p.Y)-float64(wide*s)+r
		return math.Hypot(max(a, 0), max(b, 0)) + min(0, max(a, b)) - r
	}
}

// tube follows points in space with a radius that depends on how far along, 0…1.
func tube(points []geom.Vec, radius func(t float64) float64) mesh.Field {
	along := make([]float64, len(points))
	for i := 1; i < len(points); i++ {
		along[i] = along[i-1] + points[i].Sub(points[i-1]).Norm()
	}
	total := along[len(points)-1]
	near, widest := geom.EmptyBox(), 0.0
	for i, p := range points {
		near.Extend(p)
		widest = max(widest, radius(along[i]/total))
	}
	near = grown(near, geom.Vec{X: widest, Y: widest, Z: widest})
	return func(p geom.Vec) float64 {
		if d := outside(near, p); d > farOff {
			return d
		}
		best := math.Inf(1)
		where := 0.0
		for i := 1; i < len(points); i++ {
			d, q := points[i].Sub(points[i-1]), p.Sub(points[i-1])
			u := max(0, min(1, q.Dot(d)/d.Norm2()))
			if d2 := q.AddScaled(-u, d).Norm2(); d2 < best {
				best = d2
				where = along[i-1] + float64(u*(along[i]-along[i-1]))
			}
		}
		return math.Sqrt(best) - radius(where/total)
	}
}

// farOff is the distance beyond which the distance to a box around a solid stands
// for that to the solid: more than any seam is wide.
const farOff = 0.09

// outside is the distance of p from a box, 0 inside.
func outside(b geom.Box, p geom.Vec) float64 {
	x, y, z := max(b.Min.X-p.X, p.X-b.Max.X, 0), max(b.Min.Y-p.Y, p.Y-b.Max.Y, 0), max(b.Min.Z-p.Z, p.Z-b.Max.Z, 0)
	return math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
}

func grown(b geom.Box, by geom.Vec) geom.Box {
	return geom.Box{Min: b.Min.Sub(by), Max: b.Max.Add(by)}
}

// constant is a radius that does not change.
func constant(r float64) func(float64) float64 { return func(float64) float64 { return r } }

// below guards a solid that lies below a height: far above it the height stands for
// the distance.
func below(z float64, f mesh.Field) mesh.Field {
	return func(p geom.Vec) float64 {
		if d := p.Z - z; d > farOff {
			return d
		}
		return f(p)
	}
}

// within guards a solid that lies within a box of half width half about the z
// axis: far outside, the distance from the box stands for that from the solid.
func within(half, z0, z1 float64, f mesh.Field) mesh.Field {
	near := bounds(-half, half, -half, half, z0, z1)
	return func(p geom.Vec) float64 {
		if d := outside(near, p); d > farOff {
			return d
		}
		return f(p)
	}
}

// trimmed flattens the ends of a tube: it keeps what lies beyond the plane through
// place, on the side that direction points to.
func trimmed(f mesh.Field, place, direction geom.Vec, k float64) mesh.Field {
	n := direction.Unit()
	return func(p geom.Vec) float64 { return smax(f(p), -p.Sub(place).Dot(n), k) }
}
