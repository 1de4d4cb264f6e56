package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// How far points are off.

// noiseAt is the distance at which a scanner's noise has its base value, in diagonals.
const noiseAt = 2.0

// deviations is the noise of a scanner.
type deviations struct {
	sigma    float64 // base value, as a length
	diagonal float64
	model    string
	views    *views // nil where no scanner has a place
}

// disturb adds Gaussian noise. Plain noise has one standard deviation: along the
// sight of the scanner, whose error is that of its range, or in all directions where
// the cloud has been taken from everywhere. That of a scanner lies along the sight of
// the place that has seen the point, and its standard deviation is
//
//	sigma · (distance / 2 diagonals)² / cos(angle between sight and normal)
//
// with the square of the distance as of triangulation (Khoshelham and Elberink,
// Accuracy and resolution of Kinect depth data, 2012) and the angle as in Soudarissanane
// et al., Scanning geometry, 2011. The cosine is no less than that at which a surface is lost.
func (n deviations) disturb(cloud *geom.Cloud, r *seed.Rand) {
	if n.sigma == 0 {
		return
	}
	v := n.views
	for i, q := range cloud.Points {
		p := q.D()
		var step geom.Vec
		switch {
		case n.model == ScannerNoise:
			normal := cloud.Normals[i].D()
			sight := v.sensor(p, normal).Sub(p)
			step = sight.Unit().Scale(n.at(sight, normal) * r.Norm())
		case v != nil && !v.around:
			step = v.sight(p, cloud.Normals[i].D()).Scale(n.sigma * r.Norm())
		default:
			step = geom.Vec{X: n.sigma * r.Norm(), Y: n.sigma * r.Norm(), Z: n.sigma * r.Norm()}
		}
		cloud.Points[i] = p.Add(step).F()
	}
}

// at is the standard deviation of a scanner's noise on a surface with the given
// normal, sight away from it.
func (n deviations) at(sight, normal geom.Vec) float64 {
	cos := max(lostCos, math.Abs(sight.Unit().Dot(normal.Unit())))
	far := sight.Norm() / (noiseAt * n.diagonal)
	return n.sigma * far * far / cos
}
