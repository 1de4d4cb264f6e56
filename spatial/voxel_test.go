package spatial

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
)

func TestVoxelsHoldTheMeanOfTheirPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := drawPoints(t, 800)
		size := rapid.SampledFrom([]float64{0, 0.3, 1, 2.5, 1e-9, 1e29, 1e-31, math.Inf(1)}).Draw(t, "size")
		centroids, owner := VoxelDownsample(points, size)
		low, _, _ := extent(points)
		numbers := map[[3]float64]int32{}
		sums := make([]geom.Vec, len(centroids))
		counts := make([]float64, len(centroids))
		for i, p := range points {
			if !p.Finite() {
				if owner[i] != -1 {
					t.Fatalf("%v lies in voxel %d", p, owner[i])
				}
				continue
			}
			v := p.D()
			place := [3]float64{v.X, v.Y, v.Z}
			if size > 0 {
				place = [3]float64{
					math.Floor((v.X - (low.X - size/2)) / size),
					math.Floor((v.Y - (low.Y - size/2)) / size),
					math.Floor((v.Z - (low.Z - size/2)) / size),
				}
			}
			if math.IsInf(size, 1) {
				place = [3]float64{}
			}
			want, ok := numbers[place]
			if !ok {
				want = int32(len(numbers))
				numbers[place] = want
			}
			if owner[i] != want {
				t.Fatalf("point %d, %v, lies in voxel %d, want %d", i, p, owner[i], want)
			}
			sums[want] = sums[want].Add(v)
			counts[want]++
		}
		if len(numbers) != len(centroids) {
			t.Fatalf("%d voxels, want %d", len(centroids), len(numbers))
		}
		for i, c := range centroids {
			if want := (geom.Vec{X: sums[i].X / counts[i], Y: sums[i].Y / counts[i], Z: sums[i].Z / counts[i]}).F(); c != want {
				t.Fatalf("voxel %d is at %v, want %v", i, c, want)
			}
		}
	})
}
