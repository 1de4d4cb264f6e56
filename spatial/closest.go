package spatial

import (
	"context"
	"math"
	"math/bits"

	"blemish/geom"
	"blemish/task"
)

// The point of a mesh nearest to a query.

// Closest is the point of a mesh that is nearest to a query.
type Closest struct {
	Point geom.Vec
	Face  int32   // that the point lies on, the lowest of equals; -1: none found
	Part  Part    // of the face
	Dist2 float64 // squared distance; +Inf where none was found
}

// Part is the part of a triangle that a point lies on: a corner, an edge, or the
// inside.
type Part uint8

// The parts of a face. Edge k runs from corner k to corner k+1.
const (
	Interior Part = iota
	Corner0
	Corner1
	Corner2
	Edge0
	Edge1
	Edge2
)

// Closest returns the point of the surface nearest to q. A mesh without faces, and
// a query that is not finite, have none.
func (b *BVH) Closest(q geom.Vec) Closest { return b.ClosestWithin(q, math.Inf(1)) }

// ClosestWithin is Closest where the point is at most limit away; none otherwise.
func (b *BVH) ClosestWithin(q geom.Vec, limit float64) Closest {
	var s closest
	s.begin(b)
	return s.find(q, limit)
}

// ForClosest calls body once for every query points[i]+shift with the point of the
// surface nearest to it, where that is at most limit away, on several workers. body
// runs concurrently, and in no particular order: queries are visited along a curve
// through space, so that the answer for one bounds the search for the next. shift
// takes points to the mesh's frame where the two have different origins.
func (b *BVH) ForClosest(ctx context.Context, workers task.Workers, points []geom.Vec3, shift geom.Vec, limit float64, body func(i int32, c Closest)) error {
	order := curveOrder(points)
	return task.For(ctx, workers, len(order), ChunkSize, func(_, lo, hi int) {
		var s closest
		s.begin(b)
		var asked [ChunkSize]geom.Vec3
		gather(asked[:hi-lo], points, order, lo)
		for k, i := range order[lo:hi] {
			body(i, s.find(asked[k].D().Add(shift), limit))
		}
	})
}

// closest is a run of searches, one after the other.
type closest struct {
	bvh  *BVH
	last int // the place of the last answer in the tree order

	q     geom.Vec
	box   [3]float32 // q at the boxes' scale
	off   float64    // how far box lies from there, by rounding
	slack float32    // see slackAt
	bound float32    // squared distance at the boxes' scale beyond which no box counts
	reach float32    // its root
	place int
	best  Closest
}

func (s *closest) begin(b *BVH) { s.bvh, s.last = b, 0 }

func (s *closest) find(q geom.Vec, limit float64) Closest {
	s.best = Closest{Face: -1, Dist2: math.Inf(1)}
	b := s.bvh
	if len(b.levels) == 0 || q.X-q.X != 0 || q.Y-q.Y != 0 || q.Z-q.Z != 0 || !(limit >= 0) {
		return s.best
	}
	at := q.Scale(b.scale)
	rounded := at.F()
	s.q = q
	// One by one: a copy of all three would wait for the parts to be written.
	s.box[0], s.box[1], s.box[2] = rounded.X, rounded.Y, rounded.Z
	s.off = math.Abs(float64(rounded.X)-at.X) + math.Abs(float64(rounded.Y)-at.Y) + math.Abs(float64(rounded.Z)-at.Z)
	s.slack = slackAt(&s.box, s.off)
	s.best.Dist2 = limit * limit
	s.lower()
	s.try(s.last)
	s.visit(len(b.levels)-1, 0)
	if s.best.Face < 0 {
		s.best.Dist2 = math.Inf(1)
		return s.best
	}
	s.last = s.place
	return s.best
}

// lower sets the bound for boxes from the best distance so far. No box is nearer
// than its faces but for the rounding of the query and of the kernel, which it
// covers.
func (s *closest) lower() {
	d := math.Sqrt(s.best.Dist2)*s.bvh.scale + s.off
	s.bound = float32(d * d * (1 + 1e-6))
	s.reach = float32(d * (1 + 1e-6))
}

// visit searches one group of boxes, the nearest first.
func (s *closest) visit(level, group int) {
	if level == 0 {
		s.measure(group)
		return
	}
	var dist [lanes]float32
	boxes := (*[groupFloats]float32)(s.bvh.levels[level][group*groupFloats:])
	mask := boxDist(&s.box, s.bound, boxes, &dist)
	for mask != 0 {
		// The nearest first. Few are ever looked at, so that sorting would not pay.
		at := leastIn(&dist, mask)
		mask &^= 1 << at
		if dist[at] <= s.bound {
			s.visit(level-1, group*lanes+at)
		} else {
			return
		}
	}
}

// fewFaces is the number of faces up to which it does not pay to look for the likeliest.
const fewFaces = 3

// measure measures the faces of a group that may be the nearest.
func (s *closest) measure(group int) {
	b := s.bvh
	var low [lanes]float32
	boxes := (*[groupFloats]float32)(b.levels[0][group*groupFloats:])
	tris := (*[cornerFloats]float32)(b.tris[group*cornerFloats:])
	mask := faceBounds(&s.box, float32(b.scale), s.slack, s.bound, s.reach, tris, boxes, &low)
	if left := len(b.faces) - group*lanes; left < lanes {
		mask &= 1<<left - 1
	}
	if group == s.last/lanes {
		mask &^= 1 << (s.last % lanes) // measured at the start
	}
	if bits.OnesCount32(mask) > fewFaces {
		at := leastIn(&low, mask)
		mask &^= 1 << at
		s.try(group*lanes + at)
	}
	for ; mask != 0; mask &= mask - 1 {
		if at := bits.TrailingZeros32(mask); low[at&(lanes-1)] <= s.reach {
			s.try(group*lanes + at)
		}
	}
}

// leastIn is the place of the least of the values that mask names. None is negative,
// so that they are ordered as their bits are.
func leastIn(values *[lanes]float32, mask uint32) int {
	least := uint64(math.MaxUint64)
	for ; mask != 0; mask &= mask - 1 {
		i := bits.TrailingZeros32(mask)
		least = min(least, uint64(math.Float32bits(values[i&(lanes-1)]))<<8|uint64(i))
	}
	return int(least & (lanes - 1))
}

// try measures the face at a place of the tree order.
func (s *closest) try(place int) {
	p, q, r := s.bvh.corners(place)
	point, part := ClosestOnTriangle(p, q, r, s.q)
	d, face := point.Sub(s.q).Norm2(), s.bvh.faces[place]
	if d < s.best.Dist2 || d == s.best.Dist2 && (face < s.best.Face || s.best.Face < 0) {
		lower := d < s.best.Dist2
		// One by one, as in find.
		s.best.Point.X, s.best.Point.Y, s.best.Point.Z = point.X, point.Y, point.Z
		s.best.Face, s.best.Part, s.best.Dist2 = face, part, d
		s.place = place
		if lower {
			s.lower()
		}
	}
}

// ClosestOnTriangle returns the point of the triangle abc nearest to q and the part
// of the triangle that it lies on (after Ericson, "Real-Time Collision Detection",
// 5.1.5). Triangles without area work as the segment or point that they are.
func ClosestOnTriangle(a, b, c, q geom.Vec) (geom.Vec, Part) {
	ab, ac, aq := b.Sub(a), c.Sub(a), q.Sub(a)
	d1, d2 := ab.Dot(aq), ac.Dot(aq)
	if d1 <= 0 && d2 <= 0 {
		return a, Corner0
	}
	bq := q.Sub(b)
	d3, d4 := ab.Dot(bq), ac.Dot(bq)
	if d3 >= 0 && d4 <= d3 {
		return b, Corner1
	}
	cq := q.Sub(c)
	d5, d6 := ab.Dot(cq), ac.Dot(cq)
	if d6 >= 0 && d5 <= d6 {
		return c, Corner2
	}
	vc := float64(d1*d4) - float64(d3*d2)
	vb := float64(d5*d2) - float64(d1*d6)
	va := float64(d3*d6) - float64(d5*d4)
	sum := va + vb + vc
	// sum is the square of twice the area. Where it is small against the sides, the
	// regions that follow from it are mostly rounding.
	if sum > 1e-10*float64(ab.Norm2()*ac.Norm2()) {
		switch {
		case va > 0 && vb > 0 && vc > 0:
			return a.AddScaled(vb/sum, ab).AddScaled(vc/sum, ac), Interior
		case vc <= 0 && d1 >= 0 && d3 <= 0:
			return a.AddScaled(d1/(d1-d3), ab), Edge0
		case vb <= 0 && d2 >= 0 && d6 <= 0:
			return a.AddScaled(d2/(d2-d6), ac), Edge2
		case va <= 0 && d4 >= d3 && d5 >= d6:
			return b.AddScaled((d4-d3)/((d4-d3)+(d5-d6)), c.Sub(b)), Edge1
		}
	}
	// The nearest of the three sides' points holds for triangles of every form.
	point, part := onSegment(q, a, b, Edge0)
	for k, e := range [2][2]geom.Vec{{b, c}, {c, a}} {
		if p, at := onSegment(q, e[0], e[1], Edge1+Part(k)); p.Sub(q).Norm2() < point.Sub(q).Norm2() {
			point, part = p, at
		}
	}
	return point, part
}

// onSegment is the point of the segment from corner k to k+1 nearest to q.
func onSegment(q, a, b geom.Vec, edge Part) (geom.Vec, Part) {
	ab := b.Sub(a)
	t := ab.Dot(q.Sub(a)) / ab.Norm2()
	switch {
	case !(t > 0): // also where a and b coincide
		return a, edge - Edge0 + Corner0
	case t >= 1:
		return b, (edge-Edge0+1)%3 + Corner0
	}
	return a.AddScaled(t, ab), edge
}
