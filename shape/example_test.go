package shape_test

import (
	"fmt"

	"blemish/mesh"
	"blemish/seed"
	"blemish/shape"
)

// One cup of thousands: a single closed surface with its handle.
func ExampleBuild() {
	m, err := shape.Build("cup0", seed.Stream(1, "shape", "cup0", 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := mesh.Check(m)
	fmt.Println(r.Watertight, r.Oriented, r.Components)
	// Output: true true 1
}
