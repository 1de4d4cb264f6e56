package main

import (
	"maps"
	"math"
	"slices"
)

// moments are the mean and the standard deviation (n-1) of some values.
func moments(values []float64) (mean, spread float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		spread += (v - mean) * (v - mean) / float64(max(1, len(values)-1))
	}
	return mean, math.Sqrt(spread)
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
