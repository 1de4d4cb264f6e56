package defect

import (
	"errors"
	"math"

	"blemish/geom"
)

// Tongues: pieces of the rim of a thin wall that bend.

// planTongue bends a piece of the rim of a wall no thicker than thin. level is how far
// from a plane it may lie, in lengths from hinge to tip: the arris of a hollow body is thin, too, but no rim.
func (t *Target) planTongue(s *Site, b *BendingPlan, at *place, want, thin, level float64) error {
	if at.edge < 0.3*thinWall*t.diagonal/thin+0.04 || !t.isThin(at, thin) {
		return errNoRim
	}
	out := at.out.AddScaled(-at.out.Dot(at.thin), at.thin).Unit()
	if out == (geom.Vec{}) {
		return errNoRim
	}
	s.Normal, s.Along = triple(out), triple(alongEdge(at.thin, out))
	b.Length = math.Sqrt(want * t.area / 4)
	for round := 0; round < 5; round++ {
		b.Pivot = triple(at.point.AddScaled(-b.Length, out))
		b.HalfWidth, b.Ramp, b.Angle = 1.5*b.Length, 0.9*b.Length, 0.4
		limb, _, share := t.turned(*s, *b)
		if share > 0.75*want && share < 1.35*want {
			if err := t.thinSheet(limb, thin); err != nil {
				return err
			}
			if t.unevenness(*s, *b, limb) > level*b.Length {
				return errors.New("the rim is too sharply curved to bend")
			}
			return t.rooted(*s, *b, limb)
		}
		b.Length *= min(1.8, max(0.6, math.Sqrt(want/max(share, 1e-6))))
		if b.Length > 0.35*t.diagonal {
			break
		}
	}
	return errors.New("the rim is too narrow for the least area")
}

var errNoRim = errors.New("it has no limb longer than wide and no thin rim")

// isThin reports whether the material at a rim, as far as its surroundings tell which
// way it is thin, is no thicker than thin.
func (t *Target) isThin(at *place, thin float64) bool {
	if !t.solid || at.wall <= thin || t.atBorder(at.point) {
		return true
	}
	// Seen from just inside, where the place is on the narrow side of the rim.
	x := at.point.AddScaled(-0.25*thin, at.out)
	one, ok := t.tree.First(x, at.thin, 0, thin)
	other, also := t.tree.First(x, at.thin.Scale(-1), 0, thin)
	return ok && also && one.At+other.At <= thin && t.inside(x)
}

// atBorder reports whether the surface ends near q: there it is a sheet, whatever
// rays say about the rest.
func (t *Target) atBorder(q geom.Vec) bool {
	if t.report.BoundaryEdges == 0 {
		return false
	}
	reach := 0.5 * placeRadius * t.diagonal
	for v, x := range t.fine.Vertices {
		if t.border(int32(v)) && x.D().Sub(q).Norm2() < float64(reach*reach) {
			return true
		}
	}
	return false
}

// border reports whether the surface ends at a vertex of the fine mesh.
func (t *Target) border(v int32) bool { return len(t.next.Of(v)) > len(t.around.Of(v)) }

// thinSheet checks that a tongue is thin nearly everywhere: blocks do not bend.
func (t *Target) thinSheet(limb []turn, thin float64) error {
	if !t.solid {
		return nil
	}
	thick, count := 0, 0
	for _, m := range limb {
		if t.border(m.vertex) {
			return nil
		}
	}
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

// unevenness is the root mean square distance of a tongue from its mean plane.
func (t *Target) unevenness(s Site, b BendingPlan, limb []turn) float64 {
	_, _, _, third := s.frame()
	var weight, sum, squares float64
	for _, m := range limb {
		w, x := t.weight[m.vertex], t.fine.Vertices[m.vertex].D().Sub(vec(b.Pivot)).Dot(third)
		weight, sum, squares = weight+w, sum+float64(w*x), squares+float64(w*x*x)
	}
	mean := sum / weight
	return math.Sqrt(max(0, squares/weight-float64(mean*mean)))
}

// rooted checks that a tongue hangs on along most of its hinge, and is not a strip
// across the part.
func (t *Target) rooted(s Site, b BendingPlan, limb []turn) error {
	pivot, row := vec(b.Pivot), 1.5*fineEdge*t.diagonal
	area := 0.0
	for _, m := range limb {
		d := t.fine.Vertices[m.vertex].D().Sub(pivot)
		if d.Dot(vec(s.Normal)) > 1.5*b.Length {
			return errors.New("the part goes on beyond the bent rim")
		}
		if d.Dot(vec(s.Normal)) < row && math.Abs(d.Dot(vec(s.Along))) < 0.7*b.HalfWidth {
			area += t.weight[m.vertex]
		}
	}
	if area < 0.6*1.4*b.HalfWidth*row {
		return errors.New("the part is too narrow for a bent rim")
	}
	return nil
}
