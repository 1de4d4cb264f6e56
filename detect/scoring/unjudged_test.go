package scoring

import (
	"context"
	"testing"

	"blemish/detect/scene"
	"blemish/geom"
	"blemish/spatial"
)

// A row of points at distance 1: judged up to the fifth, unknown from there on, with a stray.
func TestUnknownPointsScoreAsTheirSurroundings(t *testing.T) {
	var points []geom.Vec3
	set := make([]scene.Set, 30)
	score := make([]float32, 30)
	for i := range set {
		points = append(points, geom.Vec3{X: float32(i)})
		set[i] = scene.NoReference
	}
	for i := range 5 {
		set[i], score[i] = scene.Comparable, 0.5
	}
	score[4] = 8
	set[29] = scene.Stray
	s := &Scored{
		Scan:  &Scan{Tree: spatial.NewTree(points), View: &scene.View{Set: set, Spacing: 1}},
		Terms: Terms{Score: score},
	}
	if err := s.fillUnjudged(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	const mean = (4*0.5 + 1) / 5
	for i, want := range map[int]float32{3: 0.5, 4: 8, 5: 8, 7: 8, 19: mean, 28: mean, 29: 0} {
		if got := s.Score[i]; got < want-1e-6 || got > want+1e-6 {
			t.Errorf("point %d scores %g, want %g", i, got, want)
		}
	}
	if s.Score[10] >= 8 || s.Score[10] <= s.Score[11] {
		t.Errorf("the score does not fade: %g, %g", s.Score[10], s.Score[11])
	}
}
