package defect

import (
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
// the part of the body's skin that lies in the material, joins the two along the
// seam, and lets go of crumbs. On a mesh without inside the gap stays open.
func (t *Target) cut(body cutter, edge, band float64) *Carved {
	center, radius := body.ball()
	reach := radius + band + fineEdge*t.diagonal
	p := t.cutOut(func(x geom.Vec) bool { return x.Sub(center).Norm2() < float64(reach*reach) }, 0, 0)
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
		close := &closer{target: t, part: part, edge: edge}
		close.fill(loopsOf(clip.Cut), body.skin(edge))
	}
	global := make([]int32, len(part.Vertices))
	for v := range global {
		global[v] = -1
		if v < len(clip.From) && clip.From[v] >= 0 {
			global[v] = p.global[clip.From[v]]
		}
	}
	c := p.carve(part, global, part.Vertices)
	c.fresh = make([]bool, len(c.mesh.Faces))
	for f := len(c.mesh.Faces) - (len(part.Faces) - surface); f < len(c.fresh); f++ {
		c.fresh[f] = true
	}
	cutPoints := make([]geom.Vec3, len(clip.OnCut))
	for i, v := range clip.OnCut {
		cutPoints[i] = part.Vertices[v.Vertex]
	}
	c.dropCrumbs()
	c.measureReach(cutPoints, center, reach, band)
	return c.finish()
}

// refineAround splits the edges near the body's skin to the given length.
func (p *patch) refineAround(body cutter, edge float64) {
	where := make([]bool, len(p.mesh.Vertices))
	for v, x := range p.mesh.Vertices {
		where[v] = p.near[v] && math.Abs(body.value(x.D())) < 1.3*fineEdge*p.target.diagonal
	}
	p.refine(edge, 60_000, where)
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

// measureReach tells each vertex how far it is from the cut, in widths of the band.
func (c *Carved) measureReach(cut []geom.Vec3, center geom.Vec, radius, band float64) {
	c.reach = make([]float32, len(c.mesh.Vertices))
	tree := spatial.NewTree(cut)
	for v, x := range c.mesh.Vertices {
		c.reach[v] = 1e3
		if len(cut) > 0 && x.D().Sub(center).Norm2() < float64(radius*radius) {
			c.reach[v] = float32(math.Sqrt(float64(tree.Nearest(x).Dist2)) / band)
		}
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
	partOf, parts := c.target.part, int32(0)
	for _, p := range partOf {
		parts = max(parts, p+1)
	}
	if pieces <= int(parts) {
		return
	}
	area := make([]float64, pieces)
	owner := make([]int32, pieces)
	for i := range owner {
		owner[i] = -1
	}
	for f, face := range c.mesh.Faces {
		area[after[f]] += c.mesh.FaceArea(f)
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
		stray := o < 0 && !c.fresh[f] || o >= 0 && largest[o] != piece && area[piece] < crumb*c.target.area
		if stray {
			continue
		}
		c.mesh.Faces[keep], c.fresh[keep] = face, c.fresh[f]
		keep++
	}
	c.mesh.Faces, c.fresh = c.mesh.Faces[:keep], c.fresh[:keep]
}
