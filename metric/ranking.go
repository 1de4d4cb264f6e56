package metric

import (
	"fmt"
	"math"
	"slices"
)

// Scores in order of badness, equal ones together: what every curve is made of.

// group is one threshold: how many items have exactly this score.
type group struct {
	positive, negative int64
}

// ranking is the groups from the highest score down, with the totals.
type ranking struct {
	groups             []group
	positive, negative int64
}

// rank sorts the scores into groups. ok is false where a score is NaN.
func rank(scores []float32, positive []bool) (r ranking, ok bool) {
	if len(scores) != len(positive) {
		panic(fmt.Sprintf("metric: %d scores for %d truths", len(scores), len(positive)))
	}
	// One integer a point, descending with the score, the truth in the last bit:
	// sorting plain integers is several times faster than sorting indices.
	keys := make([]uint64, len(scores))
	for i, s := range scores {
		if s != s {
			return r, false
		}
		keys[i] = uint64(^ordered(s)) << 1
		if positive[i] {
			keys[i]++
		}
	}
	slices.Sort(keys)
	for i := 0; i < len(keys); {
		var g group
		for j := i; i < len(keys) && keys[i]>>1 == keys[j]>>1; i++ {
			if keys[i]&1 == 1 {
				g.positive++
			} else {
				g.negative++
			}
		}
		r.groups = append(r.groups, g)
		r.positive += g.positive
		r.negative += g.negative
	}
	return r, true
}

// ordered maps a float to an integer of the same order; -0 and 0 are equal.
func ordered(s float32) uint32 {
	b := math.Float32bits(s + 0) // -0 + 0 is +0
	if b>>31 == 1 {
		return ^b
	}
	return b | 1<<31
}

// kthLargest is the k-th largest score, counted from 1.
func kthLargest(scores []float32, k int64) float64 {
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	return float64(sorted[int64(len(sorted))-k])
}
