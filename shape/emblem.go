package shape

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// emblem is a flat figure for embossing: the signed distance from its edge,
// negative inside, for a figure about one unit high.
type emblem func(u, v float64) float64

// drawEmblem picks a figure of a kind that stands on products.
func drawEmblem(r *seed.Rand) emblem {
	circle := func(radius float64) emblem {
		return func(u, v float64) float64 { return math.Hypot(u, v) - radius }
	}
	outlined := func(e emblem, width float64) emblem {
		return func(u, v float64) float64 { return math.Abs(e(u, v)) - width }
	}
	either := func(a, b emblem) emblem {
		return func(u, v float64) float64 { return min(a(u, v), b(u, v)) }
	}
	switch r.Intn(6) {
	case 0: // a disc in a ring
		return either(outlined(circle(0.44), 0.06), circle(r.Uniform(0.15, 0.26)))
	case 1: // a star
		n, deep := 4+r.Intn(4), r.Uniform(0.35, 0.6)
		return star(n, 0.5, deep)
	case 2: // a shield: pointed below
		return func(u, v float64) float64 {
			d := max(math.Abs(u)-0.38, v-0.45)
			return max(d, float64(0.8*math.Abs(u))-float64(0.6*(v+0.5)))
		}
	case 3: // bars of a scale, one side longer
		return func(u, v float64) float64 {
			n := max(-2, min(2, math.Round(v/0.2)))
			long := 0.18
			if int(n)%2 == 0 {
				long = 0.32
			}
			return max(math.Abs(v-0.2*n)-0.045, math.Abs(u+0.3-long)-long)
		}
	case 4: // a star in a ring
		return either(outlined(circle(0.46), 0.045), star(5, 0.34, 0.45))
	default: // an oval frame
		return outlined(func(u, v float64) float64 { return math.Hypot(0.7*u, v) - 0.42 }, 0.06)
	}
}

// star has n points at radius and its notches at deep times that.
func star(n int, radius, deep float64) emblem {
	wedge := 2 * math.Pi / float64(n)
	sn, cn := math.Sincos(0.5 * wedge)
	// the edge from a point at (radius, 0) to a notch
	ex, ey := radius*deep*cn-radius, radius*deep*sn
	l := math.Hypot(ex, ey)
	return func(u, v float64) float64 {
		a := math.Atan2(u, v)
		a = math.Abs(a - wedge*math.Round(a/wedge))
		s, c := math.Sincos(a)
		h := math.Hypot(u, v)
		return (float64(ey*(h*c-radius)) - float64(ex*h*s)) / l
	}
}

// stamped is the relief of an emblem on a turned body: its middle at an angle about
// the axis and a height z, size high, standing out by height.
func stamped(e emblem, angle, z, size, radius, height float64) func(p geom.Vec) float64 {
	soft := 1.6 * math.Abs(height)
	return func(p geom.Vec) float64 {
		v := p.Z - z
		if math.Abs(v) > 0.6*size+soft {
			return 0
		}
		a := math.Atan2(p.Y, p.X) - angle
		a -= 2 * math.Pi * math.Round(a/(2*math.Pi))
		u := a * radius
		if math.Abs(u) > 0.6*size+soft {
			return 0
		}
		return height * step(-size*e(u/size, v/size), -0.5*soft, 0.5*soft)
	}
}

// panel is the relief of a label's place: a field sunk (or raised) by height
// between two heights and within half an angle to either side; half >= π goes all around.
func panel(angle, half, z0, z1, radius, height float64) func(p geom.Vec) float64 {
	soft := 2.5 * math.Abs(height)
	return func(p geom.Vec) float64 {
		w := window(p.Z, z0, z1, soft)
		if w == 0 {
			return 0
		}
		if half < math.Pi {
			a := math.Atan2(p.Y, p.X) - angle
			a -= 2 * math.Pi * math.Round(a/(2*math.Pi))
			w *= step(math.Abs(a)*radius, half*radius+soft, half*radius)
		}
		return height * w
	}
}
