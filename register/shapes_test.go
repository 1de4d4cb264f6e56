package register

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// Shapes to align in tests.

// shapes are those without a symmetry.
var shapes = []struct {
	name   string
	sample func(n int, r *seed.Rand) []geom.Vec3
}{{"bumpy", bumpy}, {"mug", mug}}

// bumpy samples a closed surface without symmetry: an ellipsoid with four knobs of
// different heights, about 2 across.
func bumpy(n int, r *seed.Rand) []geom.Vec3 {
	knobs := []struct {
		at     geom.Vec
		height float64
	}{
		{geom.Vec{X: 1}.Unit(), 0.35}, {geom.Vec{X: 0.2, Y: 1, Z: 0.3}.Unit(), 0.2},
		{geom.Vec{X: -0.5, Y: 0.2, Z: 0.8}.Unit(), 0.3}, {geom.Vec{X: -0.3, Y: -0.8, Z: -0.5}.Unit(), -0.25},
	}
	out := make([]geom.Vec3, n)
	for i := range out {
		x, y, z := r.Direction()
		d := geom.Vec{X: x, Y: y, Z: z}
		radius := 1.0
		for _, k := range knobs {
			radius += k.height * math.Exp(-12*(1-d.Dot(k.at)))
		}
		out[i] = geom.Vec{X: 0.9 * radius * x, Y: 0.75 * radius * y, Z: 0.6 * radius * z}.F()
	}
	return out
}

// mug samples an open cylinder of radius 0.5 and height 1 with a bottom and a small
// handle.
func mug(n int, r *seed.Rand) []geom.Vec3 {
	out := make([]geom.Vec3, n)
	for i := range out {
		a := r.Uniform(0, 2*math.Pi)
		switch u := r.Float64(); {
		case u < 0.04:
			b, c := r.Uniform(-math.Pi/2, math.Pi/2), r.Uniform(0, 2*math.Pi)
			arm := 0.2 + 0.03*math.Cos(c)
			out[i] = geom.Vec{X: 0.5 + arm*math.Cos(b), Y: 0.03 * math.Sin(c), Z: 0.5 + arm*math.Sin(b)}.F()
		case u < 0.2:
			radius := 0.5 * math.Sqrt(r.Float64())
			out[i] = geom.Vec{X: radius * math.Cos(a), Y: radius * math.Sin(a)}.F()
		default:
			out[i] = geom.Vec{X: 0.5 * math.Cos(a), Y: 0.5 * math.Sin(a), Z: r.Float64()}.F()
		}
	}
	return out
}

// anyPose draws a rotation and a shift of a few units.
func anyPose(r *seed.Rand) geom.Pose {
	w, x, y, z := r.Quaternion()
	return geom.Pose{R: geom.RotationQuat(w, x, y, z), T: geom.Vec{X: 3 * r.Norm(), Y: 3 * r.Norm(), Z: 3 * r.Norm()}}
}

// off is the mean distance between the places of points under two poses.
func off(points []geom.Vec3, a, b geom.Pose) float64 {
	var sum float64
	for _, p := range points {
		sum += a.ApplyVec(p.D()).Sub(b.ApplyVec(p.D())).Norm()
	}
	return sum / float64(len(points))
}

// tray samples a shallow tray of sheet of the given thickness, 1.3 long, with steep sides
// and a knob off its middle: its upper side, and half of the points on its lower side
// unless only the upper one is asked for.
func tray(n int, thickness float64, upper bool, r *seed.Rand) []geom.Vec3 {
	const steep = 2
	out := make([]geom.Vec3, n)
	for i := range out {
		x, y := r.Uniform(-0.65, 0.65), r.Uniform(-0.5, 0.5)
		z := 0.06 * math.Exp(-((x-0.3)*(x-0.3)+(y-0.1)*(y-0.1))/0.01)
		side := steep * max(math.Abs(x)-0.55, math.Abs(y)-0.4)
		if !upper && i%2 == 0 {
			z, side = z-thickness, side-thickness*math.Hypot(1, steep)
		}
		out[i] = geom.Vec{X: x, Y: y, Z: max(z, side)}.F()
	}
	return out
}
