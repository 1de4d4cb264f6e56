package deviation

import (
	"context"
	"math"
	"testing"

	"blemish/detect/scene"
	"blemish/detect/scene/scenetest"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/seed"
)

func build(t *testing.T, points []geom.Vec3) *scene.Part {
	t.Helper()
	p, err := scene.NewPart(context.Background(), 1, points, make([]int32, len(points)), 5000)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Averaging follows faces: the noise of a scan falls, and a dent on one side of a
// plate does not leak to the other.
func TestReadingsStayOnTheirFace(t *testing.T) {
	r := seed.Stream(5, "reading")
	points, _ := scenetest.Slab(12000, 1, 0.8, 0.06, 0, r)
	s := build(t, points)
	scan, side := scenetest.Slab(6000, 1, 0.8, 0.06, 0, r)
	for i, p := range scan {
		if side[i].Z > 0 && math.Hypot(float64(p.X), float64(p.Y)) < 0.15 {
			scan[i].Z -= 0.005
		}
	}
	cfg := DefaultConfig()
	m := newModel(cfg, 1)
	held, err := m.Look(context.Background(), s, scan, scoring.Taken{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.average(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range scan {
		d := math.Hypot(float64(p.X), float64(p.Y))
		if d > 0.05 {
			continue
		}
		want := 0.0
		if side[i].Z > 0 {
			want = -0.005
		}
		for k := range cfg.Scales {
			if math.Abs(float64(got.mean[k][i])-want) > 0.001 {
				t.Errorf("scale %d on the side %v: %g, want %g", cfg.Scales[k], side[i].Z, got.mean[k][i], want)
			}
		}
	}
}

func TestToleranceFollowsThePlace(t *testing.T) {
	r := seed.Stream(6, "tolerance")
	var points []geom.Vec3
	var owner []int32
	mean := make([]float32, 0)
	for i := range 6000 {
		p := geom.Vec3{X: float32(r.Float64()), Y: float32(r.Float64())}
		points, owner = append(points, p), append(owner, int32(i%3))
		spread := 0.001
		if p.X > 0.5 {
			spread = 0.01
		}
		mean = append(mean, float32(0.02*float64(p.Y)+spread*r.Norm()))
	}
	s := build(t, points)
	cfg := DefaultConfig()
	all := make([]bool, len(points))
	for i := range all {
		all[i] = true
	}
	read := &scoring.Readings{Tree: s.Surface.Tree, Side: s.Surface.Normal, Owner: owner, Value: [][]float32{mean}, Valid: all}
	tol, err := read.Learn(context.Background(), 2, true, cfg.tolerance(s.Surface))
	if err != nil {
		t.Fatal(err)
	}
	var quiet, loud float64
	for i, p := range points {
		switch {
		case p.X < 0.4:
			quiet += float64(tol.Spread[0][i])
		case p.X > 0.6:
			loud += float64(tol.Spread[0][i])
		}
	}
	if !(loud > 1.5*quiet) {
		t.Errorf("the loud side has %g, the quiet one %g", loud, quiet)
	}
	// The bias is drawn towards 0 by the prior, but follows.
	for i, p := range points {
		if p.X < 0.4 && p.Y > 0.9 && math.Abs(float64(tol.Bias[0][i])-0.8*0.02*float64(p.Y)) > 0.003 {
			t.Fatalf("bias %g at y = %g", tol.Bias[0][i], p.Y)
		}
	}
}
