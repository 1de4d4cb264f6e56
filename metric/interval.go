package metric

import "math"

// AUROCInterval is the confidence interval of an AUROC that was measured on so many
// positives and negatives, at a level such as 0.95 (Newcombe, "Confidence intervals
// for an effect size measure based on the Mann–Whitney statistic, part 2", 2006,
// method 5): all values from which the measured one is no farther off than the
// normal quantile times the standard error of Hanley and McNeil (1982) there, with
// (m+n)/2 in place of m and n. Unlike an interval of twice the standard error it
// holds for few scans, stays within 0…1, and has a width where the AUROC is 0 or 1.
// Both ends are NaN where auroc is, or where a kind is absent.
func AUROCInterval(auroc float64, positives, negatives int, level float64) (low, high float64) {
	if !(auroc >= 0 && auroc <= 1) || positives < 1 || negatives < 1 || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	z := math.Sqrt2 * math.Erfinv(level)
	m, n := float64(positives), float64(negatives)
	spread := func(a float64) float64 {
		mean := (m+n)/2 - 1
		return z * math.Sqrt(a*(1-a)*(1+mean*((1-a)/(2-a)+a/(1+a)))/(m*n))
	}
	// a − spread(a) and a + spread(a) cross the measured value once each.
	low = bisect(0, auroc, func(a float64) bool { return a+spread(a) < auroc })
	high = bisect(auroc, 1, func(a float64) bool { return a-spread(a) < auroc })
	return low, high
}

// bisect is where below turns false between lo and hi.
func bisect(lo, hi float64, below func(float64) bool) float64 {
	for range 60 {
		if mid := (lo + hi) / 2; below(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}
