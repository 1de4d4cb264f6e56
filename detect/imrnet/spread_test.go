package imrnet

import (
	"context"
	"math"
	"testing"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
)

// TestFeatureSpread holds the spread against the plain formula over the features of
// every patch, in two passes.
func TestFeatureSpread(t *testing.T) {
	ctx := context.Background()
	cfg := small("default")
	cfg.Register, cfg.Steps = false, 0
	sound := []*geom.Cloud{{Points: torus(1200, seed.Stream(1, "sound", 0))}, {Points: torus(1200, seed.Stream(1, "sound", 1))}}
	learnt, err := New(cfg).Fit(ctx, sound, detect.FitOptions{Class: "torus", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	got, err := FeatureSpread(ctx, learnt)
	if err != nil {
		t.Fatal(err)
	}
	m := learnt.(*model)
	session := m.session()
	defer m.release(session)
	var rows [][]float32
	for i, c := range m.bank.clouds() {
		v, err := NewView(ctx, 1, m.cfg, c, seed.Stream(m.seed, "imrnet spread", i))
		if err != nil {
			t.Fatal(err)
		}
		sets, _, err := (&reader{cfg: m.cfg, seed: m.seed, net: session}).passes(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		features, err := fused(ctx, session, sets, m.cfg)
		if err != nil {
			t.Fatal(err)
		}
		for k, f := range features {
			d := len(f) / sets[k].n()
			for lo := 0; lo < len(f); lo += d {
				rows = append(rows, f[lo:lo+d])
			}
		}
	}
	if want := min(3, cfg.DecoderDepth) * cfg.Width; len(got) != want {
		t.Fatalf("%d dimensions, want %d", len(got), want)
	}
	for j, v := range got {
		mean, square := 0.0, 0.0
		for _, r := range rows {
			mean += float64(r[j]) / float64(len(rows))
		}
		for _, r := range rows {
			square += (float64(r[j]) - mean) * (float64(r[j]) - mean) / float64(len(rows))
		}
		if want := math.Sqrt(square); math.Abs(v-want) > 1e-6*(1+math.Abs(mean)) || !(v > 0) {
			t.Fatalf("dimension %d spreads by %v, want %v", j, v, want)
		}
	}
	if _, err := FeatureSpread(ctx, nil); err == nil {
		t.Error("no model has a spread")
	}
}
