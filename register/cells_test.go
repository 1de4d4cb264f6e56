package register

import (
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
)

func TestCellsFindTheNearestPoint(t *testing.T) {
	r := seed.Stream(1, "cells")
	for trial := 0; trial < 20; trial++ {
		points := bumpy(500, r)
		for i := 0; i < 20; i++ {
			points = append(points, points[r.Intn(len(points))]) // repeated places
		}
		tree := spatial.NewTree(points)
		c := newCells(points, r.LogUniform(0.001, 1))
		for k := 0; k < 200; k++ {
			q := geom.Vec{X: 1.5 * r.Norm(), Y: 1.5 * r.Norm(), Z: r.Norm()}.F()
			want := tree.Nearest(q)
			limit := r.Uniform(0, 1)
			got, d2 := c.near(q.D(), limit)
			if dist := math.Sqrt(float64(want.Dist2)); dist > limit+1e-5 {
				if got >= 0 {
					t.Fatalf("found %d within %g, nearest is %g away", got, limit, dist)
				}
			} else if dist < limit-1e-5 && (got != want.Index || math.Abs(d2-float64(want.Dist2)) > 1e-5) {
				t.Fatalf("found %d at %g, want %d at %g", got, d2, want.Index, want.Dist2)
			}
		}
	}
}

func TestFieldIsNearlyNearest(t *testing.T) {
	r := seed.Stream(2, "field")
	points := (&frame{size: 3}).inward(bumpy(2000, r))
	f, err := newField(t.Context(), 2, points)
	if err != nil {
		t.Fatal(err)
	}
	tree := spatial.NewTree(points)
	for k := 0; k < 2000; k++ {
		q := geom.Vec{X: 0.3 * r.Norm(), Y: 0.3 * r.Norm(), Z: 0.3 * r.Norm()}
		got := q.Sub(points[f.near(q)].D()).Norm()
		want := math.Sqrt(float64(tree.Nearest(q.F()).Dist2))
		// Both the query and the point may be half a cell's diagonal from the cell's middle.
		if got > want+2*math.Sqrt(3)/f.inv+0.5*want {
			t.Fatalf("point at %g, nearest at %g, cell %g", got, want, 1/f.inv)
		}
	}
}
