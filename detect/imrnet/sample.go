package imrnet

import (
	"context"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Sample picks n points by geometry-aware sampling (section 4.1): two thirds of them from
// the share of points, Salient of DefaultConfig, where the surface changes most, the rest
// elsewhere. The detector itself samples so with the setting sampler=gps alone. Points must
// be finite.
func Sample(ctx context.Context, workers task.Workers, points []geom.Vec3, n int) ([]int32, error) {
	tree, err := spatial.BuildTree(ctx, workers, points)
	if err != nil {
		return nil, err
	}
	change, err := feature.RateOfChange(ctx, workers, tree, feature.ChangeOptions{})
	if err != nil {
		return nil, err
	}
	return centres(ctx, workers, points, change.Rate, n, DefaultConfig().Salient, 0)
}
