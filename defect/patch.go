package defect

import (
	"blemish/geom"
	"blemish/mesh"
)

// patch is the part of a target's fine mesh that a defect changes, split finer.
type patch struct {
	target *Target
	mesh   *geom.Mesh
	global []int32 // the fine mesh's vertex of each vertex of mesh, -1 for those that splitting made
	near   []bool  // vertices that may move
	taken  []bool  // faces of the fine mesh that the patch stands for
}

// cutOut takes the faces around the vertices that near accepts and splits the
// edges between such vertices to the given length (0: not at all), making at most
// maxFaces faces.
func (t *Target) cutOut(near func(p geom.Vec) bool, edge float64, maxFaces int) *patch {
	var inner []int32
	for v, x := range t.fine.Vertices {
		if near(x.D()) {
			inner = append(inner, int32(v))
		}
	}
	return t.cutOutVertices(inner, edge, maxFaces)
}

// cutOutVertices is cutOut with the vertices named; they come first in the patch, in
// the order given.
func (t *Target) cutOutVertices(inner []int32, edge float64, maxFaces int) *patch {
	p := &patch{target: t, mesh: &geom.Mesh{}, taken: make([]bool, len(t.fine.Faces))}
	to := make([]int32, len(t.fine.Vertices)) // local index plus one
	for _, v := range inner {
		p.local(v, to)
	}
	for _, v := range inner {
		for _, f := range t.around.Of(v) {
			if p.taken[f] {
				continue
			}
			p.taken[f] = true
			c := t.fine.Faces[f]
			p.mesh.Faces = append(p.mesh.Faces, [3]int32{p.local(c[0], to), p.local(c[1], to), p.local(c[2], to)})
		}
	}
	p.near = make([]bool, len(p.mesh.Vertices))
	for i := range inner {
		p.near[i] = true
	}
	if edge > 0 {
		p.refine(edge, maxFaces, p.near)
	}
	return p
}

func (p *patch) local(v int32, to []int32) int32 {
	if to[v] == 0 {
		p.mesh.Vertices = append(p.mesh.Vertices, p.target.fine.Vertices[v])
		p.global = append(p.global, v)
		to[v] = int32(len(p.mesh.Vertices))
	}
	return to[v] - 1
}

// refine splits edges between vertices that where accepts.
func (p *patch) refine(edge float64, maxFaces int, where []bool) {
	r := mesh.Refine(p.mesh, edge, max(maxFaces, len(p.mesh.Faces)), where)
	p.mesh = r.Mesh
	for range r.Ends {
		p.global = append(p.global, -1)
		p.near = append(p.near, true)
	}
}

// snap is the share of the profile that is cut off at its foot, so that the rim of
// a dent is a line: what has moved is labelled, what is not labelled has not moved.
const snap = 0.06

// moved is the edit that moves the vertices of a patch.
func (p *patch) moved(by []geom.Vec) *edit {
	sound := append([]geom.Vec3(nil), p.mesh.Vertices...)
	for v, move := range by {
		if move != (geom.Vec{}) {
			p.mesh.Vertices[v] = sound[v].D().Add(move).F()
		}
	}
	return &edit{taken: p.taken, part: p.mesh, global: p.global, sound: sound}
}
