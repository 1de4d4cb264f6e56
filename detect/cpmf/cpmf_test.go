package cpmf

import (
	"context"
	"path/filepath"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/memory"
	"blemish/detect/memory/memorytest"
	"blemish/geom"
	"blemish/seed"
	"blemish/weights"
)

// With few and small pictures, which take little time, a bump stands out, but not far enough
// for a verdict.
func TestContract(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Views, cfg.Size = 3, 40
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(cfg) }, Open: Open, Loose: 0.5, Blind: true})
}

// Histograms alone, as published but for what is drawn by chance.
func TestScoresEqualTheScripts(t *testing.T) {
	cfg := PublishedConfig()
	cfg.Views, cfg.Isometric, cfg.Share = 0, false, 0.02
	cfg.NormalRadius, cfg.FPFHRadius = 1, 2.5 // of the script's clouds
	memorytest.Check(t, (&eye{cfg: cfg}).plan(), Name)
}

// ball is a sphere with a flat side.
func ball(n int) []geom.Vec3 {
	r := seed.Stream(1, "ball")
	points := make([]geom.Vec3, n)
	for i := range points {
		x, y, z := r.Direction()
		points[i] = geom.Vec{X: min(x, 0.7), Y: y, Z: z}.F()
	}
	return points
}

// From one side about half of a ball is seen; from all around, all of it.
func TestWhatIsSeen(t *testing.T) {
	cloud := &memory.Cloud{Points: ball(4000)}
	for _, c := range []struct {
		views     int
		low, high float64
	}{{1, 0.35, 0.7}, {27, 1, 1}} {
		cfg := DefaultConfig()
		cfg.Views, cfg.Size = c.views, 96
		e := &eye{cfg: cfg}
		rows, err := e.pictured(context.Background(), cloud)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for i := range cloud.Points {
			var square float64
			for _, v := range rows[i*e.dim() : (i+1)*e.dim()] {
				square += float64(v) * float64(v)
			}
			if square > 0 {
				seen++
			}
			if square > 1 {
				t.Fatalf("point %d: what is seen has the squared length %v", i, square)
			}
		}
		if share := float64(seen) / 4000; share < c.low || share > c.high {
			t.Errorf("%d views see %.2f of the ball", c.views, share)
		}
	}
}

// A network goes with the model, which no longer needs its file.
func TestANetworkOfAUsers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := weights.Write(path, drawnNet()); err != nil {
		t.Fatal(err)
	}
	cfg := DefaultConfig()
	cfg.Views, cfg.Size, cfg.Weights, cfg.Vectors = 2, 32, path, 100
	ctx := context.Background()
	scan := &geom.Cloud{Points: ball(1000)}
	m, err := New(cfg).Fit(ctx, []*geom.Cloud{scan}, detect.FitOptions{Class: "ball"})
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Score(ctx, scan)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(ctx, detecttest.File(t, m), detect.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Score(ctx, scan); err != nil || got.Object != want.Object {
		t.Errorf("opened again the scan scores %v, not %v, error %v", got, want.Object, err)
	}
	cfg.Weights = filepath.Join(t.TempDir(), "none.safetensors")
	if _, err := New(cfg).Fit(ctx, []*geom.Cloud{scan}, detect.FitOptions{}); err == nil {
		t.Error("weights that are not there are taken")
	}
}
