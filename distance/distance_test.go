package distance

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

var ctx = context.Background()

// box is a closed box from 0 to the given size.
func box(x, y, z float32) *geom.Mesh {
	m := &geom.Mesh{}
	for i := range 8 {
		m.Vertices = append(m.Vertices, geom.Vec3{X: x * float32(i&1), Y: y * float32(i>>1&1), Z: z * float32(i>>2&1)})
	}
	for _, q := range [][4]int32{{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}} {
		m.Faces = append(m.Faces, [3]int32{q[0], q[1], q[2]}, [3]int32{q[0], q[2], q[3]})
	}
	return m
}

func toMesh(t *testing.T, m *geom.Mesh) *Target {
	t.Helper()
	to, err := ToMesh(ctx, 1, m, true)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func measure(t *testing.T, to *Target, c *geom.Cloud, opt Options) *Field {
	t.Helper()
	f, err := to.Measure(ctx, 2, c, opt)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestToMesh(t *testing.T) {
	nan := float32(math.NaN())
	c := &geom.Cloud{Points: []geom.Vec3{{X: 1, Y: 1, Z: 0.25}, {X: 1, Y: 1, Z: 2.5}, {X: 5, Y: 1, Z: 1}, {X: nan}}}
	to := toMesh(t, box(2, 2, 2))
	f := measure(t, to, c, Options{Signed: true, Vectors: true, Max: 2})
	if f.Distance[0] != -0.25 || f.Distance[1] != 0.5 || !math.IsNaN(float64(f.Distance[2])) || !math.IsNaN(float64(f.Distance[3])) {
		t.Errorf("distances %v", f.Distance)
	}
	if f.Vector[1] != (geom.Vec3{Z: -0.5}) || f.Vector[2].Finite() {
		t.Errorf("vectors %v", f.Vector)
	}
	if f := measure(t, to, c, Options{}); f.Distance[0] != 0.25 || f.Distance[2] != 3 || f.Vector != nil {
		t.Errorf("unsigned %v", f.Distance)
	}
	if to.Doubt() != "" || !to.Closed() {
		t.Error("a box leaves doubt")
	}
	open := box(2, 2, 2)
	open.Faces = open.Faces[:10]
	if toMesh(t, open).Doubt() == "" {
		t.Error("an open box leaves no doubt")
	}
	for _, signed := range []bool{false, true} {
		if _, err := ToMesh(ctx, 1, &geom.Mesh{}, signed); !errors.Is(err, ErrEmpty) {
			t.Errorf("nothing to measure to: %v", err)
		}
	}
	plain, err := ToMesh(ctx, 1, box(2, 2, 2), false)
	if err != nil {
		t.Fatal(err)
	}
	if f := measure(t, plain, c, Options{Max: 2}); f.Distance[0] != 0.25 || !math.IsNaN(float64(f.Distance[2])) || !plain.IsMesh() {
		t.Errorf("prepared without signs: %v", f.Distance)
	}
	if _, err := plain.Measure(ctx, 1, c, Options{Signed: true}); !errors.Is(err, ErrUnsigned) {
		t.Errorf("signs of a target without: %v", err)
	}
}

func TestToCloudEqualsAnExhaustiveSearch(t *testing.T) {
	r := seed.Stream(1, "cloud")
	draw := func(n int) *geom.Cloud {
		c := &geom.Cloud{}
		for range n {
			x, y, z := r.Direction()
			c.Points = append(c.Points, geom.Vec{X: x, Y: y, Z: z}.Scale(r.Uniform(0.9, 1.1)).F())
		}
		return c
	}
	from, ball := draw(500), draw(3000)
	to, err := ToCloud(ctx, 1, ball, true)
	if err != nil {
		t.Fatal(err)
	}
	f := measure(t, to, from, Options{Vectors: true})
	for i, p := range from.Points {
		best := math.Inf(1)
		for _, q := range ball.Points {
			best = min(best, p.Dist2(q))
		}
		if math.Abs(float64(f.Distance[i])-math.Sqrt(best)) > 1e-7 || math.Abs(f.Vector[i].D().Norm()-math.Sqrt(best)) > 1e-7 {
			t.Fatalf("point %d: %v, want %v", i, f.Distance[i], math.Sqrt(best))
		}
	}
	if to.Doubt() == "" {
		t.Error("fitted normals leave no doubt")
	}
	for _, far := range []float64{0.5, 1.5} {
		c := &geom.Cloud{Points: []geom.Vec3{{X: float32(far)}}}
		if d := measure(t, to, c, Options{Signed: true}).Distance[0]; (d < 0) != (far < 1) {
			t.Errorf("at %v the signed distance is %v", far, d)
		}
	}
	if _, err := ToCloud(ctx, 1, &geom.Cloud{}, true); !errors.Is(err, ErrEmpty) {
		t.Errorf("nothing to measure to: %v", err)
	}
}

// Millions of metres from 0 with millimetres of detail, and another origin on each
// side: what is stored differs, what is meant is the same.
func TestOriginsOfSurveyData(t *testing.T) {
	m := box(20, 20, 8)
	m.Origin = [3]float64{3_512_000, 5_412_000, 400}
	c := &geom.Cloud{Origin: [3]float64{3_511_900, 5_412_100, 0}}
	want := []float64{0.003, -0.002, 1.25}
	for i, p := range []geom.Vec{{X: 3_512_010, Y: 5_412_010, Z: 408.003}, {X: 3_512_019.998, Y: 5_412_010, Z: 404}, {X: 3_511_998.75, Y: 5_412_005, Z: 402}} {
		c.Points = append(c.Points, p.Sub(vec(c.Origin)).F())
		if got := measure(t, toMesh(t, m), c, Options{Signed: true}).Distance[i]; math.Abs(float64(got)-want[i]) > 3e-5 {
			t.Errorf("mesh, point %d: %v, want %v", i, got, want[i])
		}
	}
	ref := &geom.Cloud{Origin: m.Origin, Normals: []geom.Vec3{{Z: 1}, {X: 1}}, Points: []geom.Vec3{{X: 10, Y: 10, Z: 8}, {X: 20, Y: 10, Z: 4}}}
	to, err := ToCloud(ctx, 1, ref, true)
	if err != nil {
		t.Fatal(err)
	}
	f := measure(t, to, c, Options{Signed: true})
	for i := range 2 {
		if math.Abs(float64(f.Distance[i])-want[i]) > 3e-5 {
			t.Errorf("cloud, point %d: %v, want %v", i, f.Distance[i], want[i])
		}
	}
}

// A scanner's or a modeller's mistake must not make searches look at everything.
func TestManyEqualPointsAndFaces(t *testing.T) {
	const n = 300_000
	c := &geom.Cloud{Points: make([]geom.Vec3, n, n+1)}
	c.Points = append(c.Points, geom.Vec3{X: 3})
	to, err := ToCloud(ctx, 2, c, false)
	if err != nil {
		t.Fatal(err)
	}
	f := measure(t, to, c, Options{})
	if f.Distance[0] != 0 || f.Distance[n] != 0 {
		t.Errorf("a cloud to itself: %v, %v", f.Distance[0], f.Distance[n])
	}
	m := &geom.Mesh{Vertices: []geom.Vec3{{}, {X: 1}, {Y: 1}}, Faces: make([][3]int32, n)}
	for i := range m.Faces {
		m.Faces[i] = [3]int32{0, 1, 2}
	}
	for _, signed := range []bool{false, true} {
		if to, err = ToMesh(ctx, 2, m, signed); err != nil {
			t.Fatal(err)
		}
		if f = measure(t, to, c, Options{}); f.Distance[0] != 0 || f.Distance[n] != 2 {
			t.Errorf("to equal faces: %v, %v", f.Distance[0], f.Distance[n])
		}
	}
}

func TestSum(t *testing.T) {
	nan := float32(math.NaN())
	s := Sum([]float32{1, -3, nan, 2, 4}, 2)
	// By hand; percentiles as numpy.percentile gives them.
	for name, pair := range map[string][2]float64{
		"count": {float64(s.Count), 4}, "unmeasured": {float64(s.Unmeasured), 1}, "mean": {s.Mean, 1}, "mean abs": {s.MeanAbs, 2.5},
		"rms": {s.RMS, math.Sqrt(30.0 / 4)}, "std": {s.Std, math.Sqrt(26.0 / 4)}, "min": {s.Min, -3}, "max": {s.Max, 4}, "max abs": {s.MaxAbs, 4},
		"median": {s.Percentile[2], 1.5}, "25 %": {s.Percentile[1], 0}, "median abs": {s.PercentileAbs[2], 2.5}, "95 % abs": {s.PercentileAbs[4], 3.85},
		"out": {s.Out, 0.5}, "excess": {s.Excess, 0.25}, "missing": {s.Missing, 0.25},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if none := Sum([]float32{nan}, -1); none.Count != 0 || !math.IsNaN(none.Mean) || !math.IsNaN(none.Max) || !math.IsNaN(none.Out) {
		t.Errorf("of nothing: %+v", none)
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	r := seed.Stream(2, "workers")
	c := &geom.Cloud{}
	for range 3000 {
		c.Points = append(c.Points, geom.Vec{X: r.Uniform(-1, 3), Y: r.Uniform(-1, 3), Z: r.Uniform(-1, 3)}.F())
	}
	to := toMesh(t, box(2, 2, 2))
	one, err := to.Measure(ctx, 1, c, Options{Signed: true})
	if err != nil {
		t.Fatal(err)
	}
	many, err := to.Measure(ctx, 7, c, Options{Signed: true})
	if err != nil || !slices.Equal(one.Distance, many.Distance) {
		t.Errorf("one worker and seven differ, error %v", err)
	}
}
