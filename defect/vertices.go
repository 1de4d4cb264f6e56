package defect

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// Clouds with normals, for scanners: drawn by area, or from the vertices of the
// surface as modelling programs export them.

// Scan is Sample with the normals of the faces that the points lie on; with
// vertices, the points are vertices of the subdivided surface, as Carved.Scan has them.
func (t *Target) Scan(n int, vertices bool, r *seed.Rand) *geom.Cloud {
	c := &geom.Cloud{Points: make([]geom.Vec3, n), Normals: make([]geom.Vec3, n), Origin: t.sound.Origin}
	m := t.sound
	var all []node
	if vertices {
		m = t.fine
		all = nodes(m, n, r)
	}
	for i := range c.Points {
		var at node
		if vertices {
			at = all[i]
		} else {
			at.face, at.bary = t.sampler.Draw(r)
		}
		c.Points[i], c.Normals[i] = mesh.At(m, at.face, at.bary).F(), m.FaceNormal(int(at.face)).F()
	}
	c.SetScalar("label", make([]float32, n))
	c.SetScalar("depth", make([]float32, n))
	return c
}

// Scan is Sample with the normals of the faces that the points lie on; with
// vertices, the points are n vertices of the surface, in random order. Where the
// surface has fewer, its faces are divided evenly. Vertices are chosen by the area
// around them: near a defect the mesh is finer, and would give it away.
func (c *Carved) Scan(n int, vertices bool, r *seed.Rand) *geom.Cloud {
	out := &geom.Cloud{Points: make([]geom.Vec3, n), Normals: make([]geom.Vec3, n), Origin: c.mesh.Origin}
	label, depth := make([]float32, n), make([]float32, n)
	var all []node
	if vertices {
		all = nodes(c.mesh, n, r)
	}
	for i := range out.Points {
		var at node
		if vertices {
			at = all[i]
		} else {
			at.face, at.bary = c.draw(r)
		}
		p := mesh.At(c.mesh, at.face, at.bary)
		out.Points[i], out.Normals[i] = p.F(), c.mesh.FaceNormal(int(at.face)).F()
		label[i], depth[i] = c.truth(at.face, at.bary, p)
	}
	out.SetScalar("label", label)
	out.SetScalar("depth", depth)
	return out
}

// node is a vertex of a divided mesh, as a point of a face of the mesh itself.
type node struct {
	face int32
	bary [3]float64
	key  float64
}

// nodes draws n vertices of m without repeats, with probabilities in proportion to
// the area around them (the keys of Efraimidis and Spirakis, 2006), in random order.
func nodes(m *geom.Mesh, n int, r *seed.Rand) []node {
	area := make([]float64, len(m.Faces))
	for f := range area {
		area[f] = m.FaceArea(f)
	}
	corner := cornerNodes(m, area)
	edges := edgeNodes(m, area)
	// A fifth more than are wanted, so that there is a choice.
	parts := 1
	for len(corner)+len(edges)*(parts-1)+len(m.Faces)*(parts-1)*(parts-2)/2 < n+n/5 {
		parts++
	}
	all := corner
	k := float64(parts)
	for _, e := range edges {
		for i := 1; i < parts; i++ {
			at := node{face: e.face, key: 3 * e.key}
			at.bary[e.corner], at.bary[(e.corner+1)%3] = float64(i)/k, float64(parts-i)/k
			all = append(all, at)
		}
	}
	for f := range m.Faces {
		for i := 1; i < parts; i++ {
			for j := 1; i+j < parts; j++ {
				all = append(all, node{int32(f), [3]float64{float64(i) / k, float64(j) / k, float64(parts-i-j) / k}, 6 * area[f]})
			}
		}
	}
	for i, at := range all {
		all[i].key = -math.Log(1-r.Float64()) / at.key
		if !(at.key > 0) {
			all[i].key = math.Inf(1)
		}
	}
	slices.SortStableFunc(all, func(a, b node) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	return all[:n]
}

// cornerNodes lists the vertices that faces use, each in the first face that does,
// with the area of all its faces as key.
func cornerNodes(m *geom.Mesh, area []float64) []node {
	at := make([]int32, len(m.Vertices)) // place in out plus one
	var out []node
	for f, c := range m.Faces {
		for k, v := range c {
			if at[v] == 0 {
				n := node{face: int32(f)}
				n.bary[k] = 1
				out = append(out, n)
				at[v] = int32(len(out))
			}
			out[at[v]-1].key += area[f]
		}
	}
	return out
}

// edgeNode is an edge, from a corner of a face to the next, with the area of its
// faces as key.
type edgeNode struct {
	face   int32
	corner int
	key    float64
}

func edgeNodes(m *geom.Mesh, area []float64) []edgeNode {
	at := make(map[[2]int32]int32, 3*len(m.Faces)/2)
	var out []edgeNode
	for f, c := range m.Faces {
		for k, v := range c {
			w := c[(k+1)%3]
			name := [2]int32{min(v, w), max(v, w)}
			i, known := at[name]
			if !known {
				i = int32(len(out))
				at[name] = i
				out = append(out, edgeNode{face: int32(f), corner: k})
			}
			out[i].key += area[f]
		}
	}
	return out
}
