package metric

import (
	"fmt"
	"math"
	"slices"
)

// AUPRO is the area under the per-region overlap curve (Bergmann et al., "MVTec
// AD", 2021): at each threshold the share of points found, averaged over the
// defect regions so that a small region weighs as much as a large one, against the
// share of sound points wrongly found; the area up to the false-positive rate
// limit (0 < limit ≤ 1, usually 0.3), divided by limit. region[i] is 0 for a sound
// point and otherwise the number of its region, which must be unique over all
// scans that are pooled. It is NaN where there is no region, no sound point or a
// NaN score.
func AUPRO(scores []float32, region []int32, limit float64) float64 {
	if len(scores) != len(region) {
		panic(fmt.Sprintf("metric: %d scores for %d regions", len(scores), len(region)))
	}
	if !(limit > 0 && limit <= 1) {
		panic(fmt.Sprintf("metric: limit %g is not in (0, 1]", limit))
	}
	size := map[int32]int{}
	for _, r := range region {
		size[r]++
	}
	sound := size[0]
	regions := len(size)
	if sound > 0 {
		regions--
	}
	if sound == 0 || regions == 0 {
		return math.NaN()
	}
	order := make([]int32, len(scores))
	for i, s := range scores {
		if s != s {
			return math.NaN()
		}
		order[i] = int32(i)
	}
	// Ties by index, so that the sums below run in one order.
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return int(a - b)
	})
	var area, overlap, rate float64
	wrong := 0
	for i := 0; i < len(order); {
		before, rateBefore := overlap, rate
		for s := scores[order[i]]; i < len(order) && scores[order[i]] == s; i++ {
			if r := region[order[i]]; r == 0 {
				wrong++
			} else {
				overlap += 1 / float64(size[r]) / float64(regions)
			}
		}
		rate = float64(wrong) / float64(sound)
		if rate >= limit {
			// The last trapezium is cut at the limit.
			at := before
			if rate > rateBefore {
				at += (overlap - before) * (limit - rateBefore) / (rate - rateBefore)
			}
			return (area + (limit-rateBefore)*(before+at)/2) / limit
		}
		area += (rate - rateBefore) * (before + overlap) / 2
	}
	return area / limit
}
