package register

import (
	"math"

	"blemish/geom"
)

// A uniform grid for the exact nearest point within a short reach. Matching asks
// for points that are about one spacing away, most of them where the last step
// found one, and there a grid beats any tree.

const (
	// maxCells bounds the memory of a grid.
	maxCells = 1 << 19
	// cellEdge is the edge of a cell in spacings. Smaller cells have fewer points to
	// measure and more places in memory to look at: 3.5 to 5.5 are the quickest.
	cellEdge = 4.5
)

type cells struct {
	origin geom.Vec
	edge   float64
	inv    float64
	n      [3]int
	start  []int32 // of each cell in at and id, x fastest; one more at the end
	at     []geom.Vec3
	id     []int32
	// empty is how many cells in a row are empty around a cell in every direction, the
	// diagonals included: 0 for a cell that holds points.
	empty []uint8
}

// newCells sorts points, whose mean spacing is given, into a grid.
func newCells(points []geom.Vec3, spacing float64) *cells {
	box := geom.BoxOf(points)
	size := box.Size()
	c := &cells{origin: box.Min, edge: max(cellEdge*spacing, 1e-5)}
	for {
		total := 1.0
		for a, s := range [3]float64{size.X, size.Y, size.Z} {
			k := math.Floor(s/c.edge) + 1
			total *= k
			c.n[a] = int(min(k, maxCells))
		}
		if total <= maxCells {
			break
		}
		c.edge *= max(1.05, math.Cbrt(total/maxCells))
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
	c.measureEmpty()
	return c
}

// measureEmpty fills empty, which is separable: the least over a row of the larger
// of a neighbour's value and its distance.
func (c *cells) measureEmpty() {
	c.empty = make([]uint8, len(c.start)-1)
	for i := range c.empty {
		if c.start[i] == c.start[i+1] {
			c.empty[i] = math.MaxUint8
		}
	}
	// Along x the distance itself, by a sweep each way.
	for row := 0; row < len(c.empty); row += c.n[0] {
		line := c.empty[row : row+c.n[0]]
		for x := 1; x < len(line); x++ {
			line[x] = min(line[x], line[x-1]+b2u(line[x-1] < math.MaxUint8))
		}
		for x := len(line) - 2; x >= 0; x-- {
			line[x] = min(line[x], line[x+1]+b2u(line[x+1] < math.MaxUint8))
		}
	}
	c.spread(c.n[1], c.n[0])
	c.spread(c.n[2], c.n[0]*c.n[1])
}

// farthest is the distance in cells up to which spread looks.
const farthest = 7

// spread takes another axis into empty; beyond farthest it says farthest + 1.
func (c *cells) spread(n, stride int) {
	line := make([]uint8, n)
	for block := 0; block < len(c.empty); block += n * stride {
		for start := block; start < block+stride; start++ {
			least := uint8(math.MaxUint8)
			for k := range line {
				line[k] = c.empty[start+k*stride]
				least = min(least, line[k])
			}
			for k, own := range line {
				best := min(own, farthest+1)
				// Nothing along the line is below the least.
				for d := 1; d < int(best) && least < best; d++ {
					if k >= d {
						best = min(best, max(line[k-d], uint8(d)))
					}
					if k+d < n {
						best = min(best, max(line[k+d], uint8(d)))
					}
				}
				c.empty[start+k*stride] = best
			}
		}
	}
}

func b2u(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

func (c *cells) locate(p geom.Vec) (x, y, z int) {
	return clampCell((p.X-c.origin.X)*c.inv, c.n[0]), clampCell((p.Y-c.origin.Y)*c.inv, c.n[1]), clampCell((p.Z-c.origin.Z)*c.inv, c.n[2])
}

// near returns the point nearest to q, the lowest index among equals, and its
// squared distance; -1 where none lies within limit.
func (c *cells) near(q geom.Vec, limit float64) (int32, float64) {
	x, y, z := c.locate(q)
	// A point outside the grid is farther from everything than the cell it is taken to.
	e := float64(c.empty[x+c.n[0]*(y+c.n[1]*z)])
	if (e-1)*c.edge > limit {
		return -1, limit * limit
	}
	for reach := (e + 0.8) * c.edge; ; reach *= 1.8 {
		reach = min(reach, limit)
		if id, d2 := c.within(q, reach); id >= 0 || reach >= limit {
			return id, d2
		}
	}
}

// within searches the cells that a ball touches, row by row, the row through the
// ball's middle first; the ball shrinks to the best point found so far.
func (c *cells) within(q geom.Vec, reach float64) (int32, float64) {
	b := ball{c: c, q: q, best: -1, bound: float64(reach * reach)}
	x, y, z := q.X-c.origin.X, q.Y-c.origin.Y, q.Z-c.origin.Z
	y0, y1, ok := c.span(y, reach, c.n[1])
	if !ok {
		return b.best, b.bound
	}
	z0, z1, ok := c.span(z, reach, c.n[2])
	if !ok {
		return b.best, b.bound
	}
	x0, x1, ok := c.span(x, reach, c.n[0])
	if !ok {
		return b.best, b.bound
	}
	ym, zm := clampCell(y*c.inv, c.n[1]), clampCell(z*c.inv, c.n[2])
	b.row(x0, x1, c.gap(y, ym), c.gap(z, zm), c.n[0]*(ym+c.n[1]*zm))
	for k := z0; k <= z1; k++ {
		dz := c.gap(z, k)
		if float64(dz*dz) > b.bound {
			continue
		}
		for j := y0; j <= y1; j++ {
			if j != ym || k != zm {
				b.row(x0, x1, c.gap(y, j), dz, c.n[0]*(j+c.n[1]*k))
			}
		}
	}
	return b.best, b.bound
}

// ball is a search: the best point so far, and the square of its distance.
type ball struct {
	c     *cells
	q     geom.Vec
	best  int32
	bound float64
}

// row searches cells x0 to x1 of the row that begins at a place and is dy, dz away.
func (b *ball) row(x0, x1 int, dy, dz float64, at int) {
	if float64(dz*dz)+float64(dy*dy) > b.bound {
		return
	}
	lo, hi := b.c.start[at+x0], b.c.start[at+x1+1]
	q, bound := b.q, b.bound // beside the loop's pointers, where they stay in registers
	for i, p := range b.c.at[lo:hi] {
		ex, ey, ez := float64(p.X)-q.X, float64(p.Y)-q.Y, float64(p.Z)-q.Z
		d := float64(ex*ex) + float64(ey*ey) + float64(ez*ez)
		if d <= bound {
			if id := b.c.id[int(lo)+i]; d < bound || b.best < 0 || id < b.best {
				b.best, bound = id, d
			}
		}
	}
	b.bound = bound
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

// gap is the distance along one axis from v to cell k, a hair less.
func (c *cells) gap(v float64, k int) float64 {
	over := v - float64(float64(k)*c.edge)
	hair := 1e-9 * c.edge
	if over < -hair {
		return -over - hair
	}
	if over -= c.edge; over > hair {
		return over - hair
	}
	return 0
}
