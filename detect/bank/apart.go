package bank

import "math"

// The squared distance in float32, which rules out before Dist2 decides.

// apartGeneric is the squared distance of two vectors in float32.
func apartGeneric(a, b []float32) float32 {
	var s0, s1 float32
	b = b[:len(a)]
	i := 0
	for ; i+2 <= len(a); i += 2 {
		d0, d1 := a[i]-b[i], a[i+1]-b[i+1]
		s0 += float32(d0 * d0)
		s1 += float32(d1 * d1)
	}
	if i < len(a) {
		d := a[i] - b[i]
		s0 += float32(d * d)
	}
	return s0 + s1
}

// fartherThan reports whether a and b are certainly farther apart than the squared
// distance limit. All terms of the sum are positive, so that rounding changes it by
// three roundings a term and one an addition, relative to itself. Where much of it may
// have vanished or overflowed, Dist2 decides.
func fartherThan(a, b []float32, limit float64) bool {
	d := float64(apart(a, b))
	return d > 1e-30 && d <= math.MaxFloat32 && d*(1-0x1p-23*float64(len(a)+8)) > limit
}
