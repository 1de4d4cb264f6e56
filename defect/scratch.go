package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/seed"
)

// furrow is the shape of a scratch in the frame of its path.
type furrow struct {
	half, width, depth float64
	noise              noise
	rough              float64
}

func furrowOf(p Plan) *furrow {
	return &furrow{half: p.Radius, width: p.Radius * p.Aspect, depth: p.Depth, noise: noise(p.Noise), rough: p.Rough}
}

// bend is the curvature of the path: one long swing and some shaking.
func (f *furrow) bend(s float64) float64 {
	return f.rough * (2.2*f.noise.at(geom.Vec{X: 0.9 * s, Y: 0.3, Z: 0.7}) + 3*(f.noise+3).at(geom.Vec{X: 5 * s, Y: 0.6, Z: 0.2}))
}

// side is half the width at s in (-1, 1): blunt where the tool touches down, drawn
// out where it lifts off, and uneven in between.
func (f *furrow) side(s float64) float64 {
	ends := math.Sqrt(smooth((1+s)/0.3)) * math.Sqrt(smooth((1-s)/0.9))
	return f.width * ends * (1 + float64(0.3*f.rough*(f.noise+9).at(geom.Vec{X: 7 * s, Y: 0.4, Z: 0.2})))
}

// depthAt is how deep the groove is at s in (-1, 1), v to the left of the path.
func (f *furrow) depthAt(s, v float64) float64 {
	side := f.side(s)
	if math.Abs(v) >= side {
		return 0
	}
	e := v / side
	// Chatter along the path; a flank that is steeper than the other.
	chatter := 1 + float64(0.3*f.rough*(f.noise+21).at(geom.Vec{X: 16 * s, Y: 0.7, Z: 0.1}))
	lean := 1 + float64(0.35*f.rough*e*f.noise.at(geom.Vec{X: 2.5 * s, Y: 0.5, Z: 0.9}))
	return max(0, f.depth*min(1, side/(0.55*f.width))*(1-float64(e*e))*chatter*lean-float64(snap*f.depth))
}

// scratchSteps is how many steps a path goes to each side.
const scratchSteps = 60

// pathOf is the line of a scratch on the surface.
func (f *furrow) pathOf(t *Target, p Plan) *path {
	center, normal, along, _ := frameOf(p)
	return t.walkPath(center, normal, along, p.Radius, scratchSteps, f.bend)
}

// editScratch ploughs a shallow groove along a path that wanders over the surface.
func editScratch(t *Target, p Plan) (*edit, error) {
	f := furrowOf(p)
	line := f.pathOf(t, p)
	if len(line.points) < 2 {
		return nil, errors.New("a scratch that begins where the surface ends")
	}
	wall := 0.0
	if p.Through {
		wall = p.Above
	}
	patch, at, normals := t.patchAlong(line, 1.4*f.width+wall, max(f.width/4, 0.0012*t.diagonal))
	move := make([]geom.Vec, len(patch.mesh.Vertices))
	for _, v := range at.order {
		if d := f.depthAt(at.s[v]/p.Radius, at.v[v]); d > 0 {
			// Straight down on the path's own normal in the middle, on the surface's at the sides.
			way := normals[v].Add(line.normal[at.at[v]]).Unit()
			move[v] = way.Scale(-d)
		}
	}
	if p.Through {
		patch.followWall(at.order, at.in, move, wall)
	}
	return patch.moved(move), nil
}

// Scratches are shallow: depth is a share of the usual one.
const scratchDepth = 0.35

func drawScratch(t *Target, s scale, r *seed.Rand) (Plan, error) {
	last := errNoPlace
	for try := 0; try < attempts; try++ {
		at := t.pick(r, func(p *place) float64 { return openness(p, t.diagonal) * power(p.flat, 4) })
		if at == nil {
			break
		}
		p := t.planAt(at, r)
		p.Rough = r.Uniform(0.4, 1)
		p.Depth = scratchDepth * r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		want := r.Uniform(s.share[0], min(s.share[1], 0.035))
		slender := r.Uniform(14, 30) // length over width
		if err := t.sizeScratch(&p, at, want, slender); err != nil {
			last = err
			continue
		}
		return p, nil
	}
	return Plan{}, last
}

// sizeScratch fits a groove of the wanted share and slenderness to the room on the
// surface: where the path ends early it becomes shorter and wider.
func (t *Target) sizeScratch(p *Plan, at *place, want, slender float64) error {
	walls := 1.0
	if p.Through = t.solid && at.wall < 2*p.Depth; p.Through {
		walls = 2
		if at.behind < 2*p.Depth {
			return errors.New("the material is too thin for a scratch, with no room behind")
		}
		p.Above = 1.5 * at.wall
	}
	const full = 0.74 // mean width over the largest
	area := want * t.area / (walls * full)
	length := min(1.2*t.diagonal, math.Sqrt(area*slender))
	for round := 0; ; round++ {
		p.Radius = 0.5 * length
		p.Aspect = area / (length * length)
		f := furrowOf(*p)
		line := f.pathOf(t, *p)
		reached := 2 * min(-line.s[0], line.s[len(line.s)-1])
		if reached >= 0.999*length {
			return t.scratchFits(*p, line)
		}
		if round == 4 {
			return errors.New("the surface ends or turns within a scratch")
		}
		length = max(0.5*length, 0.97*reached)
		if area/(length*length) > 1.0/6 {
			return errors.New("the surface is too small for a scratch of the least area")
		}
	}
}

// scratchFits checks that the groove has room: it does not cross itself, and the
// wall under it is as thick as where it began.
func (t *Target) scratchFits(p Plan, line *path) error {
	width := p.Radius * p.Aspect
	for i := 0; i < len(line.points); i += 5 {
		for j := i + 5; j < len(line.points); j += 5 {
			apart := line.s[j] - line.s[i]
			if apart > 5*width && line.points[j].Sub(line.points[i]).Norm() < 2.2*width && line.normal[i].Dot(line.normal[j]) > 0 {
				return errors.New("a scratch would cross itself")
			}
		}
		wall, _, _ := t.probe(line.points[i], line.normal[i])
		if t.solid && !p.Through && wall < 1.6*p.Depth {
			return errors.New("the material is too thin for a scratch")
		}
		if p.Through && wall > p.Above {
			return errors.New("the wall grows too thick within a scratch")
		}
	}
	if p.Depth < 0.002*t.diagonal {
		return errors.New("the material is too thin for a depth that can be measured")
	}
	return nil
}
