package mesh

import (
	"math"

	"blemish/geom"
)

// VertexNormals returns one unit normal a vertex: the mean of the face normals
// weighted by the angle at the vertex (Thürmer and Wüthrich, 1998), which does
// not depend on how flat regions are triangulated. Zero where undefined.
func VertexNormals(m *geom.Mesh) []geom.Vec {
	normals := make([]geom.Vec, len(m.Vertices))
	for f, t := range m.Faces {
		n := m.FaceNormal(f)
		if n == (geom.Vec{}) {
			continue
		}
		for k, v := range t {
			p := m.Vertices[v].D()
			e1 := m.Vertices[t[(k+1)%3]].D().Sub(p)
			e2 := m.Vertices[t[(k+2)%3]].D().Sub(p)
			angle := math.Atan2(e1.Cross(e2).Norm(), e1.Dot(e2))
			normals[v] = normals[v].AddScaled(angle, n)
		}
	}
	for i := range normals {
		normals[i] = normals[i].Unit()
	}
	return normals
}

// Lists is a list of numbers for each vertex, packed into one array.
type Lists struct {
	start []int32
	items []int32
}

// Of returns the list of vertex v, in ascending order. It must not be changed.
func (l *Lists) Of(v int32) []int32 { return l.items[l.start[v]:l.start[v+1]] }

// VertexFaces lists the faces around each vertex.
func VertexFaces(m *geom.Mesh) *Lists {
	l := &Lists{start: make([]int32, len(m.Vertices)+1), items: make([]int32, 3*len(m.Faces))}
	for _, t := range m.Faces {
		for _, v := range t {
			l.start[v+1]++
		}
	}
	for v := range m.Vertices {
		l.start[v+1] += l.start[v]
	}
	next := append([]int32(nil), l.start...)
	for f, t := range m.Faces {
		for _, v := range t {
			l.items[next[v]] = int32(f)
			next[v]++
		}
	}
	return l
}

// VertexNeighbors lists the vertices that share an edge with each vertex.
func VertexNeighbors(m *geom.Mesh) *Lists {
	edges := newEdgeTable(len(m.Faces) + len(m.Faces)/2)
	for _, t := range m.Faces {
		edges.add(t[0], t[1])
		edges.add(t[1], t[2])
		edges.add(t[2], t[0])
	}
	l := &Lists{start: make([]int32, len(m.Vertices)+1), items: make([]int32, 2*len(edges.key))}
	for n := range edges.key {
		a, b := edges.ends(int32(n))
		l.start[a+1]++
		l.start[b+1]++
	}
	for v := range m.Vertices {
		l.start[v+1] += l.start[v]
	}
	next := append([]int32(nil), l.start...)
	for n := range edges.key {
		a, b := edges.ends(int32(n))
		l.items[next[a]], l.items[next[b]] = b, a
		next[a]++
		next[b]++
	}
	for v := range m.Vertices {
		list := l.items[l.start[v]:l.start[v+1]]
		for i := 1; i < len(list); i++ { // short lists: insertion sort
			for j := i; j > 0 && list[j] < list[j-1]; j-- {
				list[j], list[j-1] = list[j-1], list[j]
			}
		}
	}
	return l
}
