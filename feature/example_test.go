package feature_test

import (
	"context"
	"fmt"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

func Example() {
	var points []geom.Vec3
	for i := range 400 {
		points = append(points, geom.Vec3{X: float32(i % 20), Y: float32(i / 20)})
	}
	ctx := context.Background()
	tree := spatial.NewTree(points)
	normals, variation, _ := feature.Normals(ctx, 0, tree, 30)
	feature.Orient(points, normals, geom.Vec{Z: -1})
	fpfh, _ := feature.FPFH(ctx, 0, tree, normals, 100)
	fmt.Println(normals[210], variation[210], len(fpfh)/feature.FPFHSize)
	// Output: {0 0 1} 0 400
}
