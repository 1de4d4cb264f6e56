package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// helmet draws a hard hat, a motorcycle helmet with its opening, or a cyclist's
// with vents. It faces +x.
func helmet(r *seed.Rand) model {
	kind := r.Intn(3)
	wide, aspect := 0.42, r.Uniform(0.8, 0.9)
	high := [3]float64{r.Uniform(0.42, 0.5), r.Uniform(0.72, 0.82), r.Uniform(0.4, 0.48)}[kind]
	wall := [3]float64{r.Uniform(0.032, 0.038), r.Uniform(0.04, 0.05), r.Uniform(0.05, 0.065)}[kind]
	h := crown{wide: wide, high: high, wall: wall, section: ovalSection(aspect, 2)}
	line := from(0, 0).through(pt{0.32 * wide, 0.035 * high}, pt{0.62 * wide, 0.17 * high}, pt{0.84 * wide, 0.37 * high}, pt{0.96 * wide, 0.6 * high}, pt{wide, 0.82 * high}, pt{wide, high})
	if kind == 1 { // drawn in at the neck
		line = from(0, 0).through(pt{0.35 * wide, 0.03 * high}, pt{0.66 * wide, 0.13 * high}, pt{0.9 * wide, 0.29 * high}, pt{wide, 0.5 * high}, pt{0.97 * wide, 0.75 * high}, pt{r.Uniform(0.84, 0.9) * wide, high})
	}
	h.side = lathe(openAbove(line), h.section)
	switch kind {
	case 0:
		h.hardHat(r)
	case 1:
		h.fullFace(r)
	default:
		h.vented(r)
	}
	return model{h.field, bounds(-0.75, 0.85, -0.7, 0.7, -0.08, high+0.06), min(wall/2.3, 0.0165)}
}

// crown is a shell open below.
type crown struct {
	wide, high, wall float64
	section          section
	side             mesh.Field // upside down: the top at z = 0
	relief           func(p geom.Vec) float64
	added, through   []mesh.Field
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
	return shell
}

// hardHat has ridges along the top and a brim that is longer in front.
func (h *crown) hardHat(r *seed.Rand) {
	n, gap, height := 1+2*r.Intn(2), r.Uniform(0.09, 0.13), r.Uniform(0.018, 0.026)
	h.relief = func(p geom.Vec) float64 {
		k := max(-float64(n/2), min(float64(n/2), math.Round(p.Y/gap)))
		return height * window(p.Y-gap*k, -0.012, 0.012, 0.022) * step(p.Z, 0.3*h.high, 0.6*h.high)
	}
	front, back := r.Uniform(0.13, 0.22), r.Uniform(0.03, 0.08)
	slope, thick := r.Uniform(0, 0.3), 0.5*h.wall
	h.added = append(h.added, func(p geom.Vec) float64 {
		out := h.section(p) - h.wide
		c := p.X / max(1e-9, math.Hypot(p.X, p.Y))
		long := mix(back, front, step(c, -0.2, 0.9))
		height := thick + 0.004 - float64(slope*max(0, out))
		return 0.85 * smax(math.Abs(p.Z-height)-thick, max(out-long, -out-0.08), 0.8*thick)
	})
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
	if r.Bool(0.6) {
		h.added = append(h.added, slab(0.3, h.wide+r.Uniform(0.13, 0.2), -0.22, 0.22, 0.02, 0.07, 0.024))
	}
}
