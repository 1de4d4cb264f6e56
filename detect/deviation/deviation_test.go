package deviation

import (
	"context"
	"math"
	"os"
	"sync"
	"testing"

	"blemish/detect"
	"blemish/detect/detecttest"
	"blemish/detect/scene/scenetest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
)

func TestContract(t *testing.T) {
	detecttest.Run(t, detecttest.Suite{New: func() detect.Detector { return New(smaller()) }, Open: Open})
}

// small is the default with fewer places: the tests' scans have a few thousand points.
func small() Config {
	cfg := DefaultConfig()
	cfg.ReferencePoints, cfg.Sites = 3000, 2000
	return cfg
}

// smaller is for scans of a thousand points and less.
func smaller() Config {
	cfg := DefaultConfig()
	cfg.ReferencePoints, cfg.Sites = 1500, 1000
	return cfg
}

// plainBox is the model of the box as the settings stand.
var plainBox = sync.OnceValues(func() (detect.Model, error) { return learnBox(small()) })

func learnBox(cfg Config) (detect.Model, error) {
	r := seed.Stream(1, "box")
	var sound []*geom.Cloud
	for range 4 {
		points, _ := scenetest.Slab(5000, 1, 0.8, 0.5, 0, r)
		sound = append(sound, &geom.Cloud{Points: points})
	}
	cfg.Pose = scoring.PoseFixed
	return New(cfg).Fit(context.Background(), sound, detect.FitOptions{Class: "box"})
}

// trained is a model of a box, its scans in one pose, and a stream for scans of it.
func trained(t *testing.T, change func(*Config)) (m detect.Model, r *seed.Rand) {
	t.Helper()
	var err error
	if change == nil {
		m, err = plainBox()
	} else {
		cfg := small()
		change(&cfg)
		m, err = learnBox(cfg)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, seed.Stream(1, "box", "scans")
}

// carve draws a scan of the box and moves or drops its points.
func carve(r *seed.Rand, change func(p geom.Vec3, side geom.Vec3) (geom.Vec3, bool)) *geom.Cloud {
	points, side := scenetest.Slab(5000, 1, 0.8, 0.5, 0, r)
	c := &geom.Cloud{}
	for i, p := range points {
		if q, keep := change(p, side[i]); keep {
			c.Points = append(c.Points, q)
		}
	}
	return c
}

// fromTop is the distance from the middle of the upper side; far away elsewhere.
func fromTop(p, side geom.Vec3) float64 {
	if side.Z < 0.5 {
		return math.Inf(1)
	}
	return math.Hypot(float64(p.X), float64(p.Y))
}

func TestKindsOfDefects(t *testing.T) {
	m, r := trained(t, nil)
	for _, c := range []struct {
		name   string
		change func(p, side geom.Vec3) (geom.Vec3, bool)
		kind   string
		area   float64
		depth  float64
	}{
		{"bulge", func(p, side geom.Vec3) (geom.Vec3, bool) {
			if fromTop(p, side) < 0.12 {
				p.Z += 0.02
			}
			return p, true
		}, detect.Excess, math.Pi * 0.12 * 0.12, 0.02},
		{"dent", func(p, side geom.Vec3) (geom.Vec3, bool) {
			if fromTop(p, side) < 0.12 {
				p.Z -= 0.02
			}
			return p, true
		}, detect.Missing, math.Pi * 0.12 * 0.12, 0.02},
		{"hole without walls", func(p, side geom.Vec3) (geom.Vec3, bool) {
			return p, fromTop(p, side) > 0.12
		}, detect.Missing, math.Pi * 0.12 * 0.12, 0},
	} {
		res, err := m.Score(context.Background(), carve(r, c.change))
		if err != nil {
			t.Fatal(err)
		}
		if res.Verdict != detect.Defective || len(res.Regions) == 0 {
			t.Errorf("%s: %v, object score %.2f, %d regions", c.name, res.Verdict, res.Object, len(res.Regions))
			continue
		}
		g := res.Regions[0]
		if g.Kind != c.kind || math.Abs(g.Depth-c.depth) > 0.005 || g.Area < 0.7*c.area || g.Area > 2*c.area {
			t.Errorf("%s: a region of kind %q, area %.4f (true %.4f), depth %.4f", c.name, g.Kind, g.Area, c.area, g.Depth)
		}
		if off := g.Center.Sub(geom.Vec{Z: 0.25}).Norm(); off > 0.05 {
			t.Errorf("%s: its middle is %.3f away", c.name, off)
		}
		if lost := len(res.Missing) > 0; lost != (c.depth == 0) {
			t.Errorf("%s: %d places of missing surface", c.name, len(res.Missing))
		}
	}
}

// A dent far below the spacing of 0.02 is found, because many points agree on it.
func TestShallowDent(t *testing.T) {
	m, r := trained(t, nil)
	shallow := carve(r, func(p, side geom.Vec3) (geom.Vec3, bool) {
		if fromTop(p, side) < 0.15 {
			p.Z -= 0.003
		}
		return p, true
	})
	sound := carve(r, func(p, _ geom.Vec3) (geom.Vec3, bool) { return p, true })
	dented, err := m.Score(context.Background(), shallow)
	if err != nil {
		t.Fatal(err)
	}
	good, err := m.Score(context.Background(), sound)
	if err != nil {
		t.Fatal(err)
	}
	if dented.Verdict != detect.Defective || good.Verdict != detect.Sound {
		t.Errorf("dented: %v (%.2f), sound: %v (%.2f)", dented.Verdict, dented.Object, good.Verdict, good.Object)
	}
}

// Half of the part is not scanned: nothing is called missing, and no verdict is given on a
// half that may be broken off.
func TestPartialScans(t *testing.T) {
	m, r := trained(t, nil)
	res, err := m.Score(context.Background(), carve(r, func(p, _ geom.Vec3) (geom.Vec3, bool) { return p, p.X < 0.1 }))
	if err != nil {
		t.Fatal(err)
	}
	if res.Verdict == detect.Defective || len(res.Regions) > 0 {
		t.Errorf("%v, object score %.2f, regions %+v", res.Verdict, res.Object, res.Regions)
	}
	if s := res.Seen; math.Abs(s.NotSeenShare-0.4) > 0.08 {
		t.Errorf("%.2f of the part are said not to be seen", s.NotSeenShare)
	}
}

// A scan of very many points is thinned, scored and carried back.
func TestLargeScans(t *testing.T) {
	m, r := trained(t, func(c *Config) { c.Points = 2000 })
	c := carve(r, func(p, side geom.Vec3) (geom.Vec3, bool) {
		if fromTop(p, side) < 0.15 {
			p.Z += 0.03
		}
		return p, true
	})
	res, err := m.Score(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	var in, out, n float64
	for i, p := range c.Points {
		if p.Z > 0.26 {
			in, n = in+float64(res.Point[i]), n+1
		} else {
			out += float64(res.Point[i])
		}
	}
	if in/n < 5*out/(5000-n) || len(res.Regions) == 0 || float64(res.Regions[0].Points) < 0.8*n {
		t.Errorf("the bulge's %g points score %.2f, the others %.2f; regions %d", n, in/n, out/(5000-n), len(res.Regions))
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"pose":    func(c *Config) { c.Pose = "upright" },
		"scales":  func(c *Config) { c.Scales = []int{8, 1} },
		"none":    func(c *Config) { c.Scales = nil },
		"disc":    func(c *Config) { c.Disc = math.NaN() },
		"smooth":  func(c *Config) { c.Smooth = 0 },
		"points":  func(c *Config) { c.Points = 3 },
		"sites":   func(c *Config) { c.Sites = -1 },
		"nearest": func(c *Config) { c.Neighbors = 0 },
	} {
		cfg := DefaultConfig()
		change(&cfg)
		if cfg.Validate() == nil {
			t.Errorf("%s: %+v is accepted", name, cfg)
		}
		if _, err := New(cfg).Fit(context.Background(), nil, detect.FitOptions{}); err == nil {
			t.Errorf("%s: Fit accepts it", name)
		}
	}
}

// skipLong leaves out, without BLEMISH_LONG, what takes five seconds of processor time and more
// and is close to what other tests look at.
func skipLong(t *testing.T) {
	t.Helper()
	if os.Getenv("BLEMISH_LONG") == "" {
		t.Skip("takes long: set BLEMISH_LONG")
	}
}
