package scene

import (
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
)

// Where an open mesh ends. A file whose faces do not meet exactly has boundary edges along
// every crack; there the surface goes on.

const (
	// crack is the width of a gap, in spacings of the samples, that is no end.
	crack = 0.25
	// endStep is the distance, in spacings, at which places along an edge are looked at.
	endStep = 0.5
	// mostPlaces bounds the places on one edge.
	mostPlaces = 10_000
)

// ends is the rim of an open mesh.
type ends struct {
	tree   *spatial.Tree // places along it
	edge   map[mesh.BoundaryEdge]bool
	vertex map[int32]bool
}

// findEnds looks at the boundary edges; nil where the surface ends nowhere. Faces on both
// sides of a crack run along it in opposite directions.
func findEnds(s *mesh.Surface, spacing float64) *ends {
	edges := s.BoundaryEdges()
	var places []geom.Vec3
	var along []geom.Vec3
	var owner []int32
	for e, b := range edges {
		t := s.Mesh.Faces[b.Face]
		from, to := s.Mesh.Vertices[t[b.K]].D(), s.Mesh.Vertices[t[(b.K+1)%3]].D()
		step := to.Sub(from)
		n := int(min(mostPlaces, math.Ceil(step.Norm()/(endStep*spacing))))
		for j := range n {
			places = append(places, from.AddScaled((float64(j)+0.5)/float64(n), step).F())
			along, owner = append(along, step.Unit().F()), append(owner, int32(e))
		}
	}
	if len(places) == 0 {
		return nil
	}
	out := &ends{edge: map[mesh.BoundaryEdge]bool{}, vertex: map[int32]bool{}}
	tree := spatial.NewTree(places)
	var near []spatial.Neighbor
	var rim []geom.Vec3
	for i, p := range places {
		near = tree.Radius(p, crack*spacing, near)
		closed := false
		for _, n := range near {
			if along[n.Index].D().Dot(along[i].D()) < -feature.SameFace {
				closed = true
				break
			}
		}
		if closed {
			continue
		}
		rim = append(rim, p)
		b := edges[owner[i]]
		t := s.Mesh.Faces[b.Face]
		out.edge[b], out.vertex[t[b.K]], out.vertex[t[(b.K+1)%3]] = true, true, true
	}
	if len(rim) == 0 {
		return nil
	}
	out.tree = spatial.NewTree(rim)
	return out
}

// hold says that a point of the mesh lies on its rim.
func (e *ends) hold(m *geom.Mesh, c spatial.Closest) bool {
	switch {
	case e == nil || c.Part == spatial.Interior:
		return false
	case c.Part >= spatial.Edge0:
		return e.edge[mesh.BoundaryEdge{Face: c.Face, K: int32(c.Part - spatial.Edge0)}]
	}
	return e.vertex[m.Faces[c.Face][c.Part-spatial.Corner0]]
}
