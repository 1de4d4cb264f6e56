package mesh

// BoundaryEdge is an edge of one face: from corner K of the face to the next one.
type BoundaryEdge struct{ Face, K int32 }

// BoundaryEdges lists the edges at which the surface ends, face by face; none where it is
// closed.
func (s *Surface) BoundaryEdges() []BoundaryEdge {
	if s.Report.BoundaryEdges == 0 {
		return nil
	}
	uses := make([]int8, len(s.edge))
	for f := range s.Mesh.Faces {
		for _, e := range s.edges[f] {
			uses[e] = min(uses[e]+1, 2)
		}
	}
	var out []BoundaryEdge
	for f := range s.Mesh.Faces {
		for k, e := range s.edges[f] {
			if uses[e] == 1 {
				out = append(out, BoundaryEdge{int32(f), int32(k)})
			}
		}
	}
	return out
}
