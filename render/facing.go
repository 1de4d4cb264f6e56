package render

import (
	"math"

	"blemish/geom"
)

const (
	facingTries  = 96    // directions that Facing compares with the usual one
	facingPoints = 20000 // about so many points of a large cloud are looked at
)

// Facing returns the view that shows most of the marked points: those whose mark is
// above 0, one mark a point. Seen from above is preferred where it shows as much, the usual
// view where it shows nearly as much; nothing marked, or seen, gives the usual view.
//
// For every direction the points fall on a coarse grid; what counts are cells whose
// foremost point is marked, which is the visible area.
func Facing(points []geom.Vec3, mark []float32) View {
	best, most := View{}, 1.3*seenCells(points, mark, ThreeQuarter.Eye)
	for i := range facingTries {
		// Even spread on the sphere by the golden angle.
		z := 1 - (2*float64(i)+1)/facingTries
		s, c := math.Sincos(float64(i) * math.Pi * (3 - math.Sqrt(5)))
		r := math.Sqrt(1 - z*z)
		eye := geom.Vec{X: r * c, Y: r * s, Z: z}
		if seen := seenCells(points, mark, eye) * (1 + 0.15*z); seen > most {
			best, most = View{Eye: eye}, seen
		}
	}
	return best
}

// seenCells counts the cells of the picture plane whose foremost point is marked. Cells
// hold eight points on average, so that the far side does not show between points.
func seenCells(points []geom.Vec3, mark []float32, eye geom.Vec) float64 {
	box := geom.EmptyBox()
	for _, p := range points {
		if p.Finite() {
			box.Extend(p.D())
		}
	}
	if box.Empty() {
		return 0
	}
	c := newCamera(View{Eye: eye}, box)
	step := len(points)/facingPoints + 1
	side := int(max(8, math.Sqrt(float64(len(points)/step)/8)))
	cell := box.Diagonal() * (1 + 1e-6) / float64(side)
	if !(cell > 0) {
		return 0
	}
	front := make([]int32, side*side) // index of the foremost point plus one
	depth := make([]float64, side*side)
	for i := 0; i < len(points); i += step {
		p := points[i]
		if !p.Finite() {
			continue
		}
		q, _ := c.look(p.D())
		x, y := int(q.X/cell+0.5*float64(side)), int(q.Y/cell+0.5*float64(side))
		if at := min(max(y, 0), side-1)*side + min(max(x, 0), side-1); front[at] == 0 || q.Z > depth[at] {
			front[at], depth[at] = int32(i+1), q.Z
		}
	}
	seen := 0.0
	for _, i := range front {
		if i > 0 && mark[i-1] > 0 {
			seen++
		}
	}
	return seen
}
