package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// Scratch is a shallow groove along a path.
const Scratch Kind = "scratch"

var scratch = newKind[ScratchPlan](Scratch, drawScratch)

// ScratchPlan is the form of a Scratch.
type ScratchPlan struct {
	HalfLength float64 `json:"radius"`            // half the length of the path
	Aspect     float64 `json:"aspect"`            // half the width over half the length
	Depth      float64 `json:"depth"`             // largest depth
	Wall       float64 `json:"above,omitempty"`   // the thickest wall that takes part; not used where it is not through
	Through    bool    `json:"through,omitempty"` // both sides of a thin wall take part
}

func (p ScratchPlan) numbers() []setting.Range { return []setting.Range{aspectRange(p.Aspect)} }

func (p ScratchPlan) lengths() []length {
	return []length{{"radius", p.HalfLength, [2]float64{0.01, 1}}, {"depth", p.Depth, [2]float64{1e-4, 0.2}}, {"above", p.Wall, [2]float64{0, 1}}}
}

// halfWidth is half the width of the groove.
func (p ScratchPlan) halfWidth() float64 { return p.HalfLength * p.Aspect }

// furrow is the shape of a scratch in the frame of its path.
type furrow struct {
	half, width, depth float64
	noise              noise
	rough              float64
}

func (p ScratchPlan) furrow(s Site) *furrow {
	return &furrow{half: p.HalfLength, width: p.halfWidth(), depth: p.Depth, noise: noise(s.Noise), rough: s.Rough}
}

// bend is the curvature of the path: one long swing and some shaking.
func (f *furrow) bend(s float64) float64 {
	return f.rough * (1.8*f.noise.at(geom.Vec{X: 0.9 * s, Y: 0.3, Z: 0.7}) + 5*(f.noise+3).at(geom.Vec{X: 6 * s, Y: 0.6, Z: 0.2}))
}

// side is half the width at s in (-1, 1): blunt where the tool touches down, drawn
// out where it lifts off, and uneven in between.
func (f *furrow) side(s float64) float64 {
	ends := math.Sqrt(smooth((1+s)/0.25)) * math.Sqrt(smooth((1-s)/0.9))
	return f.width * ends * (1 + float64(0.35*f.rough*(f.noise+9).octaves(geom.Vec{X: 7 * s, Y: 0.4, Z: 0.2}, 2, 0.6)))
}

// Where the material of a groove goes: lips on both sides, over lipWidth of its half
// width, lipHeight of its depth high.
const lipWidth, lipHeight = 0.45, 0.3

// heightAt is how the surface moves at s in (-1, 1), v to the left of the path: down
// in the groove, with ridges along it as a rough tool leaves them, and up at its lips.
func (f *furrow) heightAt(s, v float64) float64 {
	side := f.side(s)
	e := v / max(side, 1e-9*f.width)
	if math.Abs(e) >= 1+lipWidth {
		return 0
	}
	// Chatter along the path; a flank that is steeper than the other.
	depth := f.depth * min(1, side/(0.5*f.width)) * (1 + float64(0.3*f.rough*(f.noise+21).at(geom.Vec{X: 16 * s, Y: 0.7, Z: 0.1})))
	if a := (math.Abs(e) - 1) / lipWidth; a > 0 {
		curl := max(0, 0.7+(f.noise+33).at(geom.Vec{X: 9 * s, Y: math.Copysign(3.4, e), Z: 0.6}))
		return max(0, lipHeight*depth*curl*float64(4*a*(1-a))-float64(0.25*snap*f.depth))
	}
	lean := 1 + float64(0.4*f.rough*e*f.noise.at(geom.Vec{X: 2.5 * s, Y: 0.5, Z: 0.9}))
	ridges := 1 + float64(0.35*f.rough*(f.noise+45).at(geom.Vec{X: 2 * s, Y: 2.6 * e, Z: 0.4}))
	return -max(0, depth*(1-float64(e*e))*lean*ridges-float64(snap*f.depth))
}

// scratchSteps is how many steps a path goes to each side.
const scratchSteps = 60

// pathOf is the line of a scratch on the surface.
func (f *furrow) pathOf(t *Target, s Site) *path {
	center, normal, along, _ := s.frame()
	return t.walkPath(center, normal, along, f.half, scratchSteps, f.bend)
}

// edit ploughs a shallow groove along a path that wanders over the surface.
func (p ScratchPlan) edit(t *Target, s Site) (*edit, error) {
	f := p.furrow(s)
	line := f.pathOf(t, s)
	if len(line.points) < 2 {
		return nil, errors.New("a scratch that begins where the surface ends")
	}
	wall := 0.0
	if p.Through {
		wall = p.Wall
	}
	patch, at, normals := t.patchAlong(line, 2*f.width, wall, max(f.width/3.6, 0.0012*t.diagonal))
	move := make([]geom.Vec, len(patch.mesh.Vertices))
	for _, v := range at.order {
		if h := f.heightAt(at.s[v]/p.HalfLength, at.v[v]); h != 0 {
			// Straight down on the path's own normal in the middle, on the surface's at the sides.
			way := normals[v].Add(line.normal[at.at[v]]).Unit()
			move[v] = way.Scale(h)
		}
	}
	if p.Through {
		patch.followWall(at.order, at.in, move, wall)
	}
	return patch.moved(move), nil
}

// Scratches are shallow, and small beside other defects: shares of the usual depth
// and area.
const scratchDepth, scratchShare = 0.4, 0.45

func drawScratch(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errNoPlace
	for try := 0; try < lineAttempts; try++ {
		at := t.choosePlace(r, func(p *place) float64 { return openness(p, t.diagonal) * power(p.flat, 4) })
		if at == nil {
			break
		}
		site := siteAt(at, r)
		site.Rough = r.Uniform(0.4, 1)
		p := ScratchPlan{Depth: scratchDepth * r.Uniform(s.depth[0], s.depth[1]) * t.diagonal}
		want := scratchShare * r.Uniform(s.share[0], min(s.share[1], 0.045))
		slender := r.Uniform(40, 80) // length over half the width
		err := t.sizeScratch(&site, &p, at, want, slender)
		if err != nil && try > attempts { // across from where it led to
			site.Along = triple(vec(site.Normal).Cross(vec(site.Along)))
			err = t.sizeScratch(&site, &p, at, want, slender)
		}
		if err != nil {
			last = err
			continue
		}
		return Plan{Site: site, Form: p}, nil, nil
	}
	return Plan{}, nil, last
}

// sizeScratch fits a groove of the wanted share and slenderness to the room on the
// surface: where the path ends early, the groove moves, and becomes shorter and wider.
func (t *Target) sizeScratch(s *Site, p *ScratchPlan, at *place, want, slender float64) error {
	walls := 1.0
	if p.Through = t.solid && at.wall < 2*p.Depth; p.Through {
		walls = 1.7 // the far side moves less at the rim
		if at.behind < 2*p.Depth {
			return errors.New("the material is too thin for a scratch, with no room behind")
		}
		p.Wall = 1.5 * at.wall
	}
	const full = 0.9 // mean width with its lips over the largest of the groove
	area := max(want, 1.35*leastShare) * t.area / (walls * full)
	length := min(1.4*t.diagonal, math.Sqrt(area*slender/2))
	for round := 0; ; round++ {
		p.HalfLength = 0.5 * length
		p.Aspect = area / (length * length)
		line := p.furrow(*s).pathOf(t, *s)
		reached := line.length()
		if reached >= 0.999*length {
			return t.scratchFits(*p, line)
		}
		if round == 6 {
			return errors.New("the surface ends or turns within a scratch")
		}
		// On to the middle of what could be walked.
		mid := len(line.points) / 2
		s.Center, s.Normal, s.Along = triple(line.points[mid]), triple(line.normal[mid]), triple(line.along[mid])
		length = max(0.6*length, 0.98*reached)
		if area/(length*length) > 1.0/4.5 {
			return errors.New("it is everywhere too narrow or too sharply bent for a scratch of the least area")
		}
	}
}

// scratchFits checks that the groove has room: it does not cross itself, and the
// wall under it is as thick as where it began.
func (t *Target) scratchFits(p ScratchPlan, line *path) error {
	width := p.halfWidth()
	for i := 0; i < len(line.points); i += 5 {
		for j := i + 5; j < len(line.points); j += 5 {
			apart := line.s[j] - line.s[i]
			if apart > 5*width && line.points[j].Sub(line.points[i]).Norm() < 3*width && line.normal[i].Dot(line.normal[j]) > 0 {
				return errors.New("a scratch would cross itself")
			}
		}
		wall, _, _ := t.probe(line.points[i], line.normal[i])
		if t.solid && !p.Through && wall < 1.6*p.Depth {
			return errors.New("the material is too thin for a scratch")
		}
		if p.Through && wall > p.Wall {
			return errors.New("the wall grows too thick within a scratch")
		}
	}
	return nil
}
