package feature

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
)

// Where a sampled surface ends.

const (
	// SameFace is the least product of two unit normals that count as one face.
	SameFace = 0.5
	// RimNeighbors is over how many points, itself one of them, AtRim looks for a gap.
	RimNeighbors = 24
	// rimGap is the angle without neighbours from which a point may lie at a rim; a
	// straight rim leaves 180°, sampling by chance seldom more than 90° (after Bendels,
	// Schnabel and Klein, "Detecting holes in point set surfaces", 2006).
	rimGap = 130 * math.Pi / 180
)

// AtRim says whether the neighbours of point i, its nearest RimNeighbors, leave a wide gap in
// its tangent plane that no other face fills. oriented says that normals of one surface point to
// one side of it, so that opposite ones are the two faces of a wall.
func AtRim(points, normal []geom.Vec3, i int32, near []spatial.Neighbor, oriented bool) bool {
	n := normal[i].D()
	if n == (geom.Vec{}) || len(near) < RimNeighbors/2 {
		return false
	}
	p := points[i].D()
	u := n.Perpendicular()
	v := n.Cross(u)
	reach := math.Sqrt(float64(near[len(near)-1].Dist2))
	angles := make([]float64, 0, RimNeighbors)
	for _, o := range near {
		d := points[o.Index].D().Sub(p)
		x, y := d.Dot(u), d.Dot(v)
		if x*x+y*y > 0.01*reach*reach {
			angles = append(angles, math.Atan2(y, x))
		}
	}
	if len(angles) < 3 {
		return false
	}
	slices.Sort(angles)
	widest, middle := 2*math.Pi-(angles[len(angles)-1]-angles[0]), (angles[len(angles)-1]+angles[0])/2+math.Pi
	for k := 1; k < len(angles); k++ {
		if g := angles[k] - angles[k-1]; g > widest {
			widest, middle = g, (angles[k]+angles[k-1])/2
		}
	}
	if widest < rimGap {
		return false
	}
	sin, cos := math.Sincos(middle)
	outward := u.Scale(cos).AddScaled(sin, v)
	other := 0
	for _, o := range near {
		agree := normal[o.Index].D().Dot(n)
		if !oriented {
			agree = math.Abs(agree)
		}
		d := points[o.Index].D().Sub(p)
		// Unfolded, another face goes on outwards; the far side of a thin wall closes it.
		if agree < -SameFace || agree < SameFace && d.Dot(outward)+math.Abs(d.Dot(n)) > 0.2*reach {
			other++
		}
	}
	return other < 2
}
