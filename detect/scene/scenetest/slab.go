package scenetest

import (
	"blemish/geom"
	"blemish/seed"
)

// Slab draws n points of a box from -x/2 to x/2 and so on, and the true normals there. noise is
// the standard deviation of each coordinate.
func Slab(n int, x, y, z, noise float64, r *seed.Rand) (points, normals []geom.Vec3) {
	areas := [3]float64{y * z, z * x, x * y}
	half := [3]float64{x / 2, y / 2, z / 2}
	for range n {
		pick, axis := r.Float64()*(areas[0]+areas[1]+areas[2]), 0
		for axis < 2 && pick > areas[axis] {
			pick -= areas[axis]
			axis++
		}
		var p, out [3]float64
		for a := range p {
			p[a] = r.Uniform(-half[a], half[a])
		}
		out[axis] = 1
		if r.Bool(0.5) {
			out[axis] = -1
		}
		p[axis] = out[axis] * half[axis]
		for a := range p {
			p[a] += noise * r.Norm()
		}
		points = append(points, geom.Vec{X: p[0], Y: p[1], Z: p[2]}.F())
		normals = append(normals, geom.Vec{X: out[0], Y: out[1], Z: out[2]}.F())
	}
	return points, normals
}
