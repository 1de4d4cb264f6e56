package defect

import (
	"errors"
	"math"

	"blemish/geom"
)

// The body that a crack takes away.

// liftWidths is how far to each side, in widths of the gap, the lips are lifted.
const liftWidths = 3

// slit is the body of a crack in the frame of its plan: u along, v across, z into
// the material. The slit follows the surface in z and wanders in v.
type slit struct {
	center, along, across, down geom.Vec
	half, width, lift           float64 // half length, gap, difference in height of the lips
	top, floor, surface         []float64
	through                     bool
	rough                       float64
	way                         *way
	lowest, highest             float64 // of z
}

// slitSamples is how many rays measure the surface along a crack.
const slitSamples = 41

// body measures the surface under the crack's line by rays from above.
func (p CrackPlan) body(t *Target, s Site) (*slit, error) {
	center, normal, along, across := s.frame()
	b := &slit{
		center: center, along: along, across: across, down: normal.Scale(-1), half: p.HalfLength, width: p.Gap, lift: p.Lift,
		through: p.Through, rough: s.Rough, way: wayOf(noise(s.Noise), s.Rough),
		lowest: math.Inf(1), highest: math.Inf(-1),
	}
	step := 2 * p.HalfLength / (slitSamples - 1)
	previous := 0.0
	for k := 0; k < slitSamples; k++ {
		// From the middle outwards, so that each ray starts just above its neighbour.
		i := slitSamples / 2
		if k > 0 {
			i += (k + 1) / 2 * (1 - 2*(k%2))
		}
		if k > 2 {
			previous = b.surface[i+2*(k%2)-1]
		} else if k > 0 {
			previous = b.surface[slitSamples/2]
		} else {
			b.surface, b.floor, b.top = make([]float64, slitSamples), make([]float64, slitSamples), make([]float64, slitSamples)
		}
		u := -p.HalfLength + float64(float64(i)*step)
		lift := 2*step + 0.002*t.diagonal
		x := center.AddScaled(u, along).AddScaled(b.wander(u, previous), across).AddScaled(previous-lift, b.down)
		hit, ok := t.tree.First(x, b.down, 0, 2*lift)
		if !ok {
			return nil, errors.New("the surface ends or turns within a crack")
		}
		b.surface[i] = previous - lift + hit.At
		b.top[i] = b.surface[i] - p.Above
		if !p.Through {
			e := u / p.HalfLength
			b.floor[i] = b.surface[i] + float64(p.Depth*math.Sqrt(max(0.06, 1-float64(e*e))))
			if wall, ok := t.tree.First(x, b.down, hit.At+1e-5*t.diagonal, hit.At+1.15*p.Depth); ok && t.solid && wall.At > 0 {
				return nil, errors.New("the material is too thin for the crack's depth")
			}
		} else if err := b.goThrough(t, x, i, previous-lift, hit.At, p.Depth); err != nil {
			return nil, err
		}
		b.lowest, b.highest = min(b.lowest, b.top[i]), max(b.highest, b.floor[i])
	}
	return b, nil
}

// goThrough sets the floor of sample i behind the wall.
func (b *slit) goThrough(t *Target, x geom.Vec, i int, z0, hit, depth float64) error {
	far, ok := t.tree.First(x, b.down, hit+1e-5*t.diagonal, hit+1.5*depth)
	if !ok && !t.solid { // a single sheet
		b.floor[i] = b.surface[i] + depth
		return nil
	}
	if !ok {
		return errors.New("the wall grows too thick within a crack")
	}
	room := 0.3 * depth
	if next, ok := t.tree.First(x, b.down, far.At+1e-5*t.diagonal, far.At+2*room); ok {
		if room = 0.5 * (next.At - far.At); room < 0.002*t.diagonal {
			return errors.New("another wall stands behind a crack")
		}
	}
	b.floor[i] = z0 + far.At + room
	return nil
}

// The way of a slit is worked out once, at kinks along and levels across the wall:
// the jags of both sizes have their corners at kinks.
const (
	jags, fineJags  = 9, 21
	kinks           = 63 // a half length: a multiple of both
	layers, deepest = 5, 1.2
)

// way is the sideways place and the width of a slit, by kink; the place also by level.
type way struct {
	place [layers][2*kinks + 1]float64 // in half lengths
	width [2*kinks + 1]float64         // of the gap, as a share
}

// wayOf is the jagged way of a slit: bends, and sharp jags of two sizes on them, the
// finer ones stronger in some places than in others.
func wayOf(n noise, rough float64) *way {
	w := &way{}
	for k := range w.width {
		s := float64(k-kinks) / kinks
		calm := 1 + n.at(geom.Vec{X: 3 * s, Y: 0.1, Z: 0.8})
		for l := range w.place {
			d := 0.6 * deepest * (2*float64(l)/(layers-1) - 1)
			bends := n.at(geom.Vec{X: 2.3 * s, Y: d, Z: 0.5})
			sharp := float64(0.1*(n+5).zigzag(jags*s, d)) + float64(0.038*calm*(n+6).zigzag(fineJags*s, d))
			w.place[l][k] = rough * (float64(0.17*bends) + sharp)
		}
		w.width[k] = math.Max(0.5, math.Sqrt(math.Max(0, 1-float64(s*s)))) * (1 + float64(0.35*(n+9).at(geom.Vec{X: 6 * s, Y: 0.4, Z: 0.2})))
	}
	return w
}

// zigzag joins the noise at whole numbers by straight lines.
func (n noise) zigzag(at, d float64) float64 {
	k := math.Floor(at)
	return lerp(at-k, n.at(geom.Vec{X: k + 0.5, Y: d, Z: 0.3}), n.at(geom.Vec{X: k + 1.5, Y: d, Z: 0.3}))
}

// kink finds u between two kinks.
func (b *slit) kink(u float64) (k int, t float64) {
	at := min(2*kinks-1e-9, max(0, (u/b.half+1)*kinks))
	return int(at), at - math.Floor(at)
}

// wander is where the slit lies in v at u, z.
func (b *slit) wander(u, z float64) float64 {
	k, t := b.kink(u)
	at := min(layers-1-1e-9, max(0, (z/(deepest*b.half)+1)*(layers-1)/2))
	l := int(at)
	p, q := &b.way.place[l], &b.way.place[l+1]
	return b.half * lerp(at-float64(l), lerp(t, p[k], p[k+1]), lerp(t, q[k], q[k+1]))
}

// gap is half the width of the slit at u, z.
func (b *slit) gap(u, z, surface, floor float64) float64 {
	k, t := b.kink(u)
	w := lerp(t, b.way.width[k], b.way.width[k+1])
	if !b.through && z > surface && floor > surface {
		w *= 1 - 0.6*min(1, (z-surface)/(floor-surface))
	}
	return 0.5 * b.width * w
}

// sampled interpolates a row of samples at u.
func (b *slit) sampled(row []float64, u float64) float64 {
	at := min(slitSamples-1.000001, max(0, (u/b.half+1)*0.5*(slitSamples-1)))
	k := int(at)
	return lerp(at-float64(k), row[k], row[k+1])
}

func (b *slit) value(x geom.Vec) float64 {
	d := x.Sub(b.center)
	u, v, z := d.Dot(b.along), d.Dot(b.across), d.Dot(b.down)
	if far := math.Abs(v) - 0.3*b.half*b.rough - b.width; far > 0.5*b.half {
		return far // no need to know exactly
	}
	surface, floor := b.sampled(b.surface, u), b.sampled(b.floor, u)
	side := math.Abs(v-b.wander(u, z)) - b.gap(u, z, surface, floor)
	return max(max(side, math.Abs(u)-b.half), max(z-floor, b.sampled(b.top, u)-z))
}

// part is how far x moves when the lips part: most at the middle of the crack,
// nothing at its ends, a few widths to the side, and beyond the material cut.
func (b *slit) part(x geom.Vec) geom.Vec {
	d := x.Sub(b.center)
	u, v, z := d.Dot(b.along), d.Dot(b.across), d.Dot(b.down)
	wide := liftWidths * b.width
	s := u / b.half
	if math.Abs(s) >= 1 || math.Abs(v) > wide+0.3*b.half*b.rough {
		return geom.Vec{}
	}
	side := v - b.wander(u, z)
	w := (1 - float64(s*s)) * max(0, 1-math.Abs(side)/wide)
	if under := max(b.sampled(b.top, u)-z, z-b.sampled(b.floor, u)); under > 0 {
		w *= 1 - smooth(under/wide)
	}
	if side < 0 {
		w = -w
	}
	return b.down.Scale(-0.5 * b.lift * w)
}

func (b *slit) ball() (geom.Vec, float64) {
	side := 0.3*b.half*b.rough + b.width
	high := max(math.Abs(b.lowest), math.Abs(b.highest))
	return b.center, math.Sqrt(float64(b.half*b.half) + float64(side*side) + float64(high*high))
}

// skin is a tube over the outline of the slit (one way along its left lip, back
// along the right), closed at the floor.
func (b *slit) skin(edge float64) *geom.Mesh {
	n := 2 * kinks // at every kink, so that the skin goes where value is 0
	if 2*b.half/edge > 1.5*float64(n) {
		n *= 2
	}
	levels := min(12, max(5, int((b.highest-b.lowest)/(2.5*edge))))
	m := &geom.Mesh{}
	ring := 2 * (n + 1)
	for l := 0; l <= levels; l++ {
		for i := 0; i < ring; i++ {
			k, sign := i, 1.0
			if i > n {
				k, sign = ring-1-i, -1
			}
			u := b.half * (2*float64(k)/float64(n) - 1)
			surface, floor := b.sampled(b.surface, u), b.sampled(b.floor, u)
			z := lerp(float64(l)/float64(levels), b.sampled(b.top, u), floor)
			v := b.wander(u, z) + float64(sign*b.gap(u, z, surface, floor))
			m.Vertices = append(m.Vertices, b.center.AddScaled(u, b.along).AddScaled(v, b.across).AddScaled(z, b.down).F())
		}
	}
	for l := 0; l < levels; l++ {
		for i := 0; i < ring; i++ {
			p, q := int32(l*ring+i), int32(l*ring+(i+1)%ring)
			r, s := p+int32(ring), q+int32(ring)
			m.Faces = append(m.Faces, [3]int32{p, r, q}, [3]int32{q, r, s})
		}
	}
	for k := 0; k < n; k++ { // the floor
		p, q := int32(levels*ring+k), int32(levels*ring+k+1)
		r, s := int32(levels*ring+ring-1-k), int32(levels*ring+ring-2-k)
		m.Faces = append(m.Faces, [3]int32{p, r, q}, [3]int32{q, r, s})
	}
	return m
}
