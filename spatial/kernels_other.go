//go:build !amd64

package spatial

// Other processors use the kernels in plain Go.

func boxDist(q *[3]float32, bound float32, group *[groupFloats]float32, dist *[lanes]float32) uint32 {
	return boxDistGeneric(q, bound, group, dist)
}

func scanGroup(q *[3]float32, bound float32, group *[groupFloats]float32, coords []float32, ids []int32, d []float32, id []int32) int {
	return scanGroupGeneric(q, bound, group, coords, ids, d, id)
}

func nearerBoxes(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32) uint32 {
	return nearerBoxesGeneric(q, group, limit)
}

func lowerGroup(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32, coords, dist []float32) {
	lowerGroupGeneric(q, group, limit, coords, dist)
}

func faceBounds(q *[3]float32, _, slack, _, reach float32, _ *[cornerFloats]float32, boxes *[groupFloats]float32, low *[lanes]float32) uint32 {
	return faceBoundsGeneric(q, slack, reach, boxes, low)
}

func partitionMost([]item, int, float32, []item) (below, done int) { return 0, 0 }

func span(items []item, step int) (low, high [3]float32) { return spanGeneric(items, step) }

func splitKeys(keys []key, index []int32, dist2 []float32) { splitKeysGeneric(keys, index, dist2) }

func rankSort([]float32, []int32, int, []key) bool { return false }
