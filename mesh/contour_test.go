package mesh

import (
	"math"
	"testing"

	"blemish/geom"
)

func cubeField(p geom.Vec) float64 {
	q := geom.Vec{X: math.Abs(p.X) - 0.5, Y: math.Abs(p.Y) - 0.4, Z: math.Abs(p.Z) - 0.3}
	out := geom.Vec{X: math.Max(q.X, 0), Y: math.Max(q.Y, 0), Z: math.Max(q.Z, 0)}
	return out.Norm() + math.Min(0, math.Max(q.X, math.Max(q.Y, q.Z)))
}

func TestContourOfASphere(t *testing.T) {
	sphere := func(p geom.Vec) float64 { return p.Norm() - 0.5 }
	box := geom.Box{Min: geom.Vec{X: -0.5, Y: -0.5, Z: -0.5}, Max: geom.Vec{X: 0.5, Y: 0.5, Z: 0.5}}
	m := Contour(sphere, box, 0.05, geom.Vec{X: 0.3, Y: 0.1, Z: 0.7})
	r := Check(m)
	if !r.Watertight || !r.Oriented || r.Components != 1 || r.Degenerate+r.Flat > 0 {
		t.Fatalf("%+v", r)
	}
	if want := math.Pi / 6; math.Abs(r.Volume-want) > 0.01*want {
		t.Errorf("volume %g, want %g", r.Volume, want)
	}
	for _, v := range m.Vertices {
		if math.Abs(sphere(v.D())) > 2e-3 { // a cell is 0.05; a vertex near its side may be held back
			t.Fatalf("vertex %v is %g off the surface", v, sphere(v.D()))
		}
	}
}

func TestContourKeepsEdgesSharp(t *testing.T) {
	turn := geom.RotationAxis(geom.Vec{X: 1, Y: 2, Z: 3}, 0.7)
	turned := func(p geom.Vec) float64 { return cubeField(turn.MulVec(p)) }
	box := geom.Box{Min: geom.Vec{X: -0.75, Y: -0.75, Z: -0.75}, Max: geom.Vec{X: 0.75, Y: 0.75, Z: 0.75}}
	for name, field := range map[string]Field{"upright": cubeField, "turned": turned} {
		m := Contour(field, box, 0.04, geom.Vec{X: 0.37, Y: 0.61, Z: 0.13})
		r := Check(m)
		if !r.Watertight || !r.Oriented || r.Components != 1 {
			t.Fatalf("%s: %+v", name, r)
		}
		if want := 0.48; math.Abs(r.Volume-want) > 2e-3*want {
			t.Errorf("%s: volume %g, want %g: corners are cut", name, r.Volume, want)
		}
		if want := 2 * (0.8 + 0.6 + 0.48); math.Abs(r.Area-want) > 5e-3*want {
			t.Errorf("%s: area %g, want %g: edges are frayed", name, r.Area, want)
		}
	}
}

// Two sheets in one cell keep their own vertices: balls that nearly touch stay apart.
func TestContourOfCloseSheets(t *testing.T) {
	two := func(p geom.Vec) float64 {
		return math.Min(p.Sub(geom.Vec{X: 0.31}).Norm(), p.Add(geom.Vec{X: 0.31}).Norm()) - 0.3
	}
	box := geom.Box{Min: geom.Vec{X: -0.61, Y: -0.3, Z: -0.3}, Max: geom.Vec{X: 0.61, Y: 0.3, Z: 0.3}}
	r := Check(Contour(two, box, 0.04, geom.Vec{}))
	if !r.Watertight || !r.Oriented || r.Components != 2 {
		t.Fatalf("%+v", r)
	}
}

func TestEverySheetIsARing(t *testing.T) {
	for kind, s := range cellSheets {
		crossed := 0
		for e, ends := range cellEdges {
			if edgeNumber(ends.from, ends.axis) != e {
				t.Fatalf("edge %d is numbered %d", e, edgeNumber(ends.from, ends.axis))
			}
			on := kind>>ends.from&1 != kind>>(ends.from|1<<ends.axis)&1
			if on != (s.of[e] >= 0) {
				t.Fatalf("pattern %08b, edge %d: crossed %v, sheet %d", kind, e, on, s.of[e])
			}
			if on {
				crossed++
			}
		}
		if int(s.count)*3 > crossed {
			t.Errorf("pattern %08b: %d sheets of %d edges", kind, s.count, crossed)
		}
	}
}
