package deviation

import (
	"context"

	"blemish/detect/scene"
	"blemish/geom"
	"blemish/spatial"
)

// reading is what a scan shows when it is held against a surface.
type reading struct {
	*scene.View
	mean [][]float32 // one for each scale: signed distance averaged over so many points; 0 where nothing is comparable
	use  []bool      // which points are comparable
}

// read measures a scan that stands in the common frame.
func (m *model) read(ctx context.Context, points, eyes []geom.Vec3) (*reading, error) {
	opt := scene.Options{Neighbors: m.cfg.Neighbors, Reach: m.cfg.Disc}
	for _, e := range eyes {
		opt.Eyes = append(opt.Eyes, e.D())
	}
	v, err := m.part.Look(ctx, m.workers, points, opt)
	if err != nil {
		return nil, err
	}
	return m.average(ctx, v)
}

// average makes the readings of a view: for each point and scale the mean signed distance
// of that many nearest comparable points of the same face. Noise falls with the square
// root of the number, a shallow dent stays.
func (m *model) average(ctx context.Context, v *scene.View) (*reading, error) {
	r := &reading{View: v, mean: make([][]float32, len(m.cfg.Scales)), use: make([]bool, len(v.Set))}
	scales := m.cfg.Scales
	for i := range r.mean {
		r.mean[i] = make([]float32, len(v.Set))
	}
	side := make([]geom.Vec3, len(v.Set))
	for i, f := range v.Feet {
		side[i], r.use[i] = m.part.Surface.Normal[f.Near], v.Set[i] == scene.Comparable
	}
	most := scales[len(scales)-1]
	err := v.Tree.ForNeighbors(ctx, m.workers, most+most/2, func(_ int, i int32, near []spatial.Neighbor) {
		if !r.use[i] {
			return
		}
		normal := side[i].D()
		var sum float64
		count, scale := 0, 0
		for _, n := range near {
			if n.Index != i && (!r.use[n.Index] || side[n.Index].D().Dot(normal) < scene.SameFace) {
				continue
			}
			sum += v.Feet[n.Index].Signed
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
	return r, err
}
