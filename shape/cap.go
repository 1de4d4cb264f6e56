package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// headwear draws a cap to wear: a baseball cap, its visor towards +x, or a hat
// with a brim all around.
func headwear(r *seed.Rand) model {
	c := capForm{wall: r.Uniform(0.026, 0.032), wide: 0.4, high: r.Uniform(0.36, 0.46), aspect: r.Uniform(0.82, 0.92)}
	if r.Bool(0.3) {
		c.brimmed = true
		c.high = r.Uniform(0.38, 0.5)
	}
	return c.model(r)
}

// capForm is the main measures of a cap: the crown's half width and height.
type capForm struct {
	wall, wide, high, aspect float64
	brimmed                  bool
}

func (c *capForm) model(r *seed.Rand) model {
	s := ovalSection(c.aspect, r.Uniform(2, 2.3))
	upsideDown := lathe(openAbove(c.profile(r)), s)
	crown := func(p geom.Vec) float64 { return upsideDown(geom.Vec{X: p.X, Y: p.Y, Z: c.high - p.Z}) }
	relief := c.relief(r, s)
	shade := c.brim(s, r)
	if !c.brimmed {
		shade = c.visor(s, r)
	}
	button := at(ball(r.Uniform(0.035, 0.045)), 0, 0, c.high+0.005)
	gap := at(turned(rod(r.Uniform(0.1, 0.14), -0.3, 0.3, 0.02), geom.Vec{Y: 1}, 0.5*math.Pi), -c.wide, 0, r.Uniform(0.05, 0.09))
	strap := !c.brimmed && r.Bool(0.7)
	buttoned := !c.brimmed
	field := func(p geom.Vec) float64 {
		in := crown(p)
		outer := in
		if math.Abs(in) < 0.1 {
			outer -= relief(p)
		}
		outer = smax(outer, -p.Z, 0.5*c.wall)
		if buttoned {
			outer = smin(outer, button(p), 0.02)
		}
		if strap {
			outer = smax(outer, -gap(p), 0.5*c.wall)
		}
		outer = smin(outer, shade(p), 0.03)
		return smax(outer, -(in + c.wall), 0.7*c.wall)
	}
	cell := c.wall / 2.1
	if c.brimmed { // twice the area
		cell = c.wall / 1.9
	}
	return model{field, bounds(-0.85, 0.95, -0.8, 0.8, -0.25, c.high+0.06), cell}
}

// profile is the crown upside down: from the middle of its top to the edge.
func (c *capForm) profile(r *seed.Rand) outline {
	w, h := c.wide, c.high
	if c.brimmed && r.Bool(0.6) { // a flat top
		return from(0, 0).bend(w*r.Uniform(0.75, 0.88), r.Uniform(-0.02, 0.03), r.Uniform(0.05, 0.12)).to(w, h)
	}
	full := r.Uniform(0.98, 1.12) // rounder or higher in front
	return from(0, 0).through(pt{w * 0.25, 0.028 * h}, pt{w * 0.52 * full, 0.14 * h}, pt{w * 0.76 * full, 0.33 * h}, pt{w * 0.92, 0.58 * h}, pt{w * 0.985, 0.8 * h}, pt{w, h})
}

// relief is the seams between the panels of a cap, or the band of a hat.
func (c *capForm) relief(r *seed.Rand, s section) func(p geom.Vec) float64 {
	if c.brimmed {
		return all(func(p geom.Vec) float64 { return 0.012 * window(p.Z, 0.03, 0.12, 0.02) }, bands(0.2, 0.27, 1, r.Uniform(-0.006, 0.006)))
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
		plan := (math.Pow(math.Pow(math.Abs(p.X-middle)/length, 2.5)+math.Pow(math.Abs(p.Y)/half, 2.5), 0.4) - 1) * min(length, half)
		return smax(max(plate, -p.X), plan, 0.8*thick)
	}
}

// brim goes all around a hat, wavy or turned up at the sides.
func (c *capForm) brim(s section, r *seed.Rand) mesh.Field {
	wide := r.Uniform(0.18, 0.28)
	slope, curl := r.Uniform(-0.1, 0.45), r.Uniform(0, 0.5)
	thick := 0.5 * c.wall * r.Uniform(1, 1.2)
	return func(p geom.Vec) float64 {
		out := s(p) - c.wide
		away := max(0, out)
		side := 0.0
		if h := math.Hypot(p.X, p.Y); h > 0 {
			side = p.Y * p.Y / (h * h)
		}
		height := thick + 0.004 - float64(slope*away) + float64(curl*side*away*away/wide)
		return smax((math.Abs(p.Z-height)-thick)*0.85, max(out-wide, -out-0.08), 0.8*thick)
	}
}
