package render

import (
	"math"
	"testing"

	"blemish/geom"
)

// shell is a sphere of points of which those within 25° of toward are marked.
func shell(toward geom.Vec, inner bool) (points []geom.Vec3, mark []float32) {
	const n = 4000
	for i := range n {
		z := 1 - (2*float64(i)+1)/n
		s, c := math.Sincos(float64(i) * 2.399963)
		r := math.Sqrt(1 - z*z)
		p := geom.Vec{X: r * c, Y: r * s, Z: z}
		if inner && p.Z > 0.3 {
			continue // an open bowl
		}
		points = append(points, p.F())
		m := float32(0)
		if p.Dot(toward) > math.Cos(25*math.Pi/180) {
			m = 1
		}
		mark = append(mark, m)
		if inner { // a second wall inside, which alone is marked
			points, mark[len(mark)-1] = append(points, p.Scale(0.96).F()), 0
			mark = append(mark, m)
		}
	}
	return points, mark
}

func TestFacing(t *testing.T) {
	for _, toward := range []geom.Vec{{X: 1}, {X: -1}, {Y: 1}, {Z: -1}, {X: -0.6, Y: 0.6, Z: -0.5}} {
		points, mark := shell(toward.Unit(), false)
		eye := Facing(points, mark, 0).Eye
		if d := eye.Dot(toward.Unit()); d < math.Cos(40*math.Pi/180) {
			t.Errorf("a mark towards %v is looked at from %v", toward, eye)
		}
	}
	// A mark on the inner wall of a bowl is seen through the opening.
	points, mark := shell(geom.Vec{X: 1, Z: -0.4}.Unit(), true)
	if eye := Facing(points, mark, 0).Eye; eye.X > 0.2 || eye.Z < 0.1 {
		t.Errorf("a mark on the inner wall at +X is looked at from %v", eye)
	}
	// Nothing marked, nothing there.
	if v := Facing(points, make([]float32, len(points)), 0); v != (View{}) {
		t.Errorf("nothing marked: %v", v)
	}
	if v := Facing(nil, nil, 0); v != (View{}) {
		t.Errorf("no points: %v", v)
	}
	same := make([]geom.Vec3, 10)
	if v := Facing(same, make([]float32, 10), 0); v != (View{}) {
		t.Errorf("equal points: %v", v)
	}
}
