package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// tap0 is for a basin or a sink, its spout towards +x: a mixer with a lever, or a
// high arc.
func tap0(r *seed.Rand) model {
	if r.Bool(0.6) {
		return mixer(r)
	}
	return kitchenTap(r)
}

// tap1 has a handle to screw: on the wall, with a threaded pipe, or a pillar.
func tap1(r *seed.Rand) model {
	if r.Bool(0.6) {
		return gardenTap(r)
	}
	return pillarTap(r)
}

// column is a turned body from the table upwards.
func column(o outline) mesh.Field { return lathe(solidOf(o), roundSection) }

// mixer is a short body, a spout that leans forwards and a lever on top.
func mixer(r *seed.Rand) model {
	radius, high := r.Uniform(0.1, 0.13), r.Uniform(0.42, 0.6)
	base := radius * r.Uniform(1.15, 1.4)
	body := column(from(0, 0).bend(base, 0, 0.01).bend(base, 0.04, 0.015).bend(radius*1.02, 0.055, 0.02).to(radius*r.Uniform(0.9, 1), high-0.01).to(0, high-0.01))
	long := r.Uniform(0.42, 0.6)
	rise := r.Uniform(-0.04, 0.12)
	pipe, flat := r.Uniform(0.05, 0.062), r.Uniform(1.05, 1.5)
	z := high * r.Uniform(0.5, 0.68)
	tip := pt{long, z + rise}
	path := from(0.02, z).through(pt{0.4 * long, z + 0.7*rise + 0.02}, pt{0.8 * long, z + rise + 0.02}, pt{tip.x, tip.z})
	spout := strap(path, pipe, pipe*flat, 0.85*pipe, func(t float64) float64 { return 1.15 - 0.25*t })
	nozzle := at(rod(0.05, -pipe-0.035, 0, 0.006), tip.x, 0, tip.z)
	bore := at(rod(0.032, -1, -pipe+0.02, 0), tip.x, 0, tip.z)
	// The cap turns about a leaning axis and carries the lever.
	swing := r.Uniform(-0.5, 0.5)
	head := column(from(0, high-0.02).to(radius*0.7, high-0.02).to(radius*0.7, high+0.025).bend(radius*1.02, high+0.027, 0.01).bend(radius*0.98, high+r.Uniform(0.075, 0.105), 0.04).to(0, high+0.11))
	reachOut := r.Uniform(0.3, 0.42)
	up := r.Uniform(0.04, 0.16)
	lever := strap(from(0, high+0.06).through(pt{0.5 * reachOut, high + 0.07 + 0.35*up}, pt{reachOut, high + 0.07 + up}), 0.022, r.Uniform(0.034, 0.05), 0.018, func(t float64) float64 { return 1.25 - 0.35*t })
	top := within(0.45, high-0.06, high+0.35, turned(join(0.02, head, lever), geom.Vec{Z: 1}, swing))
	solid := cut(0.006, join(0.03, join(0.045, body, spout), nozzle), bore)
	return model{join(0.008, solid, top), bounds(-0.45, long+0.12, -0.35, 0.35, -0.01, high+0.35), 0.0092}
}

// kitchenTap is a column, a high arc and a lever at the side.
func kitchenTap(r *seed.Rand) model {
	radius := r.Uniform(0.07, 0.085)
	base := radius * r.Uniform(1.2, 1.5)
	waist := r.Uniform(0.26, 0.36)
	pipe := r.Uniform(0.036, 0.044)
	body := column(from(0, 0).bend(base, 0, 0.01).bend(base, 0.03, 0.015).bend(radius, 0.045, 0.015).bend(radius, waist, 0.025).to(0, waist+0.005))
	arc := r.Uniform(0.16, 0.24)
	straight := r.Uniform(0.55, 0.7)
	drop := r.Uniform(0.05, 0.2)
	path := from(0, waist-0.05).to(0, straight)
	for i := 1; i <= 14; i++ {
		s, c := math.Sincos(math.Pi * float64(i) / 14)
		path = path.to(arc-float64(arc*c), straight+float64(arc*s))
	}
	end := pt{2 * arc, straight - drop}
	path = path.to(end.x, end.z)
	spout := strap(path, pipe, pipe, pipe, nil)
	nozzle := at(rod(pipe*1.35, 0, r.Uniform(0.1, 0.18), 0.01), end.x, 0, end.z-0.055)
	bore := at(rod(0.8*pipe, -0.1, 0.05, 0), end.x, 0, end.z-0.055)
	collar := at(ring(pipe*1.1, 0, 0.016), 0, 0, waist+0.02)
	// a lever on a stub at the side
	z := r.Uniform(0.5, 0.75) * waist
	stub := pin(geom.Vec{Z: z}, geom.Vec{Y: -radius - 0.07, Z: z}, 0.045)
	tilt := r.Uniform(0.3, 1.3)
	s, c := math.Sincos(tilt)
	long := r.Uniform(0.2, 0.3)
	lever := cone(geom.Vec{Y: -radius - 0.075, Z: z}, geom.Vec{X: 0.15 * long, Y: -radius - 0.075 - float64(long*c), Z: z + float64(long*s)}, 0.03, 0.02)
	parts := join(0.015, body, spout, nozzle, collar, join(0.02, stub, lever))
	return model{cut(0.005, parts, bore), bounds(-0.16, 2*arc+0.12, -0.5, 0.16, -0.01, straight+arc+0.08), 0.0085}
}

// pillarTap is an upright body with a short spout and a cross handle.
func pillarTap(r *seed.Rand) model {
	radius := r.Uniform(0.085, 0.105)
	high := r.Uniform(0.4, 0.5)
	flange := radius * r.Uniform(1.5, 1.8)
	body := column(from(0, 0).bend(flange, 0, 0.008).bend(flange*0.97, 0.025, 0.012).through(pt{radius * 1.1, 0.06}, pt{radius * 0.92, 0.14}, pt{radius, 0.26}, pt{radius * 1.12, high * 0.72}, pt{radius * 0.8, high * 0.92}, pt{radius * 0.72, high}).to(0, high))
	long, pipe := r.Uniform(0.36, 0.5), r.Uniform(0.048, 0.056)
	z := high * r.Uniform(0.55, 0.66)
	path := from(0, z).through(pt{0.35 * long, z + 0.06}, pt{0.75 * long, z + 0.05}, pt{long, z - 0.03}, pt{long + 0.015, z - 0.12})
	spout := strap(path, pipe, pipe, pipe, func(t float64) float64 { return 1.2 - 0.25*t })
	end := geom.Vec{X: long + 0.015, Z: z - 0.12}
	lip := at(ring(pipe*0.86, 0, 0.02), end.X, 0, end.Z)
	spout = trimmed(join(0.01, spout, lip), end.Sub(geom.Vec{Z: 0.01}), geom.Vec{Z: 1}, 0.005)
	bore := at(rod(0.6*pipe, -0.1, 0.07, 0), end.X, 0, end.Z)
	stem := rod(radius*0.45, high-0.02, high+0.1, 0.01)
	nut := at(prism(6, radius*0.7, 0.03, 0.006), 0, 0, high+0.02)
	handle := within(0.26, high, high+0.2, turned(crossHandle(r, high+r.Uniform(0.09, 0.11)), geom.Vec{Z: 1}, r.Uniform(0, 0.5*math.Pi)))
	solid := join(0.012, join(0.04, body, spout), stem, nut, handle)
	return model{cut(0.005, solid, bore), bounds(-0.35, long+0.15, -0.35, 0.35, -0.01, high+0.22), 0.0082}
}

// crossHandle has three to five arms with knobs, or is a wheel.
func crossHandle(r *seed.Rand, z float64) mesh.Field {
	n := 3 + r.Intn(3)
	long := r.Uniform(0.15, 0.2)
	hub := at(brickRound(0.05, 0.035), 0, 0, z)
	arm := pin(geom.Vec{Z: z}, geom.Vec{X: long, Z: z}, 0.024)
	if r.Bool(0.3) {
		return join(0.015, hub, around(n, arm), ring(long, z, 0.027))
	}
	knob := at(ball(r.Uniform(0.03, 0.04)), long, 0, z)
	return join(0.015, hub, around(n, join(0.015, arm, knob)))
}

// brickRound is a short round knob about the origin.
func brickRound(radius, half float64) mesh.Field { return rod(radius, -half, half, 0.018) }

// prism is an upright bar with n sides, radius to the middle of a side.
func prism(n int, radius, half, round float64) mesh.Field {
	wedge := 2 * math.Pi / float64(n)
	return func(p geom.Vec) float64 {
		a := math.Atan2(p.Y, p.X)
		a -= wedge * math.Round(a/wedge)
		return smax(math.Hypot(p.X, p.Y)*math.Cos(a)-radius, math.Abs(p.Z)-half, round)
	}
}

// gardenTap comes out of the wall at the left: a threaded pipe, a round body, a
// spout bent downwards with a hose thread, a bonnet and a T handle or a wheel.
func gardenTap(r *seed.Rand) model {
	pipe := r.Uniform(0.06, 0.072)
	along := geom.Vec{X: 1}
	inlet := placed(within(pipe+0.02, -0.42, 0.02, raised(rod(pipe, -0.42, 0.02, 0.006), thread(-0.4, -0.27, 0.042, 0.012))), upright(geom.Vec{}, along))
	nut := placed(within(1.6*pipe, -0.035, 0.035, prism(6, pipe*1.35, 0.035, 0.006)), upright(geom.Vec{X: -0.2}, along))
	body := ball(r.Uniform(0.095, 0.115))
	long := r.Uniform(0.2, 0.3)
	drop := r.Uniform(0.2, 0.28)
	path := from(0, 0).through(pt{0.5 * long, 0.005}, pt{0.9 * long, -0.04}, pt{long, -0.13}, pt{long, -drop})
	spout := strap(path, pipe, pipe, pipe, func(t float64) float64 { return 1 - 0.1*t })
	spout = trimmed(spout, geom.Vec{X: long, Z: -drop}, geom.Vec{Z: 1}, 0.004)
	hose := at(within(pipe+0.02, 0, 0.11, raised(rod(pipe*1.02, 0, 0.11, 0.006), thread(0.025, 0.085, 0.042, 0.012))), long, 0, -drop-0.03)
	bore := at(rod(0.62*pipe, -0.1, 0.09, 0), long, 0, -drop-0.03)
	tall := r.Uniform(0.17, 0.22)
	bonnet := column(from(0, 0).to(0.075, 0).bend(0.07, tall-0.05, 0.01).bend(0.05, tall, 0.012).to(0, tall))
	gland := at(prism(6, r.Uniform(0.075, 0.085), 0.03, 0.006), 0, 0, tall*0.62)
	stem := rod(0.028, 0, tall+0.1, 0.005)
	z := tall + 0.1
	var handle mesh.Field
	if r.Bool(0.55) {
		half := r.Uniform(0.13, 0.18)
		handle = join(0.02, pin(geom.Vec{Y: -half, Z: z}, geom.Vec{Y: half * r.Uniform(0.8, 1), Z: z}, 0.028), at(brickRound(0.045, 0.04), 0, 0, z-0.015))
	} else {
		handle = crossHandle(r, z)
	}
	lean := turned(within(0.26, -0.03, z+0.08, join(0.008, join(0.02, bonnet, gland), stem, turned(handle, geom.Vec{Z: 1}, r.Uniform(-0.7, 0.7)))), geom.Vec{Y: 1}, r.Uniform(-0.25, 0.35))
	solid := join(0.012, inlet, nut, join(0.04, body, spout), hose, lean)
	return model{cut(0.005, solid, bore), bounds(-0.45, 0.45, -0.3, 0.3, -drop-0.06, z+0.12), 0.0082}
}
