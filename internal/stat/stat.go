package stat

import (
	"cmp"
	"slices"
)

// Median is the middle one of values, the upper of two; 0 of none. It sorts values.
func Median[T cmp.Ordered](values []T) (median T) {
	if len(values) == 0 {
		return median
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// Quantile is the value at a share (0…1) of the way from the least to the largest, the lower
// of the two beside it; 0 of none. At 0.5 it is the lower median. It sorts values.
func Quantile[T cmp.Ordered](values []T, share float64) (quantile T) {
	if len(values) == 0 {
		return quantile
	}
	slices.Sort(values)
	return values[int(share*float64(len(values)-1))]
}

// Every takes n of the items at even steps, in their order; all where there are no more.
func Every[T any](items []T, n int) []T {
	if len(items) <= n {
		return items
	}
	out := make([]T, n)
	for i := range out {
		out[i] = items[i*len(items)/n]
	}
	return out
}

// Step is how far apart items are taken, from the first on, where at most `most` of n are to
// be looked at: every one, where there are fewer.
func Step(n, most int) int { return n/most + 1 }
