package dataset

import (
	"context"
	"math"
	"testing"

	"blemish/defect"
	"blemish/geom"
	"blemish/spatial"
)

// sphereScan scans a ball of radius 1.
func sphereScan(t *testing.T, opt Options) (*maker, *geom.Cloud) {
	t.Helper()
	target, err := defect.NewTarget(context.Background(), ball(80))
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
		axis := m.sensed[0].Unit()
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
	axis := m.sensed[0].Unit()
	tree := spatial.NewTree(cloud.Points)
	for _, p := range m.target.Scan(4000, false, m.stream("probe")).Points {
		sight := m.sensed[0].Sub(p.D()).Unit()
		if sight.Dot(p.D().Unit()) < math.Cos(50*math.Pi/180) || axis.Dot(p.D()) < 0 {
			continue
		}
		if near := tree.Nearest(p); math.Sqrt(float64(near.Dist2)) > 0.08 {
			t.Fatalf("nothing within 0.08 of %v, which is in good sight", p)
		}
	}
}

// TestNoiseGrowsWithAngleAndDistance measures the noise of a scanner on a ball, beside
// the same scan without noise.
func TestNoiseGrowsWithAngleAndDistance(t *testing.T) {
	const sigma = 0.001
	type bin struct{ sum, n float64 }
	for _, views := range []int{0, 1} {
		var steep, flat bin
		near, far := bin{}, bin{}
		for _, seed := range []uint64{1, 2, 3, 4, 5, 6} {
			opt := Options{Views: views, MinPoints: 8000, MaxPoints: 8000, Seed: seed}
			_, calm := sphereScan(t, opt)
			opt.Noise, opt.NoiseModel = sigma, ScannerNoise
			m, noisy := sphereScan(t, opt)
			d := m.target.Diagonal()
			for i, p := range calm.Points {
				step := noisy.Points[i].D().Sub(p.D())
				// The place that has seen it faces it best.
				sight, cos := geom.Vec{}, -1.0
				for _, e := range m.sensed {
					s := e.Sub(p.D())
					if c := s.Unit().Dot(p.D().Unit()); c > cos {
						sight, cos = s, c
					}
				}
				if off := step.Cross(sight.Unit()).Norm(); views == 1 && off > 1e-6*d {
					t.Fatalf("point %d has moved %g beside the sight", i, off)
				}
				ratio := step.Norm() / (sigma * d)
				distance := sight.Norm() / d
				model := distance / 2 * distance / 2 / max(cos, lostCos)
				b := &near
				if distance > 2 {
					b = &far
				}
				b.sum, b.n = b.sum+ratio*ratio/(model*model), b.n+1
				switch {
				case cos > 0.9:
					steep.sum, steep.n = steep.sum+ratio*ratio/math.Pow(distance/2, 4), steep.n+1
				case cos < 0.4:
					flat.sum, flat.n = flat.sum+ratio*ratio/math.Pow(distance/2, 4), flat.n+1
				}
			}
		}
		for _, b := range []bin{near, far} {
			if rms := math.Sqrt(b.sum / b.n); b.n > 0 && math.Abs(rms-1) > 0.05 {
				t.Errorf("%d views: noise is %g times the model's", views, rms)
			}
		}
		if views == 1 {
			s, f := math.Sqrt(steep.sum/steep.n), math.Sqrt(flat.sum/flat.n)
			t.Logf("noise at steep sight %.2f, at flat %.2f of its base", s, f)
			if s < 0.9 || s > 1.1 || f < 2.4 || far.n == 0 || near.n == 0 {
				t.Errorf("noise at steep sight %g, at flat %g of its base; %g points near, %g far", s, f, near.n, far.n)
			}
		}
	}
}

// TestTrainViewsGoAround: scans to learn from are taken from different sides and
// together show what can be seen of the part.
func TestTrainViewsGoAround(t *testing.T) {
	const n = 6
	all := &geom.Cloud{}
	var dirs []geom.Vec
	var m *maker
	for i := range n {
		opt := Options{Train: n, MinPoints: 4000, MaxPoints: 4000, Conditions: Conditions{MinTrainViews: 1, MaxTrainViews: 1}}
		m, _, _ = scanOf(t, "cup0", "", opt)
		m.job = job{part: "train", index: i}
		sample := &Sample{}
		cloud, err := m.scan(sample, m.target)
		if err != nil {
			t.Fatal(err)
		}
		if len(sample.Views) != 1 {
			t.Fatalf("scan %d has %d views", i, len(sample.Views))
		}
		dir := m.sensed[0].Sub(m.target.Mesh().Box().Center()).Unit()
		for k, other := range dirs {
			if angle := math.Acos(dir.Dot(other)) * 180 / math.Pi; angle < 45 {
				t.Errorf("scans %d and %d are taken from places %g degrees apart", i, k, angle)
			}
		}
		dirs = append(dirs, dir)
		all.Points = append(all.Points, cloud.Points...)
	}
	// What 200 places would see, against what these have.
	v := &views{tree: spatial.NewBVH(m.target.Mesh()), middle: m.target.Mesh().Box().Center(), radius: m.target.Diagonal() / 2, skip: 1e-5 * m.target.Diagonal()}
	for _, dir := range lattice(200) {
		v.eyes = append(v.eyes, v.middle.AddScaled(2*m.target.Diagonal(), dir))
	}
	tree := spatial.NewTree(all.Points)
	seen, shown := 0, 0
	probe := m.target.Scan(2000, false, m.stream("probe"))
	for i, p := range probe.Points {
		if !v.sees(p.D(), probe.Normals[i].D()) {
			continue
		}
		seen++
		if math.Sqrt(float64(tree.Nearest(p).Dist2)) < 0.03*m.target.Diagonal() {
			shown++
		}
	}
	if float64(shown) < 0.93*float64(seen) {
		t.Errorf("of %d places that can be seen %d are shown", seen, shown)
	}
}

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
