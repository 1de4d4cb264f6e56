package dataset

import (
	"context"
	"math"
	"testing"

	"blemish/defect"
	"blemish/geom"
	"blemish/spatial"
)

// TestMissingRegionsHangTogether: what is missing is one piece with the share asked
// for, and a defect stays.
func TestMissingRegionsHangTogether(t *testing.T) {
	for _, kind := range []defect.Kind{"", defect.Bulge} {
		opt := Options{MinPoints: 4000, MaxPoints: 4000, Conditions: Conditions{MinMissing: 0.4, MaxMissing: 0.4}}
		m, sample, cloud := scanOf(t, "vase1", kind, opt)
		if cloud.Len() != 2400 || sample.Points != 2400 || math.Abs(sample.Missing-0.4) > 1e-9 {
			t.Fatalf("%d points left, %g missing", cloud.Len(), sample.Missing)
		}
		if kind != "" && sample.Anomalous < 40 {
			t.Errorf("%d anomalous points are left", sample.Anomalous)
		}
		// The same scan with nothing missing; what is gone is joined over short ways.
		m.opt.Conditions = Conditions{}
		var s surface = m.target
		if kind != "" {
			carved, err := defect.Apply(context.Background(), m.target, *sample.Plan)
			if err != nil {
				t.Fatal(err)
			}
			s = carved
		}
		whole, err := m.scan(&Sample{}, s)
		if err != nil {
			t.Fatal(err)
		}
		left := map[geom.Vec3]bool{}
		for _, p := range cloud.Points {
			left[p] = true
		}
		var gone []geom.Vec3
		for _, p := range whole.Points {
			if !left[p] {
				gone = append(gone, p)
			}
		}
		if len(gone) != 1600 {
			t.Fatalf("%d points are gone", len(gone))
		}
		if n := reached(gone, 0.06*m.target.Diagonal()); n < 1590 {
			t.Errorf("%d of 1600 missing points hang together", n)
		}
	}
}

// reached counts the points that hang together with the first over ways of at most step.
func reached(points []geom.Vec3, step float64) int {
	tree := spatial.NewTree(points)
	in := make([]bool, len(points))
	in[0] = true
	queue := []int32{0}
	for at := 0; at < len(queue); at++ {
		for _, n := range tree.Radius(points[queue[at]], step, nil) {
			if !in[n.Index] {
				in[n.Index] = true
				queue = append(queue, n.Index)
			}
		}
	}
	return len(queue)
}
