package register

import (
	"context"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// A mesh as the reference: its surface, not its vertices.

// solid is the mesh of a surface in the working frame.
type solid struct {
	mesh *geom.Mesh
	bvh  *spatial.BVH
}

// drawn is how many points are drawn from a mesh for each that is kept.
const drawn = 3

// NewMeshReference prepares the surface of m, a CAD model for instance: any number and
// size of faces, open or closed. Points are drawn evenly by area and keep the normals of
// their faces, so that edges stay sharp; the last refinement of a pose, residual and
// overlap are by distances from the triangles themselves. Faces with a corner that is
// not finite are left out. The error wraps ErrDegenerate where m has no area.
func NewMeshReference(ctx context.Context, m *geom.Mesh, opt Options) (*Reference, error) {
	limit := opt.MaxPoints
	if limit <= 0 {
		limit = capReference
	}
	m = withFiniteFaces(m)
	points, faces := mesh.Sample(m, drawn*limit, seed.Stream(opt.Seed, "register", "mesh"))
	if len(points) == 0 {
		return nil, fmt.Errorf("register: the reference's faces have no area: %w", ErrDegenerate)
	}
	// All of them belong to the part: strays have no area.
	f, err := frameAround(points, "the reference")
	if err != nil {
		return nil, err
	}
	work := f.inward(points)
	s := &solid{mesh: &geom.Mesh{Vertices: f.inward(m.Vertices), Faces: m.Faces}}
	if s.bvh, err = spatial.BuildBVH(ctx, opt.Workers, s.mesh); err != nil {
		return nil, err
	}
	normals, side := make([]geom.Vec3, len(points)), make([]int8, len(points))
	for i, face := range faces {
		n := m.FaceNormal(int(face))
		normals[i], side[i] = n.F(), facing(n)
	}
	index, edge := thinSidesTo(work, side, limit, 0.01)
	r := &Reference{extent: extent{f.size, sizedBy}}
	if r.body, err = newBodyOf(ctx, opt.Workers, pick(work, index), pick(normals, index), f, edge); err != nil {
		return nil, err
	}
	r.body.full.solid, r.body.noise = s, 0
	return r, r.study(ctx, opt)
}

// withFiniteFaces is m without the faces that have no finite place.
func withFiniteFaces(m *geom.Mesh) *geom.Mesh {
	finite := func(f [3]int32) bool {
		return m.Vertices[f[0]].Finite() && m.Vertices[f[1]].Finite() && m.Vertices[f[2]].Finite()
	}
	for i, f := range m.Faces {
		if finite(f) {
			continue
		}
		kept := append([][3]int32(nil), m.Faces[:i]...)
		for _, f := range m.Faces[i:] {
			if finite(f) {
				kept = append(kept, f)
			}
		}
		return &geom.Mesh{Vertices: m.Vertices, Faces: kept}
	}
	return m
}

// facing is which of the six directions along the axes is nearest to n: what keeps the
// two sides of a thin wall apart.
func facing(n geom.Vec) int8 {
	best, most := int8(0), 0.0
	for axis, v := range [3]float64{n.X, n.Y, n.Z} {
		if a := math.Abs(v); a > most {
			best, most = int8(2*axis), a
			if v < 0 {
				best++
			}
		}
	}
	return best
}

// onto matches a point with the nearest point of the triangles.
func (m *match) onto(source *surface, s *solid, pose *geom.Pose, i int32, reach float64) {
	q := moved(pose, source.points[i].D())
	c := s.bvh.ClosestWithin(q, reach)
	if m.found = c.Face; c.Face < 0 {
		return
	}
	n := s.mesh.FaceNormal(int(c.Face))
	if c.Part != spatial.Interior {
		// Off an edge or a corner the distance grows along the way to the point.
		if e := q.Sub(c.Point); e.Norm2() > 1e-14 {
			n = e.Unit()
		}
	}
	m.set(q, c.Point, n)
}

// polishOnto refines a pose with all points of the scan against the triangles. Only the
// scan looks for matches: what is missing of it must not draw it.
func (a *alignment) polishOnto(ctx context.Context, scan, ref *surface, pose geom.Pose) (geom.Pose, error) {
	return refine(ctx, a.opt.Workers, scan, ref, pose, plan{
		source: all(len(scan.points)), exact: true,
		steps: 12, reach: max(0.01, 4*ref.spacing), slide: 0, robust: true, floor: max(scan.spacing/8, 1e-5), tolerance: 1e-7,
	})
}
