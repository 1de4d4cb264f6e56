package feature

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// How far off its own surface a scan's points are.

const (
	// noiseAround is how many points the surface around one is fitted to, quadric the unknowns
	// of that surface: a height over a plane, its slopes and its second derivatives.
	noiseAround, quadric = 12, 6
	// noisePlaces is about how many surfaces are fitted.
	noisePlaces = 2000

	// Of χ²/f with f = noiseAround − quadric degrees of freedom: the 10 % quantile, the 97.5 %
	// quantile, and the mean of what lies below that.
	tenthOf, mostOf, meanBelow = 0.36735, 2.40823, 0.95303
)

// Noise is the standard deviation of a scan's points along the normal of its own surface, in its
// unit: of what a quadric, fitted by least squares to the twelve nearest points of one face, leaves
// of their heights, with its degrees of freedom. Most of a coarse scan may lie
// at edges, which no quadric fits: variances count up to what chance explains of the mean of those that count,
// beginning from the tenth from below (the idea of reweighted estimates; Rousseeuw and Leroy, Robust
// Regression and Outlier Detection, 1987). 0 where there is none, or nowhere are enough points.
//
// facing tells faces apart where points of two lie close by, as on a thin wall: a unit normal for
// each point, zero where a point does not count; nil: all are of one face. Of points that are the same, one counts.
// What neighbours are off together, as by a bend of the scanner's field, does not show.
func Noise(ctx context.Context, workers task.Workers, points, facing []geom.Vec3) (float64, error) {
	distinct, err := placesOf(ctx, workers, points)
	if err != nil {
		return 0, err
	}
	if facing != nil {
		facing = distinct.gather(facing)
	}
	t := distinct.tree
	points = t.Points()
	stride := stat.Step(len(points), noisePlaces)
	variance := make([]float64, task.Count(len(points), stride))
	err = task.For(ctx, workers, len(variance), 16, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for o := lo; o < hi; o++ {
			i := t.Order()[o*stride]
			near = t.KNN(points[i], 3*noiseAround, near)
			variance[o] = unexplained(points, face(near, facing, i))
		}
	})
	if err != nil {
		return 0, err
	}
	variance = slices.DeleteFunc(variance, func(v float64) bool { return v < 0 })
	if len(variance) == 0 {
		return 0, nil
	}
	slices.Sort(variance)
	level := variance[len(variance)/10] / tenthOf
	for range 100 {
		sum, count := 0.0, 0
		for _, v := range variance {
			if v > mostOf*level {
				break
			}
			sum += v
			count++
		}
		next := sum / float64(max(1, count)) / meanBelow
		if math.Abs(next-level) <= 1e-9*level {
			break
		}
		level = next
	}
	return math.Sqrt(level), nil
}

// face is the nearest points that lie on the face of point i, itself among them; none where they are
// too few.
func face(near []spatial.Neighbor, facing []geom.Vec3, i int32) []spatial.Neighbor {
	if facing != nil {
		side := facing[i].D()
		near = slices.DeleteFunc(near, func(n spatial.Neighbor) bool { return !(facing[n.Index].D().Dot(side) > SameFace) })
	}
	if len(near) < noiseAround {
		return nil
	}
	return near[:noiseAround]
}

// unexplained is the mean square of what a quadric leaves of points, over its degrees of freedom; −1 where
// the points do not hold it. The columns are made orthogonal one after the other (Gram and Schmidt).
func unexplained(points []geom.Vec3, near []spatial.Neighbor) float64 {
	if near == nil {
		return -1
	}
	var m moments
	q := points[near[0].Index]
	for _, n := range near {
		m.add(q, points[n.Index])
	}
	_, normal, ok := m.eigen(q)
	if !ok {
		return -1
	}
	along := normal.Perpendicular()
	across := normal.Cross(along)
	reach := math.Sqrt(float64(near[len(near)-1].Dist2))
	var column [quadric + 1][noiseAround]float64
	for k, n := range near {
		d := points[n.Index].D().Sub(q.D()).Scale(1 / reach)
		u, v := d.Dot(along), d.Dot(across)
		for c, x := range [quadric + 1]float64{1, u, v, u * u, u * v, v * v, d.Dot(normal)} {
			column[c][k] = x
		}
	}
	heights := &column[quadric]
	for c := range quadric {
		a := &column[c]
		size := product(a, a)
		if !(size > 1e-9) { // points on a line or two
			return -1
		}
		for later := c + 1; later <= quadric; later++ {
			b := &column[later]
			share := product(a, b) / size
			for k := range b {
				b[k] -= float64(share * a[k])
			}
		}
	}
	return product(heights, heights) / (noiseAround - quadric) * reach * reach
}

func product(a, b *[noiseAround]float64) float64 {
	var sum float64
	for k := range a {
		sum += float64(a[k] * b[k])
	}
	return sum
}
