package detect

import "math"

// Student's t distribution, for thresholds that are learnt from few scans.

// studentTail is the probability that Student's t exceeds a value, for whole degrees of freedom from
// 1 on: the finite series of Abramowitz and Stegun, Handbook of Mathematical Functions
// (1964), 26.7.3 and 26.7.4.
func studentTail(t float64, freedom int) float64 {
	if t < 0 {
		return 1 - studentTail(-t, freedom)
	}
	theta := math.Atan(t / math.Sqrt(float64(freedom)))
	sin, cos := math.Sincos(theta)
	sum, term, first := 0.0, 1.0, 2
	if freedom%2 == 1 {
		term, first = cos, 3
	}
	for k := first; k <= freedom; k += 2 {
		sum += term
		term *= cos * cos * float64(k-1) / float64(k)
	}
	within := sin * sum
	if freedom%2 == 1 {
		within = 2 / math.Pi * (theta + within)
	}
	return (1 - within) / 2
}

// studentQuantile is the value that Student's t exceeds with a probability, above 0 and up to one half.
func studentQuantile(tail float64, freedom int) float64 {
	lo, hi := 0.0, 1.0
	for studentTail(hi, freedom) > tail {
		lo, hi = hi, 2*hi
	}
	for range 60 {
		if mid := (lo + hi) / 2; studentTail(mid, freedom) > tail {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
