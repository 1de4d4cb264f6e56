package feature

import (
	"math"

	"blemish/geom"
)

// The pair feature of FPFH, and its kernel in plain Go: the reference for those in
// assembly, which return the same bytes.

const (
	// bins is the number of bins of each of the three histograms.
	bins = 11
	// stageSize is the most neighbours that a kernel takes at once.
	stageSize = 256
	// middle is the bin of angles without meaning.
	middle = bins / 2
)

// stage holds neighbours coordinate by coordinate: x, y, z and the normal's.
type stage [6][stageSize]float32

// binRows holds the bins of the three histograms.
type binRows [3][stageSize]int32

// The upper half of the first histogram's inner bounds, the odd multiples of π/11.
var (
	cosines = [5]float64{0.9594929736144974, 0.6548607339452851, 0.14231483827328514, -0.41541501300188644, -0.8412535328311812}
	sines   = [5]float64{0.28173255684142967, 0.7557495743542583, 0.9898214418809327, 0.9096319953545183, 0.5406408174555976}
)

// pairBins returns the bins of the three angles between two oriented points: of
// the turn of the normals about the line that joins them, of the normals' lean out
// of the plane through line and normal, and of the nearer normal to the line. They
// are those of Open3D's ComputePairFeatures, in terms that need no arc tangent:
//
//	s, o: the normal nearer to the line, and the other; e: from s's point to o's
//	v = e × s
//	turn = atan2(y, x), y = (s × v)·o = (o·e)(s·s) − (s·o)(s·e), x = (s·o)|v|
//	lean = v·o / |v|
//	line = s·e / |e|
//
// Where points coincide, or s lies on the line, there are no angles, and all three
// fall into the middle bin.
//
// Differences: the turn about a normal that is zero falls into the middle bin,
// where Open3D's bin hangs on the sign of a zero.
func pairBins(p1, n1, p2, n2 geom.Vec) (turn, lean, line int32) {
	e := p2.Sub(p1)
	ee := e.Norm2()
	d1, d2 := n1.Dot(e), n2.Dot(e)
	so := n1.Dot(n2)
	s, o, se, oe := n1, n2, d1, d2
	if math.Abs(d1) < math.Abs(d2) {
		// Seen from the other point.
		s, o, se, oe = n2, n1, -d2, -d1
		e = geom.Vec{X: -e.X, Y: -e.Y, Z: -e.Z}
	}
	v := e.Cross(s)
	vv := v.Norm2()
	if ee == 0 || vv == 0 {
		return middle, middle, middle
	}
	norm := math.Sqrt(vv)
	y := float64(oe*s.Norm2()) - float64(so*se)
	x := so * norm
	return turnBin(y, x), evenBin(v.Dot(o) / norm), evenBin(se / math.Sqrt(ee))
}

// turnBin is the bin of atan2(y, x) among 11 of [-π, π].
func turnBin(y, x float64) int32 {
	passed := int32(0)
	for i, c := range cosines {
		// The angle of (x, |y|) is beyond the bound.
		if math.Abs(y)*c > x*sines[i] {
			passed++
		}
	}
	if math.Signbit(y) {
		return middle - passed
	}
	return middle + passed
}

// evenBin is the bin of f among 11 of [-1, 1].
func evenBin(f float64) int32 {
	x := bins * (f + 1) * 0.5
	if !(x > 0) {
		x = 0
	}
	if x > bins-1 {
		x = bins - 1
	}
	return int32(x)
}

// pairBinsGeneric fills out for the first blocks×8 neighbours of a centre, given
// as point and normal.
func pairBinsGeneric(centre *[6]float32, from *stage, blocks int, out *binRows) {
	p := geom.Vec3{X: centre[0], Y: centre[1], Z: centre[2]}.D()
	n := geom.Vec3{X: centre[3], Y: centre[4], Z: centre[5]}.D()
	for i := 0; i < blocks*8; i++ {
		q := geom.Vec3{X: from[0][i], Y: from[1][i], Z: from[2][i]}.D()
		m := geom.Vec3{X: from[3][i], Y: from[4][i], Z: from[5][i]}.D()
		out[0][i], out[1][i], out[2][i] = pairBins(p, n, q, m)
	}
}
