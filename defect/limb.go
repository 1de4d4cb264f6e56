package defect

import (
	"errors"
	"math"

	"blemish/geom"
)

// Limbs that bend as a whole: handles, spouts, necks, legs, the edges of plates.

// limbShape is what a limb must be like: its length over half its width at least
// slim; or, where it is a plate, half its width over its length at most wide.
type limbShape struct{ slim, wide float64 }

// plateSlim is the least length of a plate that bends, in half thicknesses.
const plateSlim = 1.6

var errNoLimb = errors.New("it has no limb longer than thick")

// planLimb puts the hinge where the surface beyond it, as far as it hangs together
// with the place, has about the wanted share, if that part is longer than thick: a
// handle, a spout, a neck, a leg, the edge of a plate. rootThick is half its thickness
// at the hinge, the way it bends.
func (t *Target) planLimb(s *Site, b *BendingPlan, at *place, out geom.Vec, want float64, shape limbShape) (rootThick float64, err error) {
	height := func(v int32) float64 { return t.fine.Vertices[v].D().Sub(at.point).Dot(out) }
	limb, level, top := t.flood(nearestVertex(t.fine.Vertices, at.point), height, want)
	length := top - level
	if len(limb) == 0 || length < 0.04*t.diagonal {
		return 0, errors.New("the part beyond a hinge is a part by itself, or too short")
	}
	atRoot := func(v int32) bool { return height(v) < level+1.5*fineEdge*t.diagonal }
	mid, hinge := t.section(limb, out, atRoot)
	third := out.Cross(hinge)
	// How far the limb reaches from its middle line along the hinge and the way it bends,
	// at the hinge and all over; and its volume, which is negative where it is a bore.
	var rootWide, wide, thick, volume float64
	for _, v := range limb {
		d := t.fine.Vertices[v].D().Sub(mid)
		beside, above := math.Abs(d.Dot(hinge)), math.Abs(d.Dot(third))
		wide, thick = max(wide, beside), max(thick, above)
		if atRoot(v) {
			rootWide, rootThick = max(rootWide, beside), max(rootThick, above)
		}
		volume += float64(t.weight[v] * d.Dot(t.normals[v]))
	}
	// Longer than wide all round, or a plate: wide, but thin the way it bends.
	spread := max(1, 1.6-0.5*shape.slim) * length
	slender := length > shape.slim*max(rootWide, rootThick) && max(wide, thick) < spread
	plate := length > plateSlim*rootThick && length > plateSlim*0.7*thick && wide < shape.wide*length
	if !slender && !plate {
		return 0, errNoLimb
	}
	if t.solid && volume < 0 {
		return 0, errors.New("what lies beyond a hinge is a hollow, not a limb")
	}
	s.Normal, s.Along, b.Pivot = triple(out), triple(hinge), triple(mid)
	b.Length, b.HalfWidth = length, 0
	b.Ramp = max(0.3*length, 0.03*t.diagonal)
	return rootThick, nil
}

// section finds the middle of the vertices of a limb that in accepts, and the
// direction at a right angle to out in which they spread most.
func (t *Target) section(limb []int32, out geom.Vec, in func(v int32) bool) (mid, widest geom.Vec) {
	var weight float64
	for _, v := range limb {
		if in(v) {
			mid = mid.AddScaled(t.weight[v], t.fine.Vertices[v].D())
			weight += t.weight[v]
		}
	}
	mid = mid.Scale(1 / weight)
	var cov geom.Mat3
	for _, v := range limb {
		if !in(v) {
			continue
		}
		d := t.fine.Vertices[v].D().Sub(mid)
		d = d.AddScaled(-d.Dot(out), out)
		for k, x := range geom.Outer(d, d) {
			cov[k] += float64(t.weight[v] * x)
		}
	}
	_, axes := geom.SymEigen(cov)
	widest = axes.Row(2)
	if widest = widest.AddScaled(-widest.Dot(out), out).Unit(); widest == (geom.Vec{}) {
		widest = out.Perpendicular()
	}
	return mid, widest
}

// flood takes vertices from start downwards in height, highest first, and stops
// where all that is higher and hangs together has the wanted share of the surface;
// nothing where that never comes about.
func (t *Target) flood(start int32, height func(v int32) float64, want float64) (taken []int32, level, top float64) {
	seen := make([]bool, len(t.fine.Vertices))
	h := &heap{}
	seen[start] = true
	h.push(heapItem{-height(start), start})
	level, top = height(start), height(start)
	area, good, goodLevel := 0.0, 0, 0.0
	for len(*h) > 0 && area < 1.4*want*t.area {
		v := h.pop().vertex
		if height(v) < level {
			// Everything above level has been taken.
			if area > 0.7*want*t.area {
				good, goodLevel = len(taken), level
			}
			level = height(v)
		}
		top = max(top, height(v))
		area += t.weight[v]
		taken = append(taken, v)
		for _, w := range t.next.Of(v) {
			if !seen[w] {
				seen[w] = true
				h.push(heapItem{-height(w), w})
			}
		}
	}
	return taken[:good], goodLevel, top
}
