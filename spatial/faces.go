package spatial

import "math"

// How near the faces of a group can be at most: what rules most of them out, so that
// few are measured.

// cornerFloats is the size of a group of faces: 16 each of the nine coordinates.
const cornerFloats = 9 * lanes

// faceConstants are what the kernels compute with: 2 and -1; a square below which
// directions are taken to be longer than they are; and the share of a bound that the
// reciprocal roots' rounding leaves.
var faceConstants = [4]float32{2, -1, 1e-30, 1 - 0x1p-11}

// faceBoundsGeneric writes lower bounds of the distances from q to the 16 faces of a
// group, both at the boxes' scale, and returns a bit for each that is at most reach.
// It takes them from the faces' boxes, which are quicker than triangles where they
// come one by one; the kernels in assembly, which give higher bounds, do not.
//
// Whichever direction one looks in, no point of a triangle is nearer than the nearest
// of its corners along that direction. So any direction gives a bound, with no other
// rounding than that of three dot products, and two give one that is as good as the
// distance: the triangle's normal, and the way to the nearest point of its sides, both
// in float32 and not exact. slack covers the rounding, see slackAt.
func faceBoundsGeneric(q *[3]float32, slack, reach float32, boxes *[groupFloats]float32, low *[lanes]float32) uint32 {
	boxDistGeneric(q, 0, boxes, low)
	var mask uint32
	for i, d2 := range low {
		d := float32(math.Sqrt(float64(d2)))*faceConstants[3] - slack
		if !(d > 0) {
			d = 0
		}
		low[i] = d
		if d <= reach {
			mask |= 1 << i
		}
	}
	return mask
}

// slackAt bounds what rounding adds to a bound on faces within a box from -1 to 1, for
// a query at q that is off by some distance already. A coordinate seen from q and the
// three products and sums of a dot product are four roundings of 2⁻²⁴, of a distance
// of at most √3·(1+|q|). So far away that squares overflow, nothing is ruled out.
func slackAt(q *[3]float32, off float64) float32 {
	far := 1 + math.Abs(float64(q[0])) + math.Abs(float64(q[1])) + math.Abs(float64(q[2]))
	if !(far < 1e15) {
		return inf32
	}
	return float32(off + 0x1p-20*far)
}
