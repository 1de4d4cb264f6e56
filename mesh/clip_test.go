package mesh

import (
	"math"
	"testing"
)

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
