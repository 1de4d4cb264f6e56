package spatial_test

import (
	"context"
	"fmt"

	"blemish/geom"
	"blemish/spatial"
)

func Example() {
	points := []geom.Vec3{{X: 0}, {X: 1}, {X: 3}, {X: 3.5}, {X: 9}}
	tree := spatial.NewTree(points)
	for _, n := range tree.KNN(geom.Vec3{X: 2.9}, 2, nil) {
		fmt.Println("neighbour", n.Index)
	}
	picked, _ := spatial.FarthestPoints(context.Background(), 0, points, 3, 0)
	fmt.Println("farthest", picked)
	_, parts, _ := spatial.Components(context.Background(), 0, points, 2)
	fmt.Println("parts", parts)
	// Output:
	// neighbour 2
	// neighbour 3
	// farthest [0 4 3]
	// parts 2
}
