package shape

import "math"

// pt is a point of an outline: x outwards from the axis, or along a path's plane; z up.
type pt struct{ x, z float64 }

// knot is a corner of an outline with the radius that it is rounded by.
type knot struct {
	pt
	round float64
}

// outline is a line drawn corner by corner.
type outline []knot

// from starts an outline.
func from(x, z float64) outline { return outline{{pt{x, z}, 0}} }

// to goes straight to a sharp corner.
func (o outline) to(x, z float64) outline { return append(o, knot{pt{x, z}, 0}) }

// bend goes straight to a corner rounded with a radius, or with as much of it as
// its sides leave room for.
func (o outline) bend(x, z, radius float64) outline { return append(o, knot{pt{x, z}, radius}) }

// through goes on as a smooth curve through the given points: each coordinate is a
// monotone cubic over the chord length (Fritsch and Carlson, 1980), so that it
// bulges nowhere beyond its points.
func (o outline) through(points ...pt) outline {
	all := append([]pt{o[len(o)-1].pt}, points...)
	t := make([]float64, len(all))
	xs, zs := make([]float64, len(all)), make([]float64, len(all))
	for i, p := range all {
		xs[i], zs[i] = p.x, p.z
		if i > 0 {
			t[i] = t[i-1] + math.Hypot(p.x-all[i-1].x, p.z-all[i-1].z)
		}
	}
	mx, mz := slopes(t, xs), slopes(t, zs)
	const pieces = 12
	for i := 1; i < len(all); i++ {
		for k := 1; k <= pieces; k++ {
			u := float64(k) / pieces
			o = o.to(hermite(xs[i-1], xs[i], mx[i-1], mx[i], t[i]-t[i-1], u), hermite(zs[i-1], zs[i], mz[i-1], mz[i], t[i]-t[i-1], u))
		}
	}
	return o
}

// slopes are the derivatives of a monotone cubic at its knots.
func slopes(t, v []float64) []float64 {
	n := len(v)
	m, d := make([]float64, n), make([]float64, n-1)
	for i := range d {
		d[i] = (v[i+1] - v[i]) / (t[i+1] - t[i])
	}
	m[0], m[n-1] = d[0], d[n-2]
	for i := 1; i < n-1; i++ {
		if d[i-1]*d[i] > 0 {
			// weighted harmonic mean (Fritsch and Butland, 1984)
			a, b := t[i]-t[i-1], t[i+1]-t[i]
			w1, w2 := 2*b+a, b+2*a
			m[i] = (w1 + w2) / (w1/d[i-1] + w2/d[i])
		}
	}
	return m
}

func hermite(a, b, ma, mb, h, u float64) float64 {
	v := 1 - u
	return float64(a*v*v*(1+2*u)) + float64(b*u*u*(3-2*u)) + float64(ma*h*u*v*v) - float64(mb*h*u*u*v)
}

// line is the outline as points, its rounded corners as arcs.
func (o outline) line() []pt {
	var out []pt
	for i, k := range o {
		if k.round <= 0 || i == 0 || i == len(o)-1 {
			out = append(out, k.pt)
			continue
		}
		out = append(out, arc(o[i-1].pt, k.pt, o[i+1].pt, k.round)...)
	}
	return out
}

// arc rounds the corner b between a and c.
func arc(a, b, c pt, radius float64) []pt {
	ux, uz, ul := a.x-b.x, a.z-b.z, math.Hypot(a.x-b.x, a.z-b.z)
	vx, vz, vl := c.x-b.x, c.z-b.z, math.Hypot(c.x-b.x, c.z-b.z)
	ux, uz, vx, vz = ux/ul, uz/ul, vx/vl, vz/vl
	cos := float64(ux*vx) + float64(uz*vz)
	if cos < -0.9999 || cos > 0.9999 {
		return []pt{b}
	}
	half := 0.5 * math.Acos(cos)
	reach := min(radius/math.Tan(half), 0.49*min(ul, vl))
	radius = reach * math.Tan(half)
	// middle of the circle lies on the bisector
	bx, bz := ux+vx, uz+vz
	bl := math.Hypot(bx, bz)
	far := radius / math.Sin(half)
	mx, mz := b.x+bx/bl*far, b.z+bz/bl*far
	from := math.Atan2(b.z+uz*reach-mz, b.x+ux*reach-mx)
	to := math.Atan2(b.z+vz*reach-mz, b.x+vx*reach-mx)
	for to-from > math.Pi {
		to -= 2 * math.Pi
	}
	for to-from < -math.Pi {
		to += 2 * math.Pi
	}
	pieces := max(3, int(math.Ceil(math.Abs(to-from)/0.16)))
	out := make([]pt, pieces+1)
	for i := range out {
		s, c := math.Sincos(from + (to-from)*float64(i)/float64(pieces))
		out[i] = pt{mx + float64(radius*c), mz + float64(radius*s)}
	}
	return out
}
