package scene

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

// block is a closed box from lo to hi.
func block(lo, hi geom.Vec3) *geom.Mesh {
	m := &geom.Mesh{}
	for i := range 8 {
		p := lo
		if i&1 != 0 {
			p.X = hi.X
		}
		if i&2 != 0 {
			p.Y = hi.Y
		}
		if i&4 != 0 {
			p.Z = hi.Z
		}
		m.Vertices = append(m.Vertices, p)
	}
	m.Faces = [][3]int32{{0, 2, 1}, {1, 2, 3}, {4, 5, 6}, {5, 7, 6}, {0, 1, 4}, {1, 5, 4}, {2, 6, 3}, {3, 6, 7}, {0, 4, 2}, {2, 4, 6}, {1, 3, 5}, {3, 7, 5}}
	return m
}

func meshPart(t *testing.T, m *geom.Mesh, samples int) *Part {
	t.Helper()
	p, err := NewMeshPart(context.Background(), 2, m, samples, samples, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// brute is the distance from q to a mesh, face by face.
func brute(m *geom.Mesh, q geom.Vec) float64 {
	best := math.Inf(1)
	for _, f := range m.Faces {
		p, _ := spatial.ClosestOnTriangle(m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D(), q)
		best = min(best, p.Sub(q).Norm())
	}
	return best
}

func TestFeetOnAMeshAreExact(t *testing.T) {
	m := block(geom.Vec3{X: 100, Y: -2}, geom.Vec3{X: 104, Y: 1, Z: 0.5})
	// What is broken or has no area is left out.
	nan := float32(math.NaN())
	m.Vertices = append(m.Vertices, geom.Vec3{X: nan}, geom.Vec3{X: 102, Y: -0.5, Z: 9})
	m.Faces = append(m.Faces, [3]int32{0, 1, 8}, [3]int32{9, 9, 0})
	p := meshPart(t, m, 2000)
	m.Faces = m.Faces[:12]
	if n := p.Surface.Tree.Len(); n < 1950 || n > 2050 {
		t.Errorf("%d samples, asked for 2000", n)
	}
	if want := m.Area(); math.Abs(p.SiteArea()*float64(len(p.Sites))-want) > 0.01*want {
		t.Errorf("the sites stand for %g, the area is %g", p.SiteArea()*float64(len(p.Sites)), want)
	}
	for i, q := range p.Surface.Tree.Points() {
		if d := brute(m, q.D()); d > 1e-5 || p.Surface.Rim[i] {
			t.Fatalf("sample %d at %v is %g off the surface, rim %v", i, q, d, p.Surface.Rim[i])
		}
	}
	r := seed.Stream(2, "queries")
	var queries []geom.Vec3
	for range 2000 {
		queries = append(queries, geom.Vec{X: r.Uniform(99, 105), Y: r.Uniform(-3, 2), Z: r.Uniform(-0.7, 1.2)}.F())
	}
	feet, err := p.Surface.Feet(context.Background(), 2, queries, 20, 1.5)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range feet {
		q := queries[i].D()
		want := brute(m, q)
		if q.X > 100 && q.X < 104 && q.Y > -2 && q.Y < 1 && q.Z > 0 && q.Z < 0.5 {
			want = -want
		}
		if math.Abs(f.Signed-want) > 1e-5 || math.Abs(f.At.Sub(q).Norm()-math.Abs(want)) > 1e-5 || f.Beside != 0 {
			t.Fatalf("%v: signed %g, want %g; foot at %v, beside %g", q, f.Signed, want, f.At, f.Beside)
		}
	}
}

// On either side of a wall much thinner than the spacing, the sample belongs to that side.
func TestSamplesOfAThinWall(t *testing.T) {
	p := meshPart(t, block(geom.Vec3{}, geom.Vec3{X: 1, Y: 1, Z: 0.002}), 1000)
	var queries []geom.Vec3
	r := seed.Stream(3, "wall")
	for i := range 400 {
		z := 0.003
		if i%2 == 0 {
			z = -0.001
		}
		queries = append(queries, geom.Vec{X: r.Uniform(0.05, 0.95), Y: r.Uniform(0.05, 0.95), Z: z}.F())
	}
	feet, err := p.Surface.Feet(context.Background(), 1, queries, 20, 1.5)
	if err != nil {
		t.Fatal(err)
	}
	up := 0
	for i, f := range feet {
		want := float32(1)
		if i%2 == 0 {
			want = -1
		}
		if n := p.Surface.Normal[f.Near]; n.Z != want || math.Abs(f.Signed-0.001) > 1e-6 {
			t.Fatalf("%v: normal %v, signed %g", queries[i], n, f.Signed)
		}
	}
	for _, n := range p.Surface.Normal {
		if n.Z > 0.5 {
			up++
		}
	}
	if total := p.Surface.Tree.Len(); up < total*45/100 || up > total*55/100 {
		t.Errorf("%d of %d samples are on the upper side", up, total)
	}
}

func TestWhereAMeshEnds(t *testing.T) {
	open := block(geom.Vec3{}, geom.Vec3{X: 1, Y: 1, Z: 1})
	open.Faces = append(open.Faces[:2:2], open.Faces[4:]...) // no lid
	p := meshPart(t, open, 3000)
	for i, q := range p.Surface.Tree.Points() {
		if at := float64(1-q.Z) < p.Surface.Spacing[i]; at != p.Surface.Rim[i] && math.Abs(float64(1-q.Z)-p.Surface.Spacing[i]) > 0.2*p.Surface.Spacing[i] {
			t.Fatalf("sample at %v: rim %v", q, p.Surface.Rim[i])
		}
	}
	feet, err := p.Surface.Feet(context.Background(), 1, []geom.Vec3{{X: 0.5, Y: 0, Z: 1.3}, {X: 0.5, Y: -0.2, Z: 0.5}}, 20, 1.5)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(feet[0].Beside-0.3) > 1e-6 || feet[1].Beside != 0 {
		t.Errorf("beside: %g beyond the rim, %g above the wall", feet[0].Beside, feet[1].Beside)
	}
	// Faces that do not quite meet, as some exports write them, end nowhere.
	cracked := &geom.Mesh{}
	whole := block(geom.Vec3{}, geom.Vec3{X: 1, Y: 1, Z: 1})
	for k, f := range whole.Faces {
		for _, v := range f {
			q := whole.Vertices[v]
			q.X += float32(k) * 1e-6
			cracked.Vertices = append(cracked.Vertices, q)
		}
		n := int32(len(cracked.Vertices))
		cracked.Faces = append(cracked.Faces, [3]int32{n - 3, n - 2, n - 1})
	}
	p = meshPart(t, cracked, 3000)
	for i, rim := range p.Surface.Rim {
		if rim {
			t.Fatalf("a rim at %v of a box whose faces do not quite meet", p.Surface.Tree.Points()[i])
		}
	}
}

// Walls of one solid within another are no surface.
func TestSamplesOfSolidsThatOverlap(t *testing.T) {
	m := block(geom.Vec3{}, geom.Vec3{X: 10, Y: 6, Z: 4})
	other := block(geom.Vec3{X: 6, Y: 2, Z: 1}, geom.Vec3{X: 14, Y: 5, Z: 3})
	for _, f := range other.Faces {
		m.Faces = append(m.Faces, [3]int32{f[0] + 8, f[1] + 8, f[2] + 8})
	}
	m.Vertices = append(m.Vertices, other.Vertices...)
	p := meshPart(t, m, 3000)
	inside := func(q geom.Vec3, x0, y0, z0, x1, y1, z1 float32) bool {
		return q.X > x0+0.01 && q.X < x1-0.01 && q.Y > y0+0.01 && q.Y < y1-0.01 && q.Z > z0+0.01 && q.Z < z1-0.01
	}
	for _, q := range p.Surface.Tree.Points() {
		if inside(q, 0, 0, 0, 10, 6, 4) || inside(q, 6, 2, 1, 14, 5, 3) {
			t.Fatalf("a sample at %v, inside", q)
		}
	}
}

func TestMeshesThatAreNoSurface(t *testing.T) {
	for name, m := range map[string]*geom.Mesh{
		"empty": {},
		"flat":  {Vertices: []geom.Vec3{{}, {X: 1}, {X: 2}}, Faces: [][3]int32{{0, 1, 2}}},
	} {
		if _, err := NewMeshPart(context.Background(), 1, m, 100, 100, 1); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
