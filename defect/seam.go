package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

// closer closes the gap that a cut has left in part.
type closer struct {
	target *Target
	part   *geom.Mesh
	edge   float64
}

// fill adds the part of skin that lies in the material and joins it to the loops of
// the cut surface. Where the material is thinner than the skin's triangles, the
// loops are joined to one another. It reports whether all that was open is closed.
func (c *closer) fill(cut [][2]int32, skin *geom.Mesh) bool {
	loops, closed := loopsOf(cut)
	inner := c.inMaterial(skin)
	first := int32(len(c.part.Vertices))
	rims, whole := loopsOf(inner.Cut)
	for _, r := range rims {
		for i := range r {
			r[i] += first
		}
	}
	c.part.Vertices = append(c.part.Vertices, inner.Mesh.Vertices...)
	mate := c.matchLoops(loops, rims)
	left := 0
	for _, m := range mate {
		if m < 0 {
			left++
		}
	}
	if left > 0 && c.joinWalls(loops) {
		return closed
	}
	crumbs, held := looseBits(inner.Mesh, rims, mate, first)
	for f, t := range inner.Mesh.Faces {
		if !crumbs[f] {
			c.add(t[0]+first, t[1]+first, t[2]+first)
		}
	}
	for i, loop := range loops {
		if mate[i] >= 0 {
			c.zip(loop, rims[mate[i]])
		} else if c.small(loop) {
			c.fan(loop)
		} else {
			closed = false
		}
	}
	return closed && whole && held
}

// looseBits finds the faces of small pieces of the skin that no loop of the surface
// runs along: where the skin only just grazes the material. all tells whether the
// surface runs along every rim of the others.
func looseBits(skin *geom.Mesh, rims [][]int32, mate []int, first int32) (loose []bool, all bool) {
	part, count := mesh.Components(skin)
	area := make([]float64, count)
	partOf := make([]int32, len(skin.Vertices))
	total := 0.0
	for f, t := range skin.Faces {
		a := skin.FaceArea(f)
		area[part[f]] += a
		total += a
		for _, v := range t {
			partOf[v] = part[f]
		}
	}
	held, met := make([]bool, count), make([]bool, len(rims))
	for _, j := range mate {
		if j >= 0 {
			met[j] = true
			held[partOf[rims[j][0]-first]] = true
		}
	}
	drop := func(p int32) bool { return !held[p] && area[p] < 0.05*total }
	loose = make([]bool, len(skin.Faces))
	for f := range loose {
		loose[f] = drop(part[f])
	}
	all = true
	for j, rim := range rims {
		all = all && (met[j] || drop(partOf[rim[0]-first]))
	}
	return loose, all
}

// small reports whether a loop is no larger than a few edges.
func (c *closer) small(loop []int32) bool {
	for _, v := range loop {
		if c.at(v).Sub(c.at(loop[0])).Norm() > 6*c.edge {
			return false
		}
	}
	return true
}

func (c *closer) add(a, b, d int32) {
	if a != b && b != d && d != a {
		c.part.Faces = append(c.part.Faces, [3]int32{a, b, d})
	}
}

func (c *closer) at(v int32) geom.Vec { return c.part.Vertices[v].D() }

// inMaterial clips a skin to the inside of the solid, exactly where its edges meet
// the surface.
func (c *closer) inMaterial(skin *geom.Mesh) *mesh.Clipped {
	value := make([]float64, len(skin.Vertices))
	for v, x := range skin.Vertices {
		value[v] = -1
		if c.target.inside(x.D()) {
			value[v] = 1
		}
	}
	return mesh.Clip(skin, value, func(kept, dropped int32) float64 {
		a, b := skin.Vertices[kept].D(), skin.Vertices[dropped].D()
		if hit, ok := c.target.tree.First(a, b.Sub(a), 0, 1); ok {
			return hit.At
		}
		return 0.5
	})
}

// loopsOf chains directed edges into closed loops, each starting at its first edge.
// all tells whether every edge is part of one.
func loopsOf(edges [][2]int32) (loops [][]int32, all bool) {
	highest := int32(-1)
	for _, e := range edges {
		highest = max(highest, e[0], e[1])
	}
	from := make([]int32, highest+1) // edge that starts at a vertex, plus one
	for i, e := range edges {
		if from[e[0]] == 0 {
			from[e[0]] = int32(i + 1)
		}
	}
	used := make([]bool, len(edges))
	count := 0
	for i := range edges {
		var loop []int32
		at := i
		for !used[at] {
			used[at] = true
			loop = append(loop, edges[at][0])
			next := from[edges[at][1]]
			if next == 0 {
				loop = nil // an open chain, on a mesh with gaps
				break
			}
			at = int(next - 1)
		}
		if len(loop) >= 3 && at == i {
			loops = append(loops, loop)
			count += len(loop)
		}
	}
	return loops, count == len(edges)
}

// matchLoops finds for each loop of the surface the rim of the skin that runs along
// it; -1 where there is none.
func (c *closer) matchLoops(loops, rims [][]int32) []int {
	mate := make([]int, len(loops))
	taken := make([]bool, len(rims))
	for i, loop := range loops {
		mate[i] = -1
		best := 1.5 * c.edge
		for j, rim := range rims {
			if taken[j] {
				continue
			}
			if d := max(c.gap(loop, rim), c.gap(rim, loop)); d < best {
				best, mate[i] = d, j
			}
		}
		if mate[i] >= 0 {
			taken[mate[i]] = true
		}
	}
	return mate
}

// gap is the mean distance from some vertices of a to the nearest vertex of b.
func (c *closer) gap(a, b []int32) float64 {
	step := len(a)/24 + 1
	sum, count := 0.0, 0.0
	for i := 0; i < len(a); i += step {
		nearest := math.Inf(1)
		for _, w := range b {
			nearest = min(nearest, c.at(a[i]).Sub(c.at(w)).Norm2())
		}
		sum += math.Sqrt(nearest)
		count++
	}
	return sum / count
}

// zip joins two loops that run along one another in opposite directions, each as
// the faces beside it have it, by a strip of triangles.
func (c *closer) zip(a, b []int32) {
	n, m := len(a), len(b)
	// Start at the closest pair.
	i0, j0, best := 0, 0, math.Inf(1)
	for i := 0; i < n; i += n/48 + 1 {
		for j := range b {
			if d := c.at(a[i]).Sub(c.at(b[j])).Norm2(); d < best {
				i0, j0, best = i, j, d
			}
		}
	}
	va := func(i int) int32 { return a[(i0+i)%n] }
	vb := func(j int) int32 { return b[((j0-j)%m+m)%m] } // against its direction: along a
	longA, longB := c.lengths(n, va), c.lengths(m, vb)
	for i, j := 0, 0; i < n || j < m; {
		forward := j >= m
		if i < n && j < m {
			forward = c.at(va(i+1)).Sub(c.at(vb(j))).Norm2() <= c.at(va(i)).Sub(c.at(vb(j+1))).Norm2()
			// Neither may run far ahead, or one would end up as the point of a fan.
			if ahead := longA[i]/longA[n] - longB[j]/longB[m]; math.Abs(ahead) > 0.04 {
				forward = ahead < 0
			}
		}
		if forward {
			c.add(va(i+1), va(i), vb(j))
			i++
		} else {
			c.add(va(i), vb(j), vb(j+1))
			j++
		}
	}
}

// lengths is how far along a closed loop each vertex lies; the last is its length.
func (c *closer) lengths(n int, v func(i int) int32) []float64 {
	along := make([]float64, n+1)
	for i := 0; i < n; i++ {
		along[i+1] = along[i] + c.at(v(i)).Sub(c.at(v(i+1))).Norm()
	}
	along[n] = max(along[n], math.SmallestNonzeroFloat64)
	return along
}

// joinWalls closes a cut through walls thinner than the skin's triangles: two loops
// by a strip from wall to wall, a single narrow loop across. It reports false, and
// adds nothing, where the loops are not near one another.
func (c *closer) joinWalls(loops [][]int32) bool {
	wall := 6 * c.edge
	switch len(loops) {
	case 1:
		if !c.narrow(loops[0], wall) {
			return false
		}
		c.fan(loops[0])
		return true
	case 2:
		if max(c.gap(loops[0], loops[1]), c.gap(loops[1], loops[0])) > wall {
			return false
		}
		c.zip(loops[0], loops[1])
		return true
	}
	return false
}

// narrow reports whether every vertex of a loop has another part of the loop
// nearby: the loop goes out along one side of a wall and back along the other.
func (c *closer) narrow(loop []int32, wall float64) bool {
	n := len(loop)
	if n < 8 {
		return true
	}
	var length float64
	along := make([]float64, n)
	for i := range loop {
		along[i] = length
		length += c.at(loop[i]).Sub(c.at(loop[(i+1)%n])).Norm()
	}
	far := 0
	for i := range loop {
		near := false
		for j := 0; j < n && !near; j++ {
			d := math.Abs(along[i] - along[j])
			d = min(d, length-d)
			near = d > 2*wall && c.at(loop[i]).Sub(c.at(loop[j])).Norm() < wall
		}
		// The two turning points have no opposite; their share of the length is small.
		if !near {
			far++
		}
	}
	return float64(far)*length/float64(n) < 10*wall
}

// fan fills a loop without new vertices, cutting off the corner whose new edge is
// shortest until nothing is left.
func (c *closer) fan(loop []int32) {
	ring := make([]int32, len(loop))
	for i, v := range loop { // faces on the other side run against the loop
		ring[len(loop)-1-i] = v
	}
	for len(ring) > 3 {
		n := len(ring)
		at, best := 0, math.Inf(1)
		for i := range ring {
			if d := c.at(ring[(i+n-1)%n]).Sub(c.at(ring[(i+1)%n])).Norm2(); d < best {
				at, best = i, d
			}
		}
		c.add(ring[(at+n-1)%n], ring[at], ring[(at+1)%n])
		ring = append(ring[:at], ring[at+1:]...)
	}
	c.add(ring[0], ring[1], ring[2])
}
