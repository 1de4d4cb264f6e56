package main

import (
	"math"

	"blemish/geom"
)

// The object's own symmetries, which a pose may be off by.

// axis is a line about which an object turns freely.
type axis struct{ direction, through geom.Vec }

// turn is the rotation about the line by an angle.
func (a axis) turn(angle float64) geom.Pose {
	r := geom.RotationAxis(a.direction, angle)
	return geom.Pose{R: r, T: a.through.Sub(r.MulVec(a.through))}
}

// alike is the most that the distance of a symmetric object from itself may grow when
// it is moved by the symmetry.
const alike = 1.05

// symmetry returns the motion near to the given one that takes the object onto
// itself, if there is one.
func (m *measurement) symmetry(s *subject, motion geom.Pose) (geom.Pose, bool) {
	fit, err := s.reference.Refine(m.ctx, s.probe, motion, m.opt)
	if err != nil {
		return geom.Pose{}, false
	}
	return fit.TargetFromSource, s.close(s.probe, fit.TargetFromSource, true) < alike*s.closeness
}

// findAxes finds the lines about which the object turns freely: near to a principal
// axis, and exactly where a small turn's own axis lies once it is refined.
func (m *measurement) findAxes(s *subject) {
	var mean geom.Vec
	for _, p := range s.probe {
		mean = mean.AddScaled(1/float64(len(s.probe)), p.D())
	}
	var spread geom.Mat3
	for _, p := range s.probe {
		d := p.D().Sub(mean)
		o := geom.Outer(d, d)
		for i := range o {
			spread[i] += o[i]
		}
	}
	_, frame := geom.SymEigen(spread)
	for i := 0; i < 3; i++ {
		own, ok := m.symmetry(s, axis{frame.Row(i), mean}.turn(1))
		if !ok {
			continue
		}
		a, ok := axisOf(own.R, own.T, mean)
		if !ok {
			continue
		}
		for _, angle := range []float64{0.3, 0.71, 1.37, 2.9} {
			ok = ok && s.close(s.probe, a.turn(angle), true) < alike*s.closeness
		}
		if ok {
			s.axes = append(s.axes, a)
		}
	}
}

// axisOf is the axis of a rotation, through the place of it that is nearest to a
// point; false where the rotation is too small to have one.
func axisOf(r geom.Mat3, t, near geom.Vec) (axis, bool) {
	d := geom.Vec{X: r[7] - r[5], Y: r[2] - r[6], Z: r[3] - r[1]}
	sine := d.Norm() / 2
	if sine < 0.1 {
		return axis{}, false
	}
	d = d.Unit()
	// In the plane through near across the axis, x - (R·x + t) = 0 is a turn about a
	// point: half the shift, and that across over the tangent of half the angle.
	angle := math.Atan2(sine, (r[0]+r[4]+r[8]-1)/2)
	shift := r.MulVec(near).Add(t).Sub(near)
	shift = shift.AddScaled(-shift.Dot(d), d)
	return axis{d, near.AddScaled(0.5, shift).AddScaled(0.5/math.Tan(angle/2), d.Cross(shift))}, true
}

// nearest is the mean distance of points in a pose from where they should be, given a
// symmetry of the object, any turn about a free axis allowed.
func (s *subject) nearest(points []geom.Vec3, pose, own, truth geom.Pose) float64 {
	best := meanApart(points, pose, own.Mul(truth))
	for _, a := range s.axes {
		at := 0.0
		for step := math.Pi / 18; step > 1e-4; step /= 3 {
			for k, middle := -3, at; k <= 3; k++ {
				angle := middle + float64(k)*step
				if d := meanApart(points, pose, a.turn(angle).Mul(own).Mul(truth)); d < best {
					best, at = d, angle
				}
			}
		}
	}
	return best
}
