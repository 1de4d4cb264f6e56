package bank

import (
	"context"
	"math"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

func TestInterpolationIsTheInverseSquareMean(t *testing.T) {
	for _, scale := range []float32{1, 1e-18, 1e17} {
		places := []geom.Vec3{{}, {X: 2}, {Y: 4}, {X: 100, Y: 100}}
		for i, p := range places {
			places[i] = geom.Vec3{X: p.X * scale, Y: p.Y * scale}
		}
		places = append(places, places[1], geom.Vec3{X: float32(math.NaN())})
		values := []float32{1, 10, 2, 20, 4, 40, 99, 99, 3, 30, float32(math.NaN()), 1}
		points := []geom.Vec3{{X: scale}, {X: 2 * scale}, {}, {Y: float32(math.Inf(1))}}
		got, err := Interpolate(context.Background(), 2, spatial.NewTree(places), values, 2, points, 4)
		if err != nil {
			t.Fatal(err)
		}
		// From (1,0): places at squared distances 1, 1, 1 and 17.
		first := (1 + 2 + 3 + 4.0/17) / (3 + 1.0/17)
		want := []float64{first, 10 * first, 2.5, 25, 1, 10, 0, 0}
		for i, w := range want {
			if math.Abs(float64(got[i])-w) > 2e-6*w {
				t.Fatalf("scale %v: value %d is %v, want %v", scale, i, got[i], w)
			}
		}
	}
}

func TestInterpolationOfNothing(t *testing.T) {
	got, err := Interpolate(context.Background(), 1, spatial.NewTree(nil), nil, 1, []geom.Vec3{{X: 1}}, 3)
	if err != nil || len(got) != 1 || got[0] != 0 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Interpolate(context.Background(), 1, spatial.NewTree(nil), []float32{1}, 1, nil, 3); err == nil {
		t.Error("values without places pass")
	}
}
