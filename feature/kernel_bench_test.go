package feature

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// bumpyTorus is the benchmarks' surface: n points on a torus with bumps.
func bumpyTorus(n int) []geom.Vec3 {
	r := rand.New(rand.NewPCG(1, 2))
	points := make([]geom.Vec3, n)
	for i := range points {
		u, v := 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
		tube := 0.35 + 0.03*math.Sin(9*u)*math.Sin(7*v)
		ring := 1 + tube*math.Cos(v)
		points[i] = geom.Vec{X: ring * math.Cos(u), Y: ring * math.Sin(u), Z: tube * math.Sin(v)}.F()
	}
	return points
}

func BenchmarkNormals(b *testing.B) {
	t := spatial.NewTree(bumpyTorus(30000))
	for b.Loop() {
		_, _, _ = Normals(context.Background(), 1, t, 30)
	}
}

func BenchmarkFPFH(b *testing.B) {
	t := spatial.NewTree(bumpyTorus(30000))
	normals, _, _ := Normals(context.Background(), 1, t, 30)
	for b.Loop() {
		_, _ = FPFH(context.Background(), 1, t, normals, 100)
	}
}

func BenchmarkRateOfChange(b *testing.B) {
	t := spatial.NewTree(bumpyTorus(30000))
	for b.Loop() {
		_, _ = RateOfChange(context.Background(), 1, t, ChangeOptions{})
	}
}
