package feature

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// TestNormalsOfRepeatedPoints repeats points of a ball and shuffles them: normals are
// those of the distinct points, at every repeat.
func TestNormalsOfRepeatedPoints(t *testing.T) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(41, 42))
	var ball []geom.Vec3
	for range 300 {
		ball = append(ball, geom.Vec{X: r.NormFloat64(), Y: r.NormFloat64(), Z: r.NormFloat64()}.Unit().F())
	}
	tree := func(points []geom.Vec3) *spatial.Tree {
		out, err := spatial.BuildTree(ctx, 1, points)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	distinct := tree(ball)
	want, flat, err := Normals(ctx, 1, distinct, 12)
	if err != nil {
		t.Fatal(err)
	}
	if err := OrientOutward(ctx, 1, distinct, want, 12); err != nil {
		t.Fatal(err)
	}
	for _, times := range []int{2, 5, 40} {
		order := r.Perm(len(ball) * times)
		points := make([]geom.Vec3, len(order))
		for at, i := range order {
			points[at] = ball[i%len(ball)]
		}
		for workers := task.Workers(1); workers <= 2; workers++ {
			repeated := tree(points)
			got, gotFlat, err := Normals(ctx, workers, repeated, 12)
			if err != nil {
				t.Fatal(err)
			}
			if err := OrientOutward(ctx, workers, repeated, got, 12); err != nil {
				t.Fatal(err)
			}
			for at, i := range order {
				if n := want[i%len(ball)]; got[at].D().Sub(n.D()).Norm() > 1e-6 || gotFlat[at] != flat[i%len(ball)] {
					t.Fatalf("%d times, point %d: normal %v, want %v", times, at, got[at], n)
				}
			}
		}
	}
	// One place of many repeats among single points has the normal that its place has.
	points := append([]geom.Vec3(nil), ball...)
	for range 60 {
		points = append(points, ball[7])
	}
	got, _, err := Normals(ctx, 1, tree(points), 12)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(ball); i < len(points); i++ {
		if d := got[i].D().Dot(want[7].D()); d < 0.9999 && d > -0.9999 {
			t.Fatalf("a crowd has the normal %v, its place %v", got[i], want[7])
		}
	}
	if fmt.Sprint(got[len(ball)]) == "{0 0 0}" {
		t.Error("a crowd has no normal")
	}
}
