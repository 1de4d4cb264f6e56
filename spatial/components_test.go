package spatial

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestComponentsEqualAFloodFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		points := drawPoints(t, 250)
		radius := rapid.SampledFrom([]float64{0, 0.05, 0.3, 1, 1.5, 1e30}).Draw(t, "radius")
		want := make([]int32, len(points))
		for i := range want {
			want[i] = -1
		}
		count := int32(0)
		for i := range points {
			if want[i] >= 0 {
				continue
			}
			want[i] = count
			for queue := []int32{int32(i)}; len(queue) > 0; {
				p := points[queue[0]]
				queue = queue[1:]
				for _, n := range bruteRadius(points, p, radius) {
					if want[n.Index] < 0 {
						want[n.Index] = count
						queue = append(queue, n.Index)
					}
				}
			}
			count++
		}
		for _, workers := range []int{1, 3} {
			label, n, err := Components(context.Background(), workers, points, radius)
			if err != nil || n != int(count) || !slices.Equal(label, want) {
				t.Fatalf("%d workers: %d components %v, want %d %v (%v)", workers, n, label, count, want, err)
			}
		}
	})
}
