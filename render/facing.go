package render

import (
	"math"

	"blemish/geom"
)

const (
	facingTries  = 96    // directions that Facing compares with the usual one
	facingPoints = 20000 // about so many points of a large cloud are looked at
)

// Facing returns the view that shows most of the points whose value, one a point, is
// above limit. Seen from above is preferred where it shows as much, the usual
// view where it shows nearly as much; nothing above, or seen, gives the usual view.
//
// For every direction the points fall on a coarse grid; what counts are cells whose
// foremost point is above, which is the visible area.
func Facing(points []geom.Vec3, values []float32, limit float32) View {
	f := newFacing(points, values, limit)
	best, most := View{}, 1.3*f.seen(ThreeQuarter.Eye)
	for i := range facingTries {
		// Even spread on the sphere by the golden angle.
		z := 1 - (2*float64(i)+1)/facingTries
		s, c := math.Sincos(float64(i) * math.Pi * (3 - math.Sqrt(5)))
		r := math.Sqrt(1 - z*z)
		eye := geom.Vec{X: r * c, Y: r * s, Z: z}
		if seen := f.seen(eye) * (1 + 0.15*z); seen > most {
			best, most = View{Eye: eye}, seen
		}
	}
	return best
}

// facing is a search: the points that are looked at, and the grid.
type facing struct {
	points []geom.Vec3 // finite
	above  []bool      // by point
	box    geom.Box
	side   int       // cells along an edge of the grid
	front  []int32   // of each cell the foremost point plus one
	depth  []float64 // and how near it is
}

func newFacing(points []geom.Vec3, values []float32, limit float32) *facing {
	f := &facing{box: geom.EmptyBox()}
	step := len(points)/facingPoints + 1
	for i, p := range points {
		if !p.Finite() {
			continue
		}
		f.box.Extend(p.D())
		if i%step == 0 {
			f.points, f.above = append(f.points, p), append(f.above, values[i] > limit)
		}
	}
	// Cells hold eight points on average, so that the far side does not show between points.
	f.side = int(max(8, math.Sqrt(float64(len(points)/step)/8)))
	f.front, f.depth = make([]int32, f.side*f.side), make([]float64, f.side*f.side)
	return f
}

// seen counts the cells of the picture plane whose foremost point is above the limit.
func (f *facing) seen(eye geom.Vec) float64 {
	cell := f.box.Diagonal() * (1 + 1e-6) / float64(f.side)
	if len(f.points) == 0 || !(cell > 0) {
		return 0
	}
	c := newCamera(View{Eye: eye}, f.box)
	clear(f.front)
	half, last := 0.5*float64(f.side), f.side-1
	for i, p := range f.points {
		q, _ := c.look(p.D())
		x, y := int(q.X/cell+half), int(q.Y/cell+half)
		if at := min(max(y, 0), last)*f.side + min(max(x, 0), last); f.front[at] == 0 || q.Z > f.depth[at] {
			f.front[at], f.depth[at] = int32(i+1), q.Z
		}
	}
	seen := 0.0
	for _, i := range f.front {
		if i > 0 && f.above[i-1] {
			seen++
		}
	}
	return seen
}
