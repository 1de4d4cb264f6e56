package render

import (
	"context"
	"image"
	"math"

	"blemish/geom"
)

// Mesh draws the faces of m. Both sides of a face are lit. It panics where Values
// or Colors have another length than the vertices. The only error is that ctx has ended.
func Mesh(ctx context.Context, m *geom.Mesh, opt Options) (*image.NRGBA, error) {
	o := opt.filled(len(m.Vertices))
	c := newCanvas(ctx, &o, o.camera(m.Vertices))
	c.triangles(m, &o)
	return c.develop(&o)
}

// corner is a vertex on the screen.
type corner struct{ x, y, near float64 }

func (c *canvas) triangles(m *geom.Mesh, o *Options) {
	at := make([]corner, len(m.Vertices))
	eye := make([]geom.Vec, len(m.Vertices))
	for i, p := range m.Vertices {
		q, near := c.cam.look(p.D())
		x, y := c.cam.pixel(q, near)
		at[i] = corner{x, y, near}
		eye[i] = geom.Vec{X: -q.X, Y: -q.Y, Z: c.cam.reach - q.Z}
	}
	normals := cornerNormals(m, o.Flat)
	spans := make([]span, len(m.Faces))
	for f, t := range m.Faces {
		spans[f] = span{0, -1}
		if !drawable(m, t) {
			continue
		}
		a, b, d := at[t[0]].y, at[t[1]].y, at[t[2]].y
		lo, hi := math.Min(a, math.Min(b, d)), math.Max(a, math.Max(b, d))
		spans[f] = span{int32(math.Max(lo, -1)), int32(math.Min(math.Ceil(hi), float64(c.h)))}
	}
	c.fill(spans, func(first, last int, things []int32) {
		for _, f := range things {
			t := m.Faces[f]
			p := patch{edges: o.Edges}
			for k, v := range t {
				p.at[k] = at[v]
				n := c.cam.turn.MulVec(normals[3*int(f)+k])
				if n.Dot(eye[v]) < 0 {
					n = n.Scale(-1)
				}
				p.normal[k] = n
				rgb := o.colorOf(int(v))
				p.color[k] = geom.Vec{X: float64(rgb.R), Y: float64(rgb.G), Z: float64(rgb.B)}
			}
			c.paint(&p, first, last)
		}
	})
}

func drawable(m *geom.Mesh, t [3]int32) bool {
	for _, v := range t {
		if v < 0 || int(v) >= len(m.Vertices) || !m.Vertices[v].Finite() {
			return false
		}
	}
	return true
}

// patch is one triangle with what is interpolated over it.
type patch struct {
	at     [3]corner
	normal [3]geom.Vec
	color  [3]geom.Vec
	edges  bool
}

// edgeWidth is how far from the edge of a face its line reaches, in samples, and edgeShade
// how dark it is. Faces lower than edgeFaint have none, those from edgeFull on the whole of
// it: so fine a mesh would be black.
const (
	edgeWidth, edgeShade = 0.9, 0.35
	edgeFaint, edgeFull  = 3, 10
)

// paint fills the samples of a triangle within the rows. Nearness is linear on
// the screen; normal and colour are interpolated as if they were, which is close
// enough for triangles much smaller than the distance of the eye.
func (c *canvas) paint(p *patch, first, last int) {
	a, b, d := p.at[0], p.at[1], p.at[2]
	area := (b.x-a.x)*(d.y-a.y) - (b.y-a.y)*(d.x-a.x)
	if area == 0 {
		return
	}
	x0 := max(0, int(math.Ceil(math.Min(a.x, math.Min(b.x, d.x))-0.5)))
	x1 := min(c.w-1, int(math.Floor(math.Max(a.x, math.Max(b.x, d.x))-0.5)))
	y0 := max(first, int(math.Ceil(math.Min(a.y, math.Min(b.y, d.y))-0.5)))
	y1 := min(last, int(math.Floor(math.Max(a.y, math.Max(b.y, d.y))-0.5)))
	inverse := 1 / area
	// How far a sample is from each edge: its weight times the height of the corner opposite.
	height := func(p, q corner) float64 { return math.Abs(area) / math.Hypot(p.x-q.x, p.y-q.y) }
	ha, hb, hd := height(b, d), height(d, a), height(a, b)
	low := math.Min(ha, math.Min(hb, hd))
	shade := 1 - (1-edgeShade)*math.Max(0, math.Min(1, (low-edgeFaint)/(edgeFull-edgeFaint)))
	for y := y0; y <= y1; y++ {
		py := float64(y) + 0.5
		for x := x0; x <= x1; x++ {
			px := float64(x) + 0.5
			// weights of the corners; samples on an edge belong to both sides
			u := ((b.x-px)*(d.y-py) - (b.y-py)*(d.x-px)) * inverse
			v := ((d.x-px)*(a.y-py) - (d.y-py)*(a.x-px)) * inverse
			w := 1 - u - v
			if u < 0 || v < 0 || w < 0 {
				continue
			}
			near := float32(u*a.near + v*b.near + w*d.near)
			i := y*c.w + x
			if near <= c.near[i] {
				continue
			}
			c.near[i] = near
			n := p.normal[0].Scale(u).AddScaled(v, p.normal[1]).AddScaled(w, p.normal[2])
			c.normal[i] = packNormal(float32(n.X), float32(n.Y), float32(n.Z))
			k := p.color[0].Scale(u).AddScaled(v, p.color[1]).AddScaled(w, p.color[2])
			if p.edges && math.Min(u*ha, math.Min(v*hb, w*hd)) < edgeWidth {
				k = k.Scale(shade)
			}
			c.base[i] = packColor(float32(k.X), float32(k.Y), float32(k.Z))
		}
	}
}

// crease is the cosine of the angle above which an edge is drawn sharp.
const crease = 0.8

// cornerNormals returns a normal for each corner of each face: the mean, weighted
// by area, of the faces at that place that lean less than the crease angle. Places
// are told apart by position, so that files that repeat vertices look smooth too.
func cornerNormals(m *geom.Mesh, flat bool) []geom.Vec {
	normals := make([]geom.Vec, 3*len(m.Faces))
	cross, unit := make([]geom.Vec, len(m.Faces)), make([]geom.Vec, len(m.Faces))
	place := make([]int32, len(m.Vertices))
	first := make(map[geom.Vec3]int32, len(m.Vertices))
	for i, p := range m.Vertices {
		n, seen := first[p]
		if !seen {
			n = int32(i)
			first[p] = n
		}
		place[i] = n
	}
	start := make([]int32, len(m.Vertices)+1)
	for f, t := range m.Faces {
		if !drawable(m, t) {
			continue
		}
		a, b, c := m.Vertices[t[0]].D(), m.Vertices[t[1]].D(), m.Vertices[t[2]].D()
		cross[f] = b.Sub(a).Cross(c.Sub(a))
		unit[f] = cross[f].Unit()
		for k, v := range t {
			normals[3*f+k] = unit[f]
			start[place[v]+1]++
		}
	}
	if flat {
		return normals
	}
	for v := range m.Vertices {
		start[v+1] += start[v]
	}
	around, next := make([]int32, start[len(m.Vertices)]), append([]int32(nil), start...)
	for f, t := range m.Faces {
		if !drawable(m, t) {
			continue
		}
		for _, v := range t {
			around[next[place[v]]] = int32(f)
			next[place[v]]++
		}
	}
	for f, t := range m.Faces {
		if !drawable(m, t) {
			continue
		}
		for k, v := range t {
			var sum geom.Vec
			for _, g := range around[start[place[v]]:start[place[v]+1]] {
				if unit[g].Dot(unit[f]) > crease {
					sum = sum.Add(cross[g])
				}
			}
			if n := sum.Unit(); n != (geom.Vec{}) {
				normals[3*f+k] = n
			}
		}
	}
	return normals
}
