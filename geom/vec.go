package geom

import "math"

// Vec3 is a point or direction in storage precision.
type Vec3 struct{ X, Y, Z float32 }

// Vec is a point or direction in working precision; fits and sums use it.
type Vec struct{ X, Y, Z float64 }

// D widens p to working precision.
func (p Vec3) D() Vec { return Vec{float64(p.X), float64(p.Y), float64(p.Z)} }

// F rounds v to storage precision.
func (v Vec) F() Vec3 { return Vec3{float32(v.X), float32(v.Y), float32(v.Z)} }

// Finite reports whether no coordinate is NaN or infinite.
func (p Vec3) Finite() bool {
	// x-x is 0 for every finite x and NaN for the rest.
	return p.X-p.X == 0 && p.Y-p.Y == 0 && p.Z-p.Z == 0
}

// Dist2 is the squared Euclidean distance between p and q, in float64.
func (p Vec3) Dist2(q Vec3) float64 {
	dx := float64(p.X) - float64(q.X)
	dy := float64(p.Y) - float64(q.Y)
	dz := float64(p.Z) - float64(q.Z)
	return float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
}

// Add returns v + w.
func (v Vec) Add(w Vec) Vec { return Vec{v.X + w.X, v.Y + w.Y, v.Z + w.Z} }

// Sub returns v - w.
func (v Vec) Sub(w Vec) Vec { return Vec{v.X - w.X, v.Y - w.Y, v.Z - w.Z} }

// Scale returns s·v.
func (v Vec) Scale(s float64) Vec { return Vec{s * v.X, s * v.Y, s * v.Z} }

// AddScaled returns v + s·w.
func (v Vec) AddScaled(s float64, w Vec) Vec {
	return Vec{v.X + float64(s*w.X), v.Y + float64(s*w.Y), v.Z + float64(s*w.Z)}
}

// Dot is the inner product.
func (v Vec) Dot(w Vec) float64 {
	return float64(v.X*w.X) + float64(v.Y*w.Y) + float64(v.Z*w.Z)
}

// Cross is the right-handed vector product.
func (v Vec) Cross(w Vec) Vec {
	return Vec{
		float64(v.Y*w.Z) - float64(v.Z*w.Y),
		float64(v.Z*w.X) - float64(v.X*w.Z),
		float64(v.X*w.Y) - float64(v.Y*w.X),
	}
}

// Norm2 is the squared length.
func (v Vec) Norm2() float64 { return v.Dot(v) }

// Norm is the length.
func (v Vec) Norm() float64 { return math.Sqrt(v.Dot(v)) }

// Unit returns v / |v|, and the zero vector where |v| is 0 or not finite.
func (v Vec) Unit() Vec {
	n := v.Norm()
	if !(n > 0) || math.IsInf(n, 0) {
		return Vec{}
	}
	return Vec{v.X / n, v.Y / n, v.Z / n}
}

// Perpendicular returns a unit vector at a right angle to v, the same for the
// same v. v must not be zero.
func (v Vec) Perpendicular() Vec {
	ax, ay, az := math.Abs(v.X), math.Abs(v.Y), math.Abs(v.Z)
	e := Vec{0, 0, 1}
	switch {
	case ax <= ay && ax <= az:
		e = Vec{1, 0, 0}
	case ay <= az:
		e = Vec{0, 1, 0}
	}
	return v.Cross(e).Unit()
}
