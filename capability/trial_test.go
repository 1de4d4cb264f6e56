package capability

import (
	"context"
	"testing"

	"blemish/defect/inscan"
	"blemish/detect"
	"blemish/geom"
	"blemish/spatial"
)

// patient takes every void for surface that the scan could not show.
type patient struct{ gauge }

func (p *patient) Score(ctx context.Context, scan *geom.Cloud) (*detect.Result, error) {
	r, err := p.gauge.Score(ctx, scan)
	tree := spatial.NewTree(scan.Points)
	for x := range 60 {
		for y := range 60 {
			q := geom.Vec3{X: float32(x) + 0.5, Y: float32(y) + 0.5}
			if tree.Nearest(q).Dist2 > 2.25 {
				r.Seen.NotSeen = append(r.Seen.NotSeen, q)
			}
		}
	}
	return r, err
}

// Holes that a model takes for what the scan could not show are told as such.
func TestHolesTakenForNotSeen(t *testing.T) {
	for name, model := range map[string]detect.Model{"told": &patient{gauge{a50: 6, slope: 4}}, "not told": &gauge{a50: 6, slope: 4}} {
		s := study(nil, 2)
		s.Design.Kinds, s.Design.Levels = []inscan.Kind{inscan.Hole, inscan.Concavity}, 3
		s.Model = model
		for i := range s.Scans {
			s.Scans[i].Model = model
		}
		r := run(t, s)
		hole, dent := r.Curves[0], r.Curves[1]
		if hole.Hits != 0 || hole.Trials < 20 || dent.NotSeen != 0 || (name == "told") != (hole.NotSeen > hole.Trials/2) {
			t.Errorf("%s: %+v, %+v", name, hole, dent)
		}
	}
}
