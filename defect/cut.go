package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
)

// cutter is a body that is taken away from the material.
type cutter interface {
	// value is negative inside the body and grows about as fast as the distance from it.
	value(x geom.Vec) float64
	// skin is the body's surface with edges of about the given length, faces looking
	// into the body: out of the material that is left.
	skin(edge float64) *geom.Mesh
	// ball holds the whole body.
	ball() (center geom.Vec, radius float64)
}

// cut takes the body away: clips the surface where value is 0, closes the gap with
// the part of the body's skin that lies in the material, and joins the two along the
// seam. On a mesh without inside the gap stays open. Where a seam does not close, it
// is tried again with shorter edges.
//
// shift, where not nil, moves what is left: surface and new faces alike.
func (t *Target) cut(body cutter, edge, band float64, shift func(x geom.Vec) geom.Vec) *edit {
	var e *edit
	for _, shorter := range []float64{1, 0.8, 0.6} {
		var closed bool
		e, closed = t.cutOnce(body, shorter*edge, band, shift)
		if e.open = t.strict && !closed; !e.open {
			break
		}
	}
	return e
}

// band is the width of the labelled rim round removed material: a scan of 20,000
// points has about two rows of points there.
func (t *Target) band() float64 {
	return min(0.015*t.diagonal, max(0.006*t.diagonal, 1.8*t.spacing))
}

// errOpen is why a cut is not made at a place: the material there is so thin, or so
// nearly touches the body, that surface and skin meet in lines that do not match.
var errOpen = errors.New("the seam of the cut would stay open")

// closed is an edit whose seam closes, else errOpen.
func closed(e *edit, err error) (*edit, error) {
	if err == nil && e.open {
		return nil, errOpen
	}
	return e, err
}

func (t *Target) cutOnce(body cutter, edge, band float64, shift func(x geom.Vec) geom.Vec) (e *edit, closed bool) {
	center, radius := body.ball()
	reach := radius + band + fineEdge*t.diagonal
	far := farReach*band + fineEdge*t.diagonal
	p := t.cutOut(func(x geom.Vec) bool { return x.Sub(center).Norm2() < float64(reach*reach) && body.value(x) < far }, 0, 0)
	p.refineAround(body, edge)

	value := make([]float64, len(p.mesh.Vertices))
	for v, x := range p.mesh.Vertices {
		value[v] = 1
		if p.near[v] {
			value[v] = body.value(x.D())
		}
	}
	clip := mesh.Clip(p.mesh, value, func(kept, dropped int32) float64 {
		return crossing(body, p.mesh.Vertices[kept].D(), p.mesh.Vertices[dropped].D(), value[kept], value[dropped])
	})
	part := clip.Mesh
	surface := len(part.Faces)
	if t.solid {
		gap := &closer{target: t, part: part, edge: edge}
		closed = gap.fill(clip.Cut, body.skin(edge))
	}
	global := make([]int32, len(part.Vertices))
	for v := range global {
		global[v] = -1
		if v < len(clip.From) && clip.From[v] >= 0 {
			global[v] = p.global[clip.From[v]]
		}
	}
	sound := part.Vertices
	if shift != nil {
		part.Vertices = make([]geom.Vec3, len(sound))
		for v, x := range sound {
			part.Vertices[v] = x
			if by := shift(x.D()); by != (geom.Vec{}) {
				part.Vertices[v] = x.D().Add(by).F()
			}
		}
	}
	e = &edit{taken: p.taken, part: part, global: global, sound: sound, fresh: surface, reach: make([]float32, len(sound))}
	for v := range e.reach {
		e.reach[v] = farReach
	}
	measureReach(clip, sound, value, band, func(v int32, reach float32) { e.reach[v] = reach })
	return e, closed
}

// refineAround splits the edges near the body's skin to the given length, in steps
// that close in on it: an edge that crosses the skin has both ends within its length.
func (p *patch) refineAround(body cutter, edge float64) {
	for length := fineEdge * p.target.diagonal; length > edge; {
		where := make([]bool, len(p.mesh.Vertices))
		for v, x := range p.mesh.Vertices {
			where[v] = p.near[v] && math.Abs(body.value(x.D())) < 1.3*length
		}
		length = max(edge, length/3)
		p.refine(length, 60_000, where)
	}
}

// crossing finds where value is 0 on the way from a (positive) to b, as a share of
// the way, by regula falsi with bisection.
func crossing(body cutter, a, b geom.Vec, va, vb float64) float64 {
	lo, hi := 0.0, 1.0
	for i := 0; i < 6; i++ {
		at := lo + float64((hi-lo)*va/(va-vb))
		if i%3 == 2 {
			at = 0.5 * (lo + hi)
		}
		if v := body.value(a.AddScaled(at, b.Sub(a))); v > 0 {
			lo, va = at, v
		} else {
			hi, vb = at, v
		}
	}
	return lo + float64((hi-lo)*va/(va-vb))
}

// farReach stands for vertices so many bands away that it makes no difference.
const farReach = 4

// measureReach tells each vertex near the cut how far it is from it, in widths of
// the band. Only distances up to one band decide about labels.
func measureReach(clip *mesh.Clipped, sound []geom.Vec3, value []float64, band float64, set func(v int32, reach float32)) {
	onCut := make([]geom.Vec3, len(clip.OnCut))
	for i, v := range clip.OnCut {
		set(v.Vertex, 0)
		onCut[i] = sound[v.Vertex]
	}
	near := spatial.NewTree(onCut)
	for v, from := range clip.From {
		// value is at most some times the true distance, where a long body is cut aslant.
		if from < 0 || value[from] > farReach*band {
			continue
		}
		d := math.Sqrt(float64(near.Nearest(sound[v]).Dist2))
		set(int32(v), float32(min(farReach, d/band)))
	}
}

// crumb is the largest share of the surface that may fall off with the material
// that is taken away.
const crumb = 0.08

// dropCrumbs lets go of pieces that the cut has severed: of each part of the sound
// mesh that the cut has divided, the largest piece stays, and so does every piece
// larger than a crumb.
func (c *Carved) dropCrumbs() {
	after, pieces := mesh.Components(c.mesh)
	// Untouched vertices keep their index: they tell which part a piece belonged to.
	partOf, parts := c.target.part, c.target.parts
	if pieces <= parts {
		return
	}
	area, inner := make([]float64, pieces), 0.0
	owner := make([]int32, pieces)
	for i := range owner {
		owner[i] = -1
	}
	for f, face := range c.mesh.Faces {
		a := c.mesh.FaceArea(f)
		area[after[f]] += a
		if c.fresh[f] {
			inner += a
		}
		for _, v := range face {
			if int(v) < len(partOf) {
				owner[after[f]] = partOf[v]
			}
		}
	}
	largest := make([]int32, parts)
	for i := range largest {
		largest[i] = -1
	}
	for i := range area {
		if o := owner[i]; o >= 0 && (largest[o] < 0 || area[i] > area[largest[o]]) {
			largest[o] = int32(i)
		}
	}
	keep := 0
	for f, face := range c.mesh.Faces {
		piece := after[f]
		o := owner[piece]
		// Inner faces that hang on nothing stay only if they are most of what the cut shows.
		stray := o < 0 && (!c.fresh[f] || area[piece] < 0.3*inner) || o >= 0 && largest[o] != piece && area[piece] < crumb*c.target.area
		if stray {
			continue
		}
		c.mesh.Faces[keep], c.fresh[keep] = face, c.fresh[f]
		keep++
	}
	c.mesh.Faces, c.fresh = c.mesh.Faces[:keep], c.fresh[:keep]
}
