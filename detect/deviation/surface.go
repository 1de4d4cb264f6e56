package deviation

import (
	"context"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// The surface that the points of sound scans span: a disc at each point.

const (
	// normalNeighbors is over how many points a normal is fitted. Fewer follow edges
	// better, more follow noise less.
	normalNeighbors = 12
	// densityNeighbors is over how many points the local spacing is measured.
	densityNeighbors = 8
	// chunk is the number of points in a unit of parallel work.
	chunk = 256
)

// surface is a set of discs, one at each reference point: where the sound surface
// is and which way it faces.
type surface struct {
	tree    *spatial.Tree
	normal  []geom.Vec3 // unit, oriented alike over connected sheets; zero where unknown
	spacing []float64   // 1/√(points per area) around each point
}

// newSurface fits discs to points, which must be finite and in the common frame.
func newSurface(ctx context.Context, workers int, points []geom.Vec3) (*surface, error) {
	s := &surface{tree: spatial.NewTree(points), spacing: make([]float64, len(points))}
	var err error
	if s.normal, _, err = feature.Normals(ctx, workers, s.tree, normalNeighbors); err != nil {
		return nil, err
	}
	err = s.tree.ForNeighbors(ctx, workers, densityNeighbors+1, func(_ int, i int32, near []spatial.Neighbor) {
		// k points besides itself within r: k/(πr²) points per area.
		r2 := float64(near[len(near)-1].Dist2)
		s.spacing[i] = math.Sqrt(math.Pi * r2 / float64(max(1, len(near)-1)))
	})
	if err != nil {
		return nil, err
	}
	if s.normal, err = sharpen(ctx, workers, s.tree, s.normal, s.spacing); err != nil {
		return nil, err
	}
	return s, orient(ctx, workers, s.tree, s.normal)
}

// foot is where a point meets the surface.
type foot struct {
	near   int32   // the disc's point
	signed float64 // distance, > 0 on the side that the normal points to
	at     geom.Vec
}

// closest finds the disc nearest to q among those at the k points nearest to q. The
// distance to discs instead of points has no floor set by the sampling, and where
// two faces meet in an edge the nearer one counts, not a plane fitted across both.
func (s *surface) closest(q geom.Vec3, k int, reach float64, room []spatial.Neighbor) (foot, []spatial.Neighbor) {
	room = s.tree.KNN(q, k, room)
	best := foot{near: -1}
	least := math.Inf(1)
	points := s.tree.Points()
	for _, n := range room {
		p, normal := points[n.Index].D(), s.normal[n.Index].D()
		d := q.D().Sub(p)
		height := d.Dot(normal)
		flat := d.AddScaled(-height, normal)
		lateral := flat.Norm()
		radius := reach * s.spacing[n.Index]
		beyond := max(0, lateral-radius)
		if normal == (geom.Vec{}) {
			beyond, height = lateral, 0 // a point without a disc
		}
		dist2 := float64(height*height) + float64(beyond*beyond)
		if dist2 < least {
			least = dist2
			best = foot{near: n.Index, signed: math.Copysign(math.Sqrt(dist2), height)}
			if lateral > 0 {
				p = p.AddScaled(min(lateral, radius)/lateral, flat)
			}
			best.at = p
		}
	}
	return best, room
}

// feet finds the foot of every point.
func (s *surface) feet(ctx context.Context, workers int, points []geom.Vec3, k int, reach float64) ([]foot, error) {
	out := make([]foot, len(points))
	err := task.For(ctx, workers, len(points), chunk, func(_, lo, hi int) {
		var room []spatial.Neighbor
		for i := lo; i < hi; i++ {
			out[i], room = s.closest(points[i], k, reach, room)
		}
	})
	return out, err
}
