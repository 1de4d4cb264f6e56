package mesh

import (
	"blemish/geom"
	"blemish/spatial"
)

// Report says what a mesh is like. Faces that name a vertex twice or one that
// does not exist are counted as degenerate and otherwise left out of account.
type Report struct {
	Vertices, Faces  int
	Degenerate       int     // faces with fewer than three distinct, finite corners
	Flat             int     // faces with three distinct corners and no area
	Duplicates       int     // faces over the same three vertices as an earlier one
	BoundaryEdges    int     // edges of one face
	NonManifoldEdges int     // edges of three or more faces
	FlippedEdges     int     // edges whose two faces disagree about the winding
	Components       int     // parts joined by shared vertices
	Holes            int     // sets of boundary edges that hang together
	Watertight       bool    // at least one face, and every edge has exactly two
	Oriented         bool    // no edge with two faces is flipped
	Area             float64 // in squared units of the mesh
	Volume           float64 // signed; means something where Watertight and Oriented
}

// Check examines m. Vertices are told apart by index: Weld first where a file
// gives every triangle its own.
func Check(m *geom.Mesh) Report {
	r, _ := checkEdges(m)
	return r
}

// faceEdges numbers the edges of valid faces, edge k from corner k on.
type faceEdges struct {
	of    [][3]int32
	count int
}

// checkEdges is Check, and the edges that it finds.
func checkEdges(m *geom.Mesh) (Report, faceEdges) {
	of := make([][3]int32, len(m.Faces))
	r := Report{Vertices: len(m.Vertices), Faces: len(m.Faces)}
	edges := newEdgeTable(len(m.Faces) + len(m.Faces)/2)
	var uses, turns []int32
	seen := newTripleTable(len(m.Faces))
	parts := spatial.NewForest(len(m.Vertices))
	used := make([]bool, len(m.Vertices))
	for f, t := range m.Faces {
		if !valid(m, t) {
			r.Degenerate++
			continue
		}
		if _, fresh := seen.add(faceKey(t)); !fresh {
			r.Duplicates++
		}
		area := m.FaceArea(f)
		if !(area > 0) {
			r.Flat++
		}
		r.Area += area
		a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
		r.Volume += a.Dot(b.Cross(c)) / 6
		for k, v := range t {
			w := t[(k+1)%3]
			used[v] = true
			parts.Join(v, w)
			n, fresh := edges.add(v, w)
			if fresh {
				uses, turns = append(uses, 0), append(turns, 0)
			}
			of[f][k] = n
			uses[n]++
			if v < w {
				turns[n]++
			} else {
				turns[n]--
			}
		}
	}
	rims := spatial.NewForest(len(m.Vertices))
	onRim := make([]bool, len(m.Vertices))
	for n, u := range uses {
		switch {
		case u == 1:
			r.BoundaryEdges++
			a, b := edges.ends(int32(n))
			rims.Join(a, b)
			onRim[a], onRim[b] = true, true
		case u > 2:
			r.NonManifoldEdges++
		case turns[n] != 0:
			r.FlippedEdges++
		}
	}
	for v, u := range used {
		if u && parts.Root(int32(v)) == int32(v) {
			r.Components++
		}
		if onRim[v] && rims.Root(int32(v)) == int32(v) {
			r.Holes++
		}
	}
	r.Watertight = len(uses) > 0 && r.BoundaryEdges == 0 && r.NonManifoldEdges == 0
	r.Oriented = r.FlippedEdges == 0
	return r, faceEdges{of, len(uses)}
}

// Components numbers the parts of a mesh that hang together by shared vertices:
// part[f] for each face, parts counted in order of their lowest vertex.
func Components(m *geom.Mesh) (part []int32, count int) {
	u := spatial.NewForest(len(m.Vertices))
	used := make([]bool, len(m.Vertices))
	for _, t := range m.Faces {
		u.Join(t[0], t[1])
		u.Join(t[1], t[2])
		used[t[0]], used[t[1]], used[t[2]] = true, true, true
	}
	number := make([]int32, len(m.Vertices))
	for v := range number {
		if used[v] && u.Root(int32(v)) == int32(v) {
			number[v] = int32(count)
			count++
		}
	}
	part = make([]int32, len(m.Faces))
	for f, t := range m.Faces {
		part[f] = number[u.Root(t[0])]
	}
	return part, count
}
