package feature

import (
	"math"

	"blemish/geom"
)

// The pair feature of FPFH.

// bins is the number of bins of each of the three histograms.
const bins = 11

// pairBins returns the bins of the three angles between two oriented points: of
// the turn of the normals about the line, of the normals' lean out of its plane,
// and of the nearer normal to the line. It is Open3D's ComputePairFeatures; where
// an angle has no meaning all three fall into the middle bin, as there.
func pairBins(p1, n1, p2, n2 geom.Vec) (b0, b1, b2 int) {
	const middle = bins / 2
	d := p2.Sub(p1)
	length := d.Norm()
	if length == 0 {
		return middle, middle, middle
	}
	angle1, angle2 := n1.Dot(d)/length, n2.Dot(d)/length
	f2 := angle1
	// The greater cosine is the smaller angle; Open3D compares the angles.
	if math.Abs(angle1) < math.Abs(angle2) {
		n1, n2 = n2, n1
		d = d.Scale(-1)
		f2 = -angle2
	}
	v := d.Cross(n1)
	norm := v.Norm()
	if norm == 0 {
		return middle, middle, middle
	}
	v = geom.Vec{X: v.X / norm, Y: v.Y / norm, Z: v.Z / norm}
	w := n1.Cross(v)
	f1 := v.Dot(n2)
	f0 := math.Atan2(w.Dot(n2), n1.Dot(n2))
	return bin(bins * (f0 + math.Pi) / (2 * math.Pi)), bin(bins * (f1 + 1) * 0.5), bin(bins * (f2 + 1) * 0.5)
}

func bin(x float64) int { return max(0, min(bins-1, int(math.Floor(x)))) }
