package spatial

import "blemish/internal/kernels"

// The kernels on amd64.

// pack lists, for each set of 8 lanes, the lanes of the set in order.
var pack = func() (table [256][8]uint8) {
	for set := range table {
		n := 0
		for lane := 0; lane < 8; lane++ {
			if set>>lane&1 == 1 {
				table[set][n] = uint8(lane)
				n++
			}
		}
	}
	return table
}()

//go:noescape
func boxDistAVX512(q *[3]float32, bound float32, group *[groupFloats]float32, dist *[lanes]float32) uint32

//go:noescape
func scanGroupAVX512(q *[3]float32, bound float32, group *[groupFloats]float32, coords *float32, ids *int32, d *float32, id *int32) int

//go:noescape
func boxDistAVX2(q *[3]float32, bound float32, group *[groupFloats]float32, dist *[lanes]float32) uint32

//go:noescape
func scanGroupAVX2(q *[3]float32, bound float32, group *[groupFloats]float32, coords *float32, ids *int32, d *float32, id *int32, pack *[256][8]uint8) int

// boxDist is boxDistGeneric by the fastest kernel.
func boxDist(q *[3]float32, bound float32, group *[groupFloats]float32, dist *[lanes]float32) uint32 {
	switch family {
	case kernels.AVX512:
		return boxDistAVX512(q, bound, group, dist)
	case kernels.AVX2:
		return boxDistAVX2(q, bound, group, dist)
	}
	return boxDistGeneric(q, bound, group, dist)
}

// scanGroup is scanGroupGeneric by the fastest kernel.
func scanGroup(q *[3]float32, bound float32, group *[groupFloats]float32, coords []float32, ids []int32, d []float32, id []int32) int {
	switch family {
	case kernels.AVX512:
		_, _ = d[slack-1], id[slack-1]
		return scanGroupAVX512(q, bound, group, &coords[0], &ids[0], &d[0], &id[0])
	case kernels.AVX2:
		_, _ = d[slack-1], id[slack-1]
		return scanGroupAVX2(q, bound, group, &coords[0], &ids[0], &d[0], &id[0], &pack)
	}
	return scanGroupGeneric(q, bound, group, coords, ids, d, id)
}

//go:noescape
func nearerBoxesAVX512(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32) uint32

//go:noescape
func nearerBoxesAVX2(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32) uint32

//go:noescape
func lowerGroupAVX512(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32, coords, dist *float32)

//go:noescape
func lowerGroupAVX2(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32, coords, dist *float32)

// nearerBoxes is nearerBoxesGeneric by the fastest kernel.
func nearerBoxes(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32) uint32 {
	switch family {
	case kernels.AVX512:
		return nearerBoxesAVX512(q, group, limit)
	case kernels.AVX2:
		return nearerBoxesAVX2(q, group, limit)
	}
	return nearerBoxesGeneric(q, group, limit)
}

// lowerGroup is lowerGroupGeneric by the fastest kernel.
func lowerGroup(q *[3]float32, group *[groupFloats]float32, limit *[lanes]float32, coords, dist []float32) {
	switch family {
	case kernels.AVX512:
		lowerGroupAVX512(q, group, limit, &coords[0], &dist[0])
	case kernels.AVX2:
		lowerGroupAVX2(q, group, limit, &coords[0], &dist[0])
	default:
		lowerGroupGeneric(q, group, limit, coords, dist)
	}
}

//go:noescape
func faceBoundsAVX512(q *[3]float32, scale, slack, reach float32, tris *[cornerFloats]float32, low *[lanes]float32) uint32

//go:noescape
func faceBoundsAVX2(q *[3]float32, scale, slack, reach float32, tris *[cornerFloats]float32, low *[lanes]float32) uint32

// faceBounds is faceBoundsGeneric with higher bounds, from the faces themselves, where
// there is a kernel; most groups of long thin faces are ruled out by their boxes first,
// which bound, the square of reach, is for.
func faceBounds(q *[3]float32, scale, slack, bound, reach float32, tris *[cornerFloats]float32, boxes *[groupFloats]float32, low *[lanes]float32) uint32 {
	if family == kernels.Generic {
		return faceBoundsGeneric(q, slack, reach, boxes, low)
	}
	if boxDist(q, bound, boxes, low) == 0 {
		return 0
	}
	if family == kernels.AVX512 {
		return faceBoundsAVX512(q, scale, slack, reach, tris, low)
	}
	return faceBoundsAVX2(q, scale, slack, reach, tris, low)
}

//go:noescape
func partitionAVX512(items *item, n, axis int, pivot float32, above *item) int

//go:noescape
func spanAVX(items *item, n, step int, low, high *[4]float32)

// partitionMost is partition for the first done items, those at or above pivot left in
// above.
func partitionMost(items []item, axis int, pivot float32, above []item) (below, done int) {
	if family != kernels.AVX512 || len(items) < 4 {
		return 0, 0
	}
	done = len(items) &^ 3
	_ = above[len(items)-1]
	return partitionAVX512(&items[0], done, axis, pivot, &above[0]), done
}

// span is spanGeneric by the fastest kernel.
func span(items []item, step int) (low, high [3]float32) {
	if family == kernels.Generic {
		return spanGeneric(items, step)
	}
	var l, h [4]float32 // the last is of indices, which mean nothing
	spanAVX(&items[0], len(items), step, &l, &h)
	return [3]float32{l[0], l[1], l[2]}, [3]float32{h[0], h[1], h[2]}
}

//go:noescape
func splitKeysAVX512(keys *key, n int, index *int32, dist2 *float32)

// splitKeys is splitKeysGeneric by the fastest kernel.
func splitKeys(keys []key, index []int32, dist2 []float32) {
	if family == kernels.AVX512 && len(keys) > 0 {
		_, _ = index[len(keys)+lanes-1], dist2[len(keys)+lanes-1]
		_ = keys[:(len(keys)+7)&^7]
		splitKeysAVX512(&keys[0], len(keys), &index[0], &dist2[0])
		return
	}
	splitKeysGeneric(keys, index, dist2)
}

//go:noescape
func rankSortAVX512(d *float32, id *int32, n int, keys *key)

// mostRanked is the number of keys up to which rankSort is the fastest.
const mostRanked = 48

// rankSort makes keys of a few candidates in ascending order, where there is a kernel.
func rankSort(d []float32, id []int32, n int, keys []key) bool {
	if family != kernels.AVX512 || n < 4 || n > mostRanked {
		return false
	}
	_, _, _ = d[n+lanes-1], id[n+lanes-1], keys[n]
	rankSortAVX512(&d[0], &id[0], n, &keys[0])
	return true
}
