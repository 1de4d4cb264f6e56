package mesh

import (
	"math"
	"sort"

	"blemish/geom"
)

// Refined is a mesh with split edges and where its parts came from.
type Refined struct {
	Mesh   *geom.Mesh
	Parent []int32    // the face of the first mesh that each face lies in
	Ends   [][2]int32 // Ends[i]: the edge whose middle is vertex i + (vertices of the first mesh)
}

// Subdivide splits edges until none is longer than maxEdge, or until another
// split would make more than maxFaces faces; then the longest edges have been
// split first, so that what remains is as even as the bound allows. It returns
// the new mesh and, for each face, the face of m that it lies in.
//
// Every face that shares an edge splits it at the same vertex: a mesh without
// T-junctions has none afterwards. Faces keep their winding and stay in the plane
// of their parent (to the rounding of float32).
func Subdivide(m *geom.Mesh, maxEdge float64, maxFaces int) (*geom.Mesh, []int32) {
	r := Refine(m, maxEdge, maxFaces, nil)
	return r.Mesh, r.Parent
}

// Refine is Subdivide for a part of a mesh: only edges with both ends in near are
// split; nil stands for all. The faces that are not split keep their index.
func Refine(m *geom.Mesh, maxEdge float64, maxFaces int, near []bool) *Refined {
	if !(maxEdge > 0) {
		panic("mesh: the edge length must be positive")
	}
	s := &splitter{
		out:    &Refined{Mesh: m.Clone(), Parent: make([]int32, len(m.Faces), len(m.Faces)+len(m.Faces)/2)},
		first:  int32(len(m.Vertices)),
		near:   near,
		budget: maxFaces - len(m.Faces),
	}
	s.active = make([]int32, 0, len(m.Faces))
	for f, t := range m.Faces {
		s.out.Parent[f] = int32(f)
		if near == nil || near[t[0]] && near[t[1]] || near[t[1]] && near[t[2]] || near[t[2]] && near[t[0]] {
			s.active = append(s.active, int32(f))
		}
	}
	// Each pass halves the longest edges; 200 passes are beyond what float32 can hold.
	for pass := 0; pass < 200 && s.pass(maxEdge); pass++ {
	}
	return s.out
}

type splitter struct {
	out    *Refined
	first  int32 // number of vertices before
	near   []bool
	active []int32 // faces that may still have a long edge
	budget int     // faces that may still be made
}

// splittable reports whether edge (a, b) may be split, and its length.
func (s *splitter) splittable(a, b int32) (float64, bool) {
	if s.near != nil && (a < s.first && !s.near[a] || b < s.first && !s.near[b]) {
		return 0, false
	}
	p, q := s.out.Mesh.Vertices[a], s.out.Mesh.Vertices[b]
	mid := middle(p, q)
	if mid == p || mid == q || !mid.Finite() {
		return 0, false // finer than float32
	}
	return math.Sqrt(p.Dist2(q)), true
}

func middle(p, q geom.Vec3) geom.Vec3 { return p.D().Add(q.D()).Scale(0.5).F() }

// pass splits all edges longer than 0.55 of the longest, and reports whether
// there may be more to do. Splitting the longest first keeps triangles round;
// 0.55 rather than one half, so that rounding does not decide about edges of
// exactly half the length.
func (s *splitter) pass(maxEdge float64) bool {
	longest := 0.0
	keep := s.active[:0]
	for _, f := range s.active {
		t := s.out.Mesh.Faces[f]
		own := 0.0
		for k := 0; k < 3; k++ {
			if l, ok := s.splittable(t[k], t[(k+1)%3]); ok {
				own = max(own, l)
			}
		}
		if own > maxEdge {
			keep = append(keep, f)
			longest = max(longest, own)
		}
	}
	// Only faces with a long edge stay active: an edge that is split has both of its
	// faces here, because its length is the same seen from either.
	s.active = keep
	if len(keep) == 0 || s.budget <= 0 {
		return false
	}
	limit := max(maxEdge, 0.55*longest)
	edges := newEdgeTable(len(keep))
	var length []float64
	var uses []int32
	for _, f := range keep {
		t := s.out.Mesh.Faces[f]
		for k := 0; k < 3; k++ {
			if l, ok := s.splittable(t[k], t[(k+1)%3]); ok && l > limit {
				n, fresh := edges.add(t[k], t[(k+1)%3])
				if fresh {
					length, uses = append(length, l), append(uses, 0)
				}
				uses[n]++
			}
		}
	}
	mid := s.splitLongest(edges, length, uses)
	for _, f := range keep {
		s.split(f, edges, mid)
	}
	return s.budget > 0
}

// splitLongest makes the middle vertices of the edges that the budget allows, the
// longest first; -1 marks edges that stay whole.
func (s *splitter) splitLongest(edges *edgeTable, length []float64, uses []int32) []int32 {
	total := 0
	for _, u := range uses {
		total += int(u)
	}
	mid := make([]int32, len(length))
	if total > s.budget {
		order := make([]int32, len(length))
		for i := range order {
			order[i] = int32(i)
		}
		sort.SliceStable(order, func(i, j int) bool { return length[order[i]] > length[order[j]] })
		left := s.budget
		for _, e := range order {
			if left -= int(uses[e]); left < 0 {
				mid[e] = -1
			}
		}
		s.budget = 0
	} else {
		s.budget -= total
	}
	v := &s.out.Mesh.Vertices
	for e := range mid {
		if mid[e] < 0 {
			continue
		}
		a, b := edges.ends(int32(e))
		mid[e] = int32(len(*v))
		*v = append(*v, middle((*v)[a], (*v)[b]))
		s.out.Ends = append(s.out.Ends, [2]int32{a, b})
	}
	return mid
}

// split replaces face f by two, three or four according to which of its edges
// have a middle vertex.
func (s *splitter) split(f int32, edges *edgeTable, mid []int32) {
	t := s.out.Mesh.Faces[f]
	m := [3]int32{-1, -1, -1} // middle of edge t[k] → t[k+1]
	count := 0
	for k := 0; k < 3; k++ {
		if e := edges.find(t[k], t[(k+1)%3]); e >= 0 && mid[e] >= 0 {
			m[k] = mid[e]
			count++
		}
	}
	switch count {
	case 1:
		k := 0
		for m[k] < 0 {
			k++
		}
		a, b, c := t[k], t[(k+1)%3], t[(k+2)%3]
		s.emit(f, [3]int32{a, m[k], c}, [3]int32{m[k], b, c})
	case 2:
		k := 0
		for m[k] >= 0 {
			k++
		}
		// Edge a→b is whole; the corner at c is cut off, the quad a b p q is halved along
		// its shorter diagonal. A tie (a square) falls to a–p whatever the rounding.
		a, b, c := t[k], t[(k+1)%3], t[(k+2)%3]
		p, q := m[(k+1)%3], m[(k+2)%3]
		v := s.out.Mesh.Vertices
		if v[b].Dist2(v[q]) < 0.999*v[a].Dist2(v[p]) {
			s.emit(f, [3]int32{q, p, c}, [3]int32{a, b, q}, [3]int32{b, p, q})
		} else {
			s.emit(f, [3]int32{q, p, c}, [3]int32{a, b, p}, [3]int32{a, p, q})
		}
	case 3:
		s.emit(f, [3]int32{m[0], m[1], m[2]}, [3]int32{t[0], m[0], m[2]}, [3]int32{m[0], t[1], m[1]}, [3]int32{m[2], m[1], t[2]})
	}
}

// emit puts the first of the faces in the place of f and the others at the end.
func (s *splitter) emit(f int32, faces ...[3]int32) {
	s.out.Mesh.Faces[f] = faces[0]
	for _, t := range faces[1:] {
		s.active = append(s.active, int32(len(s.out.Mesh.Faces)))
		s.out.Mesh.Faces = append(s.out.Mesh.Faces, t)
		s.out.Parent = append(s.out.Parent, s.out.Parent[f])
	}
}
