package spatial

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
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
	faces []int32 // the mesh's faces in tree order
	// tris holds their corners in groups of 16: 16 x of the first corners, 16 y, 16 z,
	// and so on. The last group is filled up with NaN.
	tris  []float32
	scale float64 // of the boxes: a power of two
	// levels[0] holds the faces' boxes in groups of 16, levels[i+1] the boxes of the
	// groups of levels[i]; the last level is a single group. As in Tree.
	levels [][]float32
}

// NewBVH builds the hierarchy over the faces of m. Faces with a corner that is not
// finite are left out.
func NewBVH(m *geom.Mesh) *BVH {
	b, items := startBVH(m)
	if len(items) > 0 {
		arrange(nil, items, pages.Make[item](len(items)))
		boxes := b.reserve(len(items))
		b.fillGroups(m, items, boxes, 0, len(boxes)/groupFloats)
		b.levels = raiseGroups(boxes, len(items))
	}
	return b
}

// BuildBVH is NewBVH on several workers, with the same result: the faces are split
// at the median of their centres along the longest side, again and again.
func BuildBVH(ctx context.Context, workers task.Workers, m *geom.Mesh) (*BVH, error) {
	b, items := startBVH(m)
	if len(items) == 0 {
		return b, ctx.Err()
	}
	if err := arrangeAll(ctx, workers, items); err != nil {
		return nil, err
	}
	boxes := b.reserve(len(items))
	err := task.For(ctx, workers, len(boxes)/groupFloats, lanes*lanes, func(_, lo, hi int) { b.fillGroups(m, items, boxes, lo, hi) })
	if err != nil {
		return nil, err
	}
	b.levels = raiseGroups(boxes, len(items))
	return b, nil
}

// startBVH is a hierarchy without content, and the middles of the faces to come.
func startBVH(m *geom.Mesh) (*BVH, []item) {
	b := &BVH{scale: 1}
	items := pages.Make[item](len(m.Faces))[:0]
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
	if largest > 0 {
		_, exponent := math.Frexp(largest)
		b.scale = math.Ldexp(1, max(-mostScaled, min(mostScaled, -exponent)))
	}
	return b, items
}

// reserve makes room for n faces, and returns that for the boxes of their groups.
func (b *BVH) reserve(n int) (boxes []float32) {
	b.faces = pages.Make[int32](n)
	groups := (n + lanes - 1) / lanes
	b.tris = pages.Make[float32](groups * cornerFloats)
	return pages.Make[float32](groups * groupFloats)
}

// fillGroups fills groups lo to hi.
func (b *BVH) fillGroups(m *geom.Mesh, items []item, boxes []float32, lo, hi int) {
	for g := lo; g < hi; g++ {
		b.fill(m, items[g*lanes:min((g+1)*lanes, len(items))], g, (*[groupFloats]float32)(boxes[g*groupFloats:]))
	}
}

// mostScaled is the largest power of two, up or down, that float32 holds with room for
// its inverse.
const mostScaled = 126

// fill writes the corners and boxes of a group of faces.
func (b *BVH) fill(m *geom.Mesh, items []item, group int, boxes *[groupFloats]float32) {
	tris := (*[cornerFloats]float32)(b.tris[group*cornerFloats:])
	scale, nan := float32(b.scale), float32(math.NaN())
	for i := len(items); i < lanes; i++ {
		for a := i; a < cornerFloats; a += lanes {
			tris[a] = nan
		}
		for a := i; a < groupFloats; a += lanes {
			boxes[a] = nan
		}
	}
	for i, it := range items {
		b.faces[group*lanes+i] = it.id
		t := m.Faces[it.id]
		p, q, r := m.Vertices[t[0]], m.Vertices[t[1]], m.Vertices[t[2]]
		for a, v := range [9]float32{p.X, p.Y, p.Z, q.X, q.Y, q.Z, r.X, r.Y, r.Z} {
			tris[a*lanes+i] = v
		}
		boxes[i], boxes[3*lanes+i] = min(p.X, q.X, r.X)*scale, max(p.X, q.X, r.X)*scale
		boxes[lanes+i], boxes[4*lanes+i] = min(p.Y, q.Y, r.Y)*scale, max(p.Y, q.Y, r.Y)*scale
		boxes[2*lanes+i], boxes[5*lanes+i] = min(p.Z, q.Z, r.Z)*scale, max(p.Z, q.Z, r.Z)*scale
	}
}

// Len is the number of faces in the hierarchy.
func (b *BVH) Len() int { return len(b.faces) }

// corners returns the corners of the face at a place of the tree order.
func (b *BVH) corners(place int) (p, q, r geom.Vec) {
	t := (*[cornerFloats]float32)(b.tris[place/lanes*cornerFloats:])
	i := place % lanes
	return geom.Vec{X: float64(t[i]), Y: float64(t[lanes+i]), Z: float64(t[2*lanes+i])},
		geom.Vec{X: float64(t[3*lanes+i]), Y: float64(t[4*lanes+i]), Z: float64(t[5*lanes+i])},
		geom.Vec{X: float64(t[6*lanes+i]), Y: float64(t[7*lanes+i]), Z: float64(t[8*lanes+i])}
}
