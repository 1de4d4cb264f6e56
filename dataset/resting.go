package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// How a part comes to rest on a table.

// rest is the direction that points down when a part has been laid on a table: it
// rolls from start until its middle is as low as it can get. The height of the middle
// above a plane at right angles to d, on which the part stands, is that of the
// lowest vertex, the maximum of d·(v - middle); where it has a minimum over all d, the
// part stands still (Goldberg et al., Part pose statistics, 1999).
//
// The minimum is searched by small random turns, because the height has a crease
// wherever another vertex comes down, along which no gradient leads: every second
// turn rolls over two vertices.
func rest(m *geom.Mesh, start geom.Vec, r *seed.Rand) (down geom.Vec) {
	p := &pile{middle: centroid(m)}
	for _, v := range m.Vertices {
		p.all = append(p.all, v.D().Sub(p.middle))
		p.radius = max(p.radius, v.D().Sub(p.middle).Norm())
	}
	down = start.Unit()
	p.choose(down, math.Inf(1))
	best := p.height(down)
	for turn := 0.3; turn > 2e-5; {
		if p.left < turn {
			p.choose(down, 8*turn)
		}
		better := false
		for try := 0; try < restTries && !better; try++ {
			var d geom.Vec
			if try%2 == 0 {
				x, y, z := r.Direction()
				d = down.AddScaled(turn, geom.Vec{X: x, Y: y, Z: z}).Unit()
			} else {
				d = p.along(down, turn, r)
			}
			if h := p.height(d); h < best {
				down, best, better = d, h, true
				p.left -= 1.2 * turn // a step of length turn turns by little more than its length at most
			}
		}
		if !better {
			turn /= 2
			p.left = min(p.left, 0) // fewer vertices are near enough from now on
		}
	}
	return down
}

// restTries is how many turns of one size are tried: a crease is a narrow way.
const restTries = 32

// pile is the vertices of a part, seen from its middle, and those of them that can
// be lowest as long as the part turns by no more than left.
type pile struct {
	middle geom.Vec
	radius float64
	all    []geom.Vec
	near   []geom.Vec
	left   float64
}

// choose finds the vertices that can be lowest within a turn of reach from d: in such
// a turn a height changes by no more than the turn times the radius.
func (p *pile) choose(d geom.Vec, reach float64) {
	p.near = p.all
	lowest := p.height(d)
	p.near = nil
	for _, v := range p.all {
		if d.Dot(v) >= lowest-2*reach*p.radius {
			p.near = append(p.near, v)
		}
	}
	p.left = reach
}

// along turns d about the line through the lowest vertex and any of those near: where
// both stand on the table, they still do.
func (p *pile) along(d geom.Vec, turn float64, r *seed.Rand) geom.Vec {
	lowest := p.near[0]
	for _, v := range p.near {
		if d.Dot(v) > d.Dot(lowest) {
			lowest = v
		}
	}
	axis := lowest.Sub(p.near[r.Intn(len(p.near))]).Unit()
	if r.Bool(0.5) {
		turn = -turn
	}
	return d.AddScaled(turn, axis.Cross(d)).Unit()
}

// height is that of the middle above a plane at right angles to d.
func (p *pile) height(d geom.Vec) float64 {
	most := math.Inf(-1)
	for _, v := range p.near {
		most = max(most, d.Dot(v))
	}
	return most
}

// centroid is the middle of a surface, by area.
func centroid(m *geom.Mesh) geom.Vec {
	var sum geom.Vec
	total := 0.0
	for f, t := range m.Faces {
		area := m.FaceArea(f)
		if !(area > 0) {
			continue
		}
		for _, v := range t {
			sum = sum.AddScaled(area/3, m.Vertices[v].D())
		}
		total += area
	}
	return sum.Scale(1 / total)
}
