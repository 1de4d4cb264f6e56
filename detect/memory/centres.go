package memory

import (
	"context"

	"blemish/detect/bank"
	"blemish/geom"
	"blemish/spatial"
)

// Places that are spread evenly over a scan.

// Centres are n points of the scan by farthest point sampling, from the one that is farthest
// from the middle on, so that the order of the points says nothing; all where there are no
// more.
func (c *Cloud) Centres(ctx context.Context, n int) ([]geom.Vec3, error) {
	start, far := 0, -1.0
	middle := c.middle()
	for i, p := range c.Points {
		if d := p.D().Sub(middle).Norm2(); d > far {
			start, far = i, d
		}
	}
	index, err := spatial.FarthestPoints(ctx, c.Workers, c.Points, min(n, len(c.Points)), start)
	if err != nil {
		return nil, err
	}
	out := make([]geom.Vec3, len(index))
	for k, i := range index {
		out[k] = c.Points[i]
	}
	return out, nil
}

// Spread averages point scores at n centres over their nearest neighbors, and interpolates
// from the fill nearest centres back to all points.
func (c *Cloud) Spread(ctx context.Context, score []float32, n, neighbors, fill int) ([]float32, error) {
	centres, err := c.Centres(ctx, n)
	if err != nil {
		return nil, err
	}
	index, _, err := spatial.NewTree(c.Points).KNNBatch(ctx, c.Workers, centres, neighbors)
	if err != nil {
		return nil, err
	}
	mean := make([]float32, len(centres))
	around := len(index) / max(1, len(centres))
	for i := range mean {
		var sum float64
		for _, j := range index[i*around : (i+1)*around] {
			sum += float64(score[j])
		}
		mean[i] = float32(sum / float64(around))
	}
	return bank.Interpolate(ctx, c.Workers, spatial.NewTree(centres), mean, 1, c.Points, fill)
}
