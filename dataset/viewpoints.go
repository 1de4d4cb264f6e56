package dataset

import (
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// What a scanner sees from where it stands.

// How a surface fades from a scanner's sight: measured well up to one angle between
// its normal and the sight, not at all beyond the other.
const (
	goodAngle = 65 * math.Pi / 180
	lostAngle = 80 * math.Pi / 180
)

const (
	nearest, farthest = 1.5, 3.0 // how far from the middle of the object a scanner stands, in diagonals
	viewDraws         = 12       // places that are tried until the defect is in sight
	inSight           = 0.6      // share of the defect that should be
	viewAttempts      = 6        // to choose places from which enough is seen
)

// views is a scanner at its places around an object.
type views struct {
	eyes     []geom.Vec
	around   bool // the places are those of a scan from everywhere, which has what none of them sees, too
	tree     *spatial.BVH
	fixtures *fixtures // the table and clamps; nil for nothing
	rims     *rims     // nil for clean ones
	middle   geom.Vec  // of the object
	radius   float64   // of a ball that holds it
	skip     float64   // length of a ray in which its own face does not count
}

// newViews chooses the scanner's places and puts the fixtures beside the object, so
// that most of a defect can be seen from the first place. attempt counts from 0: where
// hardly anything can be seen, as of a sheet from its edge, others are chosen. It is nil for a
// scan from everywhere with nothing in the way and no need to know who saw a point.
func (m *maker) newViews(s surface, attempt int) *views {
	c, count := m.conditions(), m.viewCount()
	if count == 0 && !c.Table && c.Clamps == 0 && c.NoiseModel == "" {
		return nil
	}
	d := m.target.Diagonal()
	middle := m.target.Mesh().Box().Center()
	part := s.Mesh()
	v := &views{around: count == 0, tree: spatial.NewBVH(part), middle: middle, radius: 0.5 * d, skip: 1e-5 * d}
	if v.around {
		v.eyes = m.allAround()
	} else {
		v.rims = newRims(c.Ragged, d, m.stream("rims"))
	}
	toward := geom.Vec{}
	r := m.stream("views")
	if attempt > 0 {
		r = m.stream("views", attempt)
	} else if m.job.part == "train" && !v.around {
		toward = m.trainDirection(v)
	}
	place := func() geom.Vec {
		for {
			x, y, z := r.Direction()
			if dir := (geom.Vec{X: x, Y: y, Z: z}); v.fixtures.above(dir) {
				return middle.AddScaled(r.Uniform(nearest, farthest)*d, dir)
			}
		}
	}
	first := func() geom.Vec {
		if toward == (geom.Vec{}) {
			return place()
		}
		return middle.AddScaled(r.Uniform(nearest, farthest)*d, v.fixtures.lifted(toward))
	}
	defective := m.defective(s)
	setup := m.newSetup(part, toward, attempt)
	best, chosen := -1.0, *v
	for try := 0; try < viewDraws && best < inSight; try++ {
		v.fixtures = setup.next(v)
		if !v.around {
			v.eyes = []geom.Vec{first()}
		}
		seen := 1.0
		if len(defective.Points) > 0 {
			seen = v.share(defective)
		}
		if seen > best {
			best, chosen = seen, *v
		}
	}
	*v = chosen
	for !v.around && len(v.eyes) < count {
		v.eyes = append(v.eyes, v.further(place))
	}
	return v
}

// further draws a place that is turned by 60 to 180 degrees from those before; where
// there is none among many, that which is turned most.
func (v *views) further(place func() geom.Vec) geom.Vec {
	least, best := math.Inf(1), geom.Vec{}
	for try := 0; try < 100 && least >= 0.5; try++ {
		eye := place()
		closest := -1.0
		for _, e := range v.eyes {
			closest = max(closest, eye.Sub(v.middle).Unit().Dot(e.Sub(v.middle).Unit()))
		}
		if closest < least {
			least, best = closest, eye
		}
	}
	return best
}

// defective samples the defect of a surface; nothing for a sound one.
func (m *maker) defective(s surface) *geom.Cloud {
	if m.job.kind == "" {
		return &geom.Cloud{}
	}
	all := s.Scan(4000, false, m.stream("sight"))
	var on []int32
	for i, l := range all.Scalar("label") {
		if l > 0.5 && len(on) < 200 {
			on = append(on, int32(i))
		}
	}
	return all.Select(on)
}

// share is how much of a cloud is in good sight.
func (v *views) share(c *geom.Cloud) float64 {
	n := 0
	for i, p := range c.Points {
		if v.chance(p.D(), c.Normals[i].D()) > 0 && v.sees(p.D(), c.Normals[i].D()) {
			n++
		}
	}
	return float64(n) / float64(c.Len())
}

// places lists where the scanner stood.
func (v *views) places() [][3]float64 {
	var out [][3]float64
	for _, e := range v.eyes {
		out = append(out, [3]float64{e.X, e.Y, e.Z})
	}
	return out
}

// facing is how a point is seen from eye, leaving aside what may stand between: its
// density beside that of a surface at a right angle in the front of the object. The pixels of a
// scanner are even over its field of view, so that density falls with the cosine of
// the angle and the square of the distance. Open surfaces are seen from both sides.
func (v *views) facing(eye, p, normal geom.Vec) float64 {
	sight := eye.Sub(p)
	distance := sight.Norm()
	length := normal.Norm()
	if !(distance > 0 && length > 0) {
		return 0
	}
	cos := math.Abs(sight.Dot(normal)) / (distance * length)
	fade := (cos - lostCos) / (goodCos - lostCos)
	if fade <= 0 {
		return 0
	}
	ratio := max(0, eye.Sub(v.middle).Norm()-v.radius) / distance
	return cos * min(1, fade) * min(1, ratio*ratio)
}

var goodCos, lostCos = math.Cos(goodAngle), math.Cos(lostAngle)

// chance is the share of points at p that a scan keeps, if nothing is in the way. A
// scan from everywhere is even.
func (v *views) chance(p, normal geom.Vec) float64 {
	if v.around {
		return 1
	}
	most := 0.0
	for _, eye := range v.eyes {
		most = max(most, v.facing(eye, p, normal))
	}
	return most
}

// sees reports whether a scan has the point p of the object: from a place that it
// faces a ray reaches it, past the far side of a wall as well as past fixtures. A
// scan from everywhere also has what the object itself hides from all places, but not
// what fixtures hide.
func (v *views) sees(p, normal geom.Vec) bool {
	seen, hidden := v.inSight(p, normal)
	return seen || v.around && !hidden
}

// inSight reports whether p is seen from any place, and whether from any it is hidden
// by fixtures alone.
func (v *views) inSight(p, normal geom.Vec) (seen, hidden bool) {
	for _, eye := range v.eyes {
		if v.facing(eye, p, normal) == 0 {
			continue
		}
		sight := eye.Sub(p)
		switch {
		case v.tree.Blocked(p, sight, v.skip/sight.Norm(), 1):
		case v.fixtures.block(p, sight, v.skip):
			hidden = true
		case v.rims == nil || !v.rims.loses(v, eye, p, normal):
			return true, hidden
		}
	}
	return false, hidden
}

// first is where the ray from eye meets the object or another thing before hi, in lengths of dir.
func (v *views) first(eye, dir geom.Vec, hi float64) (at float64, ok bool) {
	hit, ok := v.tree.First(eye, dir, 0, hi)
	if v.fixtures != nil {
		if other, met := v.fixtures.tree.First(eye, dir, 0, hit.At); met {
			return other.At, true
		}
	}
	return hit.At, ok
}

// sight is the direction in which p has been measured: from the place that faces it best.
func (v *views) sight(p, normal geom.Vec) geom.Vec {
	best, eye := -1.0, v.eyes[0]
	for _, e := range v.eyes {
		if f := v.facing(e, p, normal); f > best {
			best, eye = f, e
		}
	}
	return eye.Sub(p).Unit()
}

// sensor is the place from which p has been measured: of those that see it the one
// that faces it best, and where none does, as inside a hollow object that is scanned
// from everywhere, the one that would.
func (v *views) sensor(p, normal geom.Vec) geom.Vec {
	facing := make([]float64, len(v.eyes))
	for i, e := range v.eyes {
		facing[i] = v.facing(e, p, normal)
	}
	first := -1
	for {
		best := 0
		for i, f := range facing {
			if f > facing[best] {
				best = i
			}
		}
		if first < 0 {
			first = best
		}
		if facing[best] <= 0 {
			return v.eyes[first]
		}
		sight := v.eyes[best].Sub(p)
		if !v.tree.Blocked(p, sight, v.skip/sight.Norm(), 1) && !v.fixtures.block(p, sight, v.skip) {
			return v.eyes[best]
		}
		facing[best] = 0
	}
}
