package mesh

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Signed distance: on which side of a mesh a point lies.

// Surface is a mesh made ready for signed distances. It does not change once made
// and may be used from several goroutines.
//
// The side of a point is that of the pseudo-normal where it is nearest to the
// surface: a face's normal, the sum of both normals at an edge, and at a vertex the
// sum of its faces' normals weighted by their angles there, which is right for
// every point around a closed mesh (Bærentzen and Aanæs, "Signed distance
// computation using the angle weighted pseudonormal", 2005). Around an open mesh it
// says which side of the nearest face a point lies on: right near the surface, and
// without meaning farther away than the nearest hole.
//
// A mesh may be several closed solids that overlap, touch, or hold cavities. Inside is
// what is inside any of them. The walls of one within another are no surface: a point
// is as deep as in the solid that it is deepest in, which where solids meet at an angle
// may be a little less than its distance to the surface of their union.
type Surface struct {
	Mesh   *geom.Mesh // cleaned, exact duplicates of vertices joined, turned outwards
	Report Report     // on Mesh

	bvh    *spatial.BVH
	solids *solids     // parts that may overlap, nil for none
	face   []geom.Vec3 // unit normals, zero for faces without area
	vertex []geom.Vec3 // pseudo-normals
	edge   []geom.Vec3
	edges  [][3]int32 // of each face: into edge
}

// NewSurface prepares m. Faces that are not valid are left out, and those that
// disagree with their neighbours are turned (see Orient).
func NewSurface(ctx context.Context, workers task.Workers, m *geom.Mesh) (*Surface, error) {
	welded := Weld(m, 0)
	clean, _, report, edges := orientEdges(Clean(welded))
	if report.NonManifoldEdges > 0 && report.BoundaryEdges == 0 {
		if parts, r, e, closed := closedParts(welded); closed {
			clean, report, edges = parts, r, e
		}
	}
	s := &Surface{Mesh: clean, Report: report}
	var err error
	if s.Closed() {
		if err = s.findSolids(ctx, workers, &edges); err != nil {
			return nil, err
		}
	}
	clean, s.edges = s.Mesh, edges.of
	if s.bvh, err = spatial.BuildBVH(ctx, workers, clean); err != nil {
		return nil, err
	}
	s.face = make([]geom.Vec3, len(clean.Faces))
	s.vertex = make([]geom.Vec3, len(clean.Vertices))
	for v, n := range VertexNormals(clean) {
		s.vertex[v] = n.F()
	}
	sums := make([]geom.Vec, edges.count)
	for f := range clean.Faces {
		normal := clean.FaceNormal(f)
		s.face[f] = normal.F()
		for _, e := range s.edges[f] {
			sums[e] = sums[e].Add(normal)
		}
	}
	s.edge = make([]geom.Vec3, len(sums))
	for e, n := range sums {
		s.edge[e] = n.F()
	}
	return s, ctx.Err()
}

// Closed reports whether every point is inside or outside: each edge has two faces
// that agree about the winding.
func (s *Surface) Closed() bool { return s.Report.Watertight && s.Report.Oriented }

// Closest is the point of the surface nearest to q; see spatial.BVH.
func (s *Surface) Closest(q geom.Vec) spatial.Closest {
	return s.outer(q, s.bvh.Closest(q), math.Inf(1))
}

// outer is the nearest point to q where walls within other solids do not count.
func (s *Surface) outer(q geom.Vec, near spatial.Closest, limit float64) spatial.Closest {
	if s.solids == nil || near.Face < 0 {
		return near
	}
	return s.solids.surface(q, near, limit, func(c spatial.Closest) bool { return s.Signed(q, c) < 0 })
}

// ForClosest calls body with the nearest point of each of many queries; see
// spatial.BVH.
func (s *Surface) ForClosest(ctx context.Context, workers task.Workers, points []geom.Vec3, shift geom.Vec, limit float64, body func(i int32, c spatial.Closest)) error {
	if s.solids == nil {
		return s.bvh.ForClosest(ctx, workers, points, shift, limit, body)
	}
	return s.bvh.ForClosest(ctx, workers, points, shift, limit, func(i int32, c spatial.Closest) {
		body(i, s.outer(points[i].D().Add(shift), c, limit))
	})
}

// Signed is the distance from q to its nearest point c: positive outside, where the
// normals look, and negative inside; NaN where c is no point.
func (s *Surface) Signed(q geom.Vec, c spatial.Closest) float64 {
	if c.Face < 0 {
		return math.NaN()
	}
	if q.Sub(c.Point).Dot(s.PseudoNormal(c)) < 0 {
		return -math.Sqrt(c.Dist2)
	}
	return math.Sqrt(c.Dist2)
}

// PseudoNormal is the normal of the part of the surface that c lies on. It has no
// unit length, and is zero where all faces around have no area.
func (s *Surface) PseudoNormal(c spatial.Closest) geom.Vec {
	switch c.Part {
	case spatial.Corner0, spatial.Corner1, spatial.Corner2:
		return s.vertex[s.Mesh.Faces[c.Face][c.Part-spatial.Corner0]].D()
	case spatial.Edge0, spatial.Edge1, spatial.Edge2:
		return s.edge[s.edges[c.Face][c.Part-spatial.Edge0]].D()
	}
	return s.face[c.Face].D()
}
