package imrnet

import (
	"context"
	"math"
	"strings"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/geom"
	"blemish/seed"
)

// small is a network of a few steps: what it finds does not matter, how it behaves does.
func small(mode string) Config {
	c := DefaultConfig()
	if mode == "literal" {
		c = Literal()
	}
	c.Width, c.EncoderDepth, c.DecoderDepth, c.Heads, c.Embed = 32, 1, 3, 2, []int{16, 16, 32, 32}
	c.Patches, c.PatchSize, c.Points, c.Steps, c.Batch, c.Passes = 48, 16, 1000, 4, 2, 2
	c.Reference, c.Pretrained = min(c.Reference, 40), None
	return c
}

func TestContract(t *testing.T) {
	// Masks and centres hang on ranks, so rounding moves a score more than in a
	// detector that only measures distances.
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(small("default")) }, Open: Open, Scans: 3, Points: 1500, Loose: 2, Blind: true})
}

// TestEverySwitchTurnsAlone fits and scores with each choice of the default
// configuration turned back to the literal reading, one at a time, and with all.
func TestEverySwitchTurnsAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("trains two dozen small networks")
	}
	var sound []*geom.Cloud
	for i := range 2 {
		sound = append(sound, &geom.Cloud{Points: torus(300, seed.Stream(1, "sound", i))})
	}
	scan := &geom.Cloud{Points: torus(300, seed.Stream(1, "scan"))}
	for name, turn := range map[string]func(*Config){
		"default":    func(*Config) {},
		"literal":    func(c *Config) { *c = small("literal") },
		"masks":      func(c *Config) { c.Masks = "random" },
		"passes":     func(c *Config) { c.Passes = 1 },
		"reference":  func(c *Config) { c.Reference, c.Region, c.MaskRatio, c.Iterations = 0, 0, 0.4, 3 },
		"mask_ratio": func(c *Config) { c.MaskRatio, c.Iterations = 0.4, 3 },
		"fps":        func(c *Config) { c.Sampler = "fps" },
		"voxel":      func(c *Config) { c.Sampler = "voxel" },
		"random":     func(c *Config) { c.Sampler = "random" },
		"region":     func(c *Config) { c.Region = 0 },
		"scatter":    func(c *Config) { c.Scatter = 0 },
		"scale":      func(c *Config) { c.Scale = 1 },
		"target":     func(c *Config) { c.Target = "own" },
		"displace":   func(c *Config) { c.Displace = 0.15 },
		"jitter":     func(c *Config) { c.Jitter = 1 },
		"compare":    func(c *Config) { c.Compare = "chamfer" },
		"register":   func(c *Config) { c.Register = true },
		"template":   func(c *Config) { c.Template = !c.Template },
		"spread":     func(c *Config) { c.Spread = 3 },
		"fusion":     func(c *Config) { c.Fusion = "mean" },
		"object":     func(c *Config) { c.Object = "max" },
		"coverage":   func(c *Config) { c.Coverage = false },
		"points":     func(c *Config) { c.Points = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := small("default")
			cfg.Register = false // the same for all but one: it takes longest
			turn(&cfg)
			cfg.Steps, cfg.Points = 2, min(cfg.Points, 250)
			m, err := New(cfg).Fit(context.Background(), sound, detect.FitOptions{Class: "torus", Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			r, err := m.Score(context.Background(), scan)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range r.Point {
				if !(p >= 0) || math.IsInf(float64(p), 0) {
					t.Fatalf("point %d scores %v", i, p)
				}
			}
			if !(r.Object > 0) {
				t.Fatalf("the scan scores %v", r.Object)
			}
			again, err := Open(context.Background(), detecttest.File(t, m), detect.OpenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if s, err := again.Score(context.Background(), scan); err != nil || s.Object != r.Object {
				t.Fatalf("opened again it scores %v instead of %v, error %v", s, r.Object, err)
			}
		})
	}
}

// A scan with fewer points than patches cannot be judged, and why is said.
func TestFewerPointsThanPatches(t *testing.T) {
	cfg := small("default")
	cfg.Register, cfg.Patches, cfg.Steps = false, 150, 1
	ctx := context.Background()
	m, err := New(cfg).Fit(ctx, []*geom.Cloud{{Points: torus(600, seed.Stream(1, "sound"))}}, detect.FitOptions{Class: "torus", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Score(ctx, &geom.Cloud{Points: torus(120, seed.Stream(1, "scan"))})
	if err != nil || r.Verdict != detect.Unsure || !strings.Contains(r.Reason, "120, at least 150 are needed for 150 patches") {
		t.Errorf("%v, %q, error %v", r.Verdict, r.Reason, err)
	}
}
