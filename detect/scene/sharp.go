package scene

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

const (
	// voters is how many neighbours vote on the normal of a point.
	voters = 20
	// flatness is how far a point may be off a plane and still vote for it, in local
	// spacings, where there is no noise.
	flatness = 0.15
)

// hair is more than the rounding of a sum of votes.
const hair = 1e-9

// settled is the share of the votes from which on no other plane is tried.
const settled = 0.9

// pairs are the neighbours, counted by distance, that span the planes which a point
// may choose from: near and far ones, each in several partnerships.
var pairs = func() (list [][2]int) {
	for i := 1; i < voters; i++ {
		for _, step := range []int{1, 3, 7} {
			if i+step < voters {
				list = append(list, [2]int{i, i + step})
			}
		}
	}
	return list
}()

// sharpen replaces normals that were fitted across an edge or across the two sides of
// a thin wall. Every point chooses, among the planes through itself and two of its
// neighbours and its fitted plane, the one that most neighbours lie on, and fits it
// to those alone (after Boulch and Marlet, "Fast and robust normal estimation for
// point clouds with sharp features", 2012, with all candidates in place of random
// ones).
func sharpen(ctx context.Context, workers task.Workers, tree *spatial.Tree, normal []geom.Vec3, spacing []float64, noise float64) ([]geom.Vec3, error) {
	points := tree.Points()
	out := make([]geom.Vec3, len(points))
	err := tree.ForNeighbors(ctx, workers, voters, func(_ int, i int32, near []spatial.Neighbor) {
		var offset [voters]geom.Vec
		p := points[i].D()
		for j, n := range near {
			offset[j] = points[n.Index].D().Sub(p)
		}
		band := math.Hypot(flatness*spacing[i], 2*noise)
		e := election{offset: offset[:len(near)], band: band}
		e.try(normal[i].D())
		for _, c := range pairs {
			if e.votes > settled*float64(len(near)) {
				break // a smooth place: nearly everywhere
			}
			if c[1] < len(near) {
				e.try(offset[c[0]].Cross(offset[c[1]]).Unit())
			}
		}
		out[i] = e.fit().F()
	})
	return out, err
}

// election finds the plane through 0 that most offsets lie on.
type election struct {
	offset []geom.Vec
	band   float64
	best   geom.Vec
	votes  float64
}

// vote is what a point at a height counts for: 1 on the plane, 0 beyond the band.
func (e *election) vote(height float64) float64 {
	if t := height / e.band; t > -1 && t < 1 {
		return 1 - float64(t*t)
	}
	return 0
}

func (e *election) try(n geom.Vec) {
	if n == (geom.Vec{}) {
		return
	}
	var sum float64
	for i, d := range e.offset {
		sum += e.vote(d.Dot(n))
		if sum+float64(len(e.offset)-1-i) < e.votes-hair {
			return // not even if all others are on it
		}
	}
	if sum > e.votes {
		e.best, e.votes = n, sum
	}
}

// fit is the normal of the plane through those that voted for the best.
func (e *election) fit() geom.Vec {
	if e.best == (geom.Vec{}) {
		return e.best
	}
	var total float64
	var mean geom.Vec
	weight := make([]float64, len(e.offset))
	for i, d := range e.offset {
		weight[i] = e.vote(d.Dot(e.best))
		total += weight[i]
		mean = mean.AddScaled(weight[i], d)
	}
	mean = mean.Scale(1 / total)
	var m geom.Mat3
	for i, d := range e.offset {
		d = d.Sub(mean)
		for k, v := range geom.Outer(d, d) {
			m[k] += float64(weight[i] * v)
		}
	}
	values, vectors := geom.SymEigen(m)
	n := vectors.Row(0)
	// The voters may lie on a line; then the chosen plane stays.
	if !(values[1] > 1e-6*values[2]) || math.Abs(n.Dot(e.best)) < 0.9 {
		return e.best
	}
	return n
}

// noiseSample is at how many points the noise is measured.
const noiseSample = 2000

// roughness is the noise of the points along the normal, as a standard deviation:
// how closely the better part of the neighbours can be brought to one plane (the
// idea of least median of squares; Rousseeuw, 1984), at the median point. Neither
// edges nor a second wall close by count as noise.
func roughness(ctx context.Context, workers task.Workers, tree *spatial.Tree) (float64, error) {
	points := tree.Points()
	stride := stat.Step(len(points), noiseSample)
	off := make([]float64, task.Count(len(points), stride))
	err := task.For(ctx, workers, len(off), 16, func(_, lo, hi int) {
		var near []spatial.Neighbor
		var offset [voters]geom.Vec
		for o := lo; o < hi; o++ {
			i := tree.Order()[o*stride]
			near = tree.KNN(points[i], voters, near)
			for j, n := range near {
				offset[j] = points[n.Index].D().Sub(points[i].D())
			}
			off[o] = closest(offset[:len(near)], fitted(offset[:min(len(near), normalNeighbors)]))
		}
	})
	if err != nil || len(off) == 0 {
		return 0, err
	}
	return lmsScale * stat.Median(off), nil
}

// fitted is the normal of the plane through the mean of the offsets that fits them best, 0
// where they span none.
func fitted(offset []geom.Vec) geom.Vec {
	var mean geom.Vec
	for _, d := range offset {
		mean = mean.Add(d)
	}
	mean = mean.Scale(1 / float64(max(1, len(offset))))
	var m geom.Mat3
	for _, d := range offset {
		d = d.Sub(mean)
		for k, v := range geom.Outer(d, d) {
			m[k] += v
		}
	}
	values, vectors := geom.SymEigen(m)
	if !(values[1] > 1e-9*values[2]) {
		return geom.Vec{}
	}
	return vectors.Row(0)
}

// lmsScale turns what closest finds at points with normal noise into its standard
// deviation (simulated: voters in a disc, noise of a tenth to a half of the spacing).
const lmsScale = 2.3

// closest is the least height within which two fifths of the offsets lie, over the
// planes that a point may choose from.
func closest(offset []geom.Vec, fitted geom.Vec) float64 {
	rank := len(offset) * 2 / 5
	heights := make([]float64, len(offset))
	best := math.Inf(1)
	try := func(n geom.Vec) {
		if n == (geom.Vec{}) {
			return
		}
		// Only where more than rank heights lie below the best is there a lower one: most planes
		// are out before all heights are known.
		above := 0
		for j, d := range offset {
			heights[j] = math.Abs(d.Dot(n))
			if heights[j] >= best {
				if above++; above >= len(offset)-rank {
					return
				}
			}
		}
		slices.Sort(heights)
		best = heights[rank]
	}
	try(fitted)
	for _, c := range pairs {
		if c[1] < len(offset) {
			try(offset[c[0]].Cross(offset[c[1]]).Unit())
		}
	}
	if math.IsInf(best, 0) {
		return 0
	}
	return best
}
