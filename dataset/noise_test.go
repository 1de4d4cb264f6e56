package dataset

import (
	"math"
	"testing"

	"blemish/geom"
)

// TestNoiseGrowsWithAngleAndDistance measures the noise of a scanner on a ball, beside
// the same scan without noise.
func TestNoiseGrowsWithAngleAndDistance(t *testing.T) {
	const sigma = 0.001
	type bin struct{ sum, n float64 }
	for _, views := range []int{0, 1} {
		var steep, flat bin
		near, far := bin{}, bin{}
		for _, seed := range []uint64{1, 2, 3, 4} {
			opt := Options{Views: views, MinPoints: 3000, MaxPoints: 3000, Seed: seed}
			_, calm := sphereScan(t, opt)
			opt.Noise, opt.NoiseModel = sigma, ScannerNoise
			m, noisy := sphereScan(t, opt)
			d := m.target.Diagonal()
			for i, p := range calm.Points {
				step := noisy.Points[i].D().Sub(p.D())
				// The place that has seen it faces it best.
				sight, cos := geom.Vec{}, -1.0
				for _, e := range m.sensors {
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
