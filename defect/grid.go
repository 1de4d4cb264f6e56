package defect

import (
	"math"

	"blemish/geom"
)

// grid finds points near a place: a hash of cells, each with its points in order.
type grid struct {
	points []geom.Vec3
	cell   float64
	head   map[[3]int32][]int32
}

// newGrid sorts points (those in index; nil: all) into cells of the given size.
func newGrid(points []geom.Vec3, index []int32, cell float64) *grid {
	g := &grid{points: points, cell: cell, head: map[[3]int32][]int32{}}
	if index == nil {
		for i, p := range points {
			c := g.of(p.D())
			g.head[c] = append(g.head[c], int32(i))
		}
	}
	for _, i := range index {
		c := g.of(points[i].D())
		g.head[c] = append(g.head[c], i)
	}
	return g
}

func (g *grid) of(p geom.Vec) [3]int32 {
	return [3]int32{int32(math.Floor(p.X / g.cell)), int32(math.Floor(p.Y / g.cell)), int32(math.Floor(p.Z / g.cell))}
}

// within visits the points within radius ≤ cell of q, in a fixed order.
func (g *grid) within(q geom.Vec, radius float64, visit func(i int32)) {
	c, limit := g.of(q), float64(radius*radius)
	for dx := int32(-1); dx <= 1; dx++ {
		for dy := int32(-1); dy <= 1; dy++ {
			for dz := int32(-1); dz <= 1; dz++ {
				for _, i := range g.head[[3]int32{c[0] + dx, c[1] + dy, c[2] + dz}] {
					if g.points[i].D().Sub(q).Norm2() <= limit {
						visit(i)
					}
				}
			}
		}
	}
}
