package mesh

import (
	"math"
	"sort"

	"blemish/geom"
	"blemish/seed"
)

// Sampler draws points that are uniform over the area of a mesh.
type Sampler struct {
	mesh       *geom.Mesh
	cumulative []float64 // area of faces 0…f
	guide      []int32   // guide[k]: first face whose cumulative area exceeds k/len(guide) of the total
}

// NewSampler prepares m, which must not change afterwards.
func NewSampler(m *geom.Mesh) *Sampler {
	s := &Sampler{mesh: m, cumulative: make([]float64, len(m.Faces))}
	var sum float64
	for f := range m.Faces {
		if a := m.FaceArea(f); a > 0 && !math.IsInf(a, 0) {
			sum += a
		}
		s.cumulative[f] = sum
	}
	if !(sum > 0) {
		return s
	}
	// One guide entry a face makes the search for a face take constant time on average.
	s.guide = make([]int32, len(m.Faces)+1)
	f := 0
	for k := range s.guide {
		for f < len(m.Faces)-1 && s.cumulative[f] <= sum*float64(k)/float64(len(s.guide)) {
			f++
		}
		s.guide[k] = int32(f)
	}
	return s
}

// Area is the total area; a mesh without area cannot be sampled.
func (s *Sampler) Area() float64 {
	if len(s.cumulative) == 0 {
		return 0
	}
	return s.cumulative[len(s.cumulative)-1]
}

// Draw returns a face and barycentric coordinates within it (they sum to 1). It
// takes three numbers from r. Area must not be zero.
func (s *Sampler) Draw(r *seed.Rand) (face int32, bary [3]float64) {
	face = s.Face(r.Float64() * s.Area())
	return face, Within(r)
}

// Face returns the face that covers position at, 0 ≤ at < Area, when the areas of
// the faces are laid end to end.
func (s *Sampler) Face(at float64) int32 {
	k := min(int(at/s.Area()*float64(len(s.guide))), len(s.guide)-1)
	// The neighbouring entries take up what the division rounded.
	lo, hi := int(s.guide[max(0, k-1)]), len(s.cumulative)-1
	if k+2 < len(s.guide) {
		hi = int(s.guide[k+2])
	}
	return int32(lo + sort.Search(hi-lo, func(i int) bool { return s.cumulative[lo+i] > at }))
}

// Within draws barycentric coordinates that are uniform over a triangle, by the
// square-root method (Osada et al., Shape Distributions, 2002).
func Within(r *seed.Rand) [3]float64 {
	root, v := math.Sqrt(r.Float64()), r.Float64()
	return [3]float64{1 - root, root * (1 - v), root * v}
}

// At is the point of face f at the given barycentric coordinates.
func At(m *geom.Mesh, f int32, bary [3]float64) geom.Vec {
	t := m.Faces[f]
	p := m.Vertices[t[0]].D().Scale(bary[0])
	return p.AddScaled(bary[1], m.Vertices[t[1]].D()).AddScaled(bary[2], m.Vertices[t[2]].D())
}

// Sample draws n points uniformly by area and the face that each lies on. It
// returns nil for a mesh without area.
func Sample(m *geom.Mesh, n int, r *seed.Rand) (points []geom.Vec3, faces []int32) {
	s := NewSampler(m)
	if !(s.Area() > 0) {
		return nil, nil
	}
	points, faces = make([]geom.Vec3, n), make([]int32, n)
	for i := range points {
		f, bary := s.Draw(r)
		points[i], faces[i] = At(m, f, bary).F(), f
	}
	return points, faces
}
