package detecttest

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// face is a parallelogram of the test part.
type face struct{ at, u, v geom.Vec }

// Part is a bracket: two plates at a right angle, a block on one of them, no
// symmetry. It is about one unit wide.
func part() []face {
	var faces []face
	box := func(x0, y0, z0, x1, y1, z1 float64) {
		dx, dy, dz := geom.Vec{X: x1 - x0}, geom.Vec{Y: y1 - y0}, geom.Vec{Z: z1 - z0}
		lo, hi := geom.Vec{X: x0, Y: y0, Z: z0}, geom.Vec{X: x1, Y: y1, Z: z1}
		for _, p := range [][2]geom.Vec{{dx, dy}, {dy, dz}, {dz, dx}} {
			faces = append(faces, face{lo, p[0], p[1]}, face{hi, p[0].Scale(-1), p[1].Scale(-1)})
		}
	}
	box(0, 0, 0, 1, 0.7, 0.12)
	box(0, 0, 0.12, 0.15, 0.7, 0.6)
	box(0.5, 0.15, 0.12, 0.8, 0.35, 0.3)
	return faces
}

// Bump is where the defective part is dented and how deep; the zero value is none.
type bump struct {
	at     geom.Vec
	radius float64
	depth  float64 // along +z
}

// scan draws n points of the part in a random pose. The scalar "label" is 1 where the bump
// is.
func scan(n int, b bump, r *seed.Rand) *geom.Cloud {
	faces := part()
	cumulative := make([]float64, len(faces))
	var sum float64
	for i, f := range faces {
		sum += f.u.Cross(f.v).Norm()
		cumulative[i] = sum
	}
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	label := make([]float32, n)
	w, x, y, z := r.Quaternion()
	pose := geom.Pose{R: geom.RotationQuat(w, x, y, z), T: geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1), Z: r.Uniform(-1, 1)}}
	for i := range c.Points {
		pick, k := r.Float64()*sum, 0
		for k < len(faces)-1 && cumulative[k] < pick {
			k++
		}
		f := faces[k]
		p := f.at.AddScaled(r.Float64(), f.u).AddScaled(r.Float64(), f.v)
		if b.radius > 0 && math.Abs(p.Z-b.at.Z) < 1e-9 {
			if t := p.Sub(b.at).Norm() / b.radius; t < 1 {
				p.Z += b.depth * (1 - t*t) * (1 - t*t)
				label[i] = 1
			}
		}
		c.Points[i] = pose.ApplyVec(p).F()
	}
	c.SetScalar("label", label)
	return c
}
