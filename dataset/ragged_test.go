package dataset

import (
	"context"
	"math"
	"sync"
	"testing"

	"blemish/defect"
	"blemish/geom"
	"blemish/spatial"
)

// sphere is a ball of radius 1 to be scanned.
var sphere = sync.OnceValues(func() (*defect.Target, error) { return defect.NewTarget(context.Background(), ball(80)) })

// sphereScan scans a ball of radius 1.
func sphereScan(t *testing.T, opt Options) (*maker, *geom.Cloud) {
	t.Helper()
	target, err := sphere()
	if err != nil {
		t.Fatal(err)
	}
	m := &maker{opt: opt.Defaults(), class: "ball", target: target, job: job{part: "test"}}
	cloud, err := m.scan(&Sample{}, target)
	if err != nil {
		t.Fatal(err)
	}
	return m, cloud
}

// TestRaggedRimsAreUneven: where the scan of a ball ends is the same all around when
// rims are clean, and changes from side to side when they are ragged.
func TestRaggedRimsAreUneven(t *testing.T) {
	spread := func(ragged float64) (mean, deviation float64) {
		m, cloud := sphereScan(t, Options{Views: 1, MinPoints: 20_000, MaxPoints: 20_000, Conditions: Conditions{Ragged: ragged}})
		axis := m.sensors[0].Unit()
		a := axis.Perpendicular()
		b := axis.Cross(a)
		var ends [60]float64
		for _, p := range cloud.Points {
			turn := math.Atan2(b.Dot(p.D()), a.Dot(p.D())) + math.Pi
			k := min(len(ends)-1, int(turn/(2*math.Pi)*float64(len(ends))))
			ends[k] = max(ends[k], math.Acos(axis.Dot(p.D().Unit()))*180/math.Pi)
		}
		for _, e := range ends {
			mean += e / float64(len(ends))
		}
		for _, e := range ends {
			deviation += (e - mean) * (e - mean) / float64(len(ends))
		}
		return mean, math.Sqrt(deviation)
	}
	cleanMean, clean := spread(0)
	raggedMean, ragged := spread(1)
	t.Logf("the scan ends at %.1f ± %.2f degrees, ragged at %.1f ± %.2f", cleanMean, clean, raggedMean, ragged)
	if clean > 2 || ragged < 2.5*clean || raggedMean > cleanMean-3 {
		t.Errorf("the scan ends at %.1f ± %.2f degrees, ragged at %.1f ± %.2f", cleanMean, clean, raggedMean, ragged)
	}
}

// TestRaggedScansLoseRimsAlone: away from rims nothing is lost.
func TestRaggedScansLoseRimsAlone(t *testing.T) {
	m, cloud := sphereScan(t, Options{Views: 1, MinPoints: 20_000, MaxPoints: 20_000, Conditions: Conditions{Ragged: 1}})
	axis := m.sensors[0].Unit()
	tree := spatial.NewTree(cloud.Points)
	for _, p := range m.target.Scan(4000, false, m.stream("probe")).Points {
		sight := m.sensors[0].Sub(p.D()).Unit()
		if sight.Dot(p.D().Unit()) < math.Cos(50*math.Pi/180) || axis.Dot(p.D()) < 0 {
			continue
		}
		if near := tree.Nearest(p); math.Sqrt(float64(near.Dist2)) > 0.08 {
			t.Fatalf("nothing within 0.08 of %v, which is in good sight", p)
		}
	}
}
