package register

import (
	"math"

	"blemish/geom"
)

// A uniform grid for the exact nearest point within a short reach. Matching asks
// for points that are about one spacing away, most of them where the last step
// found one, and there a grid beats any tree.

// maxCells bounds the memory of a grid.
const maxCells = 1 << 19

type cells struct {
	origin geom.Vec
	edge   float64
	inv    float64
	n      [3]int
	start  []int32 // of each cell in at and id, x fastest; one more at the end
	at     []geom.Vec3
	id     []int32
}

// newCells sorts points, whose mean spacing is given, into a grid.
func newCells(points []geom.Vec3, spacing float64) *cells {
	box := geom.BoxOf(points)
	size := box.Size()
	c := &cells{origin: box.Min, edge: math.Max(1.5*spacing, 1e-5)}
	for {
		total := 1.0
		for a, s := range [3]float64{size.X, size.Y, size.Z} {
			k := math.Floor(s/c.edge) + 1
			total *= k
			c.n[a] = int(math.Min(k, maxCells))
		}
		if total <= maxCells {
			break
		}
		c.edge *= math.Max(1.05, math.Cbrt(total/maxCells))
	}
	c.inv = 1 / c.edge
	cell := make([]int32, len(points))
	c.start = make([]int32, c.n[0]*c.n[1]*c.n[2]+1)
	for i, p := range points {
		x, y, z := c.locate(p.D())
		cell[i] = int32(x + c.n[0]*(y+c.n[1]*z))
		c.start[cell[i]+1]++
	}
	for i := 1; i < len(c.start); i++ {
		c.start[i] += c.start[i-1]
	}
	c.at, c.id = make([]geom.Vec3, len(points)), make([]int32, len(points))
	fill := append([]int32(nil), c.start...)
	for i, p := range points {
		k := fill[cell[i]]
		fill[cell[i]]++
		c.at[k], c.id[k] = p, int32(i)
	}
	return c
}

func (c *cells) locate(p geom.Vec) (x, y, z int) {
	return clampCell((p.X-c.origin.X)*c.inv, c.n[0]), clampCell((p.Y-c.origin.Y)*c.inv, c.n[1]), clampCell((p.Z-c.origin.Z)*c.inv, c.n[2])
}

// near returns the point nearest to q, the lowest index among equals, and its
// squared distance; -1 where none lies within limit.
func (c *cells) near(q geom.Vec, limit float64) (int32, float64) {
	for reach := c.edge; ; reach *= 3 {
		reach = math.Min(reach, limit)
		if id, d2 := c.within(q, reach); id >= 0 || reach >= limit {
			return id, d2
		}
	}
}

// within searches the cells that a ball touches, row by row; the ball shrinks to
// the best point found so far.
func (c *cells) within(q geom.Vec, reach float64) (int32, float64) {
	best, bound := int32(-1), float64(reach*reach)
	x, y, z := q.X-c.origin.X, q.Y-c.origin.Y, q.Z-c.origin.Z
	y0, y1, ok := c.span(y, reach, c.n[1])
	if !ok {
		return best, bound
	}
	z0, z1, ok := c.span(z, reach, c.n[2])
	if !ok {
		return best, bound
	}
	for k := z0; k <= z1; k++ {
		dz := c.gap(z, k)
		for j := y0; j <= y1; j++ {
			dy := c.gap(y, j)
			left := bound - float64(dz*dz) - float64(dy*dy)
			if left < 0 {
				continue
			}
			x0, x1, ok := c.span(x, math.Sqrt(left), c.n[0])
			if !ok {
				continue
			}
			row := c.n[0] * (j + c.n[1]*k)
			for i := c.start[row+x0]; i < c.start[row+x1+1]; i++ {
				p := &c.at[i]
				ex, ey, ez := float64(p.X)-q.X, float64(p.Y)-q.Y, float64(p.Z)-q.Z
				d := float64(ex*ex) + float64(ey*ey) + float64(ez*ez)
				if d < bound || d == bound && (best < 0 || c.id[i] < best) {
					best, bound = c.id[i], d
				}
			}
		}
	}
	return best, bound
}

// span is the cells along one axis that lie within reach of v; false where none.
func (c *cells) span(v, reach float64, n int) (lo, hi int, ok bool) {
	a, b := (v-reach)*c.inv, (v+reach)*c.inv
	if !(b >= 0) || !(a < float64(n)) {
		return 0, 0, false
	}
	// The hair keeps rounding from leaving out a cell that the ball just touches.
	return clampCell(a-1e-9, n), clampCell(b+1e-9, n), true
}

// gap is the distance along one axis from v to cell k.
func (c *cells) gap(v float64, k int) float64 {
	lo := float64(k) * c.edge
	return math.Max(0, math.Max(lo-v, v-lo-c.edge)-1e-9*c.edge)
}
