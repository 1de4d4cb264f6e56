package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/task"
)

// What a pose costs, at full resolution.

// near is the distance, in the unit of the frame, at which a point counts as
// simply off when poses are compared at last: a defect then weighs the same in
// every pose, and a handle in the wrong place still tells.
const near = 0.03

// residuals are the distances of a pose: of source points from the target's
// surface and of target points from the source's.
type residuals struct {
	source, target []float64
}

// measure takes distances of the given points of each side from the other side's
// surface, cut off at near; no target points: one-sided.
func measure(ctx context.Context, workers task.Workers, source, target *surface, pose geom.Pose, sourceIndex, targetIndex []int32) (residuals, error) {
	return measureBy((*surface).distance, ctx, workers, source, target, pose, sourceIndex, targetIndex)
}

// measureAll is measure without the cut.
func measureAll(ctx context.Context, workers task.Workers, source, target *surface, pose geom.Pose, sourceIndex, targetIndex []int32) (residuals, error) {
	return measureBy((*surface).exact, ctx, workers, source, target, pose, sourceIndex, targetIndex)
}

func measureBy(distance func(*surface, geom.Vec, float64) float64, ctx context.Context, workers task.Workers, source, target *surface, pose geom.Pose, sourceIndex, targetIndex []int32) (residuals, error) {
	r := residuals{make([]float64, len(sourceIndex)), make([]float64, len(targetIndex))}
	back := pose.Inverse()
	err := task.For(ctx, workers, len(sourceIndex)+len(targetIndex), matchChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			if i < len(sourceIndex) {
				r.source[i] = distance(target, moved(&pose, source.points[sourceIndex[i]].D()), near)
			} else {
				k := i - len(sourceIndex)
				r.target[k] = distance(source, moved(&back, target.points[targetIndex[k]].D()), near)
			}
		}
	})
	return r, err
}

// cost is the mean distance, each cut off at limit; both sides weigh the same.
func (r residuals) cost(limit float64) float64 {
	c := cutMean(r.source, limit)
	if len(r.target) == 0 {
		return c
	}
	return 0.5 * (c + cutMean(r.target, limit))
}

func cutMean(values []float64, limit float64) float64 {
	if len(values) == 0 {
		return 0
	}
	var sum float64
	for _, v := range values {
		sum += min(v, limit)
	}
	return sum / float64(len(values))
}

// share is the part of values up to limit.
func share(values []float64, limit float64) float64 {
	if len(values) == 0 {
		return 0
	}
	n := 0
	for _, v := range values {
		if v <= limit {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// advantage says by how many standard errors pose a costs less than pose b, point
// by point.
func advantage(a, b residuals, limit float64) float64 {
	var sum, variance float64
	for _, side := range [2][2][]float64{{a.source, b.source}, {a.target, b.target}} {
		n := float64(len(side[0]))
		if n < 2 {
			continue
		}
		var s, s2 float64
		for i, v := range side[0] {
			d := min(side[1][i], limit) - min(v, limit)
			s += d
			s2 += float64(d * d)
		}
		mean := s / n
		sum += mean
		variance += (s2/n - float64(mean*mean)) / n
	}
	if !(variance > 0) {
		if sum > 0 {
			return math.Inf(1)
		}
		return 0
	}
	return sum / math.Sqrt(variance)
}
