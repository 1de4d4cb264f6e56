package defect_test

import (
	"context"
	"fmt"

	"blemish/defect"
	"blemish/geom"
	"blemish/seed"
)

// A bulge on a slab: drawn, applied and sampled.
func Example() {
	slab := &geom.Mesh{
		Vertices: []geom.Vec3{{}, {X: 2}, {Y: 3}, {X: 2, Y: 3}, {Z: 1}, {X: 2, Z: 1}, {Y: 3, Z: 1}, {X: 2, Y: 3, Z: 1}},
		Faces: [][3]int32{
			{0, 2, 3}, {0, 3, 1}, {4, 5, 7}, {4, 7, 6}, {0, 1, 5}, {0, 5, 4},
			{2, 6, 7}, {2, 7, 3}, {0, 4, 6}, {0, 6, 2}, {1, 3, 7}, {1, 7, 5},
		},
	}
	ctx := context.Background()
	target, err := defect.NewTarget(ctx, slab)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := defect.Draw(target, defect.Bulge, defect.Easy, seed.Stream(1, "defect", 0))
	if err != nil {
		fmt.Println(err) // wraps defect.ErrUnsuitable where the mesh has no place for it
		return
	}
	carved, err := defect.Apply(ctx, target, plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	cloud := carved.Sample(20_000, seed.Stream(1, "points", 0))
	var anomalous, moved int
	for i, label := range cloud.Scalar("label") {
		if label == 1 {
			anomalous++
		}
		if cloud.Scalar("depth")[i] > 0 {
			moved++
		}
	}
	fmt.Println(plan.Kind, anomalous > 200 && anomalous < 2000, anomalous == moved)
	// Output: bulge true true
}
