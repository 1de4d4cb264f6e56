package render

import (
	"testing"

	"blemish/geom"
)

// squares is a flat square of n × n cells of two triangles, seen from above.
func squares(n int) *geom.Mesh {
	m := &geom.Mesh{}
	for y := range n + 1 {
		for x := range n + 1 {
			m.Vertices = append(m.Vertices, geom.Vec3{X: float32(x) / float32(n), Y: float32(y) / float32(n)})
		}
	}
	for y := range n {
		for x := range n {
			a := int32(y*(n+1) + x)
			b, c, d := a+1, a+int32(n)+1, a+int32(n)+2
			m.Faces = append(m.Faces, [3]int32{a, b, d}, [3]int32{a, d, c})
		}
	}
	return m
}

// Edges darken the lines between large faces and leave their middles; a mesh whose faces are
// hardly larger than a line stays as it is.
func TestEdgesAreDrawnWhereTheyCanBeTold(t *testing.T) {
	darker := func(n int) float64 {
		opt := Options{Width: 120, Height: 120, View: View{Eye: geom.Vec{Z: 1}}}
		plain, err := Mesh(t.Context(), squares(n), opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.Edges = true
		lined, err := Mesh(t.Context(), squares(n), opt)
		if err != nil {
			t.Fatal(err)
		}
		dark, all := 0, 0
		for i := 0; i < len(plain.Pix); i += 4 {
			if plain.Pix[i] > 230 { // background
				continue
			}
			all++
			if int(lined.Pix[i]) < int(plain.Pix[i])-30 {
				dark++
			}
		}
		return float64(dark) / float64(all)
	}
	if share := darker(3); share < 0.05 || share > 0.5 {
		t.Errorf("of large faces %.3f is dark", share)
	}
	if share := darker(100); share > 0 {
		t.Errorf("of a fine mesh %.3f is dark", share)
	}
}
