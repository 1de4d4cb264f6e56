package spatial

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"blemish/geom"
	"blemish/task"
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
		for _, workers := range []task.Workers{1, 3} {
			label, n, err := Components(context.Background(), workers, points, radius)
			if err != nil || n != int(count) || !slices.Equal(label, want) {
				t.Fatalf("%d workers: %d components %v, want %d %v (%v)", workers, n, label, count, want, err)
			}
		}
	})
}

// Where boxes are smaller than the radius, larger, and mixed.
func TestComponentsOfManyPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	all := bumpyTorus(4000)
	for i := range all {
		switch r.IntN(8) {
		case 0: // heaps
			all[i] = all[i%7]
		case 1: // crowds
			all[i] = geom.Vec3{X: all[i%5].X + 1e-3*r.Float32(), Y: all[i%5].Y, Z: 1e-3 * r.Float32()}
		case 2: // loners
			all[i] = geom.Vec3{X: 9 * r.Float32(), Y: 9 * r.Float32(), Z: 9 * r.Float32()}
		}
	}
	withEachKernel(t, func(t *testing.T) {
		for _, radius := range []float64{0, 1e-4, 0.004, 0.02, 0.05, 0.3, 2, 100} {
			points := all
			if radius >= 0.3 {
				points = all[:1000] // nearly every pair is one to join
			}
			f := NewForest(len(points))
			_ = NewTree(points).ForRadius(context.Background(), 1, radius, 0, func(_ int, i int32, near []Neighbor) {
				for _, n := range near {
					f.Join(i, n.Index)
				}
			})
			label, count, err := Components(context.Background(), 3, points, radius)
			if err != nil {
				t.Fatal(err)
			}
			first := map[int32]int32{}
			for i := range points {
				root := f.Root(int32(i))
				if _, ok := first[root]; !ok {
					first[root] = int32(len(first))
				}
				if label[i] != first[root] {
					t.Fatalf("radius %v: point %d has label %d, want %d", radius, i, label[i], first[root])
				}
			}
			if count != len(first) {
				t.Fatalf("radius %v: %d components, want %d", radius, count, len(first))
			}
		}
	})
}
