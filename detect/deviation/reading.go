package deviation

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
)

// sameFace is the least product of two normals that still count as one face.
const sameFace = 0.5

// reading is what a scan shows when it is held against a surface.
type reading struct {
	tree *spatial.Tree // the scan's points in the common frame
	feet []foot
	mean [][]float32 // one for each scale: signed distance averaged over so many points
}

// read measures a scan that stands in the common frame.
func (s *surface) read(ctx context.Context, workers int, tree *spatial.Tree, cfg *Config) (*reading, error) {
	r := &reading{tree: tree, mean: make([][]float32, len(cfg.Scales))}
	var err error
	if r.feet, err = s.feet(ctx, workers, tree.Points(), cfg.Neighbors, cfg.Disc); err != nil {
		return nil, err
	}
	for i := range r.mean {
		r.mean[i] = make([]float32, tree.Len())
	}
	side := make([]geom.Vec3, tree.Len())
	for i, f := range r.feet {
		side[i] = s.normal[f.near]
	}
	return r, r.average(ctx, workers, side, cfg.Scales)
}

// average fills mean: for each point and scale the mean signed distance of that
// many nearest points that belong to the same face of the reference. Noise falls
// with the square root of the number, a shallow dent stays.
func (r *reading) average(ctx context.Context, workers int, side []geom.Vec3, scales []int) error {
	most := scales[len(scales)-1]
	return r.tree.ForNeighbors(ctx, workers, most+most/2, func(_ int, i int32, near []spatial.Neighbor) {
		normal := side[i].D()
		var sum float64
		count, scale := 0, 0
		for _, n := range near {
			if n.Index != i && side[n.Index].D().Dot(normal) < sameFace {
				continue
			}
			sum += r.feet[n.Index].signed
			count++
			for scale < len(scales) && count >= scales[scale] {
				r.mean[scale][i] = float32(sum / float64(count))
				scale++
			}
			if scale == len(scales) {
				return
			}
		}
		for ; scale < len(scales); scale++ {
			r.mean[scale][i] = float32(sum / float64(max(1, count)))
		}
	})
}
