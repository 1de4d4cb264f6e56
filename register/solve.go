package register

import (
	"math"

	"blemish/geom"
)

// One step of Gauss–Newton for point-to-plane distances.

// system gathers the normal equations A·x = b of the small motion x = (turn about
// the origin, shift) that brings matched points onto their planes (Chen and
// Medioni, "Object modelling by registration of multiple range images", 1992).
type system struct {
	a      [21]float64 // upper triangle, row by row
	b      [6]float64
	weight float64
	sum    float64 // of weighted squared residuals
}

// plane adds a match: point q should lie on the plane through y with unit normal n.
func (s *system) plane(q, y, n geom.Vec, w float64) {
	r := n.Dot(q.Sub(y))
	c := q.Cross(n)
	j := [6]float64{c.X, c.Y, c.Z, n.X, n.Y, n.Z}
	k := 0
	for row := 0; row < 6; row++ {
		wj := w * j[row]
		for col := row; col < 6; col++ {
			s.a[k] += float64(wj * j[col])
			k++
		}
		s.b[row] -= float64(wj * r)
	}
	s.weight += w
	s.sum += float64(w * float64(r*r))
}

// point adds a match: point q should lie at y.
func (s *system) point(q, y geom.Vec, w float64) {
	e := q.Sub(y)
	t := q.Cross(e)
	x, yy, z := q.X, q.Y, q.Z
	// Turn-turn |q|²I - q·qᵀ, turn-shift the cross product matrix of q, shift-shift I.
	s.a[0] += float64(w * (float64(yy*yy) + float64(z*z)))
	s.a[1] -= float64(w * float64(x*yy))
	s.a[2] -= float64(w * float64(x*z))
	s.a[4] -= float64(w * z)
	s.a[5] += float64(w * yy)
	s.a[6] += float64(w * (float64(x*x) + float64(z*z)))
	s.a[7] -= float64(w * float64(yy*z))
	s.a[8] += float64(w * z)
	s.a[10] -= float64(w * x)
	s.a[11] += float64(w * (float64(x*x) + float64(yy*yy)))
	s.a[12] -= float64(w * yy)
	s.a[13] += float64(w * x)
	s.a[15] += w
	s.a[18] += w
	s.a[20] += w
	s.b[0] -= float64(w * t.X)
	s.b[1] -= float64(w * t.Y)
	s.b[2] -= float64(w * t.Z)
	s.b[3] -= float64(w * e.X)
	s.b[4] -= float64(w * e.Y)
	s.b[5] -= float64(w * e.Z)
}

// add joins the sums of another system.
func (s *system) add(o *system) {
	for i := range s.a {
		s.a[i] += o.a[i]
	}
	for i := range s.b {
		s.b[i] += o.b[i]
	}
	s.weight += o.weight
	s.sum += o.sum
}

// solve returns the motion that solves the system, as a pose to be applied after
// the present one, by Cholesky's decomposition with damping times the mean of the
// diagonal added to it; false where the system determines nothing.
func (s *system) solve(damping float64) (geom.Pose, bool) {
	var m [6][6]float64
	k := 0
	var trace float64
	for row := 0; row < 6; row++ {
		for col := row; col < 6; col++ {
			m[row][col], m[col][row] = s.a[k], s.a[k]
			k++
		}
		trace += m[row][row]
	}
	if !(trace > 0) || math.IsInf(trace, 0) {
		return geom.Pose{}, false
	}
	for i := range m {
		m[i][i] += damping * trace / 6
	}
	x, ok := cholesky(&m, s.b, 1e-14*trace)
	if !ok {
		return geom.Pose{}, false
	}
	turn := geom.Vec{X: x[0], Y: x[1], Z: x[2]}
	angle := turn.Norm()
	if math.IsNaN(angle) || math.IsInf(angle, 0) {
		return geom.Pose{}, false
	}
	return geom.Pose{R: geom.RotationAxis(turn, min(angle, 1)), T: geom.Vec{X: x[3], Y: x[4], Z: x[5]}}, true
}

// cholesky solves m·x = b for a symmetric positive m, which it overwrites; false
// where a pivot is not above floor.
func cholesky(m *[6][6]float64, b [6]float64, floor float64) (x [6]float64, ok bool) {
	for j := 0; j < 6; j++ {
		d := m[j][j]
		for k := 0; k < j; k++ {
			d -= float64(m[j][k] * m[j][k])
		}
		if !(d > floor) {
			return x, false
		}
		d = math.Sqrt(d)
		m[j][j] = d
		for i := j + 1; i < 6; i++ {
			v := m[i][j]
			for k := 0; k < j; k++ {
				v -= float64(m[i][k] * m[j][k])
			}
			m[i][j] = v / d
		}
	}
	for i := 0; i < 6; i++ {
		v := b[i]
		for k := 0; k < i; k++ {
			v -= float64(m[i][k] * x[k])
		}
		x[i] = v / m[i][i]
	}
	for i := 5; i >= 0; i-- {
		v := x[i]
		for k := i + 1; k < 6; k++ {
			v -= float64(m[k][i] * x[k])
		}
		x[i] = v / m[i][i]
	}
	return x, true
}
