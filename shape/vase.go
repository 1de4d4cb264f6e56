package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// vase0 is a cylinder, waisted or swelling, with rings.
func vase0(r *seed.Rand) model {
	foot, lip := r.Uniform(0.15, 0.2), r.Uniform(0.15, 0.2)
	belly := foot * r.Uniform(0.85, 1.2)
	v := thrown(r, base(foot).through(pt{foot, 0.02}, pt{belly, r.Uniform(0.4, 0.6)}, pt{lip, 1}), roundSection)
	rings(r, v, 1+r.Intn(3))
	stamp(r, v, belly, 0.4)
	return thrownModel(v)
}

// vase1 is a bulb that runs out into a slim neck.
func vase1(r *seed.Rand) model {
	foot, belly, neck, lip := r.Uniform(0.12, 0.18), r.Uniform(0.28, 0.36), r.Uniform(0.075, 0.1), r.Uniform(0.1, 0.15)
	z := r.Uniform(0.26, 0.34)
	v := thrown(r, base(foot).through(pt{foot * 1.02, 0.025}, pt{mix(foot, belly, 0.75), z * 0.5}, pt{belly, z}, pt{mix(neck, belly, 0.55), z + 0.17},
		pt{neck * 1.05, r.Uniform(0.62, 0.7)}, pt{neck, 0.88}, pt{lip, 1}), roundSection)
	rings(r, v, r.Intn(3))
	stamp(r, v, belly, 0.4)
	return thrownModel(v)
}

// vase2 is a trumpet with flutes, straight or turning.
func vase2(r *seed.Rand) model {
	foot, stem, lip := r.Uniform(0.15, 0.2), r.Uniform(0.1, 0.13), r.Uniform(0.26, 0.35)
	s := fluted(roundSection, 8+2*r.Intn(6), r.Uniform(0.03, 0.045), r.Uniform(0.3, 0.8))
	if r.Bool(0.4) {
		s = twisted(s, r.Uniform(-1.5, 1.5))
	}
	v := thrown(r, base(foot).through(pt{foot, 0.02}, pt{mix(foot, stem, 0.8), 0.09}, pt{stem, r.Uniform(0.2, 0.35)}, pt{mix(stem, lip, 0.3), 0.72}, pt{lip, 1}), s)
	if n, depth := float64(5+r.Intn(4)), r.Uniform(0.01, 0.02); r.Bool(0.5) { // a wavy mouth
		v.top = func(p geom.Vec) float64 { return 1 - float64(depth*(1-math.Cos(n*math.Atan2(p.Y, p.X)))) }
	}
	return thrownModel(v)
}

// vase3 is an amphora: a slim foot, wide shoulders, a neck and two handles.
func vase3(r *seed.Rand) model {
	foot, belly, neck, lip := r.Uniform(0.1, 0.14), r.Uniform(0.25, 0.33), r.Uniform(0.09, 0.12), r.Uniform(0.13, 0.17)
	z := r.Uniform(0.52, 0.6)
	v := thrown(r, base(foot).through(pt{foot, 0.03}, pt{foot * 0.8, 0.07}, pt{mix(foot, belly, 0.6), 0.3}, pt{belly, z}, pt{mix(neck, belly, 0.5), 0.74},
		pt{neck, 0.8}, pt{neck, 0.92}, pt{lip, 0.97}, pt{lip, 1}), roundSection)
	rings(r, v, r.Intn(3))
	stamp(r, v, belly, 0.3)
	v.added = []mesh.Field{mirrored(vaseHandle(r, v.side, r.Uniform(0.55, 0.66), r.Uniform(0.87, 0.92)))}
	return thrownModel(v)
}

// vase4 is a gourd: two bellies.
func vase4(r *seed.Rand) model {
	foot, belly, waist := r.Uniform(0.14, 0.18), r.Uniform(0.25, 0.31), r.Uniform(0.11, 0.15)
	upper, lip := r.Uniform(0.17, 0.21), r.Uniform(0.085, 0.12)
	z := r.Uniform(0.5, 0.56)
	s := section(roundSection)
	if r.Bool(0.3) { // lobes, as of a fruit
		s = fluted(roundSection, 6+r.Intn(4), r.Uniform(0.02, 0.035), 0)
	}
	v := thrown(r, base(foot).through(pt{foot, 0.02}, pt{belly, 0.27}, pt{waist, z}, pt{upper, 0.72}, pt{lip, 0.93}, pt{lip * 1.15, 1}), s)
	v.relief = bands(z-0.04, z+0.04, 1+r.Intn(2), r.Uniform(0.008, 0.012))
	stamp(r, v, belly, 0.4)
	return thrownModel(v)
}

// vase5 is a column of four to six sides that turn as they rise, the edges sharp.
func vase5(r *seed.Rand) model {
	foot, belly, lip := r.Uniform(0.15, 0.2), r.Uniform(0.2, 0.26), r.Uniform(0.14, 0.24)
	turn := math.Copysign(r.Uniform(0.8, 1.9), r.Uniform(-1, 1))
	s := twisted(facetSection(4+r.Intn(3), r.Uniform(0, 0.03), 0), turn)
	v := thrown(r, base(foot).through(pt{mix(foot, belly, 0.3), 0.08}, pt{belly, r.Uniform(0.4, 0.65)}, pt{lip, 1}), s)
	return thrownModel(v)
}

// vase7 is cut from flat sides: a foot, a wide body, a straight neck, all with
// sharp edges.
func vase7(r *seed.Rand) model {
	foot, belly, neck, lip := r.Uniform(0.13, 0.18), r.Uniform(0.24, 0.3), r.Uniform(0.1, 0.14), r.Uniform(0.14, 0.2)
	low, high, collar := r.Uniform(0.2, 0.34), r.Uniform(0.5, 0.62), r.Uniform(0.7, 0.78)
	v := thrown(r, from(0, 0).to(foot, 0).to(foot, 0.03).to(belly, low).to(belly*r.Uniform(0.9, 1), high).to(neck, collar).to(neck, 0.9).to(lip, 1),
		facetSection(6+2*r.Intn(2), 0, math.Pi/2))
	v.lip = 0.2 * v.wall
	stamp(r, v, belly, 0.4)
	return thrownModel(v)
}

// vase8 is a flask: a disc on a foot, a short neck, a loop at each shoulder.
func vase8(r *seed.Rand) model {
	foot, belly, neck := r.Uniform(0.14, 0.18), r.Uniform(0.36, 0.42), r.Uniform(0.1, 0.13)
	aspect := r.Uniform(0.42, 0.55)
	widened := 1 / math.Sqrt(aspect) // the section keeps the area, the line is drawn for its long side
	disc := func(x float64) float64 { return x / widened }
	s := between(ovalSection(aspect, r.Uniform(2, 2.6)), roundSection, func(z float64) float64 { return step(z, 0.74, 0.9) })
	b := disc(belly)
	v := thrown(r, base(disc(foot)*1.1).through(pt{disc(foot) * 1.05, 0.05}, pt{b * 0.75, 0.15}, pt{b * 0.96, 0.28}, pt{b, 0.42}, pt{b * 0.94, 0.58}, pt{b * 0.72, 0.7},
		pt{neck, 0.8}, pt{neck * 0.95, 0.9}, pt{neck * r.Uniform(1.15, 1.4), 1}), s)
	size := r.Uniform(0.1, 0.16)
	e, height := drawEmblem(r), r.Uniform(0.01, 0.014)
	ring := r.Uniform(0.17, 0.22)
	v.relief = func(p geom.Vec) float64 { // a medal on both faces
		if math.Abs(p.Y) < 0.08 {
			return 0
		}
		h := math.Hypot(p.X, p.Z-0.42)
		return height * (window(h, ring-0.008, ring+0.008, 0.014) + step(-size*e(p.X/size, (p.Z-0.42)/size), -0.01, 0.01)*step(h, ring, ring-0.03))
	}
	v.added = []mesh.Field{mirrored(vaseHandle(r, v.side, r.Uniform(0.62, 0.67), r.Uniform(0.86, 0.9)))}
	return thrownModel(v)
}

// vase9 is a ewer: a pitcher with a lip drawn out to pour and one tall handle.
func vase9(r *seed.Rand) model {
	foot, belly, neck, lip := r.Uniform(0.14, 0.19), r.Uniform(0.25, 0.31), r.Uniform(0.11, 0.14), r.Uniform(0.16, 0.19)
	z := r.Uniform(0.3, 0.4)
	body := section(roundSection)
	if r.Bool(0.4) {
		body = twisted(fluted(roundSection, 10+r.Intn(8), r.Uniform(0.02, 0.03), 0), r.Uniform(-2.5, 2.5))
	}
	s := between(body, roundSection, func(z float64) float64 { return step(z, 0.6, 0.75) })
	line := base(foot).through(pt{foot * 1.02, 0.025}, pt{mix(foot, belly, 0.7), z * 0.45}, pt{belly, z}, pt{mix(neck, belly, 0.5), z + 0.24}, pt{neck, 0.78}, pt{lip, 1})
	v := thrown(r, line, turnedSection(spouted(s, r.Uniform(0.25, 0.4), 1.05), math.Pi))
	rings(r, v, r.Intn(2))
	low, high := z+r.Uniform(0, 0.12), r.Uniform(0.9, 0.94)
	v.added = []mesh.Field{vaseHandle(r, v.side, low, high)}
	return thrownModel(v)
}

// base begins the outline of a vase with its foot.
func base(foot float64) outline { return from(0, 0).bend(foot, 0, 0.008) }

// thrown is a vase one unit high of an outline and a section.
func thrown(r *seed.Rand, line outline, s section) *vessel {
	wall := r.Uniform(0.028, 0.036)
	v := &vessel{
		side: lathe(openAbove(line), s), wall: wall, floor: 0.045, corner: 0.06,
		lip: wall * r.Uniform(0.8, 1.2), seam: 0.035, top: level(1),
	}
	if r.Bool(0.6) { // hollow below
		v.under = append(v.under, rod(0.8*reach(v.side, 0.3, 0.01)-0.01, -1, 0.018, 0.005))
	}
	return v
}

func thrownModel(v *vessel) model {
	return model{v.field, bounds(-0.66, 0.66, -0.56, 0.56, -0.01, 1.05), v.wall / 2.35}
}

// rings puts n rings around a vase, raised or sunk.
func rings(r *seed.Rand, v *vessel, n int) {
	for ; n > 0; n-- {
		z := r.Uniform(0.12, 0.85)
		v.raise(bands(z, z+r.Uniform(0.05, 0.09), 1+r.Intn(2), r.Uniform(-0.25, 0.35)*v.wall))
	}
}

// stamp puts an emblem onto some of the vases.
func stamp(r *seed.Rand, v *vessel, belly, share float64) {
	if r.Bool(share) {
		v.raise(stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.3, 0.3), r.Uniform(0.35, 0.5), r.Uniform(0.12, 0.2), belly, 0.01))
	}
}

// vaseHandle runs from below the lip to the shoulder, at +x.
func vaseHandle(r *seed.Rand, side mesh.Field, low, high float64) mesh.Field {
	xl, xh := reach(side, 0, low), reach(side, 0, high)
	out := max(xl, xh) + r.Uniform(0.07, 0.13)
	path := from(xh-0.015, high).through(pt{mix(xh, out, 0.7), high + 0.03}, pt{out, high - 0.03}, pt{mix(xl, out, 0.8), mix(low, high, 0.4)}, pt{xl - 0.01, low})
	return strap(path, 0.02, r.Uniform(0.022, 0.035), 0.018, nil)
}
