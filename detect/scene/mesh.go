package scene

import (
	"context"
	"errors"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// A mesh as the sound surface: its triangles, not points of it.

// solid is the exact surface of a mesh.
type solid struct {
	*mesh.Surface
	ends *ends // nil where the mesh is closed
}

const (
	// crowd is how many points are drawn for each sample that is kept: as many as an even
	// choice needs.
	crowd = 5
	// matched is among how many samples around a foot the nearest of the same face is looked
	// for. On both sides of a thin wall, and around a corner, others lie as near.
	matched = 12
)

// errNoArea is the error for a mesh that is no surface.
var errNoArea = errors.New("the mesh has no face with an area")

// NewMeshPart makes the part whose surface is a mesh: any number and size of faces, open or
// closed; faces without area and repeated ones are left out, and faces of closed solids look
// outwards. About samples points of it, spread evenly by area, say where a place is: their
// normals are those of their faces. Up to most of them are sites. root is the seed that the
// samples are drawn by.
func NewMeshPart(ctx context.Context, workers task.Workers, m *geom.Mesh, samples, most int, root uint64) (*Part, error) {
	surface, err := mesh.NewSurface(ctx, workers, m)
	if err != nil {
		return nil, err
	}
	s := &Surface{solid: &solid{Surface: surface}}
	points, area, err := s.draw(ctx, workers, samples, root)
	if err != nil {
		return nil, err
	}
	s.Tree, s.Size = spatial.NewTree(points), surface.Mesh.Box().Diagonal()
	spacing := math.Sqrt(area / float64(len(points)))
	s.Spacing, s.Rim = make([]float64, len(points)), make([]bool, len(points))
	for i := range s.Spacing {
		s.Spacing[i] = spacing
	}
	s.solid.ends = findEnds(surface, spacing)
	if s.solid.ends != nil {
		for i, p := range points {
			s.Rim[i] = float64(s.solid.ends.tree.Nearest(p).Dist2) < spacing*spacing
		}
	}
	index := spatial.Thin(points, most)
	sites, normal := make([]geom.Vec3, len(index)), make([]geom.Vec3, len(index))
	for i, j := range index {
		sites[i], normal[i] = points[j], s.Normal[j]
	}
	return newPart(ctx, workers, s, sites, normal)
}

// draw chooses the samples and fills in their normals. area is that of the surface on which
// they lie.
func (s *Surface) draw(ctx context.Context, workers task.Workers, samples int, root uint64) (kept []geom.Vec3, area float64, err error) {
	m := s.solid.Mesh
	drawn, faces := mesh.Sample(m, crowd*samples, seed.Stream(root, "scene", "mesh"))
	if len(drawn) == 0 {
		return nil, 0, errNoArea
	}
	outside, err := s.solid.outside(ctx, workers, drawn)
	if err != nil {
		return nil, 0, err
	}
	// Sides that face differently are thinned apart, so that the two sides of a thin wall do
	// not take each other's samples.
	var group [6][]geom.Vec3
	var normal [6][]geom.Vec3
	total := 0
	for i, p := range drawn {
		if !outside[i] {
			continue
		}
		n := m.FaceNormal(int(faces[i]))
		k := facing(n)
		group[k], normal[k] = append(group[k], p), append(normal[k], n.F())
		total++
	}
	if total == 0 {
		return nil, 0, errNoArea
	}
	area = m.Area() * float64(total) / float64(len(drawn))
	for k, points := range group {
		share := float64(len(points)) / float64(total)
		want := int(math.Round(share * float64(samples)))
		index, err := spatial.Eliminate(ctx, workers, points, want, area*share)
		if err != nil {
			return nil, 0, err
		}
		for _, i := range index {
			kept, s.Normal = append(kept, points[i]), append(s.Normal, normal[k][i])
		}
	}
	if len(kept) == 0 {
		return nil, 0, errNoArea
	}
	return kept, area, nil
}

// outside marks the points that lie on the surface itself, and not on a wall of one solid
// within another.
func (s *solid) outside(ctx context.Context, workers task.Workers, points []geom.Vec3) ([]bool, error) {
	out := make([]bool, len(points))
	rounding := 1e-6 * s.Mesh.Box().Diagonal()
	for _, v := range [2]geom.Vec{s.Mesh.Box().Min, s.Mesh.Box().Max} {
		rounding = max(rounding, 1e-6*max(math.Abs(v.X), math.Abs(v.Y), math.Abs(v.Z)))
	}
	err := s.ForClosest(ctx, workers, points, geom.Vec{}, math.Inf(1), func(i int32, c spatial.Closest) {
		out[i] = c.Dist2 <= rounding*rounding
	})
	return out, err
}

// facing is which of the six directions along the axes is nearest to n.
func facing(n geom.Vec) int {
	best, most := 0, 0.0
	for axis, v := range [3]float64{n.X, n.Y, n.Z} {
		if a := math.Abs(v); a > most {
			best, most = 2*axis, a
			if v < 0 {
				best++
			}
		}
	}
	return best
}

// feetOnMesh finds the nearest point of the triangles for every point. The sign is that of
// the pseudo-normal there; Near is the nearest sample of the same face.
func (s *Surface) feetOnMesh(ctx context.Context, workers task.Workers, points []geom.Vec3) ([]Foot, error) {
	out := make([]Foot, len(points))
	err := s.solid.ForClosest(ctx, workers, points, geom.Vec{}, math.Inf(1), func(i int32, c spatial.Closest) {
		q := points[i].D()
		normal := s.solid.Mesh.FaceNormal(int(c.Face))
		f := Foot{Near: s.sampleAt(c.Point, normal), Signed: s.solid.Signed(q, c), At: c.Point}
		if s.solid.ends.hold(s.solid.Mesh, c) {
			d := q.Sub(c.Point)
			f.Beside = d.AddScaled(-d.Dot(normal), normal).Norm()
		}
		out[i] = f
	})
	return out, err
}

// sampleAt is the sample nearest to a place of the surface among those that face as it does.
func (s *Surface) sampleAt(p, normal geom.Vec) int32 {
	var room [matched + 1]spatial.Neighbor
	near := s.Tree.KNN(p.F(), matched, room[:0])
	for _, n := range near {
		if s.Normal[n.Index].D().Dot(normal) >= feature.SameFace {
			return n.Index
		}
	}
	return near[0].Index
}
