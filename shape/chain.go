package shape

import "math"

// chain is a line prepared for distances: a grid over the plane knows, for every
// cell, which segments can be the nearest to a point in it. What the grid leaves
// out can never win, so distances are those of a search through all segments.
type chain struct {
	points []pt
	along  []float64 // length up to each point

	x0, z0       float64 // corner of the grid
	across, rows int     // cells
	first        []int32 // where each cell's segments begin in near
	near         []int32 // segments, ascending within a cell
	side         []int8  // of each cell: -1 all inside, 1 all outside the closed line, 0 the line may pass
	passing      [][]int32
}

// pitch is the size of a chain's grid cells. Models are about one unit large.
const pitch = 1.0 / 64

// newChain drops points that repeat.
func newChain(points []pt) *chain {
	c := &chain{}
	for _, p := range points {
		if n := len(c.points); n > 0 {
			l := math.Hypot(p.x-c.points[n-1].x, p.z-c.points[n-1].z)
			if l < 1e-9 {
				continue
			}
			c.along = append(c.along, c.along[n-1]+l)
		} else {
			c.along = append(c.along, 0)
		}
		c.points = append(c.points, p)
	}
	c.index()
	return c
}

// index builds the grid over what of the line lies where models do.
func (c *chain) index() {
	x0, x1, z0, z1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range c.points {
		x0, x1, z0, z1 = min(x0, p.x), max(x1, p.x), min(z0, p.z), max(z1, p.z)
	}
	const margin = 0.1
	x0, x1 = max(x0-margin, -0.7), min(x1+margin, 1.2)
	z0, z1 = max(z0-margin, -0.4), min(z1+margin, 1.3)
	c.x0, c.z0 = x0, z0
	const coarse = 8
	c.across = coarse * max(0, int(math.Ceil((x1-x0)/(coarse*pitch))))
	c.rows = coarse * max(0, int(math.Ceil((z1-z0)/(coarse*pitch))))
	every := c.every()
	c.passing = make([][]int32, c.rows)
	for s := range every {
		lo, hi := c.points[s].z, c.points[s+1].z
		if lo > hi {
			lo, hi = hi, lo
		}
		for k := max(0, int((lo-z0)/pitch)-1); k < c.rows && z0+float64(k)*pitch <= hi; k++ {
			c.passing[k] = append(c.passing[k], int32(s))
		}
	}
	coarser := make([][]int32, c.across/coarse)
	c.side = make([]int8, c.across*c.rows)
	c.first = make([]int32, 1, len(c.side)+1)
	for k := 0; k < c.rows; k++ {
		for i := 0; i < c.across; i++ {
			if k%coarse == 0 && i%coarse == 0 {
				coarser[i/coarse], _ = c.nearest(coarser[i/coarse][:0], every, i, k, coarse)
			}
			c.near, c.side[i+k*c.across] = c.nearest(c.near, coarser[i/coarse], i, k, 1)
			c.first = append(c.first, int32(len(c.near)))
		}
	}
}

// every is all segments.
func (c *chain) every() []int32 {
	all := make([]int32, len(c.points)-1)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// nearest appends to out the segments that can be nearest to a point of the square
// of size cells from cell (i, k), and returns the square's side of the line where
// that is one.
func (c *chain) nearest(out, among []int32, i, k, size int) ([]int32, int8) {
	half := 0.5 * float64(size) * pitch
	x, z := c.x0+float64(i)*pitch+half, c.z0+float64(k)*pitch+half
	corner := half * math.Sqrt2 * 1.0001
	best := math.Inf(1)
	for _, s := range among {
		d2, _ := c.segment(int(s), x, z)
		best = min(best, d2)
	}
	best = math.Sqrt(best)
	limit := best + 2*corner
	for _, s := range among {
		if d2, _ := c.segment(int(s), x, z); d2 <= float64(limit*limit) {
			out = append(out, s)
		}
	}
	switch {
	case size > 1 || best <= corner:
		return out, 0
	case c.crossings(c.passing[k], x, z):
		return out, -1
	}
	return out, 1
}

// segment returns the squared distance of (x, z) from a segment, and where on it,
// 0…1, the nearest place lies.
func (c *chain) segment(s int, x, z float64) (d2, u float64) {
	a, b := c.points[s], c.points[s+1]
	ex, ez := b.x-a.x, b.z-a.z
	px, pz := x-a.x, z-a.z
	u = max(0, min(1, (float64(px*ex)+float64(pz*ez))/(float64(ex*ex)+float64(ez*ez))))
	qx, qz := px-float64(u*ex), pz-float64(u*ez)
	return float64(qx*qx) + float64(qz*qz), u
}

// cell is the grid cell of (x, z), or -1.
func (c *chain) cell(x, z float64) int {
	i, k := int((x-c.x0)/pitch), int((z-c.z0)/pitch)
	if x < c.x0 || z < c.z0 || i >= c.across || k >= c.rows {
		return -1
	}
	return i + k*c.across
}

// distance returns how far (x, z) is from the line, and how far along the line,
// 0…1, the nearest place lies.
func (c *chain) distance(x, z float64) (d, t float64) {
	best, where, on := math.Inf(1), 0, 0.0
	if cell := c.cell(x, z); cell >= 0 {
		for _, s := range c.near[c.first[cell]:c.first[cell+1]] {
			if d2, u := c.segment(int(s), x, z); d2 < best {
				best, where, on = d2, int(s), u
			}
		}
	} else {
		for s := 0; s+1 < len(c.points); s++ {
			if d2, u := c.segment(s, x, z); d2 < best {
				best, where, on = d2, s, u
			}
		}
	}
	l := c.along[where] + float64(on*(c.along[where+1]-c.along[where]))
	return math.Sqrt(best), l / c.along[len(c.along)-1]
}

// inside reports whether (x, z) lies within the closed line.
func (c *chain) inside(x, z float64) bool {
	cell := c.cell(x, z)
	if cell < 0 {
		return c.crossings(c.every(), x, z)
	}
	if side := c.side[cell]; side != 0 {
		return side < 0
	}
	return c.crossings(c.passing[cell/c.across], x, z)
}

// crossings counts along a ray (even-odd rule).
func (c *chain) crossings(among []int32, x, z float64) bool {
	in := false
	for _, s := range among {
		a, b := c.points[s], c.points[s+1]
		if (a.z > z) != (b.z > z) && x < a.x+float64((b.x-a.x)*((z-a.z)/(b.z-a.z))) {
			in = !in
		}
	}
	return in
}

// signed is the distance from a closed line, negative within.
func (c *chain) signed(x, z float64) float64 {
	d, _ := c.distance(x, z)
	if c.inside(x, z) {
		return -d
	}
	return d
}
