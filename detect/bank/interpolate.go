package bank

import (
	"context"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// From values at a few places to values at all points.

// Interpolate spreads values, rows of width numbers that belong to the points of a
// tree, to other points: each gets the mean of the rows of its k nearest, weighted
// by the inverse of the squared distance (Shepard, "A two-dimensional interpolation
// function for irregularly-spaced data", 1968; k of 3 is usual). A point where one
// or more of the tree's lie gets the mean of these. Rows of points that are not
// finite, and all rows of an empty tree, are 0. Neighbours are those of Tree.KNN.
func Interpolate(ctx context.Context, workers task.Workers, from *spatial.Tree, values []float32, width int, points []geom.Vec3, k int) ([]float32, error) {
	if width <= 0 || len(values) != from.Len()*width {
		return nil, fmt.Errorf("interpolate: %d values are no rows of %d for %d places", len(values), width, from.Len())
	}
	if k <= 0 {
		return nil, fmt.Errorf("interpolate: %d neighbours; at least 1 is needed", k)
	}
	out := make([]float32, len(points)*width)
	err := task.For(ctx, workers, len(points), spatial.ChunkSize, func(_, lo, hi int) {
		var near []spatial.Neighbor
		weights, sum := make([]float64, 0, min(k, from.Len())), make([]float64, width)
		for i := lo; i < hi; i++ {
			if !points[i].Finite() {
				continue
			}
			near = from.KNN(points[i], k, near)
			weights = shepard(weights[:0], points[i], from, near)
			clear(sum)
			var total float64
			for m, w := range weights {
				if w == 0 {
					continue
				}
				total += w
				for j, v := range values[int(near[m].Index)*width:][:width] {
					sum[j] += float64(w * float64(v))
				}
			}
			for j, s := range sum {
				if total > 0 {
					out[i*width+j] = float32(s / total)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// shepard appends the weights of p's neighbours, the greatest being 1. It measures
// in float64, where the squares of float32 neither vanish nor overflow.
func shepard(weights []float64, p geom.Vec3, from *spatial.Tree, near []spatial.Neighbor) []float64 {
	least := math.Inf(1)
	for _, n := range near {
		d := math.Inf(1)
		if q := from.Points()[n.Index]; q.Finite() {
			d = p.Dist2(q)
		}
		weights = append(weights, d)
		least = min(least, d)
	}
	for m, d := range weights {
		switch {
		case math.IsInf(d, 1):
			weights[m] = 0
		case d == least: // also where both are 0
			weights[m] = 1
		default:
			weights[m] = least / d
		}
	}
	return weights
}
