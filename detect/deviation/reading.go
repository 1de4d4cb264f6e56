package deviation

import (
	"context"

	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
)

// reading is what a scan shows when it is held against a surface.
type reading struct {
	*scoring.Scan
	mean [][]float32 // one for each scale: signed distance averaged over so many points; 0 where nothing is comparable
}

// average makes the readings of a scan: for each point and scale the mean signed distance
// of that many nearest comparable points of the same face. Noise falls with the square
// root of the number, a shallow dent stays.
func (m *model) average(ctx context.Context, scan *scoring.Scan) (*reading, error) {
	v := scan.View
	r := &reading{scan, make([][]float32, len(m.cfg.Scales))}
	scales := m.cfg.Scales
	for i := range r.mean {
		r.mean[i] = make([]float32, len(v.Set))
	}
	side := make([]geom.Vec3, len(v.Set))
	for i, f := range v.Feet {
		side[i] = scan.Part.Surface.Normal[f.Near]
	}
	most := scales[len(scales)-1]
	err := v.Tree.ForNeighbors(ctx, m.Workers, most+most/2, func(_ int, i int32, near []spatial.Neighbor) {
		if !r.Use[i] {
			return
		}
		normal := side[i].D()
		var sum float64
		count, scale := 0, 0
		for _, n := range near {
			if n.Index != i && (!r.Use[n.Index] || side[n.Index].D().Dot(normal) < scene.SameFace) {
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
