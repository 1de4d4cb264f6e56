package spatial

import (
	"context"
	"math"

	"blemish/geom"
)

// The hierarchy of boxes over the faces of a mesh, for nearest points and rays.

// BVH is a bounding volume hierarchy over the faces of a mesh, with 16 children
// each. It answers which point of the mesh is nearest to a query and what a ray
// meets. It does not change once made and may be used from several goroutines.
//
// Boxes are those of the vertices in float32, exact but for a power of two that
// brings the mesh to size 1, so that squares neither vanish nor overflow. Answers
// come from float64.
type BVH struct {
	faces []int32      // the mesh's faces in tree order
	tris  [][9]float32 // their corners
	scale float64      // of the boxes: a power of two
	// levels[0] holds the faces' boxes in groups of 16, levels[i+1] the boxes of the
	// groups of levels[i]; the last level is a single group. As in Tree.
	levels [][]float32
}

// NewBVH builds the hierarchy over the faces of m. Faces with a corner that is not
// finite are left out.
func NewBVH(m *geom.Mesh) *BVH {
	b, _ := BuildBVH(context.Background(), 1, m) // no error without cancellation
	return b
}

// BuildBVH is NewBVH on several workers, with the same result: the faces are split
// at the median of their centres along the longest side, again and again.
func BuildBVH(ctx context.Context, workers int, m *geom.Mesh) (*BVH, error) {
	b := &BVH{scale: 1}
	items := make([]item, 0, len(m.Faces))
	largest := 0.0
	for f, t := range m.Faces {
		p, q, r := m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]]
		if p.Finite() && q.Finite() && r.Finite() {
			c := p.D().Add(q.D()).Add(r.D()).Scale(1.0 / 3).F()
			items = append(items, item{[3]float32{c.X, c.Y, c.Z}, int32(f)})
			for _, v := range [3]geom.Vec3{p, q, r} {
				largest = max(largest, math.Abs(float64(v.X)), math.Abs(float64(v.Y)), math.Abs(float64(v.Z)))
			}
		}
	}
	if len(items) == 0 {
		return b, ctx.Err()
	}
	if largest > 0 {
		_, exponent := math.Frexp(largest)
		b.scale = math.Ldexp(1, -exponent)
	}
	if err := arrangeAll(ctx, workers, items); err != nil {
		return nil, err
	}
	b.faces, b.tris = make([]int32, len(items)), make([][9]float32, len(items))
	for i, it := range items {
		b.faces[i] = it.id
		for k, v := range m.Faces[it.id] {
			p := m.Vertices[v]
			b.tris[i][3*k], b.tris[i][3*k+1], b.tris[i][3*k+2] = p.X, p.Y, p.Z
		}
	}
	level := emptyGroups(len(items))
	for i := range b.tris {
		t := &b.tris[i]
		for a := 0; a < 3; a++ {
			corners := [3]float32{b.box(t[a]), b.box(t[3+a]), b.box(t[6+a])}
			setSide(level, i, a, corners[:], corners[:])
		}
	}
	b.levels = raiseGroups(level, len(items))
	return b, nil
}

// box scales a coordinate to the boxes' size.
func (b *BVH) box(v float32) float32 { return float32(float64(v) * b.scale) }

// Len is the number of faces in the hierarchy.
func (b *BVH) Len() int { return len(b.faces) }

// corners returns the corners of the face at a place of the tree order.
func (b *BVH) corners(place int) (p, q, r geom.Vec) {
	t := &b.tris[place]
	return geom.Vec{X: float64(t[0]), Y: float64(t[1]), Z: float64(t[2])},
		geom.Vec{X: float64(t[3]), Y: float64(t[4]), Z: float64(t[5])},
		geom.Vec{X: float64(t[6]), Y: float64(t[7]), Z: float64(t[8])}
}
