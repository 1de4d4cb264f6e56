package register

import (
	"math"
	"slices"
)

// Statistics that a tenth of wild values cannot move.

// trimmedMean is the mean of the lowest share of values; it reorders them.
func trimmedMean(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := max(1, int(math.Ceil(share*float64(len(values)))))
	var sum float64
	for _, v := range values[:n] {
		sum += v
	}
	return sum / float64(n)
}

// tukey is the biweight: 1 at residual 0, falling to 0 at cut.
func tukey(r, cut float64) float64 {
	u := r / cut
	if !(u < 1 && u > -1) {
		return 0
	}
	u = 1 - float64(u*u)
	return u * u
}

const (
	// madToSigma makes the median absolute value a standard deviation of a normal
	// distribution.
	madToSigma = 1.4826
	// tukeyCut is the biweight's cut in standard deviations at which it is as good as
	// least squares to 95 % on normal noise.
	tukeyCut = 4.685
)
