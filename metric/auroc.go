package metric

import "math"

// AUROC is the area under the receiver operating characteristic: the chance that
// a random positive has a higher score than a random negative, a tie counting
// half (Mann and Whitney, 1947). It is NaN where either kind is absent or a score
// is NaN, and panics where the lengths differ.
func AUROC(scores []float32, positive []bool) float64 {
	r, ok := rank(scores, positive)
	if !ok || r.positive == 0 || r.negative == 0 {
		return math.NaN()
	}
	// Twice the number of pairs in the right order, in integers: exact up to 2·10⁹
	// points of each kind.
	var twice, above int64
	for _, g := range r.groups {
		twice += g.negative * (2*above + g.positive)
		above += g.positive
	}
	return float64(twice) / 2 / float64(r.positive) / float64(r.negative)
}

// AUROCError is the standard error of AUROC (DeLong, DeLong and Clarke-Pearson,
// 1988), from the same scores; NaN where AUROC is, or where a kind has one item
// only.
func AUROCError(scores []float32, positive []bool) float64 {
	r, ok := rank(scores, positive)
	if !ok || r.positive < 2 || r.negative < 2 {
		return math.NaN()
	}
	m, n := float64(r.positive), float64(r.negative)
	auc := AUROC(scores, positive)
	// Placement values: for a positive the share of negatives below it, for a
	// negative the share of positives above it. Their variances add.
	var above group
	var sumPositive, sumNegative float64
	for _, g := range r.groups {
		below := float64(r.negative - above.negative - g.negative)
		v := (below+float64(g.negative)/2)/n - auc
		w := (float64(above.positive)+float64(g.positive)/2)/m - auc
		sumPositive += float64(g.positive) * v * v
		sumNegative += float64(g.negative) * w * w
		above.positive += g.positive
		above.negative += g.negative
	}
	return math.Sqrt(sumPositive/(m-1)/m + sumNegative/(n-1)/n)
}

// DeLongInterval is the confidence interval of AUROC at a level such as 0.95 from its
// standard error, AUROC ± z·AUROCError cut to 0…1 (DeLong, DeLong and Clarke-Pearson, 1988).
// Unlike AUROCInterval it rests on the scores themselves; with few scores it is too narrow,
// and where AUROC is 0 or 1 it has no width. Both ends are NaN where AUROCError is.
func DeLongInterval(scores []float32, positive []bool, level float64) (low, high float64) {
	if !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	auroc, spread := AUROC(scores, positive), math.Sqrt2*math.Erfinv(level)*AUROCError(scores, positive)
	return max(0, auroc-spread), min(1, auroc+spread)
}
