package scene

import (
	"math"

	"blemish/geom"
)

// What can be seen of a surface from a place.

const (
	// grazing is the least cosine between the normal and the line of sight at which a
	// scanner surely measures; fading that at which it may still. Laser scanners lose
	// surface between 60 and 80 degrees.
	grazing, fading = 0.42, 0.1
	// splat is the edge of a cell of the depth map, in spacings of the surface: wide
	// enough that no sight passes between the points.
	splat = 1.6
	// mostCells bounds the cells of a depth map to a side.
	mostCells = 700
)

// patch is a set of points with normals that stands for a surface.
type patch struct {
	points, normal []geom.Vec3
	before         []geom.Vec3 // points of other things, which hide what is behind them; may be nil
	spacing        float64
}

// sightings is how well each point of a patch is seen: the cosine between its normal and
// the line of sight, 0 where it faces away or something stands before it.
type sightings []float32

// image is a patch as it looks from a place: what stands nearest in each direction.
type image struct {
	eye                geom.Vec
	right, up, forward geom.Vec
	left, low, cell    float64 // of the plane at distance 1
	width, height      int
	depth              []float32 // of each cell, +max where there is nothing
	x, y, z            []float32 // of each point of the patch: in the plane, and its depth; z < 0: not in sight
	near               float64   // least depth in sight
}

// nothing is the depth where the patch is not.
const nothing = math.MaxFloat32

// look makes the image of a patch from eye. Only points for which shows holds stand before
// anything; nil: all.
func (p *patch) look(eye geom.Vec, shows func(i int) bool) *image {
	var middle geom.Vec
	for _, q := range p.points {
		middle = middle.Add(q.D())
	}
	middle = middle.Scale(1 / float64(max(1, len(p.points))))
	forward := middle.Sub(eye)
	distance := forward.Norm()
	m := &image{eye: eye, forward: forward.Unit(), near: 0.05 * distance}
	m.right = m.forward.Perpendicular()
	m.up = m.forward.Cross(m.right)
	n := len(p.points)
	m.x, m.y, m.z = make([]float32, n), make([]float32, n), make([]float32, n)
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i, q := range p.points {
		u, v, depth, ok := m.project(q)
		if !ok {
			m.z[i] = -1
			continue
		}
		m.x[i], m.y[i], m.z[i] = float32(u), float32(v), float32(depth)
		u, v = float64(m.x[i]), float64(m.y[i]) // as they are kept
		lowX, highX, lowY, highY = min(lowX, u), max(highX, u), min(lowY, v), max(highY, v)
	}
	if !(highX > lowX) || !(highY > lowY) {
		return m
	}
	m.left, m.low = lowX, lowY
	m.cell = max(splat*p.spacing/distance, max(highX-lowX, highY-lowY)/mostCells)
	m.width, m.height = int((highX-lowX)/m.cell)+1, int((highY-lowY)/m.cell)+1
	m.depth = make([]float32, m.width*m.height)
	for i := range m.depth {
		m.depth[i] = nothing
	}
	for i, z := range m.z {
		if z > 0 && (shows == nil || shows(i)) {
			col, row := m.at(float64(m.x[i]), float64(m.y[i]))
			m.depth[row*m.width+col] = min(m.depth[row*m.width+col], z)
		}
	}
	for _, q := range p.before {
		u, v, depth, ok := m.project(q)
		if !ok {
			continue
		}
		if col, row := m.at(u, v); col >= 0 && row >= 0 && col < m.width && row < m.height {
			m.depth[row*m.width+col] = min(m.depth[row*m.width+col], float32(depth))
		}
	}
	return m
}

// project returns where a point lies in the plane at distance 1, and its depth; false
// beside the eye or behind it.
func (m *image) project(q geom.Vec3) (u, v, depth float64, ok bool) {
	d := q.D().Sub(m.eye)
	depth = d.Dot(m.forward)
	if !(depth > m.near) {
		return 0, 0, 0, false
	}
	return d.Dot(m.right) / depth, d.Dot(m.up) / depth, depth, true
}

func (m *image) at(u, v float64) (col, row int) {
	return int(math.Floor((u - m.left) / m.cell)), int(math.Floor((v - m.low) / m.cell))
}

// nearest is the least depth in the cells around one, out to margin.
func (m *image) nearest(col, row, margin int) float32 {
	least := float32(nothing)
	for r := max(0, row-margin); r <= min(m.height-1, row+margin); r++ {
		for c := max(0, col-margin); c <= min(m.width-1, col+margin); c++ {
			least = min(least, m.depth[r*m.width+c])
		}
	}
	return least
}

// from tells how well each point of the patch is seen from eye. margin is by how many
// cells what stands before reaches beyond its outline.
func (p *patch) from(eye geom.Vec, margin int) sightings {
	m := p.look(eye, nil)
	seen := make(sightings, len(p.points))
	if m.depth == nil {
		return seen
	}
	for i, q := range p.points {
		if m.z[i] <= 0 {
			continue
		}
		n := p.normal[i].D()
		sight := eye.Sub(q.D())
		cos := sight.Dot(n) / sight.Norm()
		if n == (geom.Vec{}) {
			cos = 1
		}
		if !(cos > fading) {
			continue
		}
		// The surface around the point itself may be nearer by what it slopes over the cells
		// that are looked at.
		slope := min(math.Sqrt(1-min(1, cos*cos))/cos, 6)
		own := (float64(margin) + 1.5) * m.cell * float64(m.z[i]) * slope
		col, row := m.at(float64(m.x[i]), float64(m.y[i]))
		if m.nearest(col, row, margin) >= m.z[i]-float32(own+2*p.spacing) {
			seen[i] = float32(cos)
		}
	}
	return seen
}

// faces marks the queries in whose direction, as seen from eye, those points of the patch
// that are known show their front: before them or behind them.
func (p *patch) faces(eye geom.Vec, known []bool, queries []geom.Vec3, marked []bool) {
	m := p.look(eye, func(i int) bool {
		if !known[i] {
			return false
		}
		sight := eye.Sub(p.points[i].D())
		return sight.Dot(p.normal[i].D()) > fading*sight.Norm()
	})
	if m.depth == nil {
		return
	}
	for i, q := range queries {
		u, v, _, ok := m.project(q)
		if !ok {
			continue
		}
		if col, row := m.at(u, v); m.nearest(col, row, 1) < nothing {
			marked[i] = true
		}
	}
}
