package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/seed"
)

// Site is what plans of all kinds have: where the defect is, and how irregular. Normal
// and Along are the axes of its frame, at a right angle to each other; a kind whose
// axes are others than said here says so.
type Site struct {
	Center [3]float64 `json:"center"` // on the sound surface
	Normal [3]float64 `json:"normal"` // out of the material there
	Along  [3]float64 `json:"along"`  // the long way of the outline
	Rough  float64    `json:"rough"`  // 0 smooth … 1 wild
	Noise  uint32     `json:"noise"`  // which noise
}

// frame is the site's center and axes; across is the third.
func (s Site) frame() (center, normal, along, across geom.Vec) {
	center, normal, along = vec(s.Center), vec(s.Normal), vec(s.Along)
	return center, normal, along, normal.Cross(along)
}

func vec(a [3]float64) geom.Vec    { return geom.Vec{X: a[0], Y: a[1], Z: a[2]} }
func triple(v geom.Vec) [3]float64 { return [3]float64{v.X, v.Y, v.Z} }

// How a draw chooses a site.

// attempts is how many places a draw looks at before it gives up.
const attempts = 40

// lineAttempts is the same for cracks and scratches: on an object with much surface
// in small pieces, few places have room for the length of one.
const lineAttempts = 3 * attempts

// errNoPlace is the reason when no single failure tells more.
var errNoPlace = errors.New("no place on it is fit")

// siteAt is a site at a place with everything random drawn.
func siteAt(at *place, r *seed.Rand) Site {
	e1 := at.normal.Perpendicular()
	s, c := math.Sincos(r.Uniform(0, 2*math.Pi))
	along := e1.Scale(c).AddScaled(s, at.normal.Cross(e1))
	return Site{
		Center: triple(at.point), Normal: triple(at.normal), Along: triple(along.Unit()),
		Rough: r.Uniform(0.5, 1), Noise: uint32(r.Uint64()),
	}
}

// openness prefers what can be seen from outside: 1 with nothing above, less within
// a hollow, the narrower the less.
func openness(p *place, diagonal float64) float64 {
	if math.IsInf(p.open, 1) {
		return 1
	}
	return 0.25 * min(1, 0.1+3*p.open/diagonal)
}

// choosePlace draws a place with probability proportional to weight; nil where all are 0.
func (t *Target) choosePlace(r *seed.Rand, weight func(p *place) float64) *place {
	sum := 0.0
	cumulative := make([]float64, len(t.places))
	for i := range t.places {
		sum += max(0, weight(&t.places[i]))
		cumulative[i] = sum
	}
	u := r.Float64() * sum
	if !(sum > 0) {
		return nil
	}
	for i, c := range cumulative {
		if c > u {
			return &t.places[i]
		}
	}
	return &t.places[len(t.places)-1]
}
