package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
)

// section measures how far a point is from the axis of a turned body: the plain
// distance gives round cross-sections, others give oval, squared or faceted ones.
// Where it gives the same number, the surface runs.
type section func(p geom.Vec) float64

func roundSection(p geom.Vec) float64 { return math.Hypot(p.X, p.Y) }

// ovalSection is a superellipse: half axes in the ratio 1 to aspect (y the
// shorter), exponent 2 an ellipse, 4 and more a rounded rectangle.
func ovalSection(aspect, exponent float64) section {
	if exponent == 2 {
		return func(p geom.Vec) float64 { return math.Hypot(p.X, p.Y/aspect) * math.Sqrt(aspect) }
	}
	norm := newSuperNorm(exponent)
	return func(p geom.Vec) float64 {
		x, y := math.Abs(p.X), math.Abs(p.Y)/aspect
		if x+y == 0 {
			return 0
		}
		m := max(x, y)
		return m * norm.at(min(x, y)/m) * math.Sqrt(aspect)
	}
}

// superNorm is a table of (1 + u^e)^(1/e) for u from 0 to 1, read by cubic
// interpolation between exact values and slopes: powers are a quarter of the time that a
// superelliptic object takes. The error is under 1e-8 for exponents from 2.
type superNorm [superSteps + 1][2]float64

const superSteps = 256

func newSuperNorm(e float64) *superNorm {
	var t superNorm
	for i := range t {
		u := float64(i) / superSteps
		s := 1 + math.Pow(u, e)
		t[i] = [2]float64{math.Pow(s, 1/e), math.Pow(s, 1/e-1) * math.Pow(u, e-1) / superSteps}
	}
	return &t
}

func (t *superNorm) at(u float64) float64 {
	i := min(superSteps-1, int(u*superSteps))
	a, b := &t[i], &t[i+1]
	w := u*superSteps - float64(i)
	v := 1 - w
	return v*v*(float64((1+2*w)*a[0])+float64(w*a[1])) + float64(w*w*(float64((3-2*w)*b[0])-float64(v*b[1])))
}

// facetSection is a regular polygon of n sides, its edges rounded over a share
// soft of the radius, of the same area as the circle, turned by phase.
func facetSection(n int, soft, phase float64) section {
	wedge := 2 * math.Pi / float64(n)
	grow := math.Sqrt(math.Pi / (float64(n) * math.Tan(math.Pi/float64(n))))
	return func(p geom.Vec) float64 {
		r := math.Hypot(p.X, p.Y)
		a := math.Atan2(p.Y, p.X) + phase
		a -= wedge * math.Round(a/wedge)
		// The two sides nearest to the point.
		s, c := math.Sincos(math.Abs(a))
		first := r * c
		sw, cw := math.Sincos(wedge)
		second := r * (float64(c*cw) + float64(s*sw))
		return smax(first, second, soft*r) / grow
	}
}

// fluted makes n waves around another section; depth is the height of a wave as a
// share of the radius, sharp 0 (a sine) … 1 (round flutes between ridges).
func fluted(of section, n int, depth, sharp float64) section {
	return func(p geom.Vec) float64 {
		r := of(p)
		wave := math.Cos(float64(n) * math.Atan2(p.Y, p.X))
		ridge := 1 - 2*math.Abs(math.Sin(0.5*float64(n)*math.Atan2(p.Y, p.X)))
		return r * (1 - float64(depth*mix(wave, ridge, sharp)))
	}
}

// twisted turns a section by an angle for each unit of height.
func twisted(of section, turn float64) section {
	return func(p geom.Vec) float64 {
		s, c := math.Sincos(turn * p.Z)
		return of(geom.Vec{X: float64(c*p.X) - float64(s*p.Y), Y: float64(s*p.X) + float64(c*p.Y), Z: p.Z})
	}
}

// between goes over from section a to section b as share(z) goes from 0 to 1.
func between(a, b section, share func(z float64) float64) section {
	return func(p geom.Vec) float64 {
		t := share(p.Z)
		switch {
		case t <= 0:
			return a(p)
		case t >= 1:
			return b(p)
		}
		return mix(a(p), b(p), t)
	}
}

// lathe turns a closed line about the z axis. The line may end at the axis; what
// closes it there must lie at x < 0.
func lathe(line []pt, around section) mesh.Field {
	c := newChain(line)
	return func(p geom.Vec) float64 { return c.signed(around(p), p.Z) }
}

// solidOf closes an outline that runs from the axis below to the axis above.
func solidOf(o outline) []pt {
	line := o.line()
	first, last := line[0], line[len(line)-1]
	return append(line, pt{-1, last.z}, pt{-1, first.z}, first)
}

// openAbove closes an outline that runs from the axis below to a rim by going on
// in the rim's direction, so that only the sides and the bottom count.
func openAbove(o outline) []pt {
	line := o.line()
	first, last, before := line[0], line[len(line)-1], line[len(line)-2]
	l := math.Hypot(last.x-before.x, last.z-before.z)
	dx, dz := (last.x-before.x)/l, (last.z-before.z)/l
	if dz < 0.3 { // a rim that lies flat is led upwards
		dx, dz = 0, 1
	}
	out := pt{last.x + dx, last.z + dz}
	return append(line, out, pt{out.x, out.z + 1}, pt{-1, out.z + 1}, pt{-1, first.z}, first)
}
