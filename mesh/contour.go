package mesh

import (
	"math"

	"blemish/geom"
)

// Field is a solid given by a number at every point: negative inside, positive
// outside, zero on the surface. It should be close to the signed distance, and
// must nowhere be more than 1.5 times as large.
type Field func(p geom.Vec) float64

// Contour returns the surface of the solid within box as triangles about the size
// of cell, front faces outwards. Edges and corners stay sharp: each cell of the
// grid that the surface crosses gets the vertex that fits the tangent planes at
// its crossings best (dual contouring: Ju, Losasso, Schaefer and Warren, 2002),
// one for each sheet that passes through the cell (Nielson, "Dual marching cubes",
// 2004). The box is widened by two cells; a surface that reaches further is cut
// open there. phase, in cells, shifts the grid; it decides how the grid falls on
// the surface and nothing else. Where two sheets come within a cell of one another
// an edge may get four faces (Check tells): another phase or a smaller cell helps.
func Contour(field Field, box geom.Box, cell float64, phase geom.Vec) *geom.Mesh {
	g := newLattice(field, box, cell, phase)
	g.sample()
	m := &geom.Mesh{}
	first := g.vertices(m)
	g.quads(m, first)
	for round := 0; round < 2; round++ {
		g.relax(m)
	}
	return m
}

// lattice is the grid of a contour: field values at the corners of cells.
type lattice struct {
	field  Field
	origin geom.Vec
	cell   float64
	n      [3]int // cells
	stride [3]int // from a corner to the next along each axis
	value  []float64
	cross  []int32 // number of the crossing on the edge from a corner along an axis, at 3*corner+axis; -1: none, or not yet known
	points []geom.Vec
	slopes []geom.Vec // unit gradient at each crossing
	edge   []bool     // vertices that lie on an edge, sharp or tightly rounded
}

func newLattice(field Field, box geom.Box, cell float64, phase geom.Vec) *lattice {
	g := &lattice{field: field, cell: cell}
	size := box.Size()
	g.origin = box.Min.Sub(geom.Vec{X: 2 + phase.X, Y: 2 + phase.Y, Z: 2 + phase.Z}.Scale(cell))
	for i, s := range [3]float64{size.X, size.Y, size.Z} {
		g.n[i] = int(math.Ceil(s/cell)) + 5
	}
	g.stride = [3]int{1, g.n[0] + 1, (g.n[0] + 1) * (g.n[1] + 1)}
	g.value = make([]float64, g.stride[2]*(g.n[2]+1))
	g.cross = make([]int32, 3*len(g.value))
	for i := range g.cross {
		g.cross[i] = -1
	}
	return g
}

// corner is the position of the corner (i, j, k).
func (g *lattice) corner(i, j, k int) geom.Vec {
	return g.origin.AddScaled(g.cell, geom.Vec{X: float64(i), Y: float64(j), Z: float64(k)})
}

// block is the number of corners along the side of the largest cube that is
// filled at once where its middle lies too far from the surface; a power of two.
const block = 8

// sample evaluates the field at the corners; far from the surface only its sign is right.
func (g *lattice) sample() {
	for k := 0; k <= g.n[2]; k += block {
		for j := 0; j <= g.n[1]; j += block {
			for i := 0; i <= g.n[0]; i += block {
				g.fill(i, j, k, block)
			}
		}
	}
}

// fill evaluates the corners of a cube of size corners a side, from its middle
// where no edge at any of them can be crossed, else eighth by eighth.
func (g *lattice) fill(i0, j0, k0, size int) {
	if i0 > g.n[0] || j0 > g.n[1] || k0 > g.n[2] {
		return
	}
	if size == 1 {
		g.value[i0+j0*g.stride[1]+k0*g.stride[2]] = g.field(g.corner(i0, j0, k0))
		return
	}
	half := 0.5 * float64(size-1)
	middle := g.field(g.corner(i0, j0, k0).Add(geom.Vec{X: half, Y: half, Z: half}.Scale(g.cell)))
	if math.Abs(middle) <= 1.5*g.cell*(math.Sqrt(3)*half+1) {
		h := size / 2
		for c := 0; c < 8; c++ {
			g.fill(i0+h*(c&1), j0+h*(c>>1&1), k0+h*(c>>2), h)
		}
		return
	}
	for k := k0; k < k0+size && k <= g.n[2]; k++ {
		for j := j0; j < j0+size && j <= g.n[1]; j++ {
			row := g.value[j*g.stride[1]+k*g.stride[2]:]
			for i := i0; i < i0+size && i <= g.n[0]; i++ {
				row[i] = middle
			}
		}
	}
}

// crossing returns the number of the place where the surface crosses the edge
// from corner (i, j, k) along an axis.
func (g *lattice) crossing(i, j, k, axis int) int32 {
	corner := i + j*g.stride[1] + k*g.stride[2]
	slot := &g.cross[3*corner+axis]
	if *slot >= 0 {
		return *slot
	}
	from := g.corner(i, j, k)
	to := from
	switch axis {
	case 0:
		to = g.corner(i+1, j, k)
	case 1:
		to = g.corner(i, j+1, k)
	case 2:
		to = g.corner(i, j, k+1)
	}
	p, zero := g.root(from, to, g.value[corner], g.value[corner+g.stride[axis]])
	*slot = int32(len(g.points))
	g.points = append(g.points, p)
	g.slopes = append(g.slopes, g.slope(p, zero))
	return *slot
}

// root finds the zero between a and b, whose values have different signs, by
// regula falsi in the Illinois form, and what is left of the field there.
func (g *lattice) root(a, b geom.Vec, fa, fb float64) (p geom.Vec, f float64) {
	lo, hi := 0.0, 1.0
	d := b.Sub(a)
	side := 0
	for step := 0; step < 12; step++ {
		t := (float64(lo*fb) - float64(hi*fa)) / (fb - fa)
		p = a.AddScaled(t, d)
		f = g.field(p)
		if math.Abs(f) < 1e-5*g.cell {
			break
		}
		if (f < 0) == (fb < 0) {
			hi, fb = t, f
			if side == 1 {
				fa *= 0.5
			}
			side = 1
		} else {
			lo, fa = t, f
			if side == 2 {
				fb *= 0.5
			}
			side = 2
		}
	}
	return p, f
}

// slope is the unit gradient at p, where the field has the value zero.
func (g *lattice) slope(p geom.Vec, zero float64) geom.Vec {
	h := 1e-3 * g.cell
	return geom.Vec{
		X: g.field(geom.Vec{X: p.X + h, Y: p.Y, Z: p.Z}) - zero,
		Y: g.field(geom.Vec{X: p.X, Y: p.Y + h, Z: p.Z}) - zero,
		Z: g.field(geom.Vec{X: p.X, Y: p.Y, Z: p.Z + h}) - zero,
	}.Unit()
}

// vertices puts one vertex for each sheet into each crossed cell and returns, for
// each cell, the number of its first vertex.
func (g *lattice) vertices(m *geom.Mesh) []int32 {
	first := make([]int32, len(g.value))
	for k := 0; k < g.n[2]; k++ {
		for j := 0; j < g.n[1]; j++ {
			for i := 0; i < g.n[0]; i++ {
				c := i + j*g.stride[1] + k*g.stride[2]
				kind := g.kind(c)
				if kind == 0 || kind == 255 {
					continue
				}
				first[c] = int32(len(m.Vertices))
				sheets := &cellSheets[kind]
				for s := int8(0); s < sheets.count; s++ {
					p, edge := g.vertex(i, j, k, sheets, s)
					m.Vertices = append(m.Vertices, p.F())
					g.edge = append(g.edge, edge)
				}
			}
		}
	}
	return first
}

// kind is the pattern of corners of a cell that are inside, one bit a corner.
func (g *lattice) kind(c int) int {
	kind := 0
	for b := 0; b < 8; b++ {
		if g.value[c+b&1+(b>>1&1)*g.stride[1]+(b>>2)*g.stride[2]] < 0 {
			kind |= 1 << b
		}
	}
	return kind
}

// vertex places sheet s of a cell and says whether an edge, sharp or tightly
// rounded, runs there.
func (g *lattice) vertex(i, j, k int, sheets *sheetTable, s int8) (p geom.Vec, edge bool) {
	var points, slopes [12]geom.Vec
	n := 0
	var mean geom.Vec
	for e, ends := range cellEdges {
		if sheets.of[e] != s {
			continue
		}
		a := ends.from
		x := g.crossing(i+a&1, j+a>>1&1, k+a>>2, ends.axis)
		points[n], slopes[n] = g.points[x], g.slopes[x]
		mean = mean.Add(points[n])
		n++
	}
	mean = mean.Scale(1 / float64(n))
	p, edge = fitPlanes(points[:n], slopes[:n], mean)
	// The planes know sharp edges but not curvature: step onto the surface. At an
	// edge that is sharp the point lies on it already.
	var along geom.Vec
	for _, s := range slopes[:n] {
		along = along.Add(s)
	}
	along = along.Unit()
	for step := 0; step < 2; step++ {
		p = p.AddScaled(-g.field(p), along)
	}
	// Vertices of different cells must not meet, or faces would lose their area.
	const rim = 0.01
	lo, hi := g.corner(i, j, k), g.corner(i+1, j+1, k+1)
	clamp := func(v, lo, hi float64) float64 {
		return math.Max(lo+float64(rim*g.cell), math.Min(hi-float64(rim*g.cell), v))
	}
	return geom.Vec{X: clamp(p.X, lo.X, hi.X), Y: clamp(p.Y, lo.Y, hi.Y), Z: clamp(p.Z, lo.Z, hi.Z)}, edge
}

// fitPlanes returns the point nearest to mean that lies on all planes as well as
// can be, directions in which the planes say little left out, and whether the
// planes differ.
func fitPlanes(points, slopes []geom.Vec, mean geom.Vec) (p geom.Vec, bent bool) {
	var a geom.Mat3
	var b geom.Vec
	for i, n := range slopes {
		a[0] += float64(n.X * n.X)
		a[1] += float64(n.X * n.Y)
		a[2] += float64(n.X * n.Z)
		a[4] += float64(n.Y * n.Y)
		a[5] += float64(n.Y * n.Z)
		a[8] += float64(n.Z * n.Z)
		b = b.AddScaled(n.Dot(points[i].Sub(mean)), n)
	}
	vals, vecs := geom.SymEigen(a)
	p = mean
	for i, v := range vals {
		if v > 0.05*vals[2] {
			p = p.AddScaled(vecs.Row(i).Dot(b)/v, vecs.Row(i))
		}
	}
	return p, vals[1] > 0.05*vals[2]
}

// quads joins the vertices of the four cells around each crossed edge.
func (g *lattice) quads(m *geom.Mesh, first []int32) {
	for k := 1; k < g.n[2]; k++ {
		for j := 1; j < g.n[1]; j++ {
			for i := 1; i < g.n[0]; i++ {
				c := i + j*g.stride[1] + k*g.stride[2]
				for axis := 0; axis < 3; axis++ {
					inside, beyond := g.value[c] < 0, g.value[c+g.stride[axis]] < 0
					if inside != beyond {
						g.quad(m, first, c, axis, beyond)
					}
				}
			}
		}
	}
}

// quad adds the two faces around the edge from corner c along an axis; the
// surface looks along the axis unless flip.
func (g *lattice) quad(m *geom.Mesh, first []int32, c, axis int, flip bool) {
	u, v := (axis+1)%3, (axis+2)%3
	var q [4]int32
	for n, back := range [4][2]int{{1, 1}, {0, 1}, {0, 0}, {1, 0}} {
		cell := c - back[0]*g.stride[u] - back[1]*g.stride[v]
		// the edge's number in that cell: it leaves the corner back[0], back[1]
		corner := back[0]<<u | back[1]<<v
		q[n] = first[cell] + int32(cellSheets[g.kind(cell)].of[edgeNumber(corner, axis)])
	}
	if flip {
		q[1], q[3] = q[3], q[1]
	}
	if g.split(m, q) {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[2]}, [3]int32{q[0], q[2], q[3]})
	} else {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[3]}, [3]int32{q[1], q[2], q[3]})
	}
}

// split decides whether a quad is divided from its first to its third corner: the
// diagonal that lies nearer to the surface, along a sharp edge and not across it;
// where the quad is flat, the shorter one.
func (g *lattice) split(m *geom.Mesh, q [4]int32) bool {
	a, b, c, d := m.Vertices[q[0]].D(), m.Vertices[q[1]].D(), m.Vertices[q[2]].D(), m.Vertices[q[3]].D()
	first, second := a.Add(c).Scale(0.5), b.Add(d).Scale(0.5)
	normal := c.Sub(a).Cross(d.Sub(b)).Unit()
	if math.Abs(first.Sub(second).Dot(normal)) < 0.03*g.cell {
		return c.Sub(a).Norm2() <= d.Sub(b).Norm2()
	}
	return math.Abs(g.field(first)) <= math.Abs(g.field(second))
}

// relax moves every vertex that lies on no edge towards the middle of its
// neighbours and back onto the surface: the grid no longer shows, and triangles
// get better proportions. The way back is the mesh's normal, which is nearly the
// field's and costs nothing.
func (g *lattice) relax(m *geom.Mesh) {
	sum, count := make([]geom.Vec, len(m.Vertices)), make([]float64, len(m.Vertices))
	normals := VertexNormals(m)
	for _, t := range m.Faces {
		for k, v := range t {
			w := t[(k+1)%3] // every edge has two faces, one for each way along it
			sum[v] = sum[v].Add(m.Vertices[w].D())
			count[v]++
		}
	}
	for v, edge := range g.edge {
		if edge || count[v] == 0 {
			continue
		}
		was := m.Vertices[v].D()
		p := was.Add(sum[v].Scale(1 / count[v]).Sub(was).Scale(0.6))
		p = p.AddScaled(-g.field(p), normals[v])
		p = p.AddScaled(-g.field(p), normals[v])
		if p.Sub(was).Norm2() < float64(0.36*g.cell*g.cell) {
			m.Vertices[v] = p.F()
		}
	}
}
