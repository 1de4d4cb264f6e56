package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// cap0 is a baseball cap, its visor towards +x.
func cap0(r *seed.Rand) model { return newCap(r, baseball, r.Uniform(0.36, 0.46)).model(r) }

// cap3 is a bucket hat: a flat top, sides that widen, a brim that hangs.
func cap3(r *seed.Rand) model { return newCap(r, bucketHat, r.Uniform(0.38, 0.48)).model(r) }

// cap4 is a knitted cap: ribs, a turned-up cuff and a pompom.
func cap4(r *seed.Rand) model { return newCap(r, knitted, r.Uniform(0.5, 0.6)).model(r) }

// cap5 is a hat: a bowler, a boater or a top hat, with a band and a brim that is
// level or turned up at the sides.
func cap5(r *seed.Rand) model { return newCap(r, brimmed, r.Uniform(0.38, 0.72)).model(r) }

// The sorts of headwear.
const (
	baseball = iota
	bucketHat
	knitted
	brimmed
)

// capForm is the main measures of a cap: the crown's half width and height.
type capForm struct {
	sort                     int
	wall, wide, high, aspect float64
}

func newCap(r *seed.Rand, sort int, high float64) *capForm {
	return &capForm{sort: sort, wall: r.Uniform(0.028, 0.034), wide: 0.4, high: high, aspect: r.Uniform(0.82, 0.92)}
}

func (c *capForm) model(r *seed.Rand) model {
	s := ovalSection(c.aspect, 2)
	upsideDown := lathe(openAbove(c.profile(r)), s)
	crown := func(p geom.Vec) float64 { return upsideDown(geom.Vec{X: p.X, Y: p.Y, Z: c.high - p.Z}) }
	relief := c.relief(r, s)
	var added []mesh.Field
	var gap mesh.Field
	cell, low := c.wall/2.1, -0.25
	switch c.sort {
	case baseball:
		added = []mesh.Field{c.visor(s, r), at(ball(r.Uniform(0.035, 0.045)), 0, 0, c.high+0.005)}
		if r.Bool(0.7) { // the strap's opening
			gap = at(turned(rod(r.Uniform(0.1, 0.14), -0.3, 0.3, 0.02), geom.Vec{Y: 1}, 0.5*math.Pi), -c.wide, 0, r.Uniform(0.05, 0.09))
		}
	case bucketHat:
		added = []mesh.Field{c.brim(s, r.Uniform(0.17, 0.24), r.Uniform(0.45, 0.75), 0, 1.2)}
		cell = c.wall / 1.9
	case knitted:
		if r.Bool(0.8) {
			added = []mesh.Field{pompom(r, c.high)}
		}
		cell, low = c.wall/2.3, -0.01
	default: // twice the area
		added = []mesh.Field{c.brim(s, r.Uniform(0.16, 0.27), r.Uniform(-0.1, 0.08), r.Uniform(0, 0.5), r.Uniform(1.15, 1.35))}
		cell = c.wall / 1.9
	}
	field := func(p geom.Vec) float64 {
		in := crown(p)
		outer := in
		if math.Abs(in) < 0.1 {
			outer -= relief(p)
		}
		outer = smax(outer, -p.Z, 0.5*c.wall)
		if gap != nil {
			outer = smax(outer, -gap(p), 0.5*c.wall)
		}
		for _, f := range added {
			outer = smin(outer, f(p), 0.03)
		}
		return smax(outer, -(in + c.wall), 0.7*c.wall)
	}
	return model{field, bounds(-0.85, 0.95, -0.8, 0.8, low, c.high+0.26), cell}
}

// pompom is a ball of tufts.
func pompom(r *seed.Rand, high float64) mesh.Field {
	radius, n := r.Uniform(0.1, 0.13), float64(5+r.Intn(3))
	tufts := raised(ball(radius), func(p geom.Vec) float64 {
		h := math.Atan2(p.Z, math.Hypot(p.X, p.Y))
		return 0.01 * math.Sin(n*math.Atan2(p.Y, p.X)) * math.Cos(h) * math.Sin(n*h)
	})
	return at(tufts, 0, 0, high+0.75*radius)
}

// profile is the crown upside down: from the middle of its top to the edge.
func (c *capForm) profile(r *seed.Rand) outline {
	w, h := c.wide, c.high
	switch c.sort {
	case bucketHat:
		return from(0, 0).bend(w*r.Uniform(0.72, 0.82), r.Uniform(0, 0.02), r.Uniform(0.04, 0.08)).to(w, h)
	case knitted:
		return from(0, 0).through(pt{w * 0.3, 0.03 * h}, pt{w * 0.6, 0.14 * h}, pt{w * 0.83, 0.34 * h}, pt{w * 0.96, 0.58 * h}, pt{w, 0.8 * h}, pt{w * 0.985, h})
	case brimmed:
		if r.Bool(0.6) { // a flat top
			return from(0, 0).bend(w*r.Uniform(0.75, 0.9), r.Uniform(-0.02, 0.03), r.Uniform(0.03, 0.1)).to(w, h)
		}
	}
	full := r.Uniform(0.98, 1.12) // rounder or higher in front
	return from(0, 0).through(pt{w * 0.25, 0.028 * h}, pt{w * 0.52 * full, 0.14 * h}, pt{w * 0.76 * full, 0.33 * h}, pt{w * 0.92, 0.58 * h}, pt{w * 0.985, 0.8 * h}, pt{w, h})
}

// relief is the seams between the panels of a cap, the band of a hat, stitches or ribs.
func (c *capForm) relief(r *seed.Rand, s section) func(p geom.Vec) float64 {
	switch c.sort {
	case bucketHat:
		z := c.high - r.Uniform(0.05, 0.08)
		relief := all(func(p geom.Vec) float64 { return -0.008 * window(p.Z, z, z+0.006, 0.012) }, func(p geom.Vec) float64 { return 0.008 * window(p.Z, 0.03, 0.07, 0.02) })
		if r.Bool(0.5) {
			relief = all(relief, stamped(drawEmblem(r), 0, 0.55*c.high, r.Uniform(0.14, 0.2), c.wide, 0.011))
		}
		return relief
	case knitted:
		n, cuff := float64(26+2*r.Intn(8)), r.Uniform(0.15, 0.2)
		return func(p geom.Vec) float64 {
			rib := 0.5 + 0.5*math.Cos(n*math.Atan2(p.Y, p.X))
			round := step(math.Hypot(p.X, p.Y), 0.12, 0.25)
			return 0.011*rib*round + 0.024*step(p.Z, cuff, cuff-0.035)
		}
	case brimmed:
		return all(func(p geom.Vec) float64 { return 0.014 * window(p.Z, 0.03, 0.12, 0.02) }, bands(0.2, 0.27, 1, r.Uniform(-0.006, 0.006)))
	}
	n := float64(5 + r.Intn(2))
	depth := r.Uniform(0.007, 0.009)
	badge := func(geom.Vec) float64 { return 0 }
	if r.Bool(0.6) {
		badge = stamped(drawEmblem(r), 0.001, r.Uniform(0.17, 0.2), r.Uniform(0.14, 0.2), c.wide, 0.011)
	}
	phase := math.Pi / n
	return all(badge, func(p geom.Vec) float64 {
		a := (math.Atan2(p.Y, p.X) + phase) * n / (2 * math.Pi)
		across := math.Abs(a-math.Round(a)) * 2 * math.Pi / n * math.Hypot(p.X, p.Y)
		return -depth * step(across, 0.024, 0) * step(c.high-p.Z, 0.01, 0.05)
	})
}

// visor is a bent plate in front of the crown.
func (c *capForm) visor(s section, r *seed.Rand) mesh.Field {
	long, half := r.Uniform(0.34, 0.42), c.wide*math.Sqrt(c.aspect)*r.Uniform(0.86, 0.96)
	slope, bow := r.Uniform(0.02, 0.3), r.Uniform(0, 1.1)
	thick := 0.5 * c.wall * r.Uniform(1, 1.2)
	front := c.wide / math.Sqrt(c.aspect)
	middle, length := 0.35*front, 0.65*front+long
	return func(p geom.Vec) float64 {
		if d := max(-p.X, p.Z-0.1); d > farOff {
			return d
		}
		out := max(0, s(p)-c.wide)
		height := thick + 0.004 - float64(slope*out) - float64(bow*p.Y*p.Y*min(1, out/long))
		plate := (math.Abs(p.Z-height) - thick) * 0.85
		x, y := math.Abs(p.X-middle)/length, math.Abs(p.Y)/half
		plan := (math.Pow(float64(x*x*math.Sqrt(x))+float64(y*y*math.Sqrt(y)), 0.4) - 1) * min(length, half)
		return smax(max(plate, -p.X), plan, 0.8*thick)
	}
}

// brim goes all around a hat: how wide, how steeply it falls, how much it is
// turned up at the sides, and its thickness over the crown's.
func (c *capForm) brim(s section, wide, slope, curl, thick float64) mesh.Field {
	thick *= 0.5 * c.wall
	// The plate is measured upright: where it is steep that is too far.
	steepest := max(slope, 2*curl-slope)
	steep := 1.2 / math.Sqrt(2+float64(steepest*steepest))
	highest := 0.2 + curl*wide
	return func(p geom.Vec) float64 {
		if d := p.Z - highest; d > farOff {
			return d
		}
		out := s(p) - c.wide
		away := max(0, out)
		side := 0.0
		if h := math.Hypot(p.X, p.Y); h > 0 {
			side = p.Y * p.Y / (h * h)
		}
		height := thick + 0.004 - float64(slope*away) + float64(curl*side*away*away/wide)
		return smax((math.Abs(p.Z-height)-thick)*steep, max(out-wide, -out-0.08), 0.8*thick)
	}
}
