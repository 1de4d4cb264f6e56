package geom

import "math"

// Mat3 is a 3×3 matrix, row-major: M[3*row+col].
type Mat3 [9]float64

// Identity3 is the unit matrix.
func Identity3() Mat3 { return Mat3{1, 0, 0, 0, 1, 0, 0, 0, 1} }

// MulVec returns m·v.
func (m Mat3) MulVec(v Vec) Vec {
	return Vec{
		float64(m[0]*v.X) + float64(m[1]*v.Y) + float64(m[2]*v.Z),
		float64(m[3]*v.X) + float64(m[4]*v.Y) + float64(m[5]*v.Z),
		float64(m[6]*v.X) + float64(m[7]*v.Y) + float64(m[8]*v.Z),
	}
}

// Mul returns m·n.
func (m Mat3) Mul(n Mat3) Mat3 {
	var r Mat3
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			r[3*i+j] = float64(m[3*i]*n[j]) + float64(m[3*i+1]*n[3+j]) + float64(m[3*i+2]*n[6+j])
		}
	}
	return r
}

// T returns the transpose.
func (m Mat3) T() Mat3 {
	return Mat3{m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]}
}

// Det is the determinant.
func (m Mat3) Det() float64 {
	return m.Row(0).Dot(m.Row(1).Cross(m.Row(2)))
}

// Row returns row i.
func (m Mat3) Row(i int) Vec { return Vec{m[3*i], m[3*i+1], m[3*i+2]} }

// Col returns column j.
func (m Mat3) Col(j int) Vec { return Vec{m[j], m[3+j], m[6+j]} }

// MatFromCols builds a matrix from its three columns.
func MatFromCols(a, b, c Vec) Mat3 {
	return Mat3{a.X, b.X, c.X, a.Y, b.Y, c.Y, a.Z, b.Z, c.Z}
}

// Outer returns v·wᵀ.
func Outer(v, w Vec) Mat3 {
	return Mat3{
		v.X * w.X, v.X * w.Y, v.X * w.Z,
		v.Y * w.X, v.Y * w.Y, v.Y * w.Z,
		v.Z * w.X, v.Z * w.Y, v.Z * w.Z,
	}
}

// RotationAxis is the rotation by angle (radians) about axis (Rodrigues). A zero
// axis gives the identity.
func RotationAxis(axis Vec, angle float64) Mat3 {
	u := axis.Unit()
	if u == (Vec{}) {
		return Identity3()
	}
	s, c := math.Sincos(angle)
	t := 1 - c
	return Mat3{
		float64(t*u.X*u.X) + c, float64(t*u.X*u.Y) - float64(s*u.Z), float64(t*u.X*u.Z) + float64(s*u.Y),
		float64(t*u.X*u.Y) + float64(s*u.Z), float64(t*u.Y*u.Y) + c, float64(t*u.Y*u.Z) - float64(s*u.X),
		float64(t*u.X*u.Z) - float64(s*u.Y), float64(t*u.Y*u.Z) + float64(s*u.X), float64(t*u.Z*u.Z) + c,
	}
}

// RotationQuat is the rotation of the quaternion w + xi + yj + zk, which need
// not have unit length. The zero quaternion gives the identity.
func RotationQuat(w, x, y, z float64) Mat3 {
	n := float64(w*w) + float64(x*x) + float64(y*y) + float64(z*z)
	if !(n > 0) {
		return Identity3()
	}
	s := 2 / n
	return Mat3{
		1 - float64(s*(float64(y*y)+float64(z*z))), float64(s * (float64(x*y) - float64(w*z))), float64(s * (float64(x*z) + float64(w*y))),
		float64(s * (float64(x*y) + float64(w*z))), 1 - float64(s*(float64(x*x)+float64(z*z))), float64(s * (float64(y*z) - float64(w*x))),
		float64(s * (float64(x*z) - float64(w*y))), float64(s * (float64(y*z) + float64(w*x))), 1 - float64(s*(float64(x*x)+float64(y*y))),
	}
}

// RotationAngle is the angle in radians, 0…π, by which the rotation m turns.
func (m Mat3) RotationAngle() float64 {
	// atan2 of |sin| and cos keeps full precision near 0 and near π, where acos does not.
	v := Vec{m[7] - m[5], m[2] - m[6], m[3] - m[1]}
	return math.Atan2(v.Norm(), m[0]+m[4]+m[8]-1)
}

// SymEigen returns the eigenvalues of a symmetric 3×3 matrix in ascending order
// and its unit eigenvectors as the rows of vecs (vecs.Row(i) belongs to vals[i]),
// by cyclic Jacobi rotation. Only the upper triangle of m is read. The rows form
// a right-handed frame; the signs are otherwise those that the rotations leave.
func SymEigen(m Mat3) (vals [3]float64, vecs Mat3) {
	a := [3][3]float64{{m[0], m[1], m[2]}, {m[1], m[4], m[5]}, {m[2], m[5], m[8]}}
	v := [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for sweep := 0; sweep < 50; sweep++ {
		off := math.Abs(a[0][1]) + math.Abs(a[0][2]) + math.Abs(a[1][2])
		diag := math.Abs(a[0][0]) + math.Abs(a[1][1]) + math.Abs(a[2][2])
		// !(off > …) also ends the loop on NaN.
		if !(off > 1e-18*diag) {
			break
		}
		jacobi(&a, &v, 0, 1)
		jacobi(&a, &v, 0, 2)
		jacobi(&a, &v, 1, 2)
	}
	order := [3]int{0, 1, 2}
	for i := 0; i < 2; i++ {
		for j := 0; j < 2-i; j++ {
			if a[order[j+1]][order[j+1]] < a[order[j]][order[j]] {
				order[j], order[j+1] = order[j+1], order[j]
			}
		}
	}
	for i, o := range order {
		vals[i] = a[o][o]
		vecs[3*i], vecs[3*i+1], vecs[3*i+2] = v[0][o], v[1][o], v[2][o]
	}
	if vecs.Det() < 0 {
		vecs[6], vecs[7], vecs[8] = -vecs[6], -vecs[7], -vecs[8]
	}
	return vals, vecs
}

// jacobi zeroes a[p][q] by a plane rotation and gathers the rotation in v.
func jacobi(a, v *[3][3]float64, p, q int) {
	apq := a[p][q]
	if apq == 0 {
		return
	}
	theta := (a[q][q] - a[p][p]) / (2 * apq)
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := t * c
	a[p][p] -= float64(t * apq)
	a[q][q] += float64(t * apq)
	a[p][q], a[q][p] = 0, 0
	r := 3 - p - q
	arp, arq := a[r][p], a[r][q]
	a[r][p] = float64(c*arp) - float64(s*arq)
	a[p][r] = a[r][p]
	a[r][q] = float64(s*arp) + float64(c*arq)
	a[q][r] = a[r][q]
	for i := 0; i < 3; i++ {
		vip, viq := v[i][p], v[i][q]
		v[i][p] = float64(c*vip) - float64(s*viq)
		v[i][q] = float64(s*vip) + float64(c*viq)
	}
}
