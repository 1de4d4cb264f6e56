package scene

import (
	"context"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

const (
	// normalNeighbors is over how many points a normal is fitted. Fewer follow edges
	// better, more follow noise less.
	normalNeighbors = 12
	// densityNeighbors is over how many points the local spacing is measured.
	densityNeighbors = 8
	// chunk is the number of points in a unit of parallel work.
	chunk = 256
)

// Surface is the sound surface as a set of discs, one at each reference point: where
// it is and which way it faces; or the triangles of a mesh, of which the reference points
// are samples.
type Surface struct {
	Tree    *spatial.Tree
	Normal  []geom.Vec3 // unit, oriented alike over connected sheets, outwards where they are closed; zero where unknown
	Spacing []float64   // 1/√(points per area) around each point
	Rim     []bool      // the known surface ends here, though the part may go on
	Noise   float64     // standard deviation of the points along the normal
	Size    float64     // diagonal of the bounding box

	views bool   // the points are of scans of sides, not of the whole part
	solid *solid // of a mesh; nil where points are all that is known
}

// rimOfWhole is the least extent of a rim, as a share of the surface's size, where each
// sound scan shows all of the part: a side that none has seen.
const rimOfWhole = 0.15

// NewSurface fits discs to points, which must be finite and in the common frame. views says
// that they are of scans that show sides of the part.
func NewSurface(ctx context.Context, workers task.Workers, points []geom.Vec3, views bool) (*Surface, error) {
	s := &Surface{Tree: spatial.NewTree(points), Spacing: make([]float64, len(points)), Size: geom.BoxOf(points).Diagonal(), views: views}
	var err error
	if s.Normal, _, err = feature.Normals(ctx, workers, s.Tree, normalNeighbors); err != nil {
		return nil, err
	}
	err = s.Tree.ForNeighbors(ctx, workers, densityNeighbors+1, func(_ int, i int32, near []spatial.Neighbor) {
		// k points besides itself within r: k/(πr²) points per area.
		r2 := float64(near[len(near)-1].Dist2)
		s.Spacing[i] = math.Sqrt(math.Pi * r2 / float64(max(1, len(near)-1)))
	})
	if err != nil {
		return nil, err
	}
	if s.Noise, err = roughness(ctx, workers, s.Tree); err != nil {
		return nil, err
	}
	if s.Normal, err = sharpen(ctx, workers, s.Tree, s.Normal, s.Spacing, s.Noise); err != nil {
		return nil, err
	}
	if err := orient(ctx, workers, s.Tree, s.Normal); err != nil {
		return nil, err
	}
	spacing, shortest := s.MeanSpacing(), rimOfWhole*s.Size
	if views {
		shortest = 0
	}
	s.Rim, err = rims(ctx, workers, s.Tree, s.Normal, spacing, shortest)
	return s, err
}

// OfSides says that it is known from scans that show sides of the part.
func (s *Surface) OfSides() bool { return s.views }

// thin is from which spacing on it is known from a slant only, where scans show sides of the
// part: twice that of the rest.
func (s *Surface) thin() float64 {
	if !s.views {
		return math.Inf(1)
	}
	return 2 * s.MeanSpacing()
}

// MeanSpacing is the mean of Spacing.
func (s *Surface) MeanSpacing() float64 {
	var sum float64
	for _, v := range s.Spacing {
		sum += v
	}
	return sum / float64(max(1, len(s.Spacing)))
}

// Foot is where a point meets the surface.
type Foot struct {
	Near   int32    // the disc's point
	Signed float64  // distance, > 0 on the side that the normal points to
	At     geom.Vec // on the disc
	Beside float64  // how far the point lies beside the disc instead of above it
}

// Closest finds the disc nearest to q among those at the k points nearest to q; a disc
// has a radius of reach local spacings. The distance to discs instead of points has no
// floor set by the sampling, and where two faces meet in an edge the nearer one counts,
// not a plane fitted across both. room is reused.
func (s *Surface) Closest(q geom.Vec3, k int, reach float64, room []spatial.Neighbor) (Foot, []spatial.Neighbor) {
	room = s.Tree.KNN(q, k, room)
	best := Foot{Near: -1}
	least := math.Inf(1)
	points := s.Tree.Points()
	for _, n := range room {
		p, normal := points[n.Index].D(), s.Normal[n.Index].D()
		d := q.D().Sub(p)
		height := d.Dot(normal)
		flat := d.AddScaled(-height, normal)
		lateral := flat.Norm()
		radius := reach * s.Spacing[n.Index]
		beside := max(0, lateral-radius)
		if normal == (geom.Vec{}) {
			beside, height = lateral, 0 // a point without a disc
		}
		dist2 := float64(height*height) + float64(beside*beside)
		if dist2 < least {
			least = dist2
			best = Foot{Near: n.Index, Signed: math.Copysign(math.Sqrt(dist2), height), Beside: beside}
			if lateral > 0 {
				p = p.AddScaled(min(lateral, radius)/lateral, flat)
			}
			best.At = p
		}
	}
	return best, room
}

// Feet finds the foot of every point: on the triangles where there are some, else on discs,
// see Closest.
func (s *Surface) Feet(ctx context.Context, workers task.Workers, points []geom.Vec3, k int, reach float64) ([]Foot, error) {
	if s.solid != nil {
		return s.feetOnMesh(ctx, workers, points)
	}
	out := make([]Foot, len(points))
	err := task.For(ctx, workers, len(points), chunk, func(_, lo, hi int) {
		var room []spatial.Neighbor
		for i := lo; i < hi; i++ {
			out[i], room = s.Closest(points[i], k, reach, room)
		}
	})
	return out, err
}
