package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
)

// patch is the part of a target's fine mesh that a defect changes, split finer.
type patch struct {
	target *Target
	mesh   *geom.Mesh
	global []int32 // the fine mesh's vertex of each vertex of mesh, -1 for those that splitting made
	near   []bool  // vertices that may move
	taken  []bool  // faces of the fine mesh that the patch stands for
}

// cutOut takes the faces around the vertices that near accepts and splits the
// edges between such vertices to the given length (0: not at all), making at most
// maxFaces faces.
func (t *Target) cutOut(near func(p geom.Vec) bool, edge float64, maxFaces int) *patch {
	var inner []int32
	for v, x := range t.fine.Vertices {
		if near(x.D()) {
			inner = append(inner, int32(v))
		}
	}
	return t.cutOutVertices(inner, edge, maxFaces)
}

// cutOutVertices is cutOut with the vertices named; they come first in the patch, in
// the order given.
func (t *Target) cutOutVertices(inner []int32, edge float64, maxFaces int) *patch {
	p := &patch{target: t, mesh: &geom.Mesh{}, taken: make([]bool, len(t.fine.Faces))}
	to := make([]int32, len(t.fine.Vertices)) // local index plus one
	for _, v := range inner {
		p.local(v, to)
	}
	for _, v := range inner {
		for _, f := range t.around.Of(v) {
			if p.taken[f] {
				continue
			}
			p.taken[f] = true
			c := t.fine.Faces[f]
			p.mesh.Faces = append(p.mesh.Faces, [3]int32{p.local(c[0], to), p.local(c[1], to), p.local(c[2], to)})
		}
	}
	p.near = make([]bool, len(p.mesh.Vertices))
	for i := range inner {
		p.near[i] = true
	}
	if edge > 0 {
		p.refine(edge, maxFaces, p.near)
	}
	return p
}

func (p *patch) local(v int32, to []int32) int32 {
	if to[v] == 0 {
		p.mesh.Vertices = append(p.mesh.Vertices, p.target.fine.Vertices[v])
		p.global = append(p.global, v)
		to[v] = int32(len(p.mesh.Vertices))
	}
	return to[v] - 1
}

// refine splits edges between vertices that where accepts.
func (p *patch) refine(edge float64, maxFaces int, where []bool) {
	r := mesh.Refine(p.mesh, edge, max(maxFaces, len(p.mesh.Faces)), where)
	p.mesh = r.Mesh
	for range r.Ends {
		p.global = append(p.global, -1)
		p.near = append(p.near, true)
	}
}

// chart gives the vertices of a surface that are near a point a place in the
// plane: how far away they are along the surface, and which way.
type chart struct {
	order []int32      // vertices reached, nearest first
	uv    [][2]float64 // by vertex
	in    []bool       // by vertex
}

// growChart spreads from a point of the surface, in or beside face start, over the edges of m (Dijkstra) out
// to the given radius, and unrolls the surface along the shortest paths: the
// discrete exponential map (Schmidt, Grimm and Wyvill, 2006). along is the
// direction of the first coordinate.
func growChart(m *geom.Mesh, next *mesh.Lists, normals []geom.Vec, start [3]int32, center, normal, along geom.Vec, radius float64) *chart {
	n := len(m.Vertices)
	c := &chart{uv: make([][2]float64, n), in: make([]bool, n)}
	frame := make([]geom.Vec, n) // the direction of the first coordinate, carried along
	dist := make([]float64, n)
	for v := range dist {
		dist[v] = math.Inf(1)
	}
	quantum := 1e4 / radius
	step := func(v int32, from, n0, e1 geom.Vec, uv [2]float64, d0 float64, h *heap) {
		d := m.Vertices[v].D().Sub(from)
		length := d.Norm()
		// Paths that are equally long but for rounding are told apart by the order of the
		// vertices, so that the unit of length does not decide.
		if d0+length > radius || d0+length >= dist[v]*(1-1e-5) {
			return
		}
		e2 := n0.Cross(e1)
		x, y := d.Dot(e1), d.Dot(e2)
		if flat := math.Hypot(x, y); flat > 1e-12*length {
			x, y = x*length/flat, y*length/flat
		}
		dist[v] = d0 + length
		c.uv[v] = [2]float64{uv[0] + x, uv[1] + y}
		frame[v] = carry(e1, n0, normals[v])
		h.push(heapItem{math.Round(dist[v] * quantum), v})
	}
	h := &heap{}
	for _, v := range start {
		step(v, center, normal, along, [2]float64{}, 0, h)
	}
	for len(*h) > 0 {
		top := h.pop()
		v := top.vertex
		if c.in[v] {
			continue
		}
		c.in[v] = true
		c.order = append(c.order, v)
		n0 := normals[v]
		if n0 == (geom.Vec{}) {
			n0 = normal
		}
		for _, w := range next.Of(v) {
			if !c.in[w] {
				step(w, m.Vertices[v].D(), n0, frame[v], c.uv[v], dist[v], h)
			}
		}
	}
	return c
}

// carry turns e, which is at a right angle to n0, to be at a right angle to n1, by
// the smallest rotation.
func carry(e, n0, n1 geom.Vec) geom.Vec {
	if n1 == (geom.Vec{}) {
		return e
	}
	axis := n0.Cross(n1)
	s, c := axis.Norm(), n0.Dot(n1)
	if s > 1e-9 {
		e = geom.RotationAxis(axis, math.Atan2(s, c)).MulVec(e)
	}
	if e = e.AddScaled(-e.Dot(n1), n1).Unit(); e == (geom.Vec{}) {
		return n1.Perpendicular()
	}
	return e
}

// nearestFace returns the corners of the face of m that is nearest to q.
func nearestFace(m *geom.Mesh, q geom.Vec) [3]int32 {
	best, face := math.Inf(1), 0
	for f, t := range m.Faces {
		a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
		p, _ := spatial.ClosestOnTriangle(a, b, c, q)
		if d := p.Sub(q).Norm2(); d < best {
			best, face = d, f
		}
	}
	return m.Faces[face]
}

type heapItem struct {
	key    float64
	vertex int32
}

// heap is a binary heap, smallest key first, ties by vertex.
type heap []heapItem

func (a heapItem) before(b heapItem) bool {
	return a.key < b.key || a.key == b.key && a.vertex < b.vertex
}

func (h *heap) push(it heapItem) {
	*h = append(*h, it)
	s := *h
	for i := len(s) - 1; i > 0; {
		up := (i - 1) / 2
		if !s[i].before(s[up]) {
			break
		}
		s[i], s[up] = s[up], s[i]
		i = up
	}
}

func (h *heap) pop() heapItem {
	s := *h
	top := s[0]
	last := len(s) - 1
	s[0] = s[last]
	s = s[:last]
	for i := 0; ; {
		k := 2*i + 1
		if k >= last {
			break
		}
		if k+1 < last && s[k+1].before(s[k]) {
			k++
		}
		if !s[k].before(s[i]) {
			break
		}
		s[i], s[k] = s[k], s[i]
		i = k
	}
	*h = s
	return top
}
