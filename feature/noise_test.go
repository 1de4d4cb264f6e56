package feature_test

import (
	"math"
	"testing"

	"blemish/defect"
	"blemish/feature"
	"blemish/geom"
	"blemish/seed"
	"blemish/shape"
)

// Known noise on built-in objects, thin walls, edges and handles among them, is found within a tenth.
func TestNoise(t *testing.T) {
	for _, class := range []string{"cup0", "vase1", "bottle0", "helmet0", "headset0"} {
		m, err := shape.Build(class, seed.Stream(1, "noise", class))
		if err != nil {
			t.Fatal(err)
		}
		target, err := defect.NewTarget(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		for _, share := range []float64{0.0005, 0.001, 0.002} {
			r := seed.Stream(1, "noise", class)
			scan := target.Scan(8000, false, r)
			sigma := share * target.Diagonal()
			for i, p := range scan.Points {
				scan.Points[i] = p.D().Add(geom.Vec{X: r.Norm(), Y: r.Norm(), Z: r.Norm()}.Scale(sigma)).F()
			}
			got := noise(t, scan.Points, scan.Normals)
			if math.Abs(got/sigma-1) > 0.1 {
				t.Errorf("%s: %.3g of %.3g", class, got, sigma)
			}
			t.Logf("%s %.4f: %.3f", class, share, got/sigma)
		}
	}
}

func noise(t *testing.T, points, facing []geom.Vec3) float64 {
	t.Helper()
	one, err := feature.Noise(t.Context(), 1, points, facing)
	if err != nil {
		t.Fatal(err)
	}
	if many, err := feature.Noise(t.Context(), 3, points, facing); err != nil || many != one {
		t.Errorf("%v on three workers, %v on one; %v", many, one, err)
	}
	return one
}

// On a plane the estimate is that of the heights, in any unit; repeated points change nothing, and
// points that do not count neither.
func TestNoiseOfAPlane(t *testing.T) {
	r := seed.Stream(1, "plane")
	for _, unit := range []float64{1e-6, 1, 1e6} {
		var points, facing []geom.Vec3
		for range 20_000 {
			points = append(points, geom.Vec{X: unit * r.Float64(), Y: unit * r.Float64(), Z: 0.001 * unit * r.Norm()}.F())
			facing = append(facing, geom.Vec3{Z: 1})
		}
		got := noise(t, points, nil)
		if math.Abs(got/(0.001*unit)-1) > 0.03 {
			t.Errorf("%v of %v", got, 0.001*unit)
		}
		twice := noise(t, append(points, points...), nil)
		if math.Abs(twice/got-1) > 0.03 {
			t.Errorf("points that are there twice: %v, once: %v", twice, got)
		}
		n := len(points)
		for range n { // another wall, far rougher, that does not count
			points = append(points, geom.Vec{X: unit * r.Float64(), Y: unit * r.Float64(), Z: unit * (0.01 + 0.01*r.Norm())}.F())
			facing = append(facing, geom.Vec3{})
		}
		if beside := noise(t, points, facing); math.Abs(beside/got-1) > 0.05 {
			t.Errorf("beside other points: %v, alone: %v", beside, got)
		}
	}
}

// Nothing to tell of: no noise, and no crash.
func TestNoiseOfOddClouds(t *testing.T) {
	line := make([]geom.Vec3, 100)
	for i := range line {
		line[i].X = float32(i)
	}
	grid := make([]geom.Vec3, 400)
	for i := range grid {
		grid[i] = geom.Vec3{X: float32(i % 20), Y: float32(i / 20)}
	}
	for name, points := range map[string][]geom.Vec3{"none": nil, "few": line[:3], "one place": make([]geom.Vec3, 50), "line": line, "flat": grid} {
		if got := noise(t, points, nil); !(got >= 0 && got < 1e-6) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
