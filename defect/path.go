package defect

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/spatial"
)

// A path is a line on the surface that bends by noise: what a scratch or a crack
// follows. It is a geodesic but for its bends: it goes straight on over the edges of
// faces that are unfolded into one plane (Polthier and Schmies, "Straightest
// geodesics on polyhedral surfaces", 1998), so it never leaves the surface.
type path struct {
	points  []geom.Vec
	along   []geom.Vec // unit tangent at each point
	normal  []geom.Vec // unit normal at each point, smoothed along the path
	face    []int32    // of the fine mesh
	s       []float64  // length from the centre, negative before it
	stopped [2]bool    // the surface ended, or bent too sharply, before the start, the end
}

// sharpest is the cosine of the sharpest edge, from face to face, that a path crosses.
const sharpest = 0.45

// walkPath goes both ways from the centre, half on each side, in the given number of
// steps. bend is the curvature to the left at s in (-1, 1), in radians a half length.
func (t *Target) walkPath(center, normal, along geom.Vec, half float64, steps int, bend func(s float64) float64) *path {
	f := t.faceAt(center, normal)
	p := &path{}
	ahead := t.walk(f, center, along, half, steps, bend)
	back := t.walk(f, center, along.Scale(-1), half, steps, func(s float64) float64 { return -bend(-s) })
	for i := len(back.points) - 1; i > 0; i-- {
		p.points, p.along = append(p.points, back.points[i]), append(p.along, back.along[i].Scale(-1))
		p.normal, p.face = append(p.normal, back.normal[i]), append(p.face, back.face[i])
		p.s = append(p.s, -back.s[i])
	}
	p.points, p.along = append(p.points, ahead.points...), append(p.along, ahead.along...)
	p.normal, p.face = append(p.normal, ahead.normal...), append(p.face, ahead.face...)
	p.s = append(p.s, ahead.s...)
	p.stopped = [2]bool{len(back.points) <= steps, len(ahead.points) <= steps}
	p.smoothNormals()
	return p
}

// length is how far the path goes from end to end.
func (p *path) length() float64 { return p.s[len(p.s)-1] - p.s[0] }

// smoothNormals averages the normals of the faces over a few points and keeps them
// at a right angle to the path.
func (p *path) smoothNormals() {
	for round := 0; round < 3; round++ {
		mean := make([]geom.Vec, len(p.normal))
		for i := range mean {
			mean[i] = p.normal[i].Scale(2).Add(p.normal[max(0, i-1)]).Add(p.normal[min(len(mean)-1, i+1)]).Unit()
		}
		p.normal = mean
	}
	for i, n := range p.normal {
		if n = n.AddScaled(-n.Dot(p.along[i]), p.along[i]).Unit(); n != (geom.Vec{}) {
			p.normal[i] = n
		}
	}
}

// faceAt finds the face of the fine mesh that center lies on; normal tells the two
// sides of a thin wall apart.
func (t *Target) faceAt(center, normal geom.Vec) int32 {
	best, face := math.Inf(1), int32(0)
	for f, c := range t.fine.Faces {
		a := t.fine.Vertices[c[0]].D()
		reach := fineEdge * t.diagonal
		if d := a.Sub(center).Norm2(); d > best && d > 4*(best+float64(reach*reach)) {
			continue
		}
		q, _ := spatial.ClosestOnTriangle(a, t.fine.Vertices[c[1]].D(), t.fine.Vertices[c[2]].D(), center)
		d := q.Sub(center).Norm2()
		if t.fine.FaceNormal(f).Dot(normal) < 0 {
			d += float64(1e-6 * t.diagonal * t.diagonal)
		}
		if d < best {
			best, face = d, int32(f)
		}
	}
	return face
}

// walk goes from x on face f in direction dir.
func (t *Target) walk(f int32, x, dir geom.Vec, length float64, steps int, bend func(s float64) float64) *path {
	p := &path{}
	step := length / float64(steps)
	n := t.fine.FaceNormal(int(f))
	if dir = dir.AddScaled(-dir.Dot(n), n).Unit(); dir == (geom.Vec{}) {
		dir = n.Perpendicular()
	}
	add := func(s float64) {
		p.points, p.along, p.normal = append(p.points, x), append(p.along, dir), append(p.normal, n)
		p.face, p.s = append(p.face, f), append(p.s, s)
	}
	add(0)
	for i := 1; i <= steps; i++ {
		s, c := math.Sincos(bend((float64(i)-0.5)/float64(steps)) / float64(steps))
		dir = dir.Scale(c).AddScaled(s, n.Cross(dir)).Unit()
		left := step
		for crossings := 0; left > 0; crossings++ {
			k, at := t.exit(f, x, dir)
			if k < 0 || crossings > 200 {
				return p
			}
			if at >= left {
				x = x.AddScaled(left, dir)
				break
			}
			left -= at
			x = x.AddScaled(at, dir)
			g := t.across(f, k)
			if g < 0 {
				return p
			}
			m := t.fine.FaceNormal(int(g))
			if m == (geom.Vec{}) || n.Dot(m) < sharpest {
				return p
			}
			dir = carry(dir, n, m)
			f, n = g, m
			x = t.inward(f, x)
		}
		add(float64(i) * step)
	}
	return p
}

// exit finds the edge (from corner k to the next) through which the ray from x, in
// the plane of face f, leaves it, and how far that is; -1 where the face has no area.
func (t *Target) exit(f int32, x, dir geom.Vec) (k int, at float64) {
	c := t.fine.Faces[f]
	n := t.fine.FaceNormal(int(f))
	k, at = -1, math.Inf(1)
	for i := 0; i < 3; i++ {
		a, b := t.fine.Vertices[c[i]].D(), t.fine.Vertices[c[(i+1)%3]].D()
		out := b.Sub(a).Cross(n)
		speed := dir.Dot(out)
		if speed <= 0 {
			continue
		}
		if d := max(0, a.Sub(x).Dot(out)/speed); d < at {
			k, at = i, d
		}
	}
	return k, at
}

// across is the face on the other side of edge k of face f; -1 at a border, or where
// more than two faces meet.
func (t *Target) across(f int32, k int) int32 {
	c := t.fine.Faces[f]
	a, b := c[k], c[(k+1)%3]
	other := int32(-1)
	for _, g := range t.around.Of(a) {
		d := t.fine.Faces[g]
		if g == f || d[0] != b && d[1] != b && d[2] != b {
			continue
		}
		if other >= 0 {
			return -1
		}
		other = g
	}
	return other
}

// inward moves x, on the rim of face f, a little towards its middle, so that rounding
// does not throw it out again.
func (t *Target) inward(f int32, x geom.Vec) geom.Vec {
	c := t.fine.Faces[f]
	mid := t.fine.Vertices[c[0]].D().Add(t.fine.Vertices[c[1]].D()).Add(t.fine.Vertices[c[2]].D()).Scale(1.0 / 3)
	return x.AddScaled(1e-4, mid.Sub(x))
}

// beside gives the vertices of a surface that are near a path a place beside it.
type beside struct {
	order []int32   // vertices reached, in the order in which they were found
	in    []bool    // by vertex
	s, v  []float64 // by vertex: length along the path, distance to its left
	at    []int32   // by vertex: the nearest segment of the path
}

// spread finds the vertices of m that hang together with seeds and lie within reach
// of the path on the side of the surface that it runs on. From vertex to vertex only
// segments near that of the neighbour are looked at.
func (p *path) spread(m *geom.Mesh, next *mesh.Lists, normals []geom.Vec, seeds []int32, reach float64) *beside {
	n := len(m.Vertices)
	b := &beside{in: make([]bool, n), s: make([]float64, n), v: make([]float64, n), at: make([]int32, n)}
	visit := func(v, lo, hi int32) {
		best := math.Inf(1)
		for i := max(0, lo); i < min(hi, int32(len(p.points)-1)); i++ {
			if d, s, side := p.measure(i, m.Vertices[v].D()); d < best {
				best, b.s[v], b.v[v], b.at[v] = d, s, side, i
			}
		}
		if best <= float64(reach*reach) && normals[v].Dot(p.normal[b.at[v]]) > 0.1 {
			b.in[v] = true
			b.order = append(b.order, v)
		}
	}
	for _, v := range seeds {
		if !b.in[v] {
			visit(v, 0, int32(len(p.points)))
		}
	}
	for head := 0; head < len(b.order); head++ {
		v := b.order[head]
		for _, w := range next.Of(v) {
			if !b.in[w] {
				visit(w, b.at[v]-4, b.at[v]+5)
			}
		}
	}
	return b
}

// measure places x beside segment i: squared distance, length along, distance to the left.
func (p *path) measure(i int32, x geom.Vec) (dist2, s, left float64) {
	a, b := p.points[i], p.points[i+1]
	ab := b.Sub(a)
	at := 0.0
	if l := ab.Norm2(); l > 0 {
		at = min(1, max(0, x.Sub(a).Dot(ab)/l))
	}
	d := x.Sub(a.AddScaled(at, ab))
	dist2 = d.Norm2()
	left = math.Sqrt(dist2)
	if d.Dot(p.normal[i].Cross(ab)) < 0 {
		left = -left
	}
	return dist2, p.s[i] + float64(at*(p.s[i+1]-p.s[i])), left
}

// seedsOf lists the corners of the faces that a path runs over.
func (t *Target) seedsOf(p *path) []int32 {
	var seeds []int32
	for i, f := range p.face {
		if i == 0 || f != p.face[i-1] {
			c := t.fine.Faces[f]
			seeds = append(seeds, c[0], c[1], c[2])
		}
	}
	return seeds
}

// patchAlong cuts out the surface within reach of a path, split to the given edge
// length, and places its vertices beside the path. Where wall is not 0, what lies
// behind a wall of that thickness is part of the patch, too.
func (t *Target) patchAlong(p *path, reach, wall, edge float64) (*patch, *beside, []geom.Vec) {
	wide := p.spread(t.fine, t.next, t.normals, t.seedsOf(p), reach+fineEdge*t.diagonal)
	vertices := wide.order
	if wall > 0 {
		vertices = append(vertices, t.behind(p, wide.in, reach+wall+fineEdge*t.diagonal)...)
	}
	cut := t.cutOutVertices(vertices, edge, 30_000)
	next := mesh.VertexNeighbors(cut.mesh)
	normals := smoothed(mesh.VertexNormals(cut.mesh), next, 3)
	// cutOutVertices numbers the vertices in the order given.
	seeds := make([]int32, 0, len(wide.order))
	for i, v := range wide.order {
		if math.Abs(wide.v[v]) < fineEdge*t.diagonal {
			seeds = append(seeds, int32(i))
		}
	}
	return cut, p.spread(cut.mesh, next, normals, seeds, reach), normals
}

// behind lists the vertices that lie within reach of a path and are not in.
func (t *Target) behind(p *path, in []bool, reach float64) (vertices []int32) {
	points, box := make([]geom.Vec3, len(p.points)), geom.EmptyBox()
	for i, x := range p.points {
		points[i] = x.F()
		box.Extend(x)
	}
	tree := spatial.NewTree(points)
	middle, half := box.Center(), box.Size().Scale(0.5)
	for v, x := range t.fine.Vertices {
		d := x.D().Sub(middle)
		near := math.Abs(d.X) < half.X+reach && math.Abs(d.Y) < half.Y+reach && math.Abs(d.Z) < half.Z+reach
		if near && !in[v] && float64(tree.Nearest(x).Dist2) < float64(reach*reach) {
			vertices = append(vertices, int32(v))
		}
	}
	return vertices
}
