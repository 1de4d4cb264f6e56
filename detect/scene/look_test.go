package scene

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// Known surface thins out towards x = 1, where it bends down, with no rim but one far away. What
// the bend goes on to is unknown; a dent over the last discs, and what stands out beside them, are
// not, nor is anything where the sound scans show the whole part.
func TestSurfaceThatThinsOutEnds(t *testing.T) {
	s := &Surface{views: true}
	var points []geom.Vec3
	for x := 0.0; x < 1; x += 0.01 + 0.03*math.Max(0, x-0.8)/0.2 {
		for y := 0.0; y < 1; y += 0.02 {
			points = append(points, geom.Vec3{X: float32(x), Y: float32(y)})
			s.Normal = append(s.Normal, geom.Vec3{Z: 1})
			s.Spacing = append(s.Spacing, 0.01+0.05*math.Max(0, x-0.8)/0.2)
		}
	}
	s.Tree, s.Rim = spatial.NewTree(points), make([]bool, len(points))
	s.Rim[0] = true
	last := geom.Vec3{X: points[len(points)-1].X, Y: 0.5}
	scan := []geom.Vec3{
		{X: last.X + 0.16, Y: 0.5, Z: -0.04}, // the bend goes on
		{X: last.X, Y: 0.5, Z: -0.04},        // a dent
		{X: last.X + 0.16, Y: 0.5, Z: 0.04},  // excess over the end
		{X: 0.5, Y: 0.5, Z: -0.04},
	}
	for _, views := range []bool{true, false} {
		s.views = views
		v := &View{Tree: spatial.NewTree(scan), Set: make([]Set, len(scan)), part: &Part{Surface: s, thin: s.thin()}}
		for _, q := range scan {
			foot, _ := s.Closest(q, usual.Neighbors, usual.Reach, nil)
			v.Feet = append(v.Feet, foot)
		}
		v.beyondRims()
		for i, set := range v.Set {
			if unknown := set == NoReference; unknown != (views && i == 0) {
				t.Errorf("sides %v: point %d is without reference: %v (%+v)", views, i, unknown, v.Feet[i])
			}
		}
	}
}
