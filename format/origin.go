package format

import (
	"math"
	"slices"

	"blemish/geom"
)

// farRatio is how many times its own size a cloud may lie away from 0 before an
// origin is subtracted. At 32, rounding to float32 moves a point by at most
// 32·2^-24 of the size, two parts in a million; scanners resolve ten or more.
const farRatio = 32

// chooseOrigin is the point to subtract from coordinates that lie far from 0
// against their own extent, all zero where they do not. Place and extent are the
// median and the middle nine tenths of each axis, so that a few stray points,
// such as the (0, 0, 0) that scanners write for "no return", do not hide that the
// rest is far away. The origin is a multiple of a power of ten no smaller than
// the extent: 5412000 rather than 5412345.678, and the same for two scans of one
// place most of the time.
func chooseOrigin(points []geom.Vec) (origin [3]float64) {
	const most = 4096
	if len(points) == 0 {
		return origin
	}
	stride := (len(points) + most - 1) / most
	axis := [3][]float64{}
	for i := 0; i < len(points); i += stride {
		axis[0] = append(axis[0], points[i].X)
		axis[1] = append(axis[1], points[i].Y)
		axis[2] = append(axis[2], points[i].Z)
	}
	var median, middle, full geom.Vec
	for k, v := range axis {
		slices.Sort(v)
		n := len(v)
		*component(&median, k) = v[n/2]
		*component(&middle, k) = v[n-1-n/20] - v[n/20]
		*component(&full, k) = v[n-1] - v[0]
	}
	size := middle.Norm()
	if size == 0 {
		size = full.Norm()
	}
	far := max(math.Abs(median.X), math.Abs(median.Y), math.Abs(median.Z))
	// Beyond 1e29 a difference could leave float32's range.
	if size == 0 || far <= farRatio*size || far > 1e29 {
		return origin
	}
	step := math.Pow(10, math.Ceil(math.Log10(size)))
	for k := range origin {
		// Adding 0 turns -0 into 0.
		origin[k] = math.Round(*component(&median, k)/step)*step + 0
	}
	return origin
}

func component(v *geom.Vec, k int) *float64 {
	switch k {
	case 0:
		return &v.X
	case 1:
		return &v.Y
	}
	return &v.Z
}
