package feature

import (
	"context"
	"errors"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// The rate of change of the geometry, by which IMRNet's geometry-aware sampling
// ranks points (Li et al., "Towards scalable 3D anomaly detection and
// localization", 2024, section 4.1, Eq. 1–6).

// ChangeOptions choose how the rate of change is read from the paper.
type ChangeOptions struct {
	// Neighbors sets the radius: it holds that many neighbours, the point itself
	// not counted, at the median point. 0 is 30.
	Neighbors int
	// TwoSmallest takes the curvature of Eq. 2 as λ0/(λ0+λ1+ε), the two smallest
	// eigenvalues. Otherwise it is the surface variation λ0/(λ0+λ1+λ2+ε), since the
	// paper's ratio of two eigenvalues leaves the third of a 3×3 matrix open.
	TwoSmallest bool
	// PaperUnits takes the distances of Eq. 3 in units of the cloud's bounding
	// sphere about its mean. Otherwise they are in units of the neighbourhood's
	// radius, since Eq. 3 has the unit 1/length while Eq. 4 has none.
	PaperUnits bool
}

// Change is the geometry of each point and how quickly it changes around it.
type Change struct {
	Radius    float64     // of the neighbourhoods, in the cloud's unit
	Normals   []geom.Vec3 // Eq. 1; zero where the neighbours span no plane
	Curvature []float32   // Eq. 2; 0 there
	Rate      []float32   // Eq. 5; 0 there; nil from Curvature
}

// RateOfChange computes R of Eq. 5 for each point: the mean, over the neighbours
// within the radius, of the change of the normal per distance (Eq. 3; the smaller
// of the two values that a normal's free sign allows) plus the change of the
// curvature (Eq. 4). The point itself, points at the same place and points without
// a normal do not count as neighbours. Distances whose squares are beyond float32
// are an error.
func RateOfChange(ctx context.Context, workers task.Workers, t *spatial.Tree, opt ChangeOptions) (*Change, error) {
	c, err := Curvature(ctx, workers, t, opt)
	if err != nil {
		return nil, err
	}
	unit := c.Radius
	if opt.PaperUnits {
		unit = boundingRadius(t.Points())
	}
	c.Rate = pages.Make[float32](t.Len())
	err = t.ForRadius(ctx, workers, c.Radius, 0, func(_ int, i int32, near []spatial.Neighbor) {
		c.Rate[i] = c.rate(i, near, unit)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Curvature is RateOfChange without the rate: radius, normals (Eq. 1) and curvature
// (Eq. 2).
func Curvature(ctx context.Context, workers task.Workers, t *spatial.Tree, opt ChangeOptions) (*Change, error) {
	if opt.Neighbors <= 0 {
		opt.Neighbors = 30
	}
	radius, err := medianRadius(ctx, workers, t, opt.Neighbors)
	if err != nil {
		return nil, err
	}
	if math.IsInf(radius, 0) {
		return nil, errors.New("rate of change: distances between neighbours are beyond 1e19, and their squares beyond float32: scale the cloud first")
	}
	n := t.Len()
	c := &Change{Radius: radius, Normals: pages.Make[geom.Vec3](n), Curvature: pages.Make[float32](n)}
	err = t.ForRadius(ctx, workers, radius, 0, func(_ int, i int32, near []spatial.Neighbor) {
		var m moments
		for _, o := range near {
			m.add(t.Points()[i], t.Points()[o.Index])
		}
		c.Normals[i], c.Curvature[i] = m.curvature(t.Points()[i], opt.TwoSmallest)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// rate is Eq. 3–5 for one point.
func (c *Change) rate(i int32, near []spatial.Neighbor, unit float64) float32 {
	if c.Normals[i] == (geom.Vec3{}) {
		return 0
	}
	var sum float64
	count := 0
	a := c.Normals[i].D()
	for _, o := range near {
		b := c.Normals[o.Index].D()
		if o.Dist2 == 0 || b == (geom.Vec{}) {
			continue
		}
		turn := min(a.Sub(b).Norm(), a.Add(b).Norm())
		sum += turn/(math.Sqrt(float64(o.Dist2))/unit) + math.Abs(float64(c.Curvature[i])-float64(c.Curvature[o.Index]))
		count++
	}
	if count == 0 {
		return 0
	}
	return float32(sum / float64(count))
}

// curvature returns the normal of Eq. 1 and the curvature of Eq. 2.
func (m *moments) curvature(q geom.Vec3, twoSmallest bool) (geom.Vec3, float32) {
	values, normal, ok := m.eigen(q)
	if !ok {
		return geom.Vec3{}, 0
	}
	epsilon := 1e-12 * (values[0] + values[1] + values[2])
	total := values[0] + values[1] + epsilon
	if !twoSmallest {
		total += values[2]
	}
	return normal.F(), float32(values[0] / total)
}

// medianRadius is the median over the finite points of the distance to the k-th
// neighbour besides the point itself, or the last finite one; 0 of no points.
func medianRadius(ctx context.Context, workers task.Workers, t *spatial.Tree, k int) (float64, error) {
	far := make([]float32, t.Len())
	points := t.Points()
	err := t.ForNeighbors(ctx, workers, k+1, func(_ int, i int32, near []spatial.Neighbor) {
		for len(near) > 0 && !points[near[len(near)-1].Index].Finite() {
			near = near[:len(near)-1] // they come last
		}
		far[i] = -1
		if points[i].Finite() {
			far[i] = near[len(near)-1].Dist2
		}
	})
	if err != nil {
		return 0, err
	}
	far = slices.DeleteFunc(far, func(d float32) bool { return d < 0 })
	if len(far) == 0 {
		return 0, nil
	}
	return math.Sqrt(float64(stat.Quantile(far, 0.5))), nil
}

// boundingRadius is the largest distance of a point from the mean.
func boundingRadius(points []geom.Vec3) float64 {
	var mean geom.Vec
	n := 0.0
	for _, p := range points {
		if p.Finite() {
			mean = mean.Add(p.D())
			n++
		}
	}
	mean = mean.Scale(1 / max(n, 1))
	var r float64
	for _, p := range points {
		if p.Finite() {
			r = max(r, p.D().Sub(mean).Norm())
		}
	}
	return r
}

// Salient returns the ⌊tau·N⌋ points of the highest rate in descending order
// (Eq. 6); ties go to the lowest index. Points of rate 0 are never salient.
func Salient(rate []float32, tau float64) []int32 {
	index := make([]int32, 0, len(rate))
	for i, r := range rate {
		if r > 0 {
			index = append(index, int32(i))
		}
	}
	slices.SortFunc(index, func(a, b int32) int {
		switch {
		case rate[a] > rate[b]:
			return -1
		case rate[a] < rate[b]:
			return 1
		}
		return int(a - b)
	})
	return index[:min(len(index), max(0, int(tau*float64(len(rate)))))]
}
