package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// helmet0 is a hard hat. All helmets face +x.
func helmet0(r *seed.Rand) model {
	h := newCrown(r, r.Uniform(0.42, 0.5), r.Uniform(0.032, 0.038), capLine)
	h.hardHat(r)
	return h.model(0.0165)
}

// helmet1 is for a motorcycle: full, or open below the eyes.
func helmet1(r *seed.Rand) model {
	h := newCrown(r, r.Uniform(0.72, 0.82), r.Uniform(0.042, 0.05), fullLine(r.Uniform(0.84, 0.9)))
	h.fullFace(r)
	return h.model(0.0165)
}

// helmet2 is a cyclist's, with vents.
func helmet2(r *seed.Rand) model {
	h := newCrown(r, r.Uniform(0.4, 0.48), r.Uniform(0.05, 0.065), capLine)
	h.vented(r)
	return h.model(0.0165)
}

// helmet3 is a football player's: open in front, holes at the ears, a cage of bars.
func helmet3(r *seed.Rand) model {
	h := newCrown(r, r.Uniform(0.66, 0.74), r.Uniform(0.042, 0.05), fullLine(r.Uniform(0.9, 0.96)))
	h.caged(r)
	return h.model(0.015)
}

// capLine is the outline of a helmet that ends above the ears, upside down, for a
// half width and a height of 1.
var capLine = []pt{{0.32, 0.035}, {0.62, 0.17}, {0.84, 0.37}, {0.96, 0.6}, {1, 0.82}, {1, 1}}

// fullLine is the outline of one that is drawn in at the neck.
func fullLine(neck float64) []pt {
	return []pt{{0.35, 0.03}, {0.66, 0.13}, {0.9, 0.29}, {1, 0.5}, {0.97, 0.75}, {neck, 1}}
}

func newCrown(r *seed.Rand, high, wall float64, line []pt) *crown {
	h := &crown{wide: 0.42, high: high, wall: wall, section: ovalSection(r.Uniform(0.8, 0.9), 2)}
	var points []pt
	for _, p := range line {
		points = append(points, pt{p.x * h.wide, p.z * high})
	}
	h.side = lathe(openAbove(from(0, 0).through(points...)), h.section)
	return h
}

func (h *crown) model(cell float64) model {
	return model{h.field, bounds(-0.75, 0.85, -0.7, 0.7, -0.08, h.high+0.06), min(h.wall/2.3, cell)}
}

// crown is a shell open below.
type crown struct {
	wide, high, wall float64
	section          section
	side             mesh.Field // upside down: the top at z = 0
	relief           func(p geom.Vec) float64
	added, through   []mesh.Field
	over             []mesh.Field // joined last
}

func (h *crown) field(p geom.Vec) float64 {
	in := h.side(geom.Vec{X: p.X, Y: p.Y, Z: h.high - p.Z})
	outer := in
	if h.relief != nil && math.Abs(in) < 0.1 {
		outer -= h.relief(p)
	}
	outer = smax(outer, -p.Z, 0.5*h.wall)
	for _, f := range h.added {
		outer = smin(outer, f(p), 0.03)
	}
	shell := smax(outer, -(in + h.wall), 0.7*h.wall)
	for _, f := range h.through {
		shell = smax(shell, -f(p), 0.02)
	}
	for _, f := range h.over {
		shell = smin(shell, f(p), 0.015)
	}
	return shell
}

// hardHat has ridges along the top and a brim that is longer in front.
func (h *crown) hardHat(r *seed.Rand) {
	n, gap, height := 1+2*r.Intn(2), r.Uniform(0.09, 0.13), r.Uniform(0.018, 0.026)
	h.relief = func(p geom.Vec) float64 {
		k := max(-float64(n/2), min(float64(n/2), math.Round(p.Y/gap)))
		return height * window(p.Y-gap*k, -0.012, 0.012, 0.022) * step(p.Z, 0.3*h.high, 0.6*h.high)
	}
	h.peak(r.Uniform(0.13, 0.22), r.Uniform(0.03, 0.08), -0.2, r.Uniform(0, 0.3))
}

// fullFace has an opening for the eyes with a rim, and a chin bar with vents.
func (h *crown) fullFace(r *seed.Rand) {
	z, half := h.high*r.Uniform(0.5, 0.56), h.high*r.Uniform(0.14, 0.18)
	reachBack := r.Uniform(0.05, 0.18)
	h.through = append(h.through, slab(reachBack, 1, -0.8, 0.8, z-half, z+half, 0.09))
	open := r.Bool(0.4)
	if open { // no chin bar
		h.through = append(h.through, slab(reachBack, 1, -0.8, 0.8, -0.5, z, 0.05))
	} else {
		n := 1 + r.Intn(3)
		for i := 0; i < n; i++ {
			y := 0.1 * (float64(i) - 0.5*float64(n-1))
			h.through = append(h.through, slab(0.2, 1, y-0.022, y+0.022, 0.09, 0.19, 0.02))
		}
	}
	ridge := r.Uniform(0.01, 0.018)
	h.relief = func(p geom.Vec) float64 {
		d := max(math.Abs(p.Z-z)-half, reachBack-p.X)
		return ridge*window(d, -0.02, 0.045, 0.02) + 0.012*window(math.Abs(p.Y), 0.09, 0.12, 0.02)*step(p.Z, z+half+0.04, z+half+0.1)
	}
}

// vented has long holes from front to back and a small peak.
func (h *crown) vented(r *seed.Rand) {
	long, inner, apart := r.Uniform(0.09, 0.13), r.Uniform(0.055, 0.075), r.Uniform(0.115, 0.135)
	back, front := -r.Uniform(0.17, 0.22), r.Uniform(0.12, 0.17)
	for i := 0; i < 2; i++ {
		y := inner + apart*float64(i)
		for _, x := range []float64{back, front} {
			slot := slab(x-long+0.03*float64(i), x+long-0.03*float64(i), y-0.028, y+0.028, 0.45*h.high, 1, 0.026)
			h.through = append(h.through, slot, func(p geom.Vec) float64 { return slot(geom.Vec{X: p.X, Y: -p.Y, Z: p.Z}) })
		}
	}
	h.relief = func(p geom.Vec) float64 { return 0.012 * window(p.Z, 0.05, 0.09, 0.025) }
	if r.Bool(0.7) { // a peak
		h.peak(r.Uniform(0.1, 0.17), -0.06, 0.6, r.Uniform(0.1, 0.35))
	}
}

// peak adds a brim that reaches front beyond the crown before the face and back
// elsewhere; it begins where the cosine of the angle from the front is from.
func (h *crown) peak(front, back, from, slope float64) {
	thick := 0.5 * min(h.wall, 0.04)
	h.added = append(h.added, func(p geom.Vec) float64 {
		out := h.section(p) - h.wide
		c := p.X / max(1e-9, math.Hypot(p.X, p.Y))
		long := mix(back, front, step(c, from, 0.93))
		height := thick + 0.004 - float64(slope*max(0, out))
		return 0.8 * smax(math.Abs(p.Z-height)-thick, max(out-long, -out-0.08), 0.8*thick)
	})
}

// caged has a wide opening for the face, ear holes, a ridge along the top, and
// bars before the face: level ones and one or two that stand.
func (h *crown) caged(r *seed.Rand) {
	brow, back := h.high*r.Uniform(0.58, 0.64), r.Uniform(0.08, 0.16)
	h.through = append(h.through, slab(back, 1, -0.8, 0.8, -0.5, brow, 0.1))
	ear := at(turned(rod(r.Uniform(0.035, 0.05), -1, 1, 0), geom.Vec{X: 1}, 0.5*math.Pi), -r.Uniform(0.02, 0.07), 0, h.high*r.Uniform(0.3, 0.38))
	h.through = append(h.through, ear)
	ridge, half := r.Uniform(0.01, 0.02), r.Uniform(0.03, 0.08)
	h.relief = func(p geom.Vec) float64 {
		stripe := ridge * window(math.Abs(p.Y), -1, half, 0.025) * step(p.Z, 0.5*h.high, 0.7*h.high)
		edge := max(p.Z-brow, back-p.X)
		return stripe + 0.012*window(edge, -0.02, 0.035, 0.02)
	}
	thick := r.Uniform(0.017, 0.021)
	n := 2 + r.Intn(2)
	front := h.wide / math.Sqrt(0.85) * r.Uniform(1.12, 1.22)
	bar := func(z, forward float64) mesh.Field {
		y := h.flank(back-0.06, z)
		var points []geom.Vec
		const pieces = 16
		for i := 0; i <= pieces; i++ {
			s, c := math.Sincos(math.Pi * (float64(i)/pieces - 0.5))
			x := back - 0.06 + (forward-back+0.06)*math.Pow(c, 0.8)
			points = append(points, geom.Vec{X: x, Y: y * s, Z: z + 0.02*c})
		}
		return tube(points, constant(thick))
	}
	low, high := 0.06, brow-r.Uniform(0.2, 0.24)
	var fronts []geom.Vec
	for i := 0; i < n; i++ {
		z := mix(low, high, float64(i)/float64(n-1))
		forward := front - 0.05*float64(i)/float64(n-1)
		h.over = append(h.over, bar(z, forward))
		fronts = append(fronts, geom.Vec{X: forward, Z: z + 0.02})
	}
	apart := r.Uniform(0, 0.08)
	for _, y := range []float64{-apart, apart} {
		var post []geom.Vec
		for _, p := range fronts {
			post = append(post, geom.Vec{X: p.X - 0.4*y*y/h.wide, Y: y, Z: p.Z})
		}
		h.over = append(h.over, tube(post, constant(thick)))
	}
}

// flank is how far out in y the middle of the wall lies at x and z.
func (h *crown) flank(x, z float64) float64 {
	middle := func(p geom.Vec) float64 { return h.side(geom.Vec{X: x, Y: p.X, Z: h.high - z}) + 0.5*h.wall }
	return reach(middle, 0, 0)
}
