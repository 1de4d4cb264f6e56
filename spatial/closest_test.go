package spatial

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
	"blemish/task"
)

// onFace is ClosestOnTriangle by projection, and by trying the three edges.
func onFace(p, a, b, c geom.Vec) float64 {
	best := math.Inf(1)
	n := b.Sub(a).Cross(c.Sub(a)).Unit()
	if n != (geom.Vec{}) {
		q := p.AddScaled(-p.Sub(a).Dot(n), n)
		if b.Sub(a).Cross(q.Sub(a)).Dot(n) >= 0 && c.Sub(b).Cross(q.Sub(b)).Dot(n) >= 0 && a.Sub(c).Cross(q.Sub(c)).Dot(n) >= 0 {
			best = q.Sub(p).Norm2()
		}
	}
	for _, e := range [3][2]geom.Vec{{a, b}, {b, c}, {c, a}} {
		d := e[1].Sub(e[0])
		s := 0.0
		if l := d.Norm2(); l > 0 {
			s = max(0, min(1, d.Dot(p.Sub(e[0]))/l))
		}
		best = min(best, e[0].AddScaled(s, d).Sub(p).Norm2())
	}
	return best
}

func TestClosestPointEqualsAnExhaustiveSearch(t *testing.T) {
	withEachKernel(t, func(t *testing.T) { rapid.Check(t, closestEqualsExhaustive) })
}

func closestEqualsExhaustive(t *rapid.T) {
	m := &geom.Mesh{Vertices: drawFinite(t, rapid.IntRange(1, 60).Draw(t, "vertices"))}
	faces := rapid.IntRange(0, 80).Draw(t, "faces")
	corner := rapid.Int32Range(0, int32(len(m.Vertices)-1))
	for range faces {
		m.Faces = append(m.Faces, [3]int32{corner.Draw(t, "a"), corner.Draw(t, "b"), corner.Draw(t, "c")})
	}
	bvh := NewBVH(m)
	for _, q := range drawFinite(t, 8) {
		c := bvh.Closest(q.D())
		point, face, d := c.Point, c.Face, c.Dist2
		want := math.Inf(1)
		for _, f := range m.Faces {
			want = min(want, onFace(q.D(), m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D()))
		}
		if faces == 0 {
			if face != -1 || !math.IsInf(d, 1) {
				t.Fatalf("a mesh without faces has point %v, face %d, %v", point, face, d)
			}
			continue
		}
		if math.Abs(d-want) > 1e-9*(1+want) {
			t.Fatalf("from %v the surface is %v away, want %v", q, d, want)
		}
		f := m.Faces[face]
		if off := onFace(point, m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D()); off > 1e-9 {
			t.Fatalf("%v does not lie on face %d: off by %v", point, face, off)
		}
		if !lies(c.Part, f, m, point) {
			t.Fatalf("%v does not lie on part %d of face %d", point, c.Part, face)
		}
		for other, f := range m.Faces[:face] {
			if p, _ := ClosestOnTriangle(m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D(), q.D()); p.Sub(q.D()).Norm2() <= d {
				t.Fatalf("face %d is as near as face %d", other, face)
			}
		}
		if within := bvh.ClosestWithin(q.D(), math.Sqrt(d)*0.999); d > 0 && within.Face != -1 {
			t.Fatalf("something within %v, where the nearest is %v away", math.Sqrt(d)*0.999, math.Sqrt(d))
		}
		if within := bvh.ClosestWithin(q.D(), math.Sqrt(d)*1.001); within != c {
			t.Fatalf("within a little more: %v, not %v", within, c)
		}
	}
}

// lies reports whether p is on the named part of a face.
func lies(part Part, f [3]int32, m *geom.Mesh, p geom.Vec) bool {
	at := func(k Part) geom.Vec { return m.Vertices[f[k%3]].D() }
	switch part {
	case Corner0, Corner1, Corner2:
		return at(part-Corner0) == p
	case Edge0, Edge1, Edge2:
		a, b := at(part-Edge0), at(part-Edge0+1)
		return b.Sub(a).Cross(p.Sub(a)).Norm() <= 1e-12*(1+b.Sub(a).Norm())
	}
	return part == Interior
}

// drawFinite draws points from a coarse grid, which makes triangles without area
// and ties, or freely.
func drawFinite(t *rapid.T, n int) []geom.Vec3 {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	grid := rapid.Bool().Draw(t, "grid")
	points := make([]geom.Vec3, n)
	for i := range points {
		points[i] = geom.Vec3{X: r.Float32() * 3, Y: r.Float32() * 3, Z: r.Float32() * 3}
		if grid {
			points[i] = geom.Vec3{X: float32(r.IntN(4)), Y: float32(r.IntN(3)), Z: float32(r.IntN(2))}
		}
	}
	return points
}

// Size, place and the number of workers change nothing but rounding.
func TestClosestPointAtAnySize(t *testing.T) { withEachKernel(t, closestAtAnySize) }

func closestAtAnySize(t *testing.T) {
	m := ring(80, 40)
	r := rand.New(rand.NewPCG(3, 1))
	points, queries := make([]geom.Vec3, 1000), make([]geom.Vec, 1000)
	shift := geom.Vec{X: 0.25}
	for i := range queries {
		points[i] = geom.Vec{X: 4*r.Float64() - 2, Y: 4*r.Float64() - 2, Z: 2*r.Float64() - 1}.F()
		queries[i] = points[i].D().Add(shift)
	}
	bvh := NewBVH(m)
	for _, power := range []int{-100, -40, 0, 40, 100} { // 1e-30 … 1e30
		scale := math.Ldexp(1, power)
		scaled := &geom.Mesh{Faces: m.Faces, Vertices: make([]geom.Vec3, len(m.Vertices))}
		for i, v := range m.Vertices {
			scaled.Vertices[i] = v.D().Scale(scale).F()
		}
		big, err := BuildBVH(t.Context(), 2, scaled)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queries {
			want, got := bvh.Closest(q), big.Closest(q.Scale(scale))
			// The least coordinates lose bits where float32 does.
			if math.Abs(got.Dist2/scale/scale-want.Dist2) > 1e-12 {
				t.Fatalf("at scale %g face %d, %g; at scale 1 face %d, %g", scale, got.Face, got.Dist2, want.Face, want.Dist2)
			}
		}
	}
	for _, workers := range []task.Workers{1, 3} {
		got := make([]Closest, len(queries))
		if err := bvh.ForClosest(t.Context(), workers, points, shift, math.Inf(1), func(i int32, c Closest) { got[i] = c }); err != nil {
			t.Fatal(err)
		}
		for i, q := range queries {
			if want := bvh.Closest(q); got[i] != want {
				t.Fatalf("in a batch %v, alone %v", got[i], want)
			}
		}
	}
	for _, q := range []geom.Vec{{X: math.NaN()}, {Y: math.Inf(1)}} {
		if c := bvh.Closest(q); c.Face != -1 || !math.IsInf(c.Dist2, 1) {
			t.Errorf("%v has a nearest point: %v", q, c)
		}
	}
	if c := bvh.Closest(geom.Vec{X: 1e300, Y: 1e300}); c.Face < 0 {
		t.Error("a query far away has no nearest point")
	}
}

func TestClosestPointAllocatesNothing(t *testing.T) {
	bvh := NewBVH(ring(80, 40))
	q := geom.Vec{X: 0.3, Y: 0.2, Z: 0.1}
	if n := testing.AllocsPerRun(100, func() { bvh.Closest(q) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	allocations := func(n int) float64 {
		points := bumpyTorus(n)
		return testing.AllocsPerRun(3, func() {
			_ = bvh.ForClosest(t.Context(), 1, points, geom.Vec{}, math.Inf(1), func(int32, Closest) {})
		})
	}
	if few, many := allocations(3000), allocations(30000); many > few+2 {
		t.Errorf("%v allocations for 3,000 queries, %v for 30,000", few, many)
	}
}

func TestCurveOrderIsAPermutation(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	points := make([]geom.Vec3, 3000)
	for i := range points {
		points[i] = geom.Vec3{X: r.Float32(), Y: r.Float32(), Z: 5}
	}
	points[7].X = float32(math.NaN())
	seen := make([]bool, len(points))
	var walked float64
	order := curveOrder(points)
	for k, i := range order {
		if seen[i] {
			t.Fatalf("point %d comes twice", i)
		}
		seen[i] = true
		if j := order[max(0, k-1)]; i != 7 && j != 7 {
			walked += math.Sqrt(points[i].Dist2(points[j]))
		}
	}
	if mean := walked / 3000; mean > 0.06 { // by index it would be 0.52
		t.Errorf("neighbours in the order are %v apart", mean)
	}
}
