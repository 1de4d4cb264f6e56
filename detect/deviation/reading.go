package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

// reading is what a scan shows when it is held against a surface.
type reading struct {
	*scoring.Scan
	mean [][]float32 // one for each scale: signed distance averaged over so many points; 0 where nothing is comparable

	wander *wander // nil until it is asked for
}

// average makes the readings of a scan: for each point and scale the mean signed distance
// of that many nearest comparable points of the same face. Noise falls with the square
// root of the number, a shallow dent stays.
func (m *model) average(ctx context.Context, scan *scoring.Scan) (*reading, error) {
	v := scan.View
	r := &reading{Scan: scan, mean: make([][]float32, len(m.cfg.Scales))}
	scales := m.cfg.Scales
	for i := range r.mean {
		r.mean[i] = make([]float32, len(v.Set))
	}
	side := make([]geom.Vec3, len(v.Set))
	for i, f := range v.Feet {
		side[i] = scan.Part.Surface.Normal[f.Near]
	}
	widest := scales[len(scales)-1]
	err := v.Tree.ForNeighbors(ctx, m.Workers, widest+widest/2, func(_ int, i int32, near []spatial.Neighbor) {
		if !r.Use[i] {
			return
		}
		normal := side[i].D()
		most := usual(v.Feet, r.Use, near)
		if !v.Scattered {
			most = max(most, single*v.Spacing)
		}
		var sum float64
		count, scale := 0, 0
		for _, n := range near {
			if n.Index != i && (!r.Use[n.Index] || side[n.Index].D().Dot(normal) < feature.SameFace) {
				continue
			}
			sum += min(max(v.Feet[n.Index].Signed, -most), most)
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

const (
	// together is how many comparable points, and mostUsual how many times what three quarters
	// of them are off at most, say how far one may be off: one outlier among points that are
	// not off is no surface. A defect has more than a quarter of the points around each of its
	// own.
	together, mostUsual = 12, 3
	// single is what a point counts for all the same, in spacings, where outliers are few: the
	// rim of a crack is a line of points among others that are not off.
	single = 0.5
)

// usual is how far off the surface a point counts for at most, given its nearest points.
func usual(feet []scene.Foot, use []bool, near []spatial.Neighbor) float64 {
	var off [together]float64
	n := 0
	for _, b := range near {
		if use[b.Index] {
			off[n] = math.Abs(feet[b.Index].Signed)
			if n++; n == together {
				break
			}
		}
	}
	slices.Sort(off[:n])
	return mostUsual * off[n*3/4]
}
