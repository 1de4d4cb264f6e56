package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

// Fields are signed distances, negative inside, or bounds of them that grow no
// faster than the distance does.

// smin is the smaller of two numbers with the corner rounded over a width k
// (polynomial smooth minimum, Quilez); plain minimum for k <= 0.
func smin(a, b, k float64) float64 {
	if k <= 0 {
		return min(a, b)
	}
	h := max(k-math.Abs(a-b), 0) / k
	return min(a, b) - float64(h*h*k)*0.25
}

// smax is the larger of two numbers, the corner rounded over a width k.
func smax(a, b, k float64) float64 { return -smin(-a, -b, k) }

// join is the union of solids, the seams filled over a width k.
func join(k float64, parts ...mesh.Field) mesh.Field {
	return func(p geom.Vec) float64 {
		d := parts[0](p)
		for _, f := range parts[1:] {
			d = smin(d, f(p), k)
		}
		return d
	}
}

// cut takes tools away from a solid, the new edges rounded over a width k.
func cut(k float64, body mesh.Field, tools ...mesh.Field) mesh.Field {
	return func(p geom.Vec) float64 {
		d := body(p)
		for _, f := range tools {
			d = smax(d, -f(p), k)
		}
		return d
	}
}

// placed moves a solid: pose maps the solid's own frame into the object's.
func placed(f mesh.Field, pose geom.Pose) mesh.Field {
	back := pose.Inverse()
	return func(p geom.Vec) float64 { return f(back.ApplyVec(p)) }
}

// at moves a solid without turning it.
func at(f mesh.Field, x, y, z float64) mesh.Field {
	to := geom.Vec{X: x, Y: y, Z: z}
	return func(p geom.Vec) float64 { return f(p.Sub(to)) }
}

// turned turns a solid about an axis through the origin, radians.
func turned(f mesh.Field, axis geom.Vec, angle float64) mesh.Field {
	back := geom.RotationAxis(axis, -angle)
	return func(p geom.Vec) float64 { return f(back.MulVec(p)) }
}

// mirrored repeats what lies at x > 0 at x < 0.
func mirrored(f mesh.Field) mesh.Field {
	return func(p geom.Vec) float64 { return f(geom.Vec{X: math.Abs(p.X), Y: p.Y, Z: p.Z}) }
}

// around repeats a solid n times about the z axis. It must lie about the +x axis
// within a wedge of a full turn over n.
func around(n int, f mesh.Field) mesh.Field {
	step := 2 * math.Pi / float64(n)
	return func(p geom.Vec) float64 {
		k := math.Round(math.Atan2(p.Y, p.X) / step)
		s, c := math.Sincos(-k * step)
		return f(geom.Vec{X: float64(c*p.X) - float64(s*p.Y), Y: float64(s*p.X) + float64(c*p.Y), Z: p.Z})
	}
}

// raised lifts the surface of a solid by height(p), or sinks it where that is
// negative. The height must not be steep: at most a slope of one half.
func raised(f mesh.Field, height func(p geom.Vec) float64) mesh.Field {
	return func(p geom.Vec) float64 {
		d := f(p)
		if math.Abs(d) > 0.1 { // far off the surface nothing depends on it
			return d
		}
		return d - height(p)
	}
}

// mix is a at t = 0 and b at t = 1.
func mix(a, b, t float64) float64 { return a + float64(t*(b-a)) }

// step rises smoothly from 0 at lo to 1 at hi; lo > hi falls.
func step(x, lo, hi float64) float64 {
	t := max(0, min(1, (x-lo)/(hi-lo)))
	return t * t * (3 - 2*t)
}

// window is 1 between lo and hi and falls to 0 within soft outside.
func window(x, lo, hi, soft float64) float64 {
	return step(x, lo-soft, lo) * step(x, hi+soft, hi)
}

// box about the origin or elsewhere, for a model's bounds.
func bounds(x0, x1, y0, y1, z0, z1 float64) geom.Box {
	return geom.Box{Min: geom.Vec{X: x0, Y: y0, Z: z0}, Max: geom.Vec{X: x1, Y: y1, Z: z1}}
}
