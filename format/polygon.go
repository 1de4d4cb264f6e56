package format

import (
	"math"

	"blemish/geom"
)

// Polygons become triangles by cutting ears off (G. Meisters, "Polygons have ears",
// 1975) as they are seen along an axis. All corners stay corners, so that neighbours
// still meet edge to edge.

// earSteps bounds the work on one file: how many corners are looked at in all, about
// a second's worth.
const earSteps = 1 << 27

// earCutter cuts the polygons of one file.
type earCutter struct {
	points []geom.Vec3
	steps  int // left

	u, v   []float64 // the corners in the plane
	corner []int32
	next   []int32
	prev   []int32
	out    [][3]int32
}

// cut replaces the fan of a polygon by triangles that lie within it, as many, unless
// the fan's do so already. It reports false where the
// polygon crosses itself or has no area: then the fan stays, too.
func (e *earCutter) cut(fan [][3]int32) bool {
	e.corner = append(e.corner[:0], fan[0][0], fan[0][1])
	for _, t := range fan {
		e.corner = append(e.corner, t[2])
	}
	normal := e.normal()
	if !(normal.Norm2() > 0) {
		return false
	}
	// Along an axis coordinates stay exact. A polygon that is bent may cross itself that
	// way and not along its normal.
	e.alongAxis(normal)
	if e.within(fan) {
		return true
	}
	e.along(normal.Unit())
	return e.within(fan)
}

// within is cut in the plane.
func (e *earCutter) within(fan [][3]int32) bool {
	n := len(fan) + 2
	whole, flat := true, false
	area := 0.0
	for i := 2; i < n; i++ {
		turn := e.turn(0, int32(i-1), int32(i))
		area += turn
		whole = whole && turn >= 0
		flat = flat || turn == 0
	}
	if whole && !flat {
		return true
	}
	if e.clip(area) {
		copy(fan, e.out)
		return true
	}
	return whole
}

// normal is Newell's: twice the area seen along each axis.
func (e *earCutter) normal() (normal geom.Vec) {
	origin := e.points[e.corner[0]].D()
	p := e.points[e.corner[len(e.corner)-1]].D().Sub(origin)
	for _, c := range e.corner {
		q := e.points[c].D().Sub(origin)
		normal = normal.Add(p.Cross(q))
		p = q
	}
	return normal
}

// along looks at the corners along a unit normal: they run anticlockwise.
func (e *earCutter) along(normal geom.Vec) {
	across := normal.Perpendicular()
	up := normal.Cross(across)
	e.u, e.v = e.u[:0], e.v[:0]
	for _, c := range e.corner {
		q := e.points[c].D().Sub(e.points[e.corner[0]].D())
		e.u, e.v = append(e.u, q.Dot(across)), append(e.v, q.Dot(up))
	}
}

// alongAxis looks at the corners along the axis that is nearest to the normal.
func (e *earCutter) alongAxis(normal geom.Vec) {
	x, y, z := math.Abs(normal.X), math.Abs(normal.Y), math.Abs(normal.Z)
	e.u, e.v = e.u[:0], e.v[:0]
	for _, c := range e.corner {
		q := e.points[c].D()
		u, v, up := q.X, q.Y, normal.Z
		switch {
		case x >= y && x >= z:
			u, v, up = q.Y, q.Z, normal.X
		case y >= z:
			u, v, up = q.Z, q.X, normal.Y
		}
		if up < 0 {
			u, v = v, u
		}
		e.u, e.v = append(e.u, u), append(e.v, v)
	}
}

// turn is above 0 where a, b, c run anticlockwise, and along an axis exactly 0 where
// they lie on one line: the coordinates are float32, whose products float64 holds.
func (e *earCutter) turn(a, b, c int32) float64 {
	return float64((e.u[b]-e.u[a])*(e.v[c]-e.v[a])) - float64((e.v[b]-e.v[a])*(e.u[c]-e.u[a]))
}

// clip cuts off one ear after the other; what is left in the end is a triangle. It
// reports whether the triangles have no more area than the polygon, twice which is
// given, but for roundings.
func (e *earCutter) clip(area float64) bool {
	n := int32(len(e.corner))
	e.next, e.prev, e.out = e.next[:0], e.prev[:0], e.out[:0]
	for i := range n {
		e.next, e.prev = append(e.next, (i+1)%n), append(e.prev, (i+n-1)%n)
	}
	// Spikes go first: only they take triangles out of the polygon and back.
	left, sum := n, 0.0
	at := int32(0)
	for k := int32(0); k < left && left > 3; {
		if e.spike(at) {
			at = e.prev[e.take(at)]
			left, k = left-1, max(k-2, 0)
			continue
		}
		at, k = e.next[at], k+1
	}
	for ; left > 3; left-- {
		ear := e.ear(at, left)
		if e.steps < 0 {
			return false
		}
		sum += math.Abs(e.turn(e.prev[ear], ear, e.next[ear]))
		at = e.take(ear)
		if a := e.prev[at]; e.spike(a) {
			at = a
		}
	}
	a, b, c := e.prev[at], at, e.next[at]
	e.out = append(e.out, [3]int32{e.corner[a], e.corner[b], e.corner[c]})
	sum += math.Abs(e.turn(a, b, c))
	return sum <= area*(1+1e-5)
}

// take cuts off the triangle at b and returns the corner after it.
func (e *earCutter) take(b int32) int32 {
	a, c := e.prev[b], e.next[b]
	e.out = append(e.out, [3]int32{e.corner[a], e.corner[b], e.corner[c]})
	e.next[a], e.prev[c] = c, a
	return c
}

// spike reports whether the outline goes back at b the way that it came, or stands.
func (e *earCutter) spike(b int32) bool {
	a, c := e.prev[b], e.next[b]
	return e.turn(a, b, c) == 0 && (e.u[a]-e.u[b])*(e.u[c]-e.u[b])+(e.v[a]-e.v[b])*(e.v[c]-e.v[b]) >= 0
}

// ear is the corner to cut off next, looked for from at on: one with nothing in it,
// else one without area, else, where the outline crosses itself by a rounding or
// more, the smallest.
func (e *earCutter) ear(at, left int32) int32 {
	if e.spike(at) {
		return at
	}
	least, size := at, math.Inf(1)
	for k, b := int32(0), at; k < left; k, b = k+1, e.next[b] {
		e.steps--
		turn := e.turn(e.prev[b], b, e.next[b])
		if turn > 0 && e.free(b) {
			return b
		}
		if turn = math.Abs(turn); turn < size {
			least, size = b, turn
		}
	}
	return least
}

// free reports whether no other corner lies in the ear at b, or on the side that is
// cut. Corners at the same place as the ear's own, as where a slit leads to a hole,
// do not count: what hangs on them that lies in the ear does.
func (e *earCutter) free(b int32) bool {
	a, c := e.prev[b], e.next[b]
	for q := e.next[c]; q != a; q = e.next[q] {
		e.steps--
		cut, first, second := e.turn(c, a, q), e.turn(a, b, q), e.turn(b, c, q)
		if cut < 0 || first < 0 || second < 0 {
			continue
		}
		switch {
		case cut > 0 && first > 0 && second > 0:
			return false
		case cut == 0 && first > 0 && second > 0: // on the cut, between its ends
			return false
		}
	}
	return true
}

// cutPolygons makes the fans of polygons triangulations of them and returns how many
// could not be.
func (f *faceSet) cutPolygons(points []geom.Vec3) (bad int) {
	e := &earCutter{points: points, steps: earSteps}
	for _, fan := range f.fans {
		if e.steps < 0 || !e.cut(f.faces[fan[0]:fan[0]+fan[1]]) {
			bad++
		}
	}
	return bad
}
