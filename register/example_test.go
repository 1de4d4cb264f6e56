package register_test

import (
	"context"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/register"
)

// A turned and shifted scan of a coil is brought back.
func Example() {
	ctx := context.Background()
	part := make([]geom.Vec3, 800)
	for i := range part {
		t := float64(i) / float64(len(part))
		s, c := math.Sincos(40 * t)
		part[i] = geom.Vec{X: (1 + t) * c, Y: (1 + t*t) * s, Z: 3 * t}.F()
	}
	scanFromPart := geom.Pose{R: geom.RotationAxis(geom.Vec{X: 1, Y: 1}, 2), T: geom.Vec{X: 10, Y: -4, Z: 2}}
	scan := scanFromPart.ApplyAll(part)

	ref, err := register.NewReference(ctx, part, register.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := ref.Align(ctx, scan, register.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	back := res.TargetFromSource.Apply(scan[100])
	fmt.Printf("%.2f off, overlap %.2f, ambiguous %v\n", math.Sqrt(back.Dist2(part[100])), res.Overlap, res.Ambiguous)
	// Output: 0.00 off, overlap 1.00, ambiguous false
}
