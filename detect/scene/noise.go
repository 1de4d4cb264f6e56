package scene

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
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
func (v *View) noise(ctx context.Context, workers task.Workers) (float64, error) {
	points := v.Tree.Points()
	normal := v.part.Surface.Normal
	stride := stat.Step(len(points), noiseSample)
	off := make([]float64, task.Count(len(points), stride))
	limit := onSurface * v.Spacing
	err := task.For(ctx, workers, len(off), 16, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for o := lo; o < hi; o++ {
			i := v.Tree.Order()[o*stride]
			f := v.Feet[i]
			off[o] = math.Inf(1)
			if math.Abs(f.Signed) > limit || normal[f.Near] == (geom.Vec3{}) {
				continue
			}
			near = v.Tree.KNN(points[i], 2*noiseNeighbors+1, near)
			mean, count := v.MeanOnFace(i, near, noiseNeighbors, func(j int32) (float64, bool) { return v.Feet[j].Signed, j != i })
			if count >= noiseNeighbors/2 {
				off[o] = math.Abs(f.Signed-mean) / math.Sqrt(1+1/float64(count))
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
	return ToDeviation * stat.Median(tells), nil
}

// ToDeviation makes of the median of how far normal noise is off its mean its standard deviation.
const ToDeviation = 1.4826

// MeanOnFace is the mean of value over those points near point i, nearest first, that lie on the
// same face of a wall and have one, at most so many, and how many they are.
func (v *View) MeanOnFace(i int32, near []spatial.Neighbor, most int, value func(j int32) (x float64, ok bool)) (mean float64, count int) {
	normal := v.part.Surface.Normal
	side := normal[v.Feet[i].Near].D()
	var sum float64
	for _, n := range near {
		if count == most {
			break
		}
		if normal[v.Feet[n.Index].Near].D().Dot(side) < feature.SameFace {
			continue
		}
		if x, ok := value(n.Index); ok {
			sum += x
			count++
		}
	}
	return sum / float64(count), count
}
