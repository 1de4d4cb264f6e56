package defect

import (
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// What of a mesh is nearest to a point, by looking at all of it.

// nearestVertex returns the vertex nearest to q; of equals the first.
func nearestVertex(vertices []geom.Vec3, q geom.Vec) int32 {
	best, at := math.Inf(1), int32(0)
	for v, x := range vertices {
		if d := x.D().Sub(q).Norm2(); d < best {
			best, at = d, int32(v)
		}
	}
	return at
}

// nearestFace returns the corners of the face of m that is nearest to q.
func nearestFace(m *geom.Mesh, q geom.Vec) [3]int32 {
	best, face := math.Inf(1), 0
	for f, t := range m.Faces {
		a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
		p, _ := spatial.ClosestOnTriangle(a, b, c, q)
		if d := p.Sub(q).Norm2(); d < best {
			best, face = d, f
		}
	}
	return m.Faces[face]
}

// nearestCorner returns the corner of sound face f that is nearest to q, as a vertex of
// the fine mesh: the first vertices of the fine mesh are the sound mesh's.
func (t *Target) nearestCorner(f int32, q geom.Vec) int32 {
	best, at := math.Inf(1), int32(0)
	for _, v := range t.sound.Faces[f] {
		if d := t.fine.Vertices[v].D().Sub(q).Norm2(); d < best {
			best, at = d, v
		}
	}
	return at
}
