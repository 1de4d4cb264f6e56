package spatial

import (
	"math"

	"blemish/geom"
)

// The closest point of a mesh, over a hierarchy of bounding boxes.

// leafFaces is the most faces in a leaf of a BVH.
const leafFaces = 4

// BVH finds the point of a mesh closest to a query. It does not change once made
// and may be used from several goroutines.
type BVH struct {
	nodes []bvhNode
	faces []int32       // in the order of the leaves
	tris  [][3]geom.Vec // their corners
}

// bvhNode is a box over two children, at left and left+1, or over count faces
// from left on.
type bvhNode struct {
	lo, hi [3]float64
	left   int32
	count  int32 // 0: an inner node
}

// NewBVH builds the hierarchy over the faces of m, split at the median centre of
// the longest side. Faces with a corner that is not finite are left out.
func NewBVH(m *geom.Mesh) *BVH {
	b := &BVH{}
	items := make([]item, 0, len(m.Faces))
	for f, t := range m.Faces {
		p, q, r := m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]]
		if p.Finite() && q.Finite() && r.Finite() {
			c := p.D().Add(q.D()).Add(r.D()).Scale(1.0 / 3).F()
			items = append(items, item{[3]float32{c.X, c.Y, c.Z}, int32(f)})
		}
	}
	if len(items) == 0 {
		return b
	}
	b.nodes = append(make([]bvhNode, 0, len(items)), bvhNode{})
	b.build(m, 0, items)
	return b
}

func (b *BVH) build(m *geom.Mesh, at int, items []item) {
	if len(items) <= leafFaces {
		b.nodes[at] = b.leaf(m, items)
		return
	}
	half := len(items) / 2
	selectNth(items, half, longestSide(items))
	left := len(b.nodes)
	b.nodes = append(b.nodes, bvhNode{}, bvhNode{})
	b.build(m, left, items[:half])
	b.build(m, left+1, items[half:])
	node := bvhNode{left: int32(left)}
	l, r := &b.nodes[left], &b.nodes[left+1]
	for a := 0; a < 3; a++ {
		node.lo[a], node.hi[a] = min(l.lo[a], r.lo[a]), max(l.hi[a], r.hi[a])
	}
	b.nodes[at] = node
}

func (b *BVH) leaf(m *geom.Mesh, items []item) bvhNode {
	node := bvhNode{left: int32(len(b.faces)), count: int32(len(items))}
	box := geom.EmptyBox()
	for _, it := range items {
		t := m.Faces[it.id]
		tri := [3]geom.Vec{m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()}
		b.faces, b.tris = append(b.faces, it.id), append(b.tris, tri)
		for _, p := range tri {
			box.Extend(p)
		}
	}
	node.lo = [3]float64{box.Min.X, box.Min.Y, box.Min.Z}
	node.hi = [3]float64{box.Max.X, box.Max.Y, box.Max.Z}
	return node
}

// closest is the state of a search.
type closest struct {
	bvh   *BVH
	q     geom.Vec
	point geom.Vec
	face  int32
	dist2 float64
}

// Closest returns the point of the surface nearest to q, the face that it lies on
// (the lowest index among equals) and its squared distance. In a mesh without
// faces, and for a query that is not finite, face is -1 and dist2 +Inf.
func (b *BVH) Closest(q geom.Vec3) (point geom.Vec3, face int32, dist2 float64) {
	s := closest{bvh: b, q: q.D(), face: -1, dist2: math.Inf(1)}
	if len(b.nodes) > 0 && q.Finite() {
		s.visit(0)
	}
	return s.point.F(), s.face, s.dist2
}

func (s *closest) visit(at int32) {
	node := &s.bvh.nodes[at]
	if node.count > 0 {
		for i := node.left; i < node.left+node.count; i++ {
			tri := &s.bvh.tris[i]
			p := closestOnTriangle(s.q, tri[0], tri[1], tri[2])
			d, f := p.Sub(s.q).Norm2(), s.bvh.faces[i]
			if d < s.dist2 || d == s.dist2 && f < s.face {
				s.point, s.face, s.dist2 = p, f, d
			}
		}
		return
	}
	near, far := node.left, node.left+1
	nearDist, farDist := s.boxDist(near), s.boxDist(far)
	if farDist < nearDist {
		near, far, nearDist, farDist = far, near, farDist, nearDist
	}
	// A box is not nearer than its faces but for rounding, which the margin covers.
	if nearDist <= s.dist2*(1+1e-12) {
		s.visit(near)
	}
	if farDist <= s.dist2*(1+1e-12) {
		s.visit(far)
	}
}

func (s *closest) boxDist(at int32) float64 {
	node := &s.bvh.nodes[at]
	dx := max(node.lo[0]-s.q.X, s.q.X-node.hi[0], 0)
	dy := max(node.lo[1]-s.q.Y, s.q.Y-node.hi[1], 0)
	dz := max(node.lo[2]-s.q.Z, s.q.Z-node.hi[2], 0)
	return float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
}

// closestOnTriangle is the point of the triangle a, b, c nearest to p (Ericson,
// "Real-Time Collision Detection", 5.1.5). Triangles without area work as the
// segment or point that they are.
func closestOnTriangle(p, a, b, c geom.Vec) geom.Vec {
	ab, ac, ap := b.Sub(a), c.Sub(a), p.Sub(a)
	d1, d2 := ab.Dot(ap), ac.Dot(ap)
	if d1 <= 0 && d2 <= 0 {
		return a
	}
	bp := p.Sub(b)
	d3, d4 := ab.Dot(bp), ac.Dot(bp)
	if d3 >= 0 && d4 <= d3 {
		return b
	}
	cp := p.Sub(c)
	d5, d6 := ab.Dot(cp), ac.Dot(cp)
	if d6 >= 0 && d5 <= d6 {
		return c
	}
	vc := float64(d1*d4) - float64(d3*d2)
	vb := float64(d5*d2) - float64(d1*d6)
	va := float64(d3*d6) - float64(d5*d4)
	if sum := va + vb + vc; va > 0 && vb > 0 && vc > 0 && !math.IsInf(sum, 0) {
		return a.AddScaled(vb/sum, ab).AddScaled(vc/sum, ac)
	}
	// On an edge: the nearest of the three segments' points. Trying all three
	// costs little and holds where areas are 0 or rounded.
	best := onSegment(p, a, b)
	for _, q := range [2]geom.Vec{onSegment(p, b, c), onSegment(p, a, c)} {
		if q.Sub(p).Norm2() < best.Sub(p).Norm2() {
			best = q
		}
	}
	return best
}

func onSegment(p, a, b geom.Vec) geom.Vec {
	ab := b.Sub(a)
	t := ab.Dot(p.Sub(a)) / ab.Norm2()
	switch {
	case !(t > 0): // also where a and b coincide
		return a
	case t > 1:
		return b
	}
	return a.AddScaled(t, ab)
}
