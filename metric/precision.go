package metric

import "math"

// AveragePrecision is the mean of the precisions at each threshold, weighted by
// the gain in recall, Σ (Rₙ − Rₙ₋₁)·Pₙ, with no interpolation: what scikit-learn's
// average_precision_score computes. It is NaN where there is no positive or a score
// is NaN, 1 where all are positive, and panics where the lengths differ.
func AveragePrecision(scores []float32, positive []bool) float64 {
	r, ok := rank(scores, positive)
	if !ok || r.positive == 0 {
		return math.NaN()
	}
	var sum float64
	var found, seen int64
	for _, g := range r.groups {
		found += g.positive
		seen += g.positive + g.negative
		sum += float64(g.positive) * float64(found) / float64(seen)
	}
	return sum / float64(r.positive)
}

// BestF1 is the largest F1, the harmonic mean of precision and recall, over all
// thresholds, and the lowest of its thresholds: an item counts as found when its
// score is at least that. Both are NaN where AveragePrecision is.
func BestF1(scores []float32, positive []bool) (f1, threshold float64) {
	r, ok := rank(scores, positive)
	if !ok || r.positive == 0 {
		return math.NaN(), math.NaN()
	}
	var found, seen, bestSeen int64
	for _, g := range r.groups {
		found += g.positive
		seen += g.positive + g.negative
		if f := 2 * float64(found) / float64(seen+r.positive); f >= f1 {
			f1, bestSeen = f, seen
		}
	}
	return f1, kthLargest(scores, bestSeen)
}
