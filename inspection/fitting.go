package inspection

import (
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
)

// Least-squares planes and axes through points, with those left out that lie off by much more
// than the others.

// plane is a fitted one.
type plane struct {
	at, normal geom.Vec
}

const (
	// leastOfPlane and leastOfAxis are how many points are fitted at least.
	leastOfPlane, leastOfAxis = 20, 40
	// wild is how many times the median distance a point may be off to count.
	wild = 4
	// rounds is how often what counts is chosen anew.
	rounds = 5
)

// fitPlane fits a plane; its normal faces along side. False where the points span none.
func fitPlane(points []geom.Vec, side geom.Vec) (plane, bool) {
	kept := points
	var p plane
	for range rounds {
		if len(kept) < leastOfPlane {
			return p, false
		}
		var middle geom.Vec
		for _, q := range kept {
			middle = middle.Add(q)
		}
		middle = middle.Scale(1 / float64(len(kept)))
		var spread geom.Mat3
		for _, q := range kept {
			d := q.Sub(middle)
			o := geom.Outer(d, d)
			for i := range spread {
				spread[i] += o[i]
			}
		}
		vals, vecs := geom.SymEigen(spread)
		const thin = 0.05 // a strip so much narrower than long turns about its length
		if !(vals[1] > thin*thin*vals[2]) || !(vals[0] < 0.25*vals[1]) {
			return p, false
		}
		p = plane{middle, vecs.Row(0)}
		if p.normal.Dot(side) < 0 {
			p.normal = p.normal.Scale(-1)
		}
		kept = near(points, func(q geom.Vec) float64 { return math.Abs(q.Sub(p.at).Dot(p.normal)) })
	}
	return p, true
}

// near keeps the points that are not off by much more than the median.
func near(points []geom.Vec, off func(geom.Vec) float64) []geom.Vec {
	d := make([]float64, len(points))
	for i, q := range points {
		d[i] = off(q)
	}
	most := wild * stat.Median(slices.Clone(d))
	var kept []geom.Vec
	for i, q := range points {
		if d[i] <= most {
			kept = append(kept, q)
		}
	}
	return kept
}

// axis is that of a fitted cylinder.
type axis struct {
	at, along geom.Vec
	radius    float64
}

// fitAxis fits a cylinder to points with normals, whose signs do not matter; its axis runs
// along side. The normals give a first direction: none of them has a part along the axis.
func fitAxis(points, normals []geom.Vec, side geom.Vec) (axis, bool) {
	var a axis
	if len(points) < leastOfAxis {
		return a, false
	}
	var spread geom.Mat3
	for _, n := range normals {
		o := geom.Outer(n, n)
		for i := range spread {
			spread[i] += o[i]
		}
	}
	vals, vecs := geom.SymEigen(spread)
	if !(vals[0] < 0.2*vals[1]) {
		return a, false // they face all ways, or all one way
	}
	a.along = vecs.Row(0)
	kept := points
	for range rounds {
		if len(kept) < leastOfAxis || !a.circle(kept) || !a.refine(kept) {
			return a, false
		}
		kept = near(points, func(q geom.Vec) float64 { return math.Abs(a.off(q)) })
	}
	if a.along.Dot(side) < 0 {
		a.along = a.along.Scale(-1)
	}
	return a, true
}

// off is how far a point lies outside the cylinder.
func (a *axis) off(q geom.Vec) float64 { return a.foot(q).Norm() - a.radius }

// foot is the direction from the axis to a point.
func (a *axis) foot(q geom.Vec) geom.Vec {
	d := q.Sub(a.at)
	return d.AddScaled(-d.Dot(a.along), a.along)
}

// circle fits place and radius by a circle about the axis' direction (Kåsa 1976).
func (a *axis) circle(points []geom.Vec) bool {
	u := a.along.Perpendicular().Unit()
	v := a.along.Cross(u)
	var middle geom.Vec
	for _, q := range points {
		middle = middle.Add(q)
	}
	middle = middle.Scale(1 / float64(len(points)))
	var m [9]float64
	var b [3]float64
	for _, q := range points {
		d := q.Sub(middle)
		row := [3]float64{d.Dot(u), d.Dot(v), 1}
		right := row[0]*row[0] + row[1]*row[1]
		for i := range row {
			for j := range row {
				m[3*i+j] += row[i] * row[j]
			}
			b[i] += row[i] * right
		}
	}
	x, ok := solve(m[:], b[:])
	if !ok {
		return false
	}
	a.at = middle.AddScaled(x[0]/2, u).AddScaled(x[1]/2, v)
	square := x[2] + x[0]*x[0]/4 + x[1]*x[1]/4
	if !(square > 0) {
		return false
	}
	a.radius = math.Sqrt(square)
	return true
}

// refine moves axis and radius to the least squares of the distances, by Gauss-Newton.
func (a *axis) refine(points []geom.Vec) bool {
	size := geom.EmptyBox()
	for _, q := range points {
		size.Extend(q)
	}
	long := size.Diagonal()
	for range 10 {
		u := a.along.Perpendicular().Unit()
		v := a.along.Cross(u)
		var m [25]float64
		var b [5]float64
		for _, q := range points {
			foot := a.foot(q)
			r := foot.Norm()
			if !(r > 0) {
				continue
			}
			n, h := foot.Scale(1/r), q.Sub(a.at).Dot(a.along)/long
			row := [5]float64{-n.Dot(u), -n.Dot(v), -h * n.Dot(u), -h * n.Dot(v), -1}
			e := -(r - a.radius)
			for i := range row {
				for j := range row {
					m[5*i+j] += row[i] * row[j]
				}
				b[i] += row[i] * e
			}
		}
		x, ok := solve(m[:], b[:])
		if !ok {
			return false
		}
		a.at = a.at.AddScaled(x[0], u).AddScaled(x[1], v)
		a.along = a.along.AddScaled(x[2]/long, u).AddScaled(x[3]/long, v).Unit()
		a.radius += x[4]
		if math.Abs(x[0])+math.Abs(x[1])+math.Abs(x[2])+math.Abs(x[3]) < 1e-9*long {
			break
		}
	}
	return a.radius > 0
}

// solve is the solution of n linear equations by elimination with pivots; false where there
// is none. m has n rows of n and is overwritten, as b is.
func solve(m, b []float64) ([]float64, bool) {
	n := len(b)
	var most float64
	for _, v := range m {
		most = math.Max(most, math.Abs(v))
	}
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(m[r*n+c]) > math.Abs(m[pivot*n+c]) {
				pivot = r
			}
		}
		if !(math.Abs(m[pivot*n+c]) > 1e-13*most) {
			return nil, false
		}
		for k := range n {
			m[c*n+k], m[pivot*n+k] = m[pivot*n+k], m[c*n+k]
		}
		b[c], b[pivot] = b[pivot], b[c]
		for r := c + 1; r < n; r++ {
			f := m[r*n+c] / m[c*n+c]
			for k := c; k < n; k++ {
				m[r*n+k] -= float64(f * m[c*n+k])
			}
			b[r] -= float64(f * b[c])
		}
	}
	for c := n - 1; c >= 0; c-- {
		for k := c + 1; k < n; k++ {
			b[c] -= float64(m[c*n+k] * b[k])
		}
		b[c] /= m[c*n+c]
	}
	return b, true
}
