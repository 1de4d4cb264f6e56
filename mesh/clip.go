package mesh

import "blemish/geom"

// Clipped is the part of a mesh that Clip kept.
type Clipped struct {
	Mesh   *geom.Mesh
	Parent []int32    // the face of the first mesh that each face lies in
	From   []int32    // the first mesh's vertex of each kept vertex, -1 for those on the cut
	Cut    [][2]int32 // new boundary edges, in the direction in which their face runs through them
	OnCut  []CutVertex
}

// CutVertex is a vertex on the cut: it lies on the edge of two old vertices.
type CutVertex struct {
	Vertex int32    // in the clipped mesh
	Ends   [2]int32 // in the first mesh: kept, dropped
	At     float64  // share of the way from the kept to the dropped end
	Point  geom.Vec // before rounding
}

// Clip keeps the part of m where value, given at the vertices, is positive, and
// splits the faces in between. cross tells how far along an edge from a kept to a
// dropped vertex the cut lies (0…1); nil stands for linear interpolation. Faces
// that shared an edge still do.
func Clip(m *geom.Mesh, value []float64, cross func(kept, dropped int32) float64) *Clipped {
	if cross == nil {
		cross = func(k, d int32) float64 { return value[k] / (value[k] - value[d]) }
	}
	c := &clipper{m: m, value: value, cross: cross, out: &Clipped{Mesh: &geom.Mesh{Origin: m.Origin}}}
	c.to = make([]int32, len(m.Vertices))
	c.edges = newEdgeTable(256)
	for f, t := range m.Faces {
		c.face(int32(f), t)
	}
	return c.out
}

type clipper struct {
	m     *geom.Mesh
	value []float64
	cross func(kept, dropped int32) float64
	out   *Clipped
	to    []int32 // new index plus one of kept vertices
	edges *edgeTable
	onCut []int32 // vertex of each edge in edges
}

func (c *clipper) face(f int32, t [3]int32) {
	kept := 0
	for _, v := range t {
		if c.value[v] > 0 {
			kept++
		}
	}
	switch kept {
	case 3:
		c.emit(f, c.vertex(t[0]), c.vertex(t[1]), c.vertex(t[2]))
	case 2, 1:
		// Turned so that the odd one out stands first.
		for (c.value[t[0]] > 0) != (kept == 1) {
			t = [3]int32{t[1], t[2], t[0]}
		}
		if kept == 1 {
			a, p, q := c.vertex(t[0]), c.cutAt(t[0], t[1]), c.cutAt(t[0], t[2])
			c.emit(f, a, p, q)
			c.out.Cut = append(c.out.Cut, [2]int32{p, q})
			return
		}
		a, b := c.vertex(t[1]), c.vertex(t[2])
		p, q := c.cutAt(t[1], t[0]), c.cutAt(t[2], t[0])
		c.emit(f, p, a, b)
		c.emit(f, p, b, q)
		c.out.Cut = append(c.out.Cut, [2]int32{q, p})
	}
}

func (c *clipper) emit(f, a, b, d int32) {
	c.out.Mesh.Faces = append(c.out.Mesh.Faces, [3]int32{a, b, d})
	c.out.Parent = append(c.out.Parent, f)
}

func (c *clipper) vertex(v int32) int32 {
	if c.to[v] == 0 {
		c.out.Mesh.Vertices = append(c.out.Mesh.Vertices, c.m.Vertices[v])
		c.out.From = append(c.out.From, v)
		c.to[v] = int32(len(c.out.Mesh.Vertices))
	}
	return c.to[v] - 1
}

func (c *clipper) cutAt(kept, dropped int32) int32 {
	n, fresh := c.edges.add(kept, dropped)
	if fresh {
		at := min(1, max(0, c.cross(kept, dropped)))
		p := c.m.Vertices[kept].D()
		p = p.AddScaled(at, c.m.Vertices[dropped].D().Sub(p))
		v := int32(len(c.out.Mesh.Vertices))
		c.out.Mesh.Vertices = append(c.out.Mesh.Vertices, p.F())
		c.out.From = append(c.out.From, -1)
		c.out.OnCut = append(c.out.OnCut, CutVertex{v, [2]int32{kept, dropped}, at, p})
		c.onCut = append(c.onCut, v)
	}
	return c.onCut[n]
}
