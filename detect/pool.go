package detect

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// From many point scores to smooth ones, to one for the scan, and from a thinned
// scan back to all points.

const (
	// PoolNeighbors is over how many nearest points a score is averaged before the
	// scan is judged by it: one wild point is no defect.
	PoolNeighbors = 16
	// ObjectShare is the share of a scan's points that its object score is the mean
	// of. A share, not a number, so that scans of 8,000 and 30,000 points compare.
	ObjectShare = 0.005
)

// Pool replaces each score by the mean over the k points nearest to it, itself
// included. score belongs to tree.Points().
func Pool(ctx context.Context, workers int, tree *spatial.Tree, score []float32, k int) ([]float32, error) {
	if len(score) != tree.Len() {
		panic(fmt.Sprintf("detect: %d scores for %d points", len(score), tree.Len()))
	}
	out := make([]float32, len(score))
	err := tree.ForNeighbors(ctx, workers, k, func(_ int, point int32, neighbors []spatial.Neighbor) {
		var sum float64
		for _, n := range neighbors {
			sum += float64(score[n.Index])
		}
		out[point] = float32(sum / float64(max(1, len(neighbors))))
	})
	return out, err
}

// ObjectScore is the mean of the highest share of the scores, of one at least; 0
// for no scores. Give it pooled scores.
func ObjectScore(pooled []float32, share float64) float32 {
	if len(pooled) == 0 {
		return 0
	}
	sorted := slices.Clone(pooled)
	slices.Sort(sorted)
	n := min(len(sorted), max(1, int(math.Round(share*float64(len(sorted))))))
	var sum float64
	for _, s := range sorted[len(sorted)-n:] {
		sum += float64(s)
	}
	return float32(sum / float64(n))
}

// Carry spreads values known at the points of tree to other points of the same
// surface: the mean of the k nearest, weighted by 1/squared distance. A point that
// is in the tree keeps its value. It returns one slice for each of values.
func Carry(ctx context.Context, workers int, tree *spatial.Tree, to []geom.Vec3, k int, values ...[]float32) ([][]float32, error) {
	out := make([][]float32, len(values))
	for v := range values {
		if len(values[v]) != tree.Len() {
			panic(fmt.Sprintf("detect: %d values for %d points", len(values[v]), tree.Len()))
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

// Thin chooses at most `most` points, spread evenly over space: from each cell of a
// grid the point nearest to the middle of the cell's points. It returns their
// indices in ascending order; all of them where there are no more than most. The
// same points come out in any order of the input, ties apart.
func Thin(points []geom.Vec3, most int) []int32 {
	if len(points) <= most {
		all := make([]int32, len(points))
		for i := range all {
			all[i] = int32(i)
		}
		return all
	}
	// Points of a surface fill about (diagonal/size)² cells; search the size from
	// below by halving the interval, as the count falls with it.
	diagonal := geom.BoxOf(points).Diagonal()
	lo, hi := 0.0, diagonal
	var middle []geom.Vec3
	var owner []int32
	size := diagonal / math.Sqrt(float64(most)) / 2
	for i := 0; i < 12; i++ {
		c, o := spatial.VoxelDownsample(points, size)
		if len(c) <= most {
			middle, owner, hi = c, o, size
			if float64(len(c)) > 0.9*float64(most) {
				break
			}
		} else {
			lo = size
		}
		if hi == diagonal {
			size *= 1.5
		} else {
			size = (lo + hi) / 2
		}
	}
	if middle == nil {
		middle, owner = spatial.VoxelDownsample(points, diagonal)
	}
	best := make([]int32, len(middle))
	for i := range best {
		best[i] = -1
	}
	for i, cell := range owner {
		if b := best[cell]; b < 0 || closer(points[i], points[b], middle[cell]) {
			best[cell] = int32(i)
		}
	}
	if len(best) > most { // a grid of one size cannot part them
		best = best[:most]
	}
	slices.Sort(best)
	return best
}

// closer says that a is to be preferred to b as the point nearest to m. Two points
// of a cell are equally far from their mean but for rounding: the coordinates decide.
func closer(a, b, m geom.Vec3) bool {
	da, db := a.Dist2(m), b.Dist2(m)
	if math.Abs(da-db) > 1e-4*(da+db) {
		return da < db
	}
	return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y), cmp.Compare(a.Z, b.Z)) < 0
}
