package deviation

import (
	"context"
	"testing"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
)

// knob is a sphere with three handles of bumps, scanned anew each time: 20,000
// points without a symmetry.
func knob(n int, r *seed.Rand) *geom.Cloud {
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	bumps := []geom.Vec{{X: 1}, {Y: 0.8, Z: 0.6}, {X: -0.5, Z: 0.9}}
	for i := range c.Points {
		x, y, z := r.Direction()
		u := geom.Vec{X: x, Y: 0.8 * y, Z: 0.6 * z}
		size := 1.0
		for k, b := range bumps {
			if d := u.Dot(b); d > 0.5 {
				size += float64(0.2*float64(k+1)) * (d - 0.5)
			}
		}
		c.Points[i] = u.Scale(size).F()
	}
	return c
}

func BenchmarkScore20k(b *testing.B) {
	for _, pose := range []string{scoring.PoseFixed, scoring.PoseAny} {
		b.Run(pose, func(b *testing.B) {
			ctx := context.Background()
			r := seed.Stream(1, "bench")
			var sound []*geom.Cloud
			for range 4 {
				sound = append(sound, knob(20000, r))
			}
			cfg := DefaultConfig()
			cfg.Pose = pose
			m, err := New(cfg).Fit(ctx, sound, detect.FitOptions{})
			if err != nil {
				b.Fatal(err)
			}
			scan := knob(20000, r)
			for b.Loop() {
				if _, err := m.Score(ctx, scan); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
