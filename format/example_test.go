package format_test

import (
	"fmt"
	"strings"

	"blemish/format"
)

// A truth file of the published data sets: x, y, z and a label without a header.
func Example() {
	cloud, info, err := format.DecodeCloud(strings.NewReader("0.1,0.2,0.3,0\n0.4,nan,0.6,1\n0.7,0.8,0.9,1\n"), "truth.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Kind, info.Fields, cloud.Len(), "points, labels", cloud.Scalar("column4"))
	fmt.Println(info.Warnings)

	_, _, err = format.DecodeMesh(strings.NewReader("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n"), "part.obj")
	fmt.Println(err)
	// Output:
	// text [x y z column4] 2 points, labels [0 1]
	// [dropped 1 of 3 points: not finite]
	// part.obj:4: face 1 names vertex 4, but the file has 3 vertices, numbered 1 to 3
}
