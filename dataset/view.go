// Partial scans: what a scanner sees from where it stands.
package dataset

import (
	"math"

	"blemish/geom"
	"blemish/spatial"
)

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
)

// views is a scanner at one or two places around an object.
type views struct {
	eyes   []geom.Vec
	tree   *spatial.BVH
	middle geom.Vec // of the object
	radius float64  // of a ball that holds it
	skip   float64  // length of a ray in which its own face does not count
}

// newViews chooses places so that most of a defect can be seen from the first; the
// second, if any, is turned by 60 to 180 degrees.
func (m *maker) newViews(s surface) *views {
	d := m.target.Diagonal()
	middle := m.target.Mesh().Box().Center()
	v := &views{tree: spatial.NewBVH(s.Mesh()), middle: middle, radius: 0.5 * d, skip: 1e-5 * d}
	r := m.stream("views")
	place := func() geom.Vec {
		x, y, z := r.Direction()
		return middle.AddScaled(r.Uniform(nearest, farthest)*d, geom.Vec{X: x, Y: y, Z: z})
	}
	defective := m.defective(s)
	best, first := -1.0, geom.Vec{}
	for try := 0; try < viewDraws && best < inSight; try++ {
		eye := place()
		seen := 1.0
		if len(defective.Points) > 0 {
			v.eyes = []geom.Vec{eye}
			seen = v.share(defective)
		}
		if seen > best {
			best, first = seen, eye
		}
	}
	v.eyes = []geom.Vec{first}
	for m.opt.Views > 1 && len(v.eyes) < 2 {
		eye := place()
		if eye.Sub(middle).Unit().Dot(v.eyes[0].Sub(middle).Unit()) < 0.5 {
			v.eyes = append(v.eyes, eye)
		}
	}
	return v
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

// chance is the share of points at p that a scan keeps, if nothing is in the way.
func (v *views) chance(p, normal geom.Vec) float64 {
	most := 0.0
	for _, eye := range v.eyes {
		most = max(most, v.facing(eye, p, normal))
	}
	return most
}

// sees reports whether a ray from a place that p faces reaches it: true occlusion,
// the far side of a wall included.
func (v *views) sees(p, normal geom.Vec) bool {
	for _, eye := range v.eyes {
		if v.facing(eye, p, normal) == 0 {
			continue
		}
		sight := eye.Sub(p)
		if !v.tree.Blocked(p, sight, v.skip/sight.Norm(), 1) {
			return true
		}
	}
	return false
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
