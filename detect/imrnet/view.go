package imrnet

import (
	"context"

	"blemish/feature"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// A cloud as the network sees it: thinned, in the common frame, with what
// sampling needs to know of it.

// rateNeighbours is the size of the neighbourhoods N_i of Eq. 1: the radius r is
// the one that holds so many points at the median point.
const rateNeighbours = 30

// View is one cloud, or a thinned draw of it, in network coordinates: the common
// frame of the sound scans, divided by the radius of their bounding sphere.
type View struct {
	tree    *spatial.Tree
	index   []int32     // which points of the full cloud these are
	rate    []float32   // R of Eq. 5, for GPS alone
	normals []geom.Vec3 // for training alone: found by sense
}

// reference cuts the patches that stand beside a scan's own.
func (v *View) reference(ctx context.Context, workers task.Workers, cfg Config, skip int) (*patches, error) {
	chosen, err := v.centres(ctx, workers, cfg, cfg.Reference, skip)
	if err != nil {
		return nil, err
	}
	return gather(ctx, workers, v.tree, chosen, cfg.PatchSize)
}

func (v *View) points() []geom.Vec3 { return v.tree.Points() }

// NewView thins a cloud (already in network coordinates) to the configured number
// of points and computes what GPS needs, where that chooses the centres.
func NewView(ctx context.Context, workers task.Workers, cfg Config, points []geom.Vec3, r *seed.Rand) (*View, error) {
	index := thin(len(points), cfg.Points, r)
	kept := make([]geom.Vec3, len(index))
	for i, j := range index {
		kept[i] = points[j]
	}
	v := &View{tree: spatial.NewTree(kept), index: index}
	if cfg.Sampler != "gps" {
		return v, nil
	}
	change, err := feature.RateOfChange(ctx, workers, v.tree, asWritten)
	if err != nil {
		return nil, err
	}
	v.normals, v.rate = change.Normals, change.Rate
	return v, nil
}

// sense finds the normals, once.
func (v *View) sense(ctx context.Context, workers task.Workers) error {
	if v.normals != nil {
		return nil
	}
	change, err := feature.Curvature(ctx, workers, v.tree, asWritten)
	if err != nil {
		return err
	}
	v.normals = change.Normals
	return nil
}

// asWritten is the rate of change as the paper's text has it. Surface variation in
// place of Eq. 2, and distances of Eq. 3 in units of the radius, were measured and
// found no better (docs/measurements/ablations.md).
var asWritten = feature.ChangeOptions{Neighbors: rateNeighbours, TwoSmallest: true, PaperUnits: true}

// thin draws count of n indices, in ascending order; all of them where count is 0
// or not smaller than n.
func thin(n, count int, r *seed.Rand) []int32 {
	if count == 0 || count >= n {
		all := make([]int32, n)
		for i := range all {
			all[i] = int32(i)
		}
		return all
	}
	// Knuth's selection sampling keeps the order and takes exactly count.
	index := make([]int32, 0, count)
	for i := 0; i < n; i++ {
		if r.Float64()*float64(n-i) < float64(count-len(index)) {
			index = append(index, int32(i))
		}
	}
	return index
}
