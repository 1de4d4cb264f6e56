package register

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// bottle is a body of revolution with one raised letter, as high as a hundredth of the body.
func bottle(n int, r *seed.Rand) []geom.Vec3 {
	var out []geom.Vec3
	for range n {
		z, angle := 2*r.Float64()-1, 2*math.Pi*r.Float64()
		radius := 0.4 - float64(0.15*z*z*z)
		if math.Abs(z) < 0.1 && math.Abs(angle-1) < 0.1 {
			radius += 0.012
		}
		radius += 0.002 * r.Norm()
		sin, cos := math.Sincos(angle)
		out = append(out, geom.Vec{X: radius * cos, Y: radius * sin, Z: z}.F())
	}
	return out
}

// TestAMarkTellsTheTurn: a body of revolution is put where its mark is.
func TestAMarkTellsTheTurn(t *testing.T) {
	opt := Options{}
	ref := mustReference(t, bottle(25000, seed.Stream(1, "sound")), opt)
	for k := 1; k < 3; k++ {
		r := seed.Stream(uint64(k), "scan")
		points := bottle(10000, r)
		pose := anyPose(r)
		res := mustAlign(t, ref, pose.ApplyAll(points), opt)
		back := res.TargetFromSource.Mul(pose)
		// Where the middle of the letter has come to.
		at := back.ApplyVec(geom.Vec{X: math.Cos(1), Y: math.Sin(1)})
		if wrong := math.Abs(math.Remainder(math.Atan2(at.Y, at.X)-1, 2*math.Pi)); wrong > 0.1 {
			t.Errorf("scan %d is turned by %.3f", k, wrong)
		}
	}
}
