package defect

import (
	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
)

// Thin walls that give way as a whole, both sides alike.

// mostWall is how much thicker than in the middle a wall that gives way as a whole may be elsewhere.
const mostWall = 1.9

// followWall lets the far side of a thin wall follow the near side: a vertex that
// looks the other way takes the mean movement of the vertices opposite. near are the
// vertices that have moved, in tells them by vertex.
func (p *patch) followWall(near []int32, in []bool, move []geom.Vec, wall float64) {
	m := p.mesh
	normals := mesh.VertexNormals(m)
	points := make([]geom.Vec3, len(near))
	for i, v := range near {
		points[i] = m.Vertices[v]
	}
	tree := spatial.NewTree(points)
	limit := float32(4 * wall * wall)
	var found []spatial.Neighbor
	for v := range m.Vertices {
		if in[v] || !p.near[v] {
			continue
		}
		found = tree.KNN(m.Vertices[v], 5, found)
		var sum geom.Vec
		var weight float64
		for _, n := range found {
			i := near[n.Index]
			behind := m.Vertices[v].D().Sub(m.Vertices[i].D()).Dot(normals[i]) < 0
			if n.Dist2 > limit || normals[i].Dot(normals[v]) >= 0 || !behind {
				continue
			}
			// Inverse squares, held finite where two sides touch.
			w := 1 / (float64(n.Dist2) + float64(found[0].Dist2) + float64(1e-6*wall*wall))
			sum = sum.AddScaled(w, move[i])
			weight += w
		}
		if weight > 0 {
			move[v] = sum.Scale(1 / weight)
		}
	}
	p.evenOut(in, move)
}

// evenOut smooths the movement of the far side of a wall, which has steps where the
// near vertices that it follows end. What then moves hardly at all does not.
func (p *patch) evenOut(in []bool, move []geom.Vec) {
	next := mesh.VertexNeighbors(p.mesh)
	var most float64
	for round := 0; round < 4; round++ {
		even := make([]geom.Vec, len(move))
		for v := range move {
			even[v] = move[v]
			if in[v] || !p.near[v] {
				continue
			}
			sum, count := move[v], 1.0
			for _, w := range next.Of(int32(v)) {
				if !in[w] {
					sum, count = sum.Add(move[w]), count+1
				}
			}
			even[v] = sum.Scale(1 / count)
			most = max(most, even[v].Norm())
		}
		copy(move, even)
	}
	for v := range move {
		if !in[v] && move[v].Norm() < 0.02*most {
			move[v] = geom.Vec{}
		}
	}
}
