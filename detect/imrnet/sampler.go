package imrnet

import (
	"context"
	"slices"

	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// Ways to choose patch centres: geometry-aware sampling (gps.go) and those that Table 4
// of the paper holds it against.

// Samplers are what Config.Sampler may be.
var Samplers = []string{"gps", "fps", "voxel", "random"}

// centres chooses n patch centres of the view. skip tells draws of the same view apart.
func (v *View) centres(ctx context.Context, workers task.Workers, cfg Config, n, skip int) ([]int32, error) {
	points := v.points()
	switch cfg.Sampler {
	case "fps":
		return spatial.FarthestPoints(ctx, workers, points, n, skip%len(points))
	case "voxel":
		return v.voxelCentres(n, skip), nil
	case "random":
		return first(seed.Stream(uint64(skip), "imrnet random centres").Perm(len(points)), n), nil
	}
	return centres(ctx, workers, points, v.rate, n, cfg.Salient, skip)
}

// voxelCentres takes the point nearest to the mean of each occupied cell, of cells just
// small enough that there are n; a random n where there are more.
func (v *View) voxelCentres(n, skip int) []int32 {
	points := v.points()
	for size := spatial.VoxelSize(points, n); ; size *= 0.95 {
		means, _ := spatial.VoxelDownsample(points, size)
		if len(means) < n && len(means) < len(points) {
			continue
		}
		chosen := make([]int32, 0, len(means))
		for _, m := range means {
			chosen = append(chosen, v.tree.Nearest(m).Index)
		}
		slices.Sort(chosen)
		chosen = slices.Compact(chosen)
		if len(chosen) < n && len(means) < len(points) {
			continue
		}
		kept := first(seed.Stream(uint64(skip), "imrnet voxel centres").Perm(len(chosen)), n)
		for k, i := range kept {
			kept[k] = chosen[i]
		}
		return kept
	}
}

// first returns the first n of index, all where there are fewer, in ascending order.
func first(index []int32, n int) []int32 {
	kept := slices.Clone(index[:min(n, len(index))])
	slices.Sort(kept)
	return kept
}
