package spatial

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
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

func BenchmarkNewTree(b *testing.B) {
	points := bumpyTorus(30000)
	for b.Loop() {
		NewTree(points)
	}
}

func BenchmarkKNNSelf(b *testing.B) {
	t := NewTree(bumpyTorus(30000))
	for b.Loop() {
		_, _, _ = t.KNNSelf(context.Background(), 1, 64)
	}
}

func BenchmarkKNN(b *testing.B) {
	t := NewTree(bumpyTorus(30000))
	room := make([]Neighbor, 0, 64)
	for i := 0; b.Loop(); i++ {
		room = t.KNN(t.points[i%30000], 64, room)
	}
}

func BenchmarkNearest(b *testing.B) {
	t := NewTree(bumpyTorus(30000))
	for i := 0; b.Loop(); i++ {
		p := t.points[i%30000]
		t.Nearest(geom.Vec3{X: p.X + 0.01, Y: p.Y, Z: p.Z - 0.003})
	}
}

func BenchmarkRadius(b *testing.B) {
	t := NewTree(bumpyTorus(30000))
	room := make([]Neighbor, 0, 64)
	for i := 0; b.Loop(); i++ {
		room = t.Radius(t.points[i%30000], 0.05, room)
	}
}

func BenchmarkFarthestPoints(b *testing.B) {
	points := bumpyTorus(30000)
	for b.Loop() {
		_, _ = FarthestPoints(context.Background(), 1, points, 2048, 0)
	}
}

func BenchmarkVoxelDownsample(b *testing.B) {
	points := bumpyTorus(30000)
	for b.Loop() {
		VoxelDownsample(points, 0.05)
	}
}

func BenchmarkSpacing(b *testing.B) {
	t := NewTree(bumpyTorus(30000))
	for b.Loop() {
		_, _ = Spacing(context.Background(), 1, t)
	}
}
