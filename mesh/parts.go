package mesh

import (
	"blemish/geom"
	"blemish/spatial"
)

// The parts of a mesh that are closed by themselves, and where they touch.

// edgeParts numbers the parts of a mesh that hang together by edges of two faces, in
// the order of their first faces, and tells their signed volumes.
func edgeParts(m *geom.Mesh, edges faceEdges) (part []int32, volume []float64) {
	type side struct{ count, first, second int32 }
	sides := make([]side, edges.count)
	for f, of := range edges.of {
		for _, e := range of {
			s := &sides[e]
			if s.count++; s.count == 1 {
				s.first = int32(f)
			}
			s.second = int32(f)
		}
	}
	u := spatial.NewForest(len(m.Faces))
	for _, s := range sides {
		if s.count == 2 {
			u.Join(s.first, s.second)
		}
	}
	part = make([]int32, len(m.Faces))
	for f, t := range m.Faces {
		root := u.Root(int32(f))
		if root == int32(f) {
			part[f] = int32(len(volume))
			volume = append(volume, 0)
		} else {
			part[f] = part[root]
		}
		a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
		volume[part[f]] += a.Dot(b.Cross(c)) / 6
	}
	return part, volume
}

// splitParts gives every part vertices of its own, so that solids that touch at a
// corner or an edge are told apart.
func splitParts(m *geom.Mesh, part []int32) *geom.Mesh {
	out := &geom.Mesh{Vertices: append([]geom.Vec3(nil), m.Vertices...), Faces: append([][3]int32(nil), m.Faces...), Origin: m.Origin}
	owner := make([]int32, len(m.Vertices))
	for v := range owner {
		owner[v] = -1
	}
	type own struct{ vertex, part int32 }
	other := map[own]int32{}
	for f, t := range m.Faces {
		for k, v := range t {
			if owner[v] < 0 {
				owner[v] = part[f]
			}
			if owner[v] == part[f] {
				continue
			}
			key := own{v, part[f]}
			w, known := other[key]
			if !known {
				w = int32(len(out.Vertices))
				out.Vertices = append(out.Vertices, m.Vertices[v])
				other[key] = w
			}
			out.Faces[f][k] = w
		}
	}
	return out
}

// withoutContacts drops the pairs of faces over the same three vertices that look
// opposite ways: where two solids touch there is no surface. A sheet with two sides is
// such pairs, too; m is returned as it is where pairs hang on nothing else.
func withoutContacts(m *geom.Mesh) *geom.Mesh {
	table := newTripleTable(len(m.Faces))
	sum := make([]int32, 0, len(m.Faces)) // of the windings of each triple's faces
	key := make([]int32, len(m.Faces))
	way := func(t [3]int32) int32 {
		s := sorted(t)
		for k := range t {
			if t[k] == s[0] && t[(k+1)%3] == s[1] {
				return 1
			}
		}
		return -1
	}
	for f, t := range m.Faces {
		n, fresh := table.add(faceKey(t))
		if fresh {
			sum = append(sum, 0)
		}
		key[f] = n
		sum[n] += way(t)
	}
	out := &geom.Mesh{Vertices: m.Vertices, Origin: m.Origin}
	var paired [][3]int32
	kept := make([]bool, len(m.Vertices))
	for f, t := range m.Faces {
		if sum[key[f]] == 0 {
			paired = append(paired, t)
			continue
		}
		out.Faces = append(out.Faces, t)
		kept[t[0]], kept[t[1]], kept[t[2]] = true, true, true
	}
	u := spatial.NewForest(len(m.Vertices))
	for _, t := range paired {
		u.Join(t[0], t[1])
		u.Join(t[1], t[2])
	}
	hung := make([]bool, len(m.Vertices))
	for _, t := range paired {
		for _, v := range t {
			hung[u.Root(v)] = hung[u.Root(v)] || kept[v]
		}
	}
	for _, t := range paired {
		if !hung[u.Root(t[0])] {
			return m
		}
	}
	return out
}

// closedParts looks again at a mesh that does not count as closed: solids that touch
// along an edge, or face to face, are closed one by one. welded is the mesh with
// repeated faces. It reports false where that is not so.
func closedParts(welded *geom.Mesh) (*geom.Mesh, Report, faceEdges, bool) {
	whole := &geom.Mesh{Vertices: welded.Vertices, Origin: welded.Origin}
	for _, t := range welded.Faces {
		if valid(welded, t) {
			whole.Faces = append(whole.Faces, t)
		}
	}
	m := Clean(withoutContacts(whole))
	_, edges := checkEdges(m)
	part, _ := edgeParts(m, edges)
	m, _, report, edges := orientEdges(splitParts(m, part))
	return m, report, edges, report.Watertight && report.Oriented
}
