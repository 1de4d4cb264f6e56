package benchmark

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// Defect regions of the truth, over which AUPRO averages.

const (
	// regionReach is within how many spacings, 1/√(points per area), two labelled
	// points belong to one region: the same as for the regions that detectors report.
	regionReach = 2.5
	// spacingNeighbors is over how many points the area that one stands for is measured.
	spacingNeighbors = 8
)

// regions numbers the connected parts of the labelled points from 1; 0 is sound. It
// returns nil where the cloud has no labels. Parts are joined by chains of labelled
// points, each within regionReach of the next.
func regions(ctx context.Context, workers task.Workers, cloud *geom.Cloud) ([]int32, error) {
	label := cloud.Scalar("label")
	if label == nil {
		return nil, nil
	}
	out := make([]int32, cloud.Len())
	var index []int32
	var points []geom.Vec3
	for i, v := range label {
		if v > 0.5 {
			index, points = append(index, int32(i)), append(points, cloud.Points[i])
		}
	}
	if len(points) == 0 {
		return out, nil
	}
	spacing, err := spacingAt(ctx, workers, cloud.Points, points)
	if err != nil {
		return nil, err
	}
	part, _, err := spatial.Components(ctx, workers, points, regionReach*spacing)
	if err != nil {
		return nil, err
	}
	for k, i := range index {
		out[i] = part[k] + 1
	}
	return out, nil
}

// spacingAt is the median spacing of a scan around places, at most about a thousand
// of them.
func spacingAt(ctx context.Context, workers task.Workers, scan, places []geom.Vec3) (float64, error) {
	tree, err := spatial.BuildTree(ctx, workers, scan)
	if err != nil {
		return 0, err
	}
	var near []spatial.Neighbor
	var areas []float64
	for i := 0; i < len(places); i += stat.Step(len(places), 1000) {
		near = tree.KNN(places[i], spacingNeighbors+1, near)
		areas = append(areas, math.Pi*float64(near[len(near)-1].Dist2)/float64(max(1, len(near)-1)))
	}
	return math.Sqrt(stat.Median(areas)), nil
}
