package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// Ragged rims: a scanner loses points where its spot lies on two surfaces at once,
// and where it meets one too flat; where exactly changes from place to place.

const (
	rimWidth = 0.035              // widest rim that is lost, as a share of the diagonal
	rimAngle = 35 * math.Pi / 180 // by which the angle at which a surface is lost falls, at most
	rimLeast = 0.08               // rims narrower than this share of the widest are kept
	rimStep  = 3                  // a jump in depth by so many widths of the rim is an edge
	rimRays  = 8                  // around a point, in search of an edge
	rimWaves = 14                 // of the random function that makes rims uneven,
	rimShort = 0.02               // of wavelengths from this
	rimLong  = 0.3                // to this share of the diagonal
)

// rims decides which points are lost at the rims of what a scanner sees.
type rims struct {
	amount float64
	width  float64 // rimWidth as a length
	patchy field
}

func newRims(amount, diagonal float64, r *seed.Rand) *rims {
	if amount == 0 {
		return nil
	}
	turns := func(r *seed.Rand) float64 { return 1 / (diagonal * r.LogUniform(rimShort, rimLong)) }
	return &rims{amount, rimWidth * diagonal, newField(rimWaves, turns, r)}
}

// loses reports whether the scanner at eye loses p, which it could see, because it
// meets the surface too flat there or because an edge is near. How flat and how near
// follows a random function of the place, whose square has the mean 1/3: most of a
// rim is lost narrowly, some of it widely.
func (g *rims) loses(v *views, eye, p, normal geom.Vec) bool {
	rank := g.patchy.rank(p)
	strength := g.amount * rank * rank
	sight := p.Sub(eye)
	distance := sight.Norm()
	ahead, n := sight.Scale(1/distance), normal.Unit()
	cos := math.Abs(ahead.Dot(n))
	if cos < math.Cos(lostAngle-float64(rimAngle*strength)) {
		return true
	}
	width := g.width * strength
	if width < rimLeast*g.width {
		return false
	}
	across := ahead.Perpendicular()
	up := ahead.Cross(across)
	for k := range rimRays {
		s, c := math.Sincos(2 * math.Pi * float64(k) / rimRays)
		dir := sight.AddScaled(width*c, across).AddScaled(width*s, up)
		// Where the ray meets the plane that touches the surface in p, and how far from there it may meet the surface.
		plane := sight.Dot(n) / dir.Dot(n)
		step := rimStep * width / (cos * dir.Norm())
		if hit, ok := v.first(eye, dir, plane+step); !ok || hit < plane-step {
			return true
		}
	}
	return false
}
