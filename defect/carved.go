package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// Carved is an object with a defect, and where each part of its surface came from.
type Carved struct {
	target  *Target
	mesh    *geom.Mesh
	sound   []geom.Vec3 // where each vertex was on the sound surface; itself on new faces
	reach   []float32   // distance from removed material in widths of the labelled band, at least; nil: none removed
	fresh   []bool      // new inner faces, by face; nil: none
	least   float64     // displacement above which a point counts as anomalous
	sampler *mesh.Sampler
}

// carve puts the pieces together: the faces that the patch left alone, then those
// of part. global names the fine vertex of part's vertices (-1: none), sound
// where they were; to is where they are in the result.
func (p *patch) carve(part *geom.Mesh, global []int32, sound []geom.Vec3) (c *Carved, to []int32) {
	t := p.target
	c = &Carved{target: t, mesh: &geom.Mesh{Origin: t.sound.Origin}}
	c.mesh.Vertices = append(make([]geom.Vec3, 0, len(t.fine.Vertices)+len(part.Vertices)), t.fine.Vertices...)
	c.sound = append(make([]geom.Vec3, 0, cap(c.mesh.Vertices)), t.fine.Vertices...)
	c.mesh.Faces = make([][3]int32, 0, len(t.fine.Faces)+len(part.Faces))
	for f, face := range t.fine.Faces {
		if !p.taken[f] {
			c.mesh.Faces = append(c.mesh.Faces, face)
		}
	}
	to = make([]int32, len(part.Vertices))
	for i, x := range part.Vertices {
		if g := global[i]; g >= 0 {
			c.mesh.Vertices[g], to[i] = x, g
			continue
		}
		to[i] = int32(len(c.mesh.Vertices))
		c.mesh.Vertices = append(c.mesh.Vertices, x)
		c.sound = append(c.sound, sound[i])
	}
	for _, face := range part.Faces {
		c.mesh.Faces = append(c.mesh.Faces, [3]int32{to[face[0]], to[face[1]], to[face[2]]})
	}
	return c, to
}

// Mesh returns the carved surface, without vertices that no face uses.
func (c *Carved) Mesh() *geom.Mesh { return mesh.Clean(c.mesh) }

// Sample draws n points uniformly by area. The scalar "label" is 1 on the defect
// and 0 elsewhere; "depth" is the signed distance by which a point has been moved
// (positive: out of the material) and, on the new faces where material is gone,
// minus the distance to the sound surface.
func (c *Carved) Sample(n int, r *seed.Rand) *geom.Cloud {
	out := &geom.Cloud{Points: make([]geom.Vec3, n), Origin: c.mesh.Origin}
	label, depth := make([]float32, n), make([]float32, n)
	// Positions are drawn from a range that does not change with the last bits of the
	// area, and those past the end are drawn again: so the points that the defect does
	// not touch are the same in any unit of length.
	unit := c.target.area / 64
	total := unit * math.Ceil(c.sampler.Area()/unit+0.5)
	for i := range out.Points {
		at := r.Float64() * total
		for at >= c.sampler.Area() {
			at = r.Float64() * total
		}
		f, bary := c.sampler.Face(at), mesh.Within(r)
		p := mesh.At(c.mesh, f, bary)
		out.Points[i] = p.F()
		if c.fresh != nil && c.fresh[f] {
			_, _, d := c.target.tree.Closest(p)
			label[i], depth[i] = 1, float32(-d)
			continue
		}
		moved, reach := c.moved(f, bary)
		d := moved.Norm()
		if moved.Dot(c.soundNormal(f)) < 0 {
			depth[i] = float32(-d)
		} else {
			depth[i] = float32(d)
		}
		if d > c.least || reach < 1 {
			label[i] = 1
		}
	}
	out.SetScalar("label", label)
	out.SetScalar("depth", depth)
	return out
}

// moved interpolates the displacement, exactly zero where no corner has moved, and
// the distance from removed material.
func (c *Carved) moved(f int32, bary [3]float64) (d geom.Vec, reach float64) {
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
	}
	return d, reach
}

// soundNormal is the normal that face f had before it was moved.
func (c *Carved) soundNormal(f int32) geom.Vec {
	t := c.mesh.Faces[f]
	a, b, d := c.sound[t[0]].D(), c.sound[t[1]].D(), c.sound[t[2]].D()
	return b.Sub(a).Cross(d.Sub(a))
}

// finish readies c for sampling.
func (c *Carved) finish() *Carved {
	c.sampler = mesh.NewSampler(c.mesh)
	return c
}
