package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// headset0 is headphones that close around the ears, with a padded band.
func headset0(r *seed.Rand) model {
	return headset(r, r.Uniform(0.19, 0.23), 0.075, r.Uniform(0.045, 0.065), false)
}

// headset1 is a light one for telephoning: a narrow band, small cups, a boom with
// its microphone at the left (-x) side.
func headset1(r *seed.Rand) model {
	return headset(r, r.Uniform(0.125, 0.155), 0.05, r.Uniform(0.028, 0.036), true)
}

// headset is a band over the head in the xz plane, half as wide as given, and a
// cup with a cushion at each end.
func headset(r *seed.Rand, size, deep, wide float64, boom bool) model {
	half, tall := r.Uniform(0.34, 0.4), r.Uniform(0.52, 0.64)
	ear := size + 0.02
	band := from(-half, ear).through(pt{-half * 1.06, ear + 0.35*tall}, pt{-half * 0.72, ear + 0.84*tall}, pt{0, ear + tall}, pt{half * 0.72, ear + 0.84*tall}, pt{half * 1.06, ear + 0.35*tall}, pt{half, ear})
	thick := r.Uniform(0.019, 0.024)
	parts := []mesh.Field{strap(band, thick, wide, 0.8*thick, nil)}
	pad := from(-half*0.72, ear+0.84*tall).through(pt{-half * 0.35, ear + 0.96*tall}, pt{0, ear + tall}, pt{half * 0.35, ear + 0.96*tall}, pt{half * 0.72, ear + 0.84*tall})
	if !boom || r.Bool(0.4) { // padding below the top
		parts = append(parts, at(strap(pad, 0.035, wide*1.2, 0.03, nil), 0, 0, -0.015))
	}
	oval := r.Uniform(0.8, 1)
	tilt := r.Uniform(-0.12, 0.12)
	depth := deep * r.Uniform(0.9, 1.1)
	cup := func(p geom.Vec) float64 { // about the x axis, its outer side at +x
		p.Y /= oval
		shell := math.Hypot(p.Y, p.Z)
		a, b := shell-size+0.03, math.Abs(p.X)-depth+0.03
		d := math.Hypot(max(a, 0), max(b, 0)) + min(0, max(a, b)) - 0.03
		cushion := math.Hypot(shell-0.74*size, p.X+depth+0.01) - 0.27*size
		return oval * smin(d, cushion, 0.012)
	}
	shell := raised(cup, func(p geom.Vec) float64 { // a ring on the outside
		if p.X < 0 {
			return 0
		}
		return -0.011 * window(math.Hypot(p.Y/oval, p.Z), 0.55*size, 0.6*size, 0.02)
	})
	parts = append(parts, mirrored(at(turned(shell, geom.Vec{Y: 1}, tilt), half, 0, ear)))
	// slides between band and cups
	parts = append(parts, mirrored(slab(half-0.03, half+0.045, -0.045, 0.045, ear+size*0.6, ear+size+r.Uniform(0.06, 0.12), 0.015)))
	if boom {
		down := r.Uniform(0.05, 0.16)
		arm := []geom.Vec{{X: -half - 0.02, Y: 0, Z: ear}, {X: -half - 0.02, Y: -0.16, Z: ear - 0.4*down}, {X: -half + 0.05, Y: -0.32, Z: ear - 0.8*down}, {X: -half + 0.16, Y: -0.4, Z: ear - down}}
		tip := arm[len(arm)-1]
		parts = append(parts, tube(arm, constant(0.019)), pin(tip, tip.Add(geom.Vec{X: 0.07, Y: -0.01}), 0.042))
	}
	return model{join(0.015, parts...), bounds(-half-0.2, half+0.2, -0.5, 0.28, -0.06, ear+tall+0.06), 0.0115}
}
