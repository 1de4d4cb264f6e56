package register

import (
	"fmt"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
)

// The working frame: coordinates about the centroid, in units of the part's size,
// so that nothing after it depends on unit or place.

// sizePerRMS turns the root mean square distance from the centroid into a size
// that is about the diagonal of the bounding box, but does not turn with the pose.
const sizePerRMS = 3

// frame takes a cloud's coordinates to working coordinates: (p - center) / size.
type frame struct {
	center geom.Vec
	size   float64
}

// finite returns the finite ones of points, and an error naming the cloud where
// they are too few.
func finite(points []geom.Vec3, what string) ([]geom.Vec3, error) {
	bad := 0
	for _, p := range points {
		if !p.Finite() {
			bad++
		}
	}
	kept := points
	if bad > 0 {
		kept = make([]geom.Vec3, 0, len(points)-bad)
		for _, p := range points {
			if p.Finite() {
				kept = append(kept, p)
			}
		}
	}
	if len(kept) < MinPoints {
		return nil, fmt.Errorf("register: %s has %d finite points, at least %d are needed: %w", what, len(kept), MinPoints, ErrTooFewPoints)
	}
	return kept, nil
}

// far is how many times the median distance from the middle a point may be away and
// still belong to the part.
const far = 10

// withoutStrays leaves out points far away from all others, which would stretch
// every length that is taken from the cloud. The middle is the median of each
// coordinate.
func withoutStrays(points []geom.Vec3) []geom.Vec3 {
	some := stat.Every(all(len(points)), 5000)
	value := make([]float64, len(some))
	median := func(of func(geom.Vec3) float64) float64 {
		for i, k := range some {
			value[i] = of(points[k])
		}
		return stat.Median(value)
	}
	middle := geom.Vec{
		X: median(func(p geom.Vec3) float64 { return float64(p.X) }),
		Y: median(func(p geom.Vec3) float64 { return float64(p.Y) }),
		Z: median(func(p geom.Vec3) float64 { return float64(p.Z) }),
	}
	limit := far * median(func(p geom.Vec3) float64 { return p.D().Sub(middle).Norm() })
	kept := make([]geom.Vec3, 0, len(points))
	for _, p := range points {
		if p.D().Sub(middle).Norm() <= limit {
			kept = append(kept, p)
		}
	}
	if len(kept) < max(MinPoints, len(points)*9/10) {
		return points // no strays but a part of that shape
	}
	return kept
}

// frameOf returns the points that belong to the cloud, their centroid and size.
func frameOf(points []geom.Vec3, what string) ([]geom.Vec3, frame, error) {
	points = withoutStrays(points)
	f, err := frameAround(points, what)
	return points, f, err
}

// frameAround is frameOf where all points belong to the cloud.
func frameAround(points []geom.Vec3, what string) (frame, error) {
	n := float64(len(points))
	var c geom.Vec
	for _, p := range points {
		c = c.Add(p.D())
	}
	c = geom.Vec{X: c.X / n, Y: c.Y / n, Z: c.Z / n}
	var sum float64
	for _, p := range points {
		sum += p.D().Sub(c).Norm2()
	}
	rms := math.Sqrt(sum / n)
	// Below a few units in the last place of the coordinates there is only rounding.
	floor := 1e-6 * (math.Abs(c.X) + math.Abs(c.Y) + math.Abs(c.Z))
	if !(rms > floor) || math.IsInf(rms, 0) {
		return frame{}, fmt.Errorf("register: %s extends over %g: %w", what, rms, ErrDegenerate)
	}
	return frame{center: c, size: sizePerRMS * rms}, nil
}

// inward takes points to working coordinates.
func (f frame) inward(points []geom.Vec3) []geom.Vec3 {
	out := make([]geom.Vec3, len(points))
	inv := 1 / f.size
	for i, p := range points {
		out[i] = p.D().Sub(f.center).Scale(inv).F()
	}
	return out
}

// outward turns a pose between working coordinates (source and target of one size)
// into one between the clouds' own.
func outward(source, target frame, targetFromSource geom.Pose) geom.Pose {
	r := orthonormal(targetFromSource.R)
	t := target.center.AddScaled(target.size, targetFromSource.T).Sub(r.MulVec(source.center))
	return geom.Pose{R: r, T: t}
}

// workingPose is the inverse of outward.
func workingPose(source, target frame, p geom.Pose) geom.Pose {
	t := p.T.Add(p.R.MulVec(source.center)).Sub(target.center)
	return geom.Pose{R: orthonormal(p.R), T: t.Scale(1 / target.size)}
}

// orthonormal returns the rotation nearest to m, which must be close to one, by
// two steps of Newton's iteration for the polar factor.
func orthonormal(m geom.Mat3) geom.Mat3 {
	for step := 0; step < 2; step++ {
		// X ← X (3 - XᵀX) / 2
		g := m.T().Mul(m)
		var h geom.Mat3
		for i := range h {
			h[i] = -0.5 * g[i]
		}
		h[0] += 1.5
		h[4] += 1.5
		h[8] += 1.5
		m = m.Mul(h)
	}
	return m
}

// covariance is the mean of x·xᵀ of working points about their mean.
func covariance(points []geom.Vec3) geom.Mat3 {
	var c geom.Mat3
	var mean geom.Vec
	n := float64(len(points))
	for _, p := range points {
		mean = mean.Add(p.D())
	}
	mean = mean.Scale(1 / n)
	for _, p := range points {
		d := p.D().Sub(mean)
		o := geom.Outer(d, d)
		for i := range c {
			c[i] += o[i]
		}
	}
	for i := range c {
		c[i] /= n
	}
	return c
}
