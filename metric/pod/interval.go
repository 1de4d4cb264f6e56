package pod

import "math"

// The interval of a share that was counted.

// ClopperPearson is the exact confidence interval of a probability of which k of n were
// counted, at a level such as 0.95 (Clopper and Pearson, 1934): at least that level,
// for few n much more. Both ends are NaN unless 0 ≤ k ≤ n, n ≥ 1 and 0 < level < 1.
func ClopperPearson(k, n int, level float64) (low, high float64) {
	if k < 0 || k > n || n < 1 || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	tail := (1 - level) / 2
	low, high = 0, 1
	if k > 0 { // where k or more come by chance with the probability tail
		low = crossing(func(p float64) bool { return 1-atMost(k-1, n, p) < tail })
	}
	if k < n { // where k or fewer do
		high = crossing(func(p float64) bool { return atMost(k, n, p) > tail })
	}
	return low, high
}

// crossing is where below turns false between 0 and 1.
func crossing(below func(p float64) bool) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		if mid := (lo + hi) / 2; below(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// atMost is the probability of at most k of n, each of probability p within 0 and 1.
func atMost(k, n int, p float64) float64 {
	all, _ := math.Lgamma(float64(n) + 1)
	var sum float64
	for i := 0; i <= k; i++ {
		a, _ := math.Lgamma(float64(i) + 1)
		b, _ := math.Lgamma(float64(n-i) + 1)
		sum += math.Exp(all - a - b + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return sum
}
