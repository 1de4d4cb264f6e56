package register

import (
	"math"

	"blemish/geom"
)

// Rotations to start from.

// spiral returns n rotations spread evenly over all rotations (Alexa,
// "Super-Fibonacci spirals", 2022).
func spiral(n int) []geom.Mat3 {
	const psi = 1.533751168755204288118041
	out := make([]geom.Mat3, n)
	for i := range out {
		s := float64(i) + 0.5
		t := s / float64(n)
		d := 2 * math.Pi * s
		r, big := math.Sqrt(t), math.Sqrt(1-t)
		sa, ca := math.Sincos(d / math.Sqrt2)
		sb, cb := math.Sincos(d / psi)
		out[i] = geom.RotationQuat(big*cb, r*sa, r*ca, big*sb)
	}
	return out
}

// alike is the ratio of neighbouring eigenvalues above which the axes between them
// mean nothing: a tenth more or less of surface, as a defect may remove, turns them.
const alike = 0.8

// principal returns the rotations that bring the principal frame of source onto
// that of target: the four proper choices of signs, and where two eigenvalues are
// alike, turns about the third axis in steps of 15° each.
func principal(source, target geom.Mat3) []geom.Mat3 {
	sv, sf := geom.SymEigen(source)
	tv, tf := geom.SymEigen(target)
	var out []geom.Mat3
	for _, sign := range [4]geom.Mat3{
		{1, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 0, 0, 0, -1, 0, 0, 0, -1},
		{-1, 0, 0, 0, 1, 0, 0, 0, -1}, {-1, 0, 0, 0, -1, 0, 0, 0, 1},
	} {
		base := tf.T().Mul(sign).Mul(sf)
		out = append(out, base)
		for _, pair := range [2][3]int{{0, 1, 2}, {1, 2, 0}} {
			low, high, axis := pair[0], pair[1], pair[2]
			if sv[low] < alike*sv[high] && tv[low] < alike*tv[high] {
				continue
			}
			for step := 1; step < 24; step++ {
				out = append(out, geom.RotationAxis(tf.Row(axis), float64(step)*math.Pi/12).Mul(base))
			}
		}
	}
	return out
}
