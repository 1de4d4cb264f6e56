package register

import (
	"context"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// A cloud made ready: the same surface at two densities, with what is looked up
// on each.

const (
	// middlePoints is the size of the thinned cloud that poses are searched with.
	middlePoints = 2000
	// fullNeighbors and middleNeighbors are the neighbours that normals are fitted to.
	fullNeighbors   = 20
	middleNeighbors = 10
	// capReference and capScan are the default bounds on the points worked with.
	capReference = 60000
	capScan      = 30000
)

// surface is points with a tree and normals.
type surface struct {
	points  []geom.Vec3
	normals []geom.Vec3
	tree    *spatial.Tree
	cells   *cells
	spacing float64
	solid   *solid // that the points were drawn from, or nil
}

// newSurface makes points ready; normals nil are fitted to neighbours.
func newSurface(ctx context.Context, workers task.Workers, points, normals []geom.Vec3, neighbors int) (*surface, error) {
	s := &surface{points: points, normals: normals, tree: spatial.NewTree(points)}
	var err error
	if normals == nil {
		if s.normals, _, err = feature.Normals(ctx, workers, s.tree, neighbors); err != nil {
			return nil, err
		}
	}
	if s.spacing, err = spatial.Spacing(ctx, workers, s.tree); err != nil {
		return nil, err
	}
	s.cells = newCells(points, s.spacing)
	return s, nil
}

// distance is how far q lies from the surface that the points sample: from the
// plane through the nearest point, as long as q is not beside it. Sideways the
// sampling alone explains a couple of spacings. Farther from all points than
// limit it is limit.
func (s *surface) distance(q geom.Vec, limit float64) float64 {
	j, _ := s.cells.near(q, limit+2*s.spacing)
	if j < 0 {
		return limit
	}
	return s.above(q, j)
}

// exact is distance without a limit, from the triangles themselves where there are any.
func (s *surface) exact(q geom.Vec, limit float64) float64 {
	if s.solid != nil {
		return math.Sqrt(s.solid.bvh.Closest(q).Dist2)
	}
	j, _ := s.cells.near(q, limit)
	if j < 0 {
		j = s.tree.Nearest(q.F()).Index
	}
	return s.above(q, j)
}

// above is the distance of q from the surface around point j.
func (s *surface) above(q geom.Vec, j int32) float64 {
	e := q.Sub(s.points[j].D())
	n := s.normals[j].D()
	if n == (geom.Vec{}) {
		return e.Norm()
	}
	h := n.Dot(e)
	side := math.Sqrt(max(0, e.Norm2()-float64(h*h)))
	over := max(0, side-2*s.spacing)
	return math.Sqrt(float64(h*h) + float64(over*over))
}

// body is a cloud in its working frame.
type body struct {
	frame  frame
	full   *surface
	middle *surface
	field  *field          // over middle
	grades [grades][]int32 // subsets of middle, evenly spread
	even   []int32         // some thousand of full, evenly spread
	mean   geom.Vec        // of middle, which is evenly spread whatever the scanner did
	cov    geom.Mat3
	noise  float64 // standard deviation of points off their surface
}

// Subsets of the middle density: how closely the coarse search looks.
const (
	gradeFew    = iota // 128
	gradeSparse        // 256
	gradeMany          // 1000
	gradeAll           // all of it
	grades
)

// evenPoints is the number of points that poses are compared with at last.
const evenPoints = 6000

// newBody prepares finite points, at most about limit of them.
func newBody(ctx context.Context, workers task.Workers, points []geom.Vec3, f frame, limit int) (*body, error) {
	work := f.inward(points)
	index, edge := thinTo(work, limit, 0.01)
	return newBodyOf(ctx, workers, pick(work, index), nil, f, edge)
}

// newBodyOf prepares points of the working frame that are thinned already, by voxels of
// that edge, with their normals (nil: to be fitted).
func newBodyOf(ctx context.Context, workers task.Workers, work, normals []geom.Vec3, f frame, edge float64) (*body, error) {
	b := &body{frame: f}
	var err error
	if b.full, err = newSurface(ctx, workers, work, normals, fullNeighbors); err != nil {
		return nil, err
	}
	var index []int32
	index, edge = thinTo(work, middlePoints, max(0.025, edge))
	if normals != nil {
		normals = pick(normals, index)
	}
	if b.middle, err = newSurface(ctx, workers, pick(work, index), normals, middleNeighbors); err != nil {
		return nil, err
	}
	if b.field, err = newField(ctx, workers, b.middle.points); err != nil {
		return nil, err
	}
	for g, n := range [grades]int{128, 256, 1000, len(b.middle.points)} {
		b.grades[g], _ = thinTo(b.middle.points, n, 1.1/math.Sqrt(float64(n)))
	}
	b.even, _ = thinTo(work, evenPoints, max(0.012, edge/2))
	for _, p := range b.middle.points {
		b.mean = b.mean.Add(p.D())
	}
	b.mean = b.mean.Scale(1 / float64(len(b.middle.points)))
	b.cov = covariance(b.middle.points)
	b.noise, err = roughness(ctx, workers, b.full, stat.Every(b.even, 600))
	return b, err
}

// roughness is the median standard deviation of neighbours off the plane fitted to
// them: the noise of the scan, where its surface is smooth.
func roughness(ctx context.Context, workers task.Workers, s *surface, index []int32) (float64, error) {
	value := make([]float64, len(index))
	err := task.For(ctx, workers, len(index), 64, func(_, lo, hi int) {
		var room []spatial.Neighbor
		for i := lo; i < hi; i++ {
			room = s.tree.KNN(s.points[index[i]], 12, room)
			near := make([]geom.Vec3, len(room))
			for k, n := range room {
				near[k] = s.points[n.Index]
			}
			vals, _ := geom.SymEigen(covariance(near))
			value[i] = math.Sqrt(max(0, vals[0]))
		}
	})
	return stat.Median(value), err
}
