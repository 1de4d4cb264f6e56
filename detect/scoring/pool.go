package scoring

import (
	"context"
	"fmt"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// From many point scores to smooth ones, to one for the scan, and from a thinned
// scan back to all points.

// PoolNeighbors is over how many nearest points a score is averaged before the scan is
// judged by it: one wild point is no defect.
const PoolNeighbors = 16

// Pool replaces each score by the mean over the k points nearest to it, itself
// included. score belongs to tree.Points(). Points for which use is false count for
// nothing and get 0; nil: all are used.
func Pool(ctx context.Context, workers task.Workers, tree *spatial.Tree, score []float32, use []bool, k int) ([]float32, error) {
	if len(score) != tree.Len() {
		panic(fmt.Sprintf("scoring: %d scores for %d points", len(score), tree.Len()))
	}
	out := make([]float32, len(score))
	err := tree.ForNeighbors(ctx, workers, k, func(_ int, point int32, neighbors []spatial.Neighbor) {
		if use != nil && !use[point] {
			return
		}
		var sum float64
		count := 0
		for _, n := range neighbors {
			if use == nil || use[n.Index] {
				sum += float64(score[n.Index])
				count++
			}
		}
		out[point] = float32(sum / float64(max(1, count)))
	})
	return out, err
}

// Carry spreads values known at the points of tree to other points of the same
// surface: the mean of the k nearest, weighted by 1/squared distance. A point that
// is in the tree keeps its value. It returns one slice for each of values.
func Carry(ctx context.Context, workers task.Workers, tree *spatial.Tree, to []geom.Vec3, k int, values ...[]float32) ([][]float32, error) {
	out := make([][]float32, len(values))
	for v := range values {
		if len(values[v]) != tree.Len() {
			panic(fmt.Sprintf("scoring: %d values for %d points", len(values[v]), tree.Len()))
		}
		out[v] = make([]float32, len(to))
	}
	err := task.For(ctx, workers, len(to), 512, func(_, lo, hi int) {
		var near []spatial.Neighbor
		weight := make([]float64, k)
		for i := lo; i < hi; i++ {
			near = tree.KNN(to[i], k, near)
			if len(near) == 0 {
				continue
			}
			if near[0].Dist2 == 0 {
				near = near[:1]
			}
			var total float64
			for j, n := range near {
				weight[j] = 1
				if near[0].Dist2 > 0 {
					weight[j] = float64(near[0].Dist2) / float64(n.Dist2)
				}
				total += weight[j]
			}
			for v := range values {
				var sum float64
				for j, n := range near {
					sum += float64(weight[j] * float64(values[v][n.Index]))
				}
				out[v][i] = float32(sum / total)
			}
		}
	})
	return out, err
}
