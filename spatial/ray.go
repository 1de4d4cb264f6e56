package spatial

import (
	"math"
	"math/bits"

	"blemish/geom"
)

// What rays meet, and what lies inside.

// Hit is where a ray meets a face.
type Hit struct {
	At   float64 // in lengths of the ray's direction
	Face int32
	Out  bool // the ray leaves through the front of the face
}

// First returns the nearest hit of origin + at·dir with lo < at < hi, that of the
// lowest face among equals.
func (b *BVH) First(origin, dir geom.Vec, lo, hi float64) (Hit, bool) {
	r := b.ray(origin, dir, lo)
	best := Hit{At: hi, Face: -1}
	r.walk(&best.At, func(h Hit) {
		if h.At < best.At || h.At == best.At && h.Face < best.Face {
			best = h
		}
	})
	return best, best.Face >= 0
}

// Blocked reports whether origin + at·dir meets a face with lo < at < hi. It stops at
// the first that it finds, which is cheaper than First.
func (b *BVH) Blocked(origin, dir geom.Vec, lo, hi float64) bool {
	r := b.ray(origin, dir, lo)
	hit := false
	r.walk(&hi, func(Hit) {
		hit, hi = true, math.Inf(-1)
	})
	return hit
}

// Winding counts the faces that the ray from p leaves through minus those it
// enters through: the winding number of a closed mesh around p.
func (b *BVH) Winding(p, dir geom.Vec) int {
	inf := math.Inf(1)
	n := 0
	r := b.ray(p, dir, 0)
	r.walk(&inf, func(h Hit) {
		if h.Out {
			n++
		} else {
			n--
		}
	})
	return n
}

// insideRays are three directions without any symmetry, so that rays through
// vertices and along faces of real parts do not happen.
var insideRays = [3]geom.Vec{
	{X: 0.5773269, Y: 0.2113491, Z: 0.7886751}, {X: -0.8164127, Y: 0.4713207, Z: 0.3333519}, {X: 0.1276314, Y: -0.9053817, Z: -0.4049218},
}

// Contains reports whether p lies in the material of the mesh, by the winding
// number along one ray, and along the majority of three where strict is false: for
// meshes with small gaps. Parts that are inside out count as material too.
func (b *BVH) Contains(p geom.Vec, strict bool) bool {
	first := b.Winding(p, insideRays[0]) != 0
	if strict || first == (b.Winding(p, insideRays[1]) != 0) {
		return first
	}
	return b.Winding(p, insideRays[2]) != 0
}

// ray is one ray, and the same ray at the boxes' scale.
type ray struct {
	bvh         *BVH
	origin, dir geom.Vec
	lo          float64
	o, inv      [3]float64
}

func (b *BVH) ray(origin, dir geom.Vec, lo float64) ray {
	s := b.scale
	return ray{
		bvh: b, origin: origin, dir: dir, lo: lo,
		o:   [3]float64{origin.X * s, origin.Y * s, origin.Z * s},
		inv: [3]float64{1 / (dir.X * s), 1 / (dir.Y * s), 1 / (dir.Z * s)},
	}
}

// walk calls visit for the hits with lo < at < *hi; visit may lower *hi.
func (r *ray) walk(hi *float64, visit func(Hit)) {
	b := r.bvh
	if len(b.levels) == 0 {
		return
	}
	// A place on the stack is a level and a group; at most 15 others wait on each of
	// the seven levels that 2³¹ faces need.
	var stack [8 * lanes][2]int32
	stack[0] = [2]int32{int32(len(b.levels) - 1), 0}
	for depth := 1; depth > 0; {
		depth--
		level, group := stack[depth][0], stack[depth][1]
		boxes := (*[groupFloats]float32)(b.levels[level][group*groupFloats:])
		used := min(lanes, b.count(int(level))-int(group)*lanes)
		for mask := r.meets(boxes, used, *hi); mask != 0; mask &= mask - 1 {
			child := group*lanes + int32(bits.TrailingZeros32(mask))
			if level > 0 {
				stack[depth] = [2]int32{level - 1, child}
				depth++
				continue
			}
			p, q, s := b.corners(int(child))
			if at, out, ok := meetTriangle(p, q, s, r.origin, r.dir); ok && at > r.lo && at < *hi {
				visit(Hit{At: at, Face: b.faces[child], Out: out})
			}
		}
	}
}

// count is the number of boxes on a level.
func (b *BVH) count(level int) int {
	n := len(b.faces)
	for ; level > 0; level-- {
		n = (n + lanes - 1) / lanes
	}
	return n
}

// meets is the slab test with the used boxes of a group, a bit for each that is
// met. NaN (0·∞, a ray in the plane of a side) counts as a hit.
func (r *ray) meets(boxes *[groupFloats]float32, used int, hi float64) uint32 {
	// The sides that the ray meets first and last, by its direction.
	var first, last [3]*[lanes]float32
	for k := range first {
		low, high := (*[lanes]float32)(boxes[k*lanes:]), (*[lanes]float32)(boxes[(3+k)*lanes:])
		if first[k], last[k] = low, high; r.inv[k] < 0 {
			first[k], last[k] = high, low
		}
	}
	var mask uint32
	for i := 0; i < used; i++ {
		near, far := r.lo, hi
		if a := (float64(first[0][i&(lanes-1)]) - r.o[0]) * r.inv[0]; a > near {
			near = a
		}
		if b := (float64(last[0][i&(lanes-1)]) - r.o[0]) * r.inv[0]; b < far {
			far = b
		}
		if near > far+slab*math.Abs(far) {
			continue
		}
		if a := (float64(first[1][i&(lanes-1)]) - r.o[1]) * r.inv[1]; a > near {
			near = a
		}
		if b := (float64(last[1][i&(lanes-1)]) - r.o[1]) * r.inv[1]; b < far {
			far = b
		}
		if near > far+slab*math.Abs(far) {
			continue
		}
		if a := (float64(first[2][i&(lanes-1)]) - r.o[2]) * r.inv[2]; a > near {
			near = a
		}
		if b := (float64(last[2][i&(lanes-1)]) - r.o[2]) * r.inv[2]; b < far {
			far = b
		}
		if near <= far+slab*math.Abs(far) {
			mask |= 1 << i
		}
	}
	return mask
}

// slab widens boxes by a few roundings, so that flat ones are not missed.
const slab = 1e-12

// meetTriangle is the test of Möller and Trumbore ("Fast, minimum storage
// ray/triangle intersection", 1997), in float64.
func meetTriangle(a, b, c, origin, dir geom.Vec) (at float64, out, ok bool) {
	e1, e2 := b.Sub(a), c.Sub(a)
	p := dir.Cross(e2)
	det := e1.Dot(p)
	if det == 0 {
		return 0, false, false
	}
	s := origin.Sub(a)
	u := s.Dot(p) / det
	if !(u >= 0 && u <= 1) {
		return 0, false, false
	}
	q := s.Cross(e1)
	v := dir.Dot(q) / det
	if !(v >= 0 && u+v <= 1) {
		return 0, false, false
	}
	return e2.Dot(q) / det, det < 0, true
}
