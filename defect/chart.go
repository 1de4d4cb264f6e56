package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

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

// smoothed averages unit vectors over the neighbours a few times.
func smoothed(normals []geom.Vec, next *mesh.Lists, rounds int) []geom.Vec {
	for ; rounds > 0; rounds-- {
		mean := make([]geom.Vec, len(normals))
		for v := range normals {
			sum := normals[v]
			for _, w := range next.Of(int32(v)) {
				sum = sum.Add(normals[w])
			}
			if mean[v] = sum.Unit(); mean[v] == (geom.Vec{}) {
				mean[v] = normals[v]
			}
		}
		normals = mean
	}
	return normals
}
