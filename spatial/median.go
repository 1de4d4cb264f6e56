package spatial

import (
	"cmp"
	"slices"
)

// Selection of the median while a tree is built.

const (
	// smallRange is the number of items up to which sorting beats selecting.
	smallRange = 16
	// sampleSize is the number of items from which a pivot is chosen.
	// in long ranges, smallSample in short ones.
	sampleSize  = 31
	smallSample = 7
)

// selectNth reorders items so that along the axis none before place n is greater
// than any from n on. As in Floyd and Rivest's algorithm ("Expected time bounds
// for selection", 1975) pivots come from a sample and lie just beyond n, so that
// two partitions leave little to do. room is for as many items. Input that defeats the pivots is sorted.
func selectNth(items []item, n, axis int, room []item) {
	for tries := 0; len(items) > smallRange; tries++ {
		if tries > 40 {
			slices.SortFunc(items, func(a, b item) int {
				return cmp.Or(cmp.Compare(a.p[axis], b.p[axis]), cmp.Compare(a.id, b.id))
			})
			return
		}
		pivot := choosePivot(items, n, axis)
		less := partition(items, axis, pivot, room)
		if n < less {
			items = items[:less]
			continue
		}
		if less > 0 {
			items, n = items[less:], n-less
			continue
		}
		// The pivot is the least: set those equal to it apart.
		equal := partitionEqual(items, axis, pivot)
		if n < equal {
			return
		}
		items, n = items[equal:], n-equal
	}
	sortAlong(items, axis)
}

// choosePivot returns a value of the items a little beyond where place n is
// expected, on the side that leaves the smaller part.
func choosePivot(items []item, n, axis int) float32 {
	size := smallSample
	if len(items) > 16*sampleSize {
		size = sampleSize
	}
	var room [sampleSize]float32
	sample := room[:size]
	step := len(items) / size
	for i := range sample {
		v := items[i*step+step/2].p[axis]
		j := i
		for ; j > 0 && sample[j-1] > v; j-- {
			sample[j] = sample[j-1]
		}
		sample[j] = v
	}
	at := n * size / len(items)
	beyond := (size + 8) / 16
	if 2*n <= len(items) {
		at += beyond
	} else {
		at -= beyond
	}
	return sample[max(0, min(size-1, at))]
}

// partitionEqual moves the items equal to pivot to the front.
func partitionEqual(items []item, axis int, pivot float32) int {
	n := 0
	for i := range items {
		if items[i].p[axis] == pivot {
			items[i], items[n] = items[n], items[i]
			n++
		}
	}
	return n
}

// sortAlong sorts few items along an axis.
func sortAlong(items []item, axis int) {
	for i := 1; i < len(items); i++ {
		it := items[i]
		j := i
		for ; j > 0 && items[j-1].p[axis] > it.p[axis]; j-- {
			items[j] = items[j-1]
		}
		items[j] = it
	}
}
