package shape

import (
	"fmt"
	"strings"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// model is a drawn instance before it is turned into triangles.
type model struct {
	field mesh.Field
	box   geom.Box // holds the whole surface
	cell  float64  // size of a triangle's legs: a third of the thinnest wall or less
}

// design is one class: a kind of object and how an instance is drawn.
type design struct {
	class string
	draw  func(r *seed.Rand) model
}

// designs is all classes, in Anomaly-ShapeNet's order.
var designs = []design{
	{"ashtray0", ashtray},
	{"bag0", bag},
	{"bottle0", bottle0},
	{"bottle1", bottle1},
	{"bottle3", bottle3},
	{"bowl0", bowl0},
	{"bowl1", bowl1},
	{"bowl2", bowl2},
	{"bowl3", bowl3},
	{"bowl4", bowl4},
	{"bowl5", bowl5},
	{"bucket0", bucket0},
	{"bucket1", bucket1},
	{"cap0", cap0},
	{"cap3", cap3},
	{"cap4", cap4},
	{"cap5", cap5},
	{"cup0", cup0},
	{"cup1", cup1},
	{"eraser0", eraser},
	{"headset0", headset0},
	{"headset1", headset1},
	{"helmet0", helmet0},
	{"helmet1", helmet1},
	{"helmet2", helmet2},
	{"helmet3", helmet3},
	{"jar0", jar},
	{"microphone0", microphone},
	{"shelf0", shelf},
	{"tap0", tap0},
	{"tap1", tap1},
	{"vase0", vase0},
	{"vase1", vase1},
	{"vase2", vase2},
	{"vase3", vase3},
	{"vase4", vase4},
	{"vase5", vase5},
	{"vase7", vase7},
	{"vase8", vase8},
	{"vase9", vase9},
}

// Classes lists the names that Build knows: the 40 of Anomaly-ShapeNet, in its order.
func Classes() []string {
	names := make([]string, len(designs))
	for i, d := range designs {
		names[i] = d.class
	}
	return names
}

// Family is a class without its number: "cup" for "cup1".
func Family(class string) string { return strings.TrimRight(class, "0123456789") }

// Build draws an instance of a class from r. The mesh is watertight, one piece,
// and looks outwards; it stands on z = 0, and its longest side is 1. A family's
// name ("cup") draws one of its classes first. It fails for a class that does
// not exist.
func Build(class string, r *seed.Rand) (*geom.Mesh, error) {
	var among []design
	for _, d := range designs {
		if d.class == class || Family(d.class) == class {
			among = append(among, d)
		}
	}
	switch len(among) {
	case 0:
		return nil, fmt.Errorf("no shape class %q; there are %s", class, strings.Join(Classes(), ", "))
	case 1:
		return among[0].build(r)
	}
	return among[r.Intn(len(among))].build(r)
}

// Random draws an instance of a class drawn from r, for pre-training: as many
// different objects as there are streams. It returns the class too.
func Random(r *seed.Rand) (*geom.Mesh, string, error) {
	d := designs[r.Intn(len(designs))]
	m, err := d.build(r)
	return m, d.class, err
}

func (d design) build(r *seed.Rand) (*geom.Mesh, error) {
	m, err := contour(d.draw(r))
	if err != nil {
		return nil, fmt.Errorf("shape %s: %w", d.class, err)
	}
	return m, nil
}

// phases are the places of the grid that are tried in turn, in cells. None puts a
// corner on a round number, where flat sides of objects lie.
var phases = []geom.Vec{{X: 0.371, Y: 0.283, Z: 0.417}, {X: 0.113, Y: 0.647, Z: 0.831}, {X: 0.719, Y: 0.457, Z: 0.059}, {X: 0.541, Y: 0.907, Z: 0.229}}

// contour turns a model into a mesh of unit size.
func contour(o model) (*geom.Mesh, error) {
	var report mesh.Report
	for try, shrink := range []float64{1, 1, 0.92, 0.92, 0.84, 0.84, 0.76, 0.76, 0.7, 0.7} {
		m := unit(largest(mesh.Contour(o.field, o.box, o.cell*shrink, phases[try%len(phases)])))
		report = mesh.Check(m)
		if report.Watertight && report.Oriented && report.Volume > 0 && report.Flat == 0 && report.Degenerate == 0 {
			return m, nil
		}
	}
	return nil, fmt.Errorf("the surface does not close: %d open and %d crowded edges, %d flat faces", report.BoundaryEdges, report.NonManifoldEdges, report.Flat)
}

// largest keeps the part of a mesh with the most faces and drops crumbs of less
// than a hundredth of them; any larger second part stays, and the tests find it.
func largest(m *geom.Mesh) *geom.Mesh {
	part, count := mesh.Components(m)
	if count <= 1 {
		return m
	}
	size := make([]int, count)
	most := 0
	for _, p := range part {
		size[p]++
		most = max(most, size[p])
	}
	kept := &geom.Mesh{Vertices: m.Vertices}
	for f, t := range m.Faces {
		if 100*size[part[f]] >= most {
			kept.Faces = append(kept.Faces, t)
		}
	}
	return mesh.Clean(kept)
}

// unit moves a mesh onto z = 0, above the middle of its outline, and scales its
// longest side to 1.
func unit(m *geom.Mesh) *geom.Mesh {
	b := m.Box()
	s := b.Size()
	scale := 1 / max(s.X, max(s.Y, s.Z))
	base := geom.Vec{X: b.Center().X, Y: b.Center().Y, Z: b.Min.Z}
	for i, p := range m.Vertices {
		m.Vertices[i] = p.D().Sub(base).Scale(scale).F()
	}
	return m
}
