package mesh

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

func TestTreeAgreesWithEveryFace(t *testing.T) {
	m := torus(1, 0.3, 24, 13)
	tree := NewTree(m)
	r := seed.Stream(5, "tree")
	at := func() geom.Vec { return geom.Vec{X: r.Uniform(-2, 2), Y: r.Uniform(-2, 2), Z: r.Uniform(-1, 1)} }
	for trial := 0; trial < 500; trial++ {
		p, q := at(), at()
		dir := q.Sub(p)
		first, found := tree.First(p, dir, 0, math.Inf(1))
		best, near := math.Inf(1), math.Inf(1)
		for _, f := range m.Faces {
			c := triangle{m.Vertices[f[0]].D(), m.Vertices[f[1]].D(), m.Vertices[f[2]].D()}
			if s, _, ok := meetTriangle(&c, p, dir); ok && s > 0 {
				best = min(best, s)
			}
			near = min(near, ClosestOnTriangle(c[0], c[1], c[2], p).Sub(p).Norm())
		}
		if found != !math.IsInf(best, 1) || found && first.At != best {
			t.Fatalf("first hit at %v (%v), want %v", first.At, found, best)
		}
		if point, face, d := tree.Closest(p); d != near || face < 0 || math.Abs(point.Sub(p).Norm()-d) > 1e-15 {
			t.Fatalf("closest at %v, want %v", d, near)
		}
		ring := geom.Vec{X: p.X, Y: p.Y}
		tube := math.Hypot(ring.Norm()-1, p.Z)
		if math.Abs(tube-0.3) < 0.02 {
			continue // between the faces and the true torus
		}
		if got := tree.Inside(p, trial%2 == 0); got != (tube < 0.3) {
			t.Fatalf("%v counts as inside %v", p, got)
		}
	}
	empty := NewTree(&geom.Mesh{})
	if _, ok := empty.First(geom.Vec{}, geom.Vec{X: 1}, 0, 1); ok {
		t.Error("a hit on nothing")
	}
	if _, f, _ := empty.Closest(geom.Vec{}); f != -1 {
		t.Error("a nearest face of nothing")
	}
}

func TestClipCutsClean(t *testing.T) {
	m := torus(1, 0.3, 50, 30)
	value := make([]float64, len(m.Vertices))
	for v, p := range m.Vertices {
		value[v] = float64(p.X) - 0.123
	}
	c := Clip(m, value, nil)
	r := Check(c.Mesh)
	if r.BoundaryEdges != len(c.Cut) || r.NonManifoldEdges != 0 || !r.Oriented || r.Components != 1 {
		t.Fatalf("%+v with %d cut edges", r, len(c.Cut))
	}
	for _, e := range c.Cut {
		for _, v := range e {
			if x := c.Mesh.Vertices[v].X; math.Abs(float64(x)-0.123) > 1e-6 || c.From[v] != -1 {
				t.Fatalf("cut vertex at x = %v", x)
			}
		}
	}
	for f, p := range c.Parent {
		if m.FaceNormal(int(p)).Dot(c.Mesh.FaceNormal(f)) < 0.99 && c.Mesh.FaceArea(f) > 1e-9 {
			t.Fatalf("face %d is turned against its parent", f)
		}
	}
	for i := range value {
		value[i] = -value[i]
	}
	if other := Check(Clip(m, value, nil).Mesh); math.Abs(other.Area+r.Area-Check(m).Area) > 1e-5 {
		t.Errorf("the halves have area %g and %g of %g", r.Area, other.Area, Check(m).Area)
	}
}
