package scene

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

const (
	// noiseNeighbors is over how many nearest points of the same face one is held against.
	noiseNeighbors = 12
	// onSurface is within how many spacings of the known surface points are that tell of it.
	onSurface = 3
)

// noise is the standard deviation of the points along the normals of the known surface,
// about the points around them: by the median, so that no defect counts. Neither curvature
// nor the far side of a thin wall adds to it, as to roughness, which stands in for it where
// most of the scan lies off the surface.
func (v *View) noise(ctx context.Context, workers int) (float64, error) {
	points := v.Tree.Points()
	normal := v.part.Surface.Normal
	stride := len(points)/noiseSample + 1
	off := make([]float64, task.Count(len(points), stride))
	limit := onSurface * v.Spacing
	err := task.For(ctx, workers, len(off), 16, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for o := lo; o < hi; o++ {
			i := v.Tree.Order()[o*stride]
			f := v.Feet[i]
			off[o] = math.Inf(1)
			side := normal[f.Near].D()
			if math.Abs(f.Signed) > limit || side == (geom.Vec{}) {
				continue
			}
			near = v.Tree.KNN(points[i], 2*noiseNeighbors+1, near)
			var sum float64
			count := 0
			for _, n := range near {
				b := v.Feet[n.Index]
				if n.Index != i && count < noiseNeighbors && normal[b.Near].D().Dot(side) >= SameFace {
					sum += b.Signed
					count++
				}
			}
			if count >= noiseNeighbors/2 {
				n := float64(count)
				off[o] = math.Abs(f.Signed-sum/n) / math.Sqrt(1+1/n)
			}
		}
	})
	if err != nil {
		return 0, err
	}
	tells := slices.DeleteFunc(off, func(d float64) bool { return math.IsInf(d, 1) })
	if 2*len(tells) < task.Count(len(points), stride) {
		return roughness(ctx, workers, v.Tree)
	}
	slices.Sort(tells)
	const toDeviation = 1.4826 // from the median of normal noise
	return toDeviation * tells[len(tells)/2], nil
}
