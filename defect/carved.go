package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// edit is what one defect does to a target's fine mesh: some faces are taken out and
// those of part put in their place.
type edit struct {
	taken  []bool      // faces of the fine mesh that part stands for; nil: none
	part   *geom.Mesh  // as the defect has it
	global []int32     // the fine vertex of each vertex of part, -1: none
	sound  []geom.Vec3 // where the vertices of part were on the sound surface
	fresh  int         // the faces of part from here on are new inner faces
	reach  []float32   // of the vertices of part, as in Carved; nil: no material removed
	open   bool        // the seam of a cut through a closed surface does not close
	least  float64     // displacement above which a point counts as anomalous
}

// leastSeen is the movement, as a share of the diagonal, above which a point of a bent part
// or of a crack's lips counts as anomalous: movements that fade out over a long way
// have no edge of their own. A twentieth of the spacing of 20,000 points.
const leastSeen = 0.0004

// Carved is an object with one or several defects, and where each part of its
// surface came from.
type Carved struct {
	target  *Target
	mesh    *geom.Mesh
	sound   []geom.Vec3 // where each vertex was on the sound surface; itself on new faces
	reach   []float32   // distance from removed material in widths of the labelled band, at least; nil: none removed
	fresh   []bool      // new inner faces, by face; nil: none
	least   []float32   // by vertex: displacement above which a point counts as anomalous; nil: 0
	sampler *mesh.Sampler
}

// assemble puts edits that touch different faces and vertices into a target: the
// faces that they leave alone, then theirs. The fine mesh's vertices keep their index.
func (t *Target) assemble(edits ...*edit) *Carved {
	vertices, faces, cuts, visible := len(t.fine.Vertices), len(t.fine.Faces), false, false
	taken := make([]bool, len(t.fine.Faces))
	for _, e := range edits {
		vertices, faces = vertices+len(e.part.Vertices), faces+len(e.part.Faces)
		cuts, visible = cuts || e.reach != nil, visible || e.least > 0
		for f, is := range e.taken {
			taken[f] = taken[f] || is
		}
	}
	c := &Carved{target: t, mesh: &geom.Mesh{Origin: t.sound.Origin}}
	c.mesh.Vertices = append(make([]geom.Vec3, 0, vertices), t.fine.Vertices...)
	c.sound = append(make([]geom.Vec3, 0, vertices), t.fine.Vertices...)
	c.mesh.Faces = make([][3]int32, 0, faces)
	for f, face := range t.fine.Faces {
		if !taken[f] {
			c.mesh.Faces = append(c.mesh.Faces, face)
		}
	}
	if cuts {
		c.fresh = make([]bool, faces)
		c.reach = make([]float32, vertices)
		for v := range c.reach {
			c.reach[v] = farReach
		}
	}
	if visible {
		c.least = make([]float32, vertices)
	}
	for _, e := range edits {
		c.put(e)
	}
	if cuts {
		c.fresh, c.reach = c.fresh[:len(c.mesh.Faces)], c.reach[:len(c.mesh.Vertices)]
		c.dropCrumbs()
	}
	c.sampler = mesh.NewSampler(c.mesh)
	return c
}

// put adds the vertices and faces of an edit.
func (c *Carved) put(e *edit) {
	to := make([]int32, len(e.part.Vertices))
	for i, x := range e.part.Vertices {
		if g := e.global[i]; g >= 0 {
			if c.mesh.Vertices[g] = x; x != c.sound[g] && c.least != nil {
				c.least[g] = float32(e.least)
			}
			to[i] = g
			continue
		}
		to[i] = int32(len(c.mesh.Vertices))
		c.mesh.Vertices = append(c.mesh.Vertices, x)
		c.sound = append(c.sound, e.sound[i])
		if c.least != nil {
			c.least[to[i]] = float32(e.least)
		}
	}
	if e.reach != nil {
		for i, r := range e.reach {
			c.reach[to[i]] = min(c.reach[to[i]], r)
		}
	}
	for f, face := range e.part.Faces {
		if e.reach != nil && f >= e.fresh {
			c.fresh[len(c.mesh.Faces)] = true
		}
		c.mesh.Faces = append(c.mesh.Faces, [3]int32{to[face[0]], to[face[1]], to[face[2]]})
	}
}

// Mesh returns the carved surface, without vertices that no face uses.
func (c *Carved) Mesh() *geom.Mesh { return mesh.Clean(c.mesh) }

// Sample draws n points uniformly by area. The scalar "label" is 1 on the defect
// and 0 elsewhere; "depth" is the signed distance by which a point has been moved
// (positive: out of the material) and, on the new faces where material is gone,
// minus the distance to the sound surface.
func (c *Carved) Sample(n int, r *seed.Rand) *geom.Cloud {
	out := c.Scan(n, false, r)
	out.Normals = nil
	return out
}

// draw draws a point of the surface. Positions are drawn from a range that does not
// change with the last bits of the area, and those past the end are drawn again: so
// the points that the defect does not touch are the same in any unit of length.
func (c *Carved) draw(r *seed.Rand) (f int32, bary [3]float64) {
	unit := c.target.area / 64
	total := unit * math.Ceil(c.sampler.Area()/unit+0.5)
	at := r.Float64() * total
	for at >= c.sampler.Area() {
		at = r.Float64() * total
	}
	return c.sampler.Face(at), mesh.Within(r)
}

// truth is the label and the depth of point p of face f.
func (c *Carved) truth(f int32, bary [3]float64, p geom.Vec) (label, depth float32) {
	if c.fresh != nil && c.fresh[f] {
		return 1, float32(-math.Sqrt(c.target.tree.Closest(p).Dist2))
	}
	moved, reach, least := c.moved(f, bary)
	d := moved.Norm()
	if d > least || reach < 1 {
		label = 1
	}
	if moved.Dot(c.soundNormal(f)) < 0 {
		return label, float32(-d)
	}
	return label, float32(d)
}

// moved interpolates the displacement, exactly zero where no corner has moved, and
// the distance from removed material; least is the displacement that counts there.
func (c *Carved) moved(f int32, bary [3]float64) (d geom.Vec, reach, least float64) {
	if c.reach == nil {
		reach = math.Inf(1)
	}
	for k, v := range c.mesh.Faces[f] {
		if c.mesh.Vertices[v] != c.sound[v] {
			d = d.AddScaled(bary[k], c.mesh.Vertices[v].D().Sub(c.sound[v].D()))
		}
		if c.reach != nil {
			reach += float64(bary[k] * float64(c.reach[v]))
		}
		if c.least != nil {
			least = max(least, float64(c.least[v]))
		}
	}
	return d, reach, least
}

// soundNormal is the normal that face f had before it was moved.
func (c *Carved) soundNormal(f int32) geom.Vec {
	t := c.mesh.Faces[f]
	a, b, d := c.sound[t[0]].D(), c.sound[t[1]].D(), c.sound[t[2]].D()
	return b.Sub(a).Cross(d.Sub(a))
}
