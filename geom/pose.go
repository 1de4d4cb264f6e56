package geom

// Pose is a rigid motion p ↦ R·p + T. Name a Pose for the frames it maps:
// targetFromSource.
type Pose struct {
	R Mat3
	T Vec
}

// IdentityPose moves nothing.
func IdentityPose() Pose { return Pose{R: Identity3()} }

// Apply moves a point.
func (a Pose) Apply(p Vec3) Vec3 { return a.R.MulVec(p.D()).Add(a.T).F() }

// ApplyVec moves a point in working precision.
func (a Pose) ApplyVec(p Vec) Vec { return a.R.MulVec(p).Add(a.T) }

// Rotate turns a direction, leaving out the translation.
func (a Pose) Rotate(d Vec3) Vec3 { return a.R.MulVec(d.D()).F() }

// Mul is the motion b first, then a: cFromB.Mul(bFromA) is cFromA.
func (a Pose) Mul(b Pose) Pose {
	return Pose{R: a.R.Mul(b.R), T: a.R.MulVec(b.T).Add(a.T)}
}

// Inverse undoes a.
func (a Pose) Inverse() Pose {
	rt := a.R.T()
	return Pose{R: rt, T: rt.MulVec(a.T).Scale(-1)}
}

// ApplyAll moves points into a new slice.
func (a Pose) ApplyAll(points []Vec3) []Vec3 {
	out := make([]Vec3, len(points))
	for i, p := range points {
		out[i] = a.Apply(p)
	}
	return out
}

// RotateAll turns directions into a new slice; nil stays nil.
func (a Pose) RotateAll(dirs []Vec3) []Vec3 {
	if dirs == nil {
		return nil
	}
	out := make([]Vec3, len(dirs))
	for i, d := range dirs {
		out[i] = a.Rotate(d)
	}
	return out
}

// Matrix returns the 4×4 homogeneous matrix, row-major, as documents write it.
func (a Pose) Matrix() [16]float64 {
	return [16]float64{
		a.R[0], a.R[1], a.R[2], a.T.X,
		a.R[3], a.R[4], a.R[5], a.T.Y,
		a.R[6], a.R[7], a.R[8], a.T.Z,
		0, 0, 0, 1,
	}
}

// PoseFromMatrix is the inverse of Matrix; the last row is not read.
func PoseFromMatrix(m [16]float64) Pose {
	return Pose{
		R: Mat3{m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]},
		T: Vec{m[3], m[7], m[11]},
	}
}

// Absolute turns a pose between stored coordinates into one between the files'
// own coordinates, given the origins that were subtracted on reading.
func (a Pose) Absolute(sourceOrigin, targetOrigin [3]float64) Pose {
	from := Vec{sourceOrigin[0], sourceOrigin[1], sourceOrigin[2]}
	to := Vec{targetOrigin[0], targetOrigin[1], targetOrigin[2]}
	return Pose{R: a.R, T: a.T.Add(to).Sub(a.R.MulVec(from))}
}
