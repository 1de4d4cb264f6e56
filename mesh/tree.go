package mesh

import (
	"math"

	"blemish/geom"
)

// Tree is a hierarchy of boxes over the faces of a mesh, for rays, inside tests
// and nearest points. It is safe for use by several goroutines.
type Tree struct {
	corner [][3]geom.Vec // corners of the faces, in tree order
	face   []int32       // the mesh's face at each place of corner
	nodes  []treeNode
}

// treeNode covers corner[lo:hi]. An inner node's children are the next node and
// node `right`; a leaf has right 0.
type treeNode struct {
	min, max      [3]float64
	lo, hi, right int32
}

const leafFaces = 4

// NewTree builds the tree of m.
func NewTree(m *geom.Mesh) *Tree {
	n := len(m.Faces)
	t := &Tree{corner: make([][3]geom.Vec, n), face: make([]int32, n)}
	all := make([][3]geom.Vec, n)
	center := make([][3]float64, n)
	for f, c := range m.Faces {
		all[f] = [3]geom.Vec{m.Vertices[c[0]].D(), m.Vertices[c[1]].D(), m.Vertices[c[2]].D()}
		lo, hi := boundsOf(all[f])
		for a := range lo {
			center[f][a] = lo[a] + hi[a]
		}
		t.face[f] = int32(f)
	}
	t.build(all, center, 0, n)
	for i, f := range t.face {
		t.corner[i] = all[f]
	}
	return t
}

func boundsOf(c [3]geom.Vec) (lo, hi [3]float64) {
	for a := range lo {
		x, y, z := axis(c[0], a), axis(c[1], a), axis(c[2], a)
		lo[a], hi[a] = math.Min(x, math.Min(y, z)), math.Max(x, math.Max(y, z))
	}
	return lo, hi
}

func axis(v geom.Vec, a int) float64 {
	switch a {
	case 0:
		return v.X
	case 1:
		return v.Y
	}
	return v.Z
}

func (t *Tree) build(all [][3]geom.Vec, center [][3]float64, lo, hi int) {
	inf := math.Inf(1)
	node := treeNode{min: [3]float64{inf, inf, inf}, max: [3]float64{-inf, -inf, -inf}, lo: int32(lo), hi: int32(hi)}
	cmin, cmax := node.min, node.max
	for _, f := range t.face[lo:hi] {
		a, b := boundsOf(all[f])
		for k := range a {
			node.min[k], node.max[k] = math.Min(node.min[k], a[k]), math.Max(node.max[k], b[k])
			cmin[k], cmax[k] = math.Min(cmin[k], center[f][k]), math.Max(cmax[k], center[f][k])
		}
	}
	at := len(t.nodes)
	t.nodes = append(t.nodes, node)
	if hi-lo <= leafFaces {
		return
	}
	wide := 0
	for k := 1; k < 3; k++ {
		if cmax[k]-cmin[k] > cmax[wide]-cmin[wide] {
			wide = k
		}
	}
	mid := (lo + hi) / 2
	selectNth(t.face[lo:hi], mid-lo, func(a, b int32) bool {
		if center[a][wide] != center[b][wide] {
			return center[a][wide] < center[b][wide]
		}
		return a < b
	})
	t.build(all, center, lo, mid)
	t.nodes[at].right = int32(len(t.nodes))
	t.build(all, center, mid, hi)
}

// selectNth puts the n-th smallest in its place, smaller ones before it (Hoare).
func selectNth(s []int32, n int, less func(a, b int32) bool) {
	for lo, hi := 0, len(s)-1; lo < hi; {
		pivot := s[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for less(s[i], pivot) {
				i++
			}
			for less(pivot, s[j]) {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

// Hit is where a ray meets a face.
type Hit struct {
	At   float64 // in lengths of the ray's direction
	Face int32
	Out  bool // the ray leaves through the front of the face
}

// First returns the nearest hit of origin + at·dir with lo < at < hi.
func (t *Tree) First(origin, dir geom.Vec, lo, hi float64) (Hit, bool) {
	best := Hit{At: hi, Face: -1}
	t.walk(origin, dir, lo, &best.At, func(h Hit) {
		if h.At < best.At || h.At == best.At && h.Face < best.Face {
			best = h
		}
	})
	return best, best.Face >= 0
}

// Winding counts the faces that the ray from p leaves through minus those it
// enters through: the winding number of a closed mesh around p.
func (t *Tree) Winding(p, dir geom.Vec) int {
	inf := math.Inf(1)
	n := 0
	t.walk(p, dir, 0, &inf, func(h Hit) {
		if h.Out {
			n++
		} else {
			n--
		}
	})
	return n
}

// insideRays are three directions without any symmetry, so that rays through
// vertices and along faces of real parts do not happen.
var insideRays = [3]geom.Vec{
	{X: 0.5773269, Y: 0.2113491, Z: 0.7886751}, {X: -0.8164127, Y: 0.4713207, Z: 0.3333519}, {X: 0.1276314, Y: -0.9053817, Z: -0.4049218},
}

// Inside reports whether p lies in the material of m, by the winding number along
// one ray, and along the majority of three where strict is false: for meshes with
// small gaps. Parts that are inside out count as material too.
func (t *Tree) Inside(p geom.Vec, strict bool) bool {
	first := t.Winding(p, insideRays[0]) != 0
	if strict || first == (t.Winding(p, insideRays[1]) != 0) {
		return first
	}
	return t.Winding(p, insideRays[2]) != 0
}

// walk calls visit for the hits with lo < at < *hi; visit may lower *hi.
func (t *Tree) walk(origin, dir geom.Vec, lo float64, hi *float64, visit func(Hit)) {
	if len(t.corner) == 0 {
		return
	}
	o := [3]float64{origin.X, origin.Y, origin.Z}
	inv := [3]float64{1 / dir.X, 1 / dir.Y, 1 / dir.Z}
	var stack [96]int32
	depth := 1
	for depth > 0 {
		depth--
		at := stack[depth]
		n := &t.nodes[at]
		if !n.meets(&o, &inv, lo, *hi) {
			continue
		}
		if n.right == 0 {
			for i := n.lo; i < n.hi; i++ {
				if s, out, ok := meetTriangle(&t.corner[i], origin, dir); ok && s > lo && s < *hi {
					visit(Hit{At: s, Face: t.face[i], Out: out})
				}
			}
			continue
		}
		stack[depth], stack[depth+1] = n.right, at+1
		depth += 2
	}
}

// meets is the slab test. NaN (0·∞, a ray in the plane of a side) counts as a hit.
func (n *treeNode) meets(o, inv *[3]float64, lo, hi float64) bool {
	for k := 0; k < 3; k++ {
		a, b := (n.min[k]-o[k])*inv[k], (n.max[k]-o[k])*inv[k]
		if a > b {
			a, b = b, a
		}
		if a > lo {
			lo = a
		}
		if b < hi {
			hi = b
		}
	}
	// Boxes are widened by a few roundings, so that flat ones are not missed.
	return lo <= hi+1e-12*math.Abs(hi)
}

type triangle = [3]geom.Vec

// meetTriangle is the test of Möller and Trumbore (1997), in float64.
func meetTriangle(c *triangle, origin, dir geom.Vec) (at float64, out, ok bool) {
	e1, e2 := c[1].Sub(c[0]), c[2].Sub(c[0])
	p := dir.Cross(e2)
	det := e1.Dot(p)
	if det == 0 {
		return 0, false, false
	}
	s := origin.Sub(c[0])
	u := s.Dot(p) / det
	if !(u >= 0 && u <= 1) {
		return 0, false, false
	}
	q := s.Cross(e1)
	v := dir.Dot(q) / det
	if !(v >= 0 && u+v <= 1) {
		return 0, false, false
	}
	return e2.Dot(q) / det, det < 0, true
}

// Closest returns the point of the mesh nearest to q and its face; -1 for a mesh
// without faces.
func (t *Tree) Closest(q geom.Vec) (point geom.Vec, face int32, distance float64) {
	face = -1
	best := math.Inf(1)
	if len(t.corner) == 0 {
		return point, face, best
	}
	var stack [96]int32
	depth := 1
	for depth > 0 {
		depth--
		at := stack[depth]
		n := &t.nodes[at]
		if n.dist2(q) > best {
			continue
		}
		if n.right == 0 {
			for i := n.lo; i < n.hi; i++ {
				c := &t.corner[i]
				p := ClosestOnTriangle(c[0], c[1], c[2], q)
				if d := p.Sub(q).Norm2(); d < best || d == best && t.face[i] < face {
					best, point, face = d, p, t.face[i]
				}
			}
			continue
		}
		near, far := at+1, n.right
		if t.nodes[far].dist2(q) < t.nodes[near].dist2(q) {
			near, far = far, near
		}
		stack[depth], stack[depth+1] = far, near
		depth += 2
	}
	return point, face, math.Sqrt(best)
}

func (n *treeNode) dist2(q geom.Vec) float64 {
	var sum float64
	for k, v := range [3]float64{q.X, q.Y, q.Z} {
		d := math.Max(0, math.Max(n.min[k]-v, v-n.max[k]))
		sum += float64(d * d)
	}
	return sum
}

// ClosestOnTriangle returns the point of the triangle abc nearest to q (Ericson,
// Real-Time Collision Detection, 5.1.5).
func ClosestOnTriangle(a, b, c, q geom.Vec) geom.Vec {
	ab, ac, ap := b.Sub(a), c.Sub(a), q.Sub(a)
	d1, d2 := ab.Dot(ap), ac.Dot(ap)
	if d1 <= 0 && d2 <= 0 {
		return a
	}
	bp := q.Sub(b)
	d3, d4 := ab.Dot(bp), ac.Dot(bp)
	if d3 >= 0 && d4 <= d3 {
		return b
	}
	vc := float64(d1*d4) - float64(d3*d2)
	if vc <= 0 && d1 >= 0 && d3 <= 0 {
		return a.AddScaled(d1/(d1-d3), ab)
	}
	cp := q.Sub(c)
	d5, d6 := ab.Dot(cp), ac.Dot(cp)
	if d6 >= 0 && d5 <= d6 {
		return c
	}
	vb := float64(d5*d2) - float64(d1*d6)
	if vb <= 0 && d2 >= 0 && d6 <= 0 {
		return a.AddScaled(d2/(d2-d6), ac)
	}
	va := float64(d3*d6) - float64(d5*d4)
	if va <= 0 && d4-d3 >= 0 && d5-d6 >= 0 {
		return b.AddScaled((d4-d3)/((d4-d3)+(d5-d6)), c.Sub(b))
	}
	sum := va + vb + vc
	if !(sum > 0) {
		return a
	}
	return a.AddScaled(vb/sum, ab).AddScaled(vc/sum, ac)
}
