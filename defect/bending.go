package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/seed"
)

// editBending turns everything beyond a hinge: a limb as a whole, or a tongue of a
// thin rim. The turn begins over a smooth ramp. Points count as anomalous where
// they have moved by more than leastSeen.
func editBending(t *Target, p Plan) (*edit, error) {
	limb, _, _ := t.turned(p)
	e := &edit{part: &geom.Mesh{}, least: leastSeen * t.diagonal}
	for _, m := range limb {
		e.part.Vertices = append(e.part.Vertices, t.fine.Vertices[m.vertex].D().Add(m.by).F())
		e.sound = append(e.sound, t.fine.Vertices[m.vertex])
		e.global = append(e.global, m.vertex)
	}
	return e, nil
}

// turn is how far a vertex of the fine mesh moves.
type turn struct {
	vertex int32
	by     geom.Vec
}

// turned finds the vertices beyond the hinge that hang together with the tip, and
// how they move; the largest movement; and the anomalous share of the surface.
func (t *Target) turned(p Plan) (limb []turn, peak, share float64) {
	tip, out, hinge, third := frameOf(p)
	pivot := vec(p.Pivot)
	// aside is how far a point lies to the side of the tongue's middle line.
	aside := func(d geom.Vec) float64 { return math.Hypot(d.Dot(hinge), d.Dot(third)) }
	seen := make([]bool, len(t.fine.Vertices))
	var queue []int32
	start := nearestVertex(t.fine.Vertices, tip)
	seen[start] = true
	queue = append(queue, start)
	ramp := p.Depth
	for head := 0; head < len(queue); head++ {
		v := queue[head]
		d := t.fine.Vertices[v].D().Sub(pivot)
		angle := p.Angle * smooth(d.Dot(out)/ramp)
		if p.Width > 0 {
			angle *= smooth((p.Width - aside(d)) / (0.6 * p.Width))
		}
		by := geom.RotationAxis(hinge, angle).MulVec(d).Sub(d)
		peak = max(peak, by.Norm())
		limb = append(limb, turn{v, by})
		for _, w := range t.next.Of(v) {
			if seen[w] {
				continue
			}
			e := t.fine.Vertices[w].D().Sub(pivot)
			if e.Dot(out) > 0 && (p.Width == 0 || aside(e) < p.Width) {
				seen[w] = true
				queue = append(queue, w)
			}
		}
	}
	least := leastSeen * t.diagonal
	for _, m := range limb {
		if m.by.Norm() > least {
			share += t.weight[m.vertex]
		}
	}
	return limb, peak, share / t.area
}

func nearestVertex(vertices []geom.Vec3, q geom.Vec) int32 {
	best, at := math.Inf(1), int32(0)
	for v, x := range vertices {
		if d := x.D().Sub(q).Norm2(); d < best {
			best, at = d, int32(v)
		}
	}
	return at
}

func drawBending(t *Target, s scale, r *seed.Rand) (Plan, error) {
	last := errors.New("it has no limb and no thin rim that could bend")
	for try := 0; try < attempts; try++ {
		at := t.pick(r, func(p *place) float64 { return power(math.Max(0, p.edge-0.22), 2) })
		if at == nil {
			break
		}
		p := t.planAt(at, r)
		want := r.Uniform(s.share[0], s.share[1])
		push := 1.6 * r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		side := 1.0
		if r.Bool(0.5) {
			side = -1
		}
		// Slender limbs first; then necks and knobs, and tongues of thin rims.
		slim, thin := 1.3, thinWall*t.diagonal
		if try > attempts/3 {
			slim = 0.75
		}
		if try > attempts/2 {
			thin *= 1.7
		}
		err := t.planLimb(&p, at, want, slim)
		if err != nil {
			err = t.planTongue(&p, at, want, thin)
		}
		if err != nil {
			last = err
			continue
		}
		if err := t.bendBy(&p, side, push); err != nil {
			last = err
			continue
		}
		return p, nil
	}
	return Plan{}, last
}

// planLimb puts the hinge where the surface beyond it, as far as it hangs together
// with the place, has about the wanted share, if that part is longer than wide: a
// handle, a spout, a neck, a leg.
func (t *Target) planLimb(p *Plan, at *place, want, slim float64) error {
	out := at.out
	height := func(v int32) float64 { return t.fine.Vertices[v].D().Sub(at.point).Dot(out) }
	limb, level, top := t.flood(nearestVertex(t.fine.Vertices, at.point), height, want)
	length := top - level
	if len(limb) == 0 || length < 0.04*t.diagonal {
		return errors.New("the part beyond a hinge is a part by itself, or too short")
	}
	// The section at the hinge: where it is and how wide.
	var mid geom.Vec
	var weight float64
	section := limb[:0:0]
	for _, v := range limb {
		if height(v) < level+1.5*fineEdge*t.diagonal {
			section = append(section, v)
			mid = mid.AddScaled(t.weight[v], t.fine.Vertices[v].D())
			weight += t.weight[v]
		}
	}
	mid = mid.Scale(1 / weight)
	var cov geom.Mat3
	wide := 0.0
	for _, v := range section {
		d := t.fine.Vertices[v].D().Sub(mid)
		d = d.AddScaled(-d.Dot(out), out)
		wide = max(wide, d.Norm())
		for k, x := range geom.Outer(d, d) {
			cov[k] += float64(t.weight[v] * x)
		}
	}
	reach := 0.0
	for _, v := range limb {
		d := t.fine.Vertices[v].D().Sub(mid)
		reach = max(reach, d.AddScaled(-d.Dot(out), out).Norm())
	}
	if length < slim*wide || reach > max(1, 1.6-0.5*slim)*length {
		return errors.New("it has no limb longer than wide")
	}
	_, axes := geom.SymEigen(cov)
	hinge := axes.Row(2)
	hinge = hinge.AddScaled(-hinge.Dot(out), out).Unit()
	if hinge == (geom.Vec{}) {
		hinge = out.Perpendicular()
	}
	p.Normal, p.Along, p.Pivot = triple(out), triple(hinge), triple(mid)
	p.Radius, p.Width = length, 0
	p.Depth = max(0.3*length, 0.03*t.diagonal) // the ramp
	return nil
}

// flood takes vertices from start downwards in height, highest first, and stops
// where all that is higher and hangs together has the wanted share of the surface;
// nothing where that never comes about.
func (t *Target) flood(start int32, height func(v int32) float64, want float64) (taken []int32, level, top float64) {
	seen := make([]bool, len(t.fine.Vertices))
	h := &heap{}
	seen[start] = true
	h.push(heapItem{-height(start), start})
	level, top = height(start), height(start)
	area, good, goodLevel := 0.0, 0, 0.0
	for len(*h) > 0 && area < 1.4*want*t.area {
		v := h.pop().vertex
		if height(v) < level {
			// Everything above level has been taken.
			if area > 0.7*want*t.area {
				good, goodLevel = len(taken), level
			}
			level = height(v)
		}
		top = max(top, height(v))
		area += t.weight[v]
		taken = append(taken, v)
		for _, w := range t.next.Of(v) {
			if !seen[w] {
				seen[w] = true
				h.push(heapItem{-height(w), w})
			}
		}
	}
	return taken[:good], goodLevel, top
}

// planTongue bends a piece of the rim of a wall no thicker than thin.
func (t *Target) planTongue(p *Plan, at *place, want, thin float64) error {
	if at.edge < 0.3*thinWall*t.diagonal/thin+0.04 || at.wall > thin && t.solid {
		return errors.New("it has no limb longer than wide and no thin rim")
	}
	out := at.out.AddScaled(-at.out.Dot(at.thin), at.thin).Unit()
	if out == (geom.Vec{}) {
		return errors.New("it has no limb longer than wide and no thin rim")
	}
	p.Normal, p.Along = triple(out), triple(alongEdge(at.thin, out))
	p.Radius = math.Sqrt(want * t.area / 4)
	for round := 0; round < 5; round++ {
		p.Pivot = triple(at.point.AddScaled(-p.Radius, out))
		p.Width, p.Depth, p.Angle = 1.5*p.Radius, 0.9*p.Radius, 0.4
		limb, _, share := t.turned(*p)
		if share > 0.75*want && share < 1.35*want {
			if err := t.thinSheet(limb, thin); err != nil {
				return err
			}
			return t.rooted(*p, limb)
		}
		p.Radius *= min(1.8, max(0.6, math.Sqrt(want/max(share, 1e-6))))
		if p.Radius > 0.35*t.diagonal {
			break
		}
	}
	return errors.New("the rim is too narrow for the least area")
}

// thinSheet checks that a tongue is thin nearly everywhere: blocks do not bend.
func (t *Target) thinSheet(limb []turn, thin float64) error {
	if !t.solid {
		return nil
	}
	thick, count := 0, 0
	for i := 0; i < len(limb); i += len(limb)/24 + 1 {
		v := limb[i].vertex
		wall, _, _ := t.probe(t.fine.Vertices[v].D(), t.normals[v])
		count++
		if wall > thin {
			thick++
		}
	}
	if thick*4 > count {
		return errors.New("it has no limb, and where it has rims or corners it is too thick to bend")
	}
	return nil
}

// rooted checks that a tongue hangs on along most of its hinge, and is not a strip
// across the part.
func (t *Target) rooted(p Plan, limb []turn) error {
	pivot, row := vec(p.Pivot), 1.5*fineEdge*t.diagonal
	area := 0.0
	for _, m := range limb {
		d := t.fine.Vertices[m.vertex].D().Sub(pivot)
		if d.Dot(vec(p.Normal)) > 1.5*p.Radius {
			return errors.New("the part goes on beyond the bent rim")
		}
		if d.Dot(vec(p.Normal)) < row && math.Abs(d.Dot(vec(p.Along))) < 0.7*p.Width {
			area += t.weight[m.vertex]
		}
	}
	if area < 0.6*1.4*p.Width*row {
		return errors.New("the part is too narrow for a bent rim")
	}
	return nil
}

// bendBy chooses the angle for a push at the tip, to the side where there is room.
func (t *Target) bendBy(p *Plan, side, push float64) error {
	angle := min(1.1, max(0.2, push/p.Radius))
	for _, s := range []float64{side, -side} {
		p.Angle = s * angle
		limb, peak, share := t.turned(*p)
		if share < leastShare || share > mostShare || peak > 2*angle*p.Radius {
			return errors.New("no part beyond a hinge has the right area")
		}
		if t.hasRoom(limb) {
			return nil
		}
	}
	return errors.New("there is no room to bend")
}

// hasRoom reports whether hardly any of the moved surface ends up within the
// material that stays.
func (t *Target) hasRoom(limb []turn) bool {
	if !t.solid {
		return true
	}
	limbOf := make([]bool, len(t.fine.Vertices))
	for _, m := range limb {
		limbOf[m.vertex] = true
	}
	step := len(limb)/60 + 1
	hits, count := 0, 0
	for i := 0; i < len(limb); i += step {
		m := limb[i]
		x := t.fine.Vertices[m.vertex].D()
		length := m.by.Norm()
		if length < 0.01*t.diagonal {
			continue
		}
		count++
		if !t.inside(x.Add(m.by)) {
			continue
		}
		// Within its own limb's old place it does no harm.
		near := t.tree.Closest(x.Add(m.by))
		v := nearestOf(t, near.Face, x.Add(m.by))
		if !limbOf[v] {
			hits++
		}
	}
	return hits*5 <= count
}

// nearestOf returns the corner of sound face f that is nearest to q, as a vertex of
// the fine mesh: the first vertices of the fine mesh are the sound mesh's.
func nearestOf(t *Target, f int32, q geom.Vec) int32 {
	best, at := math.Inf(1), int32(0)
	for _, v := range t.sound.Faces[f] {
		if d := t.fine.Vertices[v].D().Sub(q).Norm2(); d < best {
			best, at = d, v
		}
	}
	return at
}
