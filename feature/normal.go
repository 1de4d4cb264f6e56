package feature

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/spatial"
	"blemish/task"
)

// Normals and surface variation by principal components.

// Normals fits a plane through the k nearest neighbours of each point, itself
// included, and returns the plane's unit normal and the surface variation
// λ0/(λ0+λ1+λ2) of the neighbours' covariance about their mean (Pauly et al.,
// "Efficient simplification of point-sampled surfaces", 2002), 0 on a plane, 1/3
// where there is no direction. The sign of a normal means nothing; see
// OrientOutward and Orient. Where the neighbours do not span a plane (fewer than
// three places, or all on a line), both are zero.
//
// Where a third of the points or more repeat another, neighbours are the k nearest
// places, and so they are for single points whose neighbours are all at one place:
// then equal points have equal normals.
func Normals(ctx context.Context, workers task.Workers, t *spatial.Tree, k int) (normals []geom.Vec3, variation []float32, err error) {
	all := crowded(t)
	if !all {
		if normals, variation, err = fitNormals(ctx, workers, t, k); err != nil || t.Repeats() == 0 {
			return normals, variation, err
		}
	}
	p, err := placesOf(ctx, workers, t)
	if err != nil {
		return nil, nil, err
	}
	some, flat, err := fitNormals(ctx, workers, p.tree, k)
	if err != nil {
		return nil, nil, err
	}
	if all {
		normals, variation = pages.Make[geom.Vec3](t.Len()), pages.Make[float32](t.Len())
	}
	for i, o := range p.owner {
		if o >= 0 && (all || normals[i] == (geom.Vec3{})) {
			normals[i], variation[i] = some[o], flat[o]
		}
	}
	return normals, variation, nil
}

// NormalsRadius is Normals over the neighbours within a radius, at most the maxNN nearest of
// them, the point itself included (Open3D's hybrid search), of the points as they are.
func NormalsRadius(ctx context.Context, workers task.Workers, t *spatial.Tree, radius float64, maxNN int) ([]geom.Vec3, error) {
	points := t.Points()
	normals := pages.Make[geom.Vec3](len(points))
	err := t.ForRadius(ctx, workers, radius, maxNN, func(_ int, i int32, neighbors []spatial.Neighbor) {
		var m moments
		for _, n := range neighbors {
			m.add(points[i], points[n.Index])
		}
		normals[i], _ = m.plane(points[i])
	})
	if err != nil {
		return nil, err
	}
	return normals, nil
}

// fitNormals is Normals of the points as they are.
func fitNormals(ctx context.Context, workers task.Workers, t *spatial.Tree, k int) (normals []geom.Vec3, variation []float32, err error) {
	points := t.Points()
	normals, variation = pages.Make[geom.Vec3](len(points)), pages.Make[float32](len(points))
	err = t.ForNeighbors(ctx, workers, k, func(_ int, i int32, neighbors []spatial.Neighbor) {
		var m moments
		q := points[i]
		for _, n := range neighbors {
			m.add(q, points[n.Index])
		}
		var v float64
		normals[i], v = m.plane(q)
		variation[i] = float32(v)
	})
	if err != nil {
		return nil, nil, err
	}
	return normals, variation, nil
}

// moments are the sums over a neighbourhood, relative to its centre point.
type moments struct {
	n                      float64
	x, y, z                float64
	xx, xy, xz, yy, yz, zz float64
}

func (m *moments) add(q, p geom.Vec3) {
	x, y, z := float64(p.X)-float64(q.X), float64(p.Y)-float64(q.Y), float64(p.Z)-float64(q.Z)
	m.n++
	m.x += x
	m.y += y
	m.z += z
	m.xx += float64(x * x)
	m.xy += float64(x * y)
	m.xz += float64(x * z)
	m.yy += float64(y * y)
	m.yz += float64(y * z)
	m.zz += float64(z * z)
}

// covariance is the neighbours' covariance about their mean.
func (m *moments) covariance() geom.Mat3 {
	x, y, z := m.x/m.n, m.y/m.n, m.z/m.n
	xy, xz, yz := m.xy/m.n-float64(x*y), m.xz/m.n-float64(x*z), m.yz/m.n-float64(y*z)
	return geom.Mat3{
		m.xx/m.n - float64(x*x), xy, xz,
		xy, m.yy/m.n - float64(y*y), yz,
		xz, yz, m.zz/m.n - float64(z*z),
	}
}

// eigen returns the covariance's eigenvalues in ascending order and the
// eigenvector of the smallest; false where the neighbours span no plane.
func (m *moments) eigen(q geom.Vec3) (values [3]float64, normal geom.Vec, ok bool) {
	if m.n < 3 {
		return values, normal, false
	}
	values, vectors := geom.SymEigen(m.covariance())
	values[0] = max(values[0], 0)
	// Points on a line are off it by the rounding of their coordinates.
	size := max(math.Abs(float64(q.X)), math.Abs(float64(q.Y)), math.Abs(float64(q.Z)))
	rounding := size / (1 << 23)
	if !(values[1] > max(1e-12*values[2], float64(rounding*rounding))) || math.IsInf(values[2], 0) {
		return values, normal, false
	}
	return values, vectors.Row(0), true
}

// plane returns the unit normal and the surface variation.
func (m *moments) plane(q geom.Vec3) (geom.Vec3, float64) {
	if normal, variation, ok := m.quickPlane(q); ok {
		return normal.F(), variation
	}
	values, normal, ok := m.eigen(q)
	if !ok {
		return geom.Vec3{}, 0
	}
	return normal.F(), values[0] / (values[0] + values[1] + values[2])
}

// quickPlane is plane by the characteristic polynomial, for neighbourhoods whose
// smallest eigenvalue stands well apart from the others; false for the rest.
func (m *moments) quickPlane(q geom.Vec3) (normal geom.Vec, variation float64, ok bool) {
	c := m.covariance()
	trace := c[0] + c[4] + c[8]
	if m.n < 3 || !(trace > 0) || math.IsInf(trace, 0) {
		return normal, 0, false
	}
	s := 1 / trace
	xx, xy, xz, yy, yz, zz := c[0]*s, c[1]*s, c[2]*s, c[4]*s, c[5]*s, c[8]*s
	// λ³ − λ² + minors·λ − det, whose roots are not negative: Newton's steps from 0
	// rise to the least of them.
	minors := float64(xx*yy) - float64(xy*xy) + (float64(xx*zz) - float64(xz*xz)) + (float64(yy*zz) - float64(yz*yz))
	det := float64(xx*(float64(yy*zz)-float64(yz*yz))) - float64(xy*(float64(xy*zz)-float64(yz*xz))) + float64(xz*(float64(xy*yz)-float64(yy*xz)))
	least := 0.0
	for step := 0; ; step++ {
		value := float64((float64((least-1)*least)+minors)*least) - det
		slope := float64((float64(3*least)-2)*least) + minors
		if step == 8 || !(slope > 1e-3) {
			return normal, 0, false
		}
		next := least - value/slope
		if math.Abs(next-least) < 1e-15 {
			break
		}
		least = next
	}
	least = max(least, 0)
	// The normal is at a right angle to all rows of the matrix less least.
	a, b, d := geom.Vec{X: xx - least, Y: xy, Z: xz}, geom.Vec{X: xy, Y: yy - least, Z: yz}, geom.Vec{X: xz, Y: yz, Z: zz - least}
	normal = a.Cross(b)
	for _, other := range [2]geom.Vec{b.Cross(d), a.Cross(d)} {
		if other.Norm2() > normal.Norm2() {
			normal = other
		}
	}
	length := normal.Norm()
	// length is at most the product of the two other eigenvalues less the least, so
	// none of them is smaller.
	size := max(math.Abs(float64(q.X)), math.Abs(float64(q.Y)), math.Abs(float64(q.Z)))
	rounding := size / (1 << 23)
	if !(length > 1e-3) || !(length*trace > float64(rounding*rounding)) {
		return normal, 0, false
	}
	normal = normal.Scale(1 / length)
	if max(math.Abs(a.Dot(normal)), math.Abs(b.Dot(normal)), math.Abs(d.Dot(normal))) > 1e-14 {
		return normal, 0, false
	}
	return normal, least, true
}
