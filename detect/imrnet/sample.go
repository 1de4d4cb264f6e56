package imrnet

import (
	"context"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

// Sample picks n points by geometry-aware sampling (section 4.1) as DefaultConfig
// has it: two thirds of them where the surface changes most. Points must be finite.
func Sample(ctx context.Context, workers int, points []geom.Vec3, n int) ([]int32, error) {
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
