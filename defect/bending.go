package defect

import (
	"errors"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/seed"
)

// Bending is what lies beyond a hinge turned.
const Bending Kind = "bending"

var bending = newKind[BendingPlan](Bending, drawBending)

// BendingPlan is the form of a Bending. Of its Site, Center is on the part that turns,
// Normal points from the hinge to the tip, and Along is the hinge.
type BendingPlan struct {
	Pivot     [3]float64 `json:"pivot"`           // a point of the hinge
	Length    float64    `json:"radius"`          // from the hinge to the tip
	Ramp      float64    `json:"depth"`           // the length over which the turn begins
	HalfWidth float64    `json:"width,omitempty"` // of a tongue; 0: all beyond the hinge turns
	Angle     float64    `json:"angle,omitempty"` // in radians
}

func (b BendingPlan) numbers() []setting.Range {
	return append(placeRanges("pivot", b.Pivot), setting.Number("angle", b.Angle, -math.Pi, math.Pi))
}

func (b BendingPlan) lengths() []length {
	return []length{{"radius", b.Length, [2]float64{0.01, 1.5}}, {"depth", b.Ramp, [2]float64{0.001, 1.5}}, {"width", b.HalfWidth, [2]float64{0, 1.5}}}
}

// hingeReach is how far outside of the object's box a hinge may be, as a share of the diagonal.
const hingeReach = 0.5

// edit turns everything beyond a hinge: a limb as a whole, or a tongue of a
// thin rim. The turn begins over a smooth ramp. Points count as anomalous where
// they have moved by more than leastSeen.
func (b BendingPlan) edit(t *Target, s Site) (*edit, error) {
	box, pivot := t.sound.Box(), vec(b.Pivot)
	for _, corner := range []geom.Vec{box.Min.Sub(pivot), pivot.Sub(box.Max)} {
		if max(corner.X, corner.Y, corner.Z) > hingeReach*t.diagonal {
			return nil, fmt.Errorf("pivot %.6g is far outside of the object", b.Pivot)
		}
	}
	limb, _, _ := t.turned(s, b)
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
func (t *Target) turned(s Site, b BendingPlan) (limb []turn, peak, share float64) {
	tip, out, hinge, third := s.frame()
	pivot := vec(b.Pivot)
	// aside is how far a point lies to the side of the tongue's middle line.
	aside := func(d geom.Vec) float64 { return math.Hypot(d.Dot(hinge), d.Dot(third)) }
	seen := make([]bool, len(t.fine.Vertices))
	var queue []int32
	start := nearestVertex(t.fine.Vertices, tip)
	seen[start] = true
	queue = append(queue, start)
	ramp := b.Ramp
	for head := 0; head < len(queue); head++ {
		v := queue[head]
		d := t.fine.Vertices[v].D().Sub(pivot)
		angle := b.Angle * smooth(d.Dot(out)/ramp)
		if b.HalfWidth > 0 {
			angle *= smooth((b.HalfWidth - aside(d)) / (0.6 * b.HalfWidth))
		}
		by := geom.RotationAxis(hinge, angle).MulVec(d).Sub(d)
		peak = max(peak, by.Norm())
		limb = append(limb, turn{v, by})
		for _, w := range t.next.Of(v) {
			if seen[w] {
				continue
			}
			e := t.fine.Vertices[w].D().Sub(pivot)
			if e.Dot(out) > 0 && (b.HalfWidth == 0 || aside(e) < b.HalfWidth) {
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

func drawBending(t *Target, s scale, r *seed.Rand) (Plan, *edit, error) {
	last := errors.New("it has no limb and no thin rim that could bend")
	for try := 0; try < bendAttempts; try++ {
		// Rims, corners and tips first; later the ends of the body too, all of an end
		// being a limb where it is slender enough.
		at, out := t.chooseBend(r, try > bendAttempts/3 && try%2 == 1)
		if at == nil {
			continue
		}
		site, b := siteAt(at, r), BendingPlan{}
		want := r.Uniform(s.share[0], s.share[1])
		push := 1.6 * r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		side := 1.0
		if r.Bool(0.5) {
			side = -1
		}
		// Slender limbs first; then necks, knobs and the edges of plates, and tongues of thicker rims.
		l := limbShape{slim: 1.3}
		thin, level := thinWall*t.diagonal, 0.4
		if try > bendAttempts/4 {
			l = limbShape{slim: 0.75, wide: 1.5}
		}
		if try > bendAttempts/3 {
			thin *= 1.7
		}
		// A thick rim is a rim only from farther away.
		if try > bendAttempts/2 {
			wider := t.farther(*at, 1.8*placeRadius*t.diagonal)
			at = &wider
		}
		if try > bendAttempts*2/3 { // whatever the severity wants, a smaller or a larger part
			want = r.Uniform(1.5*leastShare, 0.8*mostShare)
			l.wide, level = 2.5, 1
		}
		thick, err := t.planLimb(&site, &b, at, out, want, l)
		if err != nil {
			err = t.planTongue(&site, &b, at, want, thin, level)
		}
		if err != nil {
			last = err
			continue
		}
		if err := t.bendBy(site, &b, thick, side, push); err != nil {
			last = err
			continue
		}
		return Plan{Site: site, Form: b}, nil, nil
	}
	return Plan{}, nil, last
}

// bendAttempts is how many places are looked at for a limb: the look is cheap, and
// the parts that bend are a small part of most objects.
const bendAttempts = 3 * attempts

// chooseBend draws a place and the direction in which a limb would point there: a rim
// or tip, outwards; with end, a place at an end of the body, along its normal.
func (t *Target) chooseBend(r *seed.Rand, end bool) (at *place, out geom.Vec) {
	if !end {
		at = t.choosePlace(r, func(p *place) float64 { return power(math.Max(0, p.edge-0.22), 2) })
		if at == nil {
			return nil, out
		}
		return at, at.out
	}
	for try := 0; try < 20; try++ {
		at = &t.places[r.Intn(len(t.places))]
		higher := 0
		for i := range t.places {
			if t.places[i].point.Sub(at.point).Dot(at.normal) > 0.01*t.diagonal {
				higher++
			}
		}
		if higher < len(t.places)/100 {
			return at, at.normal
		}
	}
	return nil, out
}

// bendBy chooses the angle for a push at the tip, to the side where there is room;
// thick is half the thickness of a limb at its hinge.
func (t *Target) bendBy(s Site, b *BendingPlan, thick, side, push float64) error {
	angle := min(1.1, max(0.2, push/b.Length))
	if b.HalfWidth == 0 {
		// A ramp too short for a thick limb would fold its inner side over itself.
		b.Ramp = min(b.Length, max(b.Ramp, 1.8*angle*thick))
		if angle = min(angle, b.Ramp/(1.8*thick)); angle < 0.2 {
			return errors.New("the part beyond a hinge is too thick to bend so that it can be seen")
		}
	}
	for _, way := range []float64{side, -side} {
		b.Angle = way * angle
		limb, peak, share := t.turned(s, *b)
		if share < leastShare || share > mostShare || peak > 2*angle*b.Length {
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
		v := t.nearestCorner(near.Face, x.Add(m.by))
		if !limbOf[v] {
			hits++
		}
	}
	return hits*5 <= count
}
