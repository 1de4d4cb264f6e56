package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// vase draws a vase one unit high: bulb, amphora, cylinder, trumpet or gourd.
func vase(r *seed.Rand) model {
	wall := r.Uniform(0.028, 0.036)
	kind := r.Intn(5)
	line, belly := vaseProfile(r, kind)
	v := vessel{
		side: lathe(openAbove(line), vaseSection(r)), wall: wall, floor: 0.045, corner: 0.06,
		lip: wall * r.Uniform(0.8, 1.2), seam: 0.035, top: level(1),
	}
	foot := line[1].x
	if r.Bool(0.6) {
		v.under = append(v.under, rod(foot-0.03, -1, 0.018, 0.005))
	}
	var reliefs []func(p geom.Vec) float64
	for i := r.Intn(3); i > 0; i-- {
		z := r.Uniform(0.12, 0.85)
		reliefs = append(reliefs, bands(z, z+r.Uniform(0.05, 0.09), 1+r.Intn(2), r.Uniform(-0.25, 0.35)*wall))
	}
	if r.Bool(0.5) {
		reliefs = append(reliefs, stamped(drawEmblem(r), -0.5*math.Pi+r.Uniform(-0.3, 0.3), r.Uniform(0.35, 0.55), r.Uniform(0.12, 0.2), belly, 0.01))
	}
	if len(reliefs) > 0 {
		v.relief = all(reliefs...)
	}
	if kind == 1 || r.Bool(0.12) {
		v.added = vaseHandles(r, v.side)
	}
	return model{v.field, bounds(-0.62, 0.62, -0.5, 0.5, -0.01, 1.05), wall / 2.35}
}

// vaseProfile is the outside and the radius of the belly.
func vaseProfile(r *seed.Rand, kind int) (outline, float64) {
	start := func(foot float64) outline { return from(0, 0).bend(foot, 0, 0.008) }
	switch kind {
	case 0: // a bulb with a neck
		foot, belly, neck, lip := r.Uniform(0.13, 0.2), r.Uniform(0.27, 0.36), r.Uniform(0.08, 0.13), r.Uniform(0.12, 0.19)
		z := r.Uniform(0.28, 0.42)
		return start(foot).through(pt{foot * 1.02, 0.025}, pt{mix(foot, belly, 0.75), z * 0.55}, pt{belly, z}, pt{mix(neck, belly, 0.6), z + 0.17},
			pt{neck, r.Uniform(0.7, 0.8)}, pt{neck * 1.05, 0.88}, pt{lip, 1}), belly
	case 1: // an amphora: a slim foot, wide shoulders, a neck
		foot, belly, neck, lip := r.Uniform(0.1, 0.14), r.Uniform(0.25, 0.33), r.Uniform(0.09, 0.12), r.Uniform(0.13, 0.17)
		z := r.Uniform(0.52, 0.6)
		return start(foot).through(pt{foot, 0.03}, pt{foot * 0.8, 0.07}, pt{mix(foot, belly, 0.6), 0.3}, pt{belly, z}, pt{mix(neck, belly, 0.5), 0.74},
			pt{neck, 0.8}, pt{neck, 0.92}, pt{lip, 0.97}, pt{lip, 1}), belly
	case 2: // a cylinder, waisted or swelling
		foot, lip := r.Uniform(0.15, 0.22), r.Uniform(0.15, 0.24)
		belly := foot * r.Uniform(0.8, 1.3)
		return start(foot).through(pt{foot, 0.02}, pt{belly, r.Uniform(0.4, 0.6)}, pt{lip, 1}), belly
	case 3: // a trumpet
		foot, stem, lip := r.Uniform(0.14, 0.2), r.Uniform(0.09, 0.13), r.Uniform(0.24, 0.34)
		return start(foot).through(pt{foot, 0.02}, pt{mix(foot, stem, 0.8), 0.09}, pt{stem, r.Uniform(0.2, 0.35)}, pt{mix(stem, lip, 0.3), 0.72}, pt{lip, 1}), stem * 1.2
	default: // a gourd: two bellies
		foot, belly, waist := r.Uniform(0.14, 0.18), r.Uniform(0.24, 0.3), r.Uniform(0.12, 0.15)
		upper, lip := r.Uniform(0.17, 0.21), r.Uniform(0.1, 0.14)
		return start(foot).through(pt{foot, 0.02}, pt{belly, 0.27}, pt{waist, 0.54}, pt{upper, 0.72}, pt{lip, 0.93}, pt{lip * 1.15, 1}), belly
	}
}

func vaseSection(r *seed.Rand) section {
	body := section(roundSection)
	switch r.Intn(7) {
	case 0:
		body = facetSection(5+r.Intn(6), r.Uniform(0.02, 0.08), 0)
	case 1:
		body = fluted(roundSection, 8+2*r.Intn(7), r.Uniform(0.02, 0.045), r.Uniform(0, 0.6))
	case 2:
		body = twisted(fluted(roundSection, 6+r.Intn(7), r.Uniform(0.03, 0.05), 0), r.Uniform(-3.5, 3.5))
	case 3:
		body = ovalSection(r.Uniform(0.6, 0.85), 2)
	case 4:
		body = ovalSection(r.Uniform(0.8, 1), r.Uniform(3, 6))
	case 5:
		body = twisted(facetSection(4+r.Intn(3), 0.08, 0), r.Uniform(-1.2, 1.2))
	}
	if r.Bool(0.5) { // a round mouth
		return between(body, roundSection, func(z float64) float64 { return step(z, 0.78, 0.95) })
	}
	return body
}

// vaseHandles run from the shoulder to below the lip on both sides, or on one.
func vaseHandles(r *seed.Rand, side mesh.Field) []mesh.Field {
	low, high := r.Uniform(0.55, 0.66), r.Uniform(0.87, 0.92)
	xl, xh := reach(side, 0, low), reach(side, 0, high)
	out := max(xl, xh) + r.Uniform(0.06, 0.13)
	path := from(xh-0.015, high).through(pt{mix(xh, out, 0.7), high + 0.03}, pt{out, high - 0.03}, pt{mix(xl, out, 0.8), mix(low, high, 0.4)}, pt{xl - 0.01, low})
	handle := strap(path, 0.02, r.Uniform(0.022, 0.035), 0.018, nil)
	if r.Bool(0.2) {
		return []mesh.Field{handle}
	}
	return []mesh.Field{mirrored(handle)}
}
