package feature

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"blemish/geom"
	"blemish/spatial"
)

// Of a folded sheet the points at its outline lie at a rim, and those at the fold do not,
// whether normals agree with one another or not.
func TestAtRimFindsTheOutline(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var points, normals []geom.Vec3
	for range 4000 { // two squares that meet at a right angle along x = 0
		u, y := 2*r.Float64()-1, r.Float64()
		p, n := geom.Vec{X: u, Y: y}, geom.Vec{Z: 1}
		if u > 0 {
			p, n = geom.Vec{Y: y, Z: -u}, geom.Vec{X: 1}
		}
		points, normals = append(points, p.F()), append(normals, n.F())
	}
	scrambled := append([]geom.Vec3(nil), normals...)
	scramble(scrambled, 4)
	tree := spatial.NewTree(points)
	for name, side := range map[string][]geom.Vec3{"oriented": normals, "either way": scrambled} {
		outline, open, inner, wrong := 0, 0, 0, 0
		err := tree.ForNeighbors(context.Background(), 1, RimNeighbors, func(_ int, i int32, near []spatial.Neighbor) {
			p := points[i]
			u := math.Abs(float64(p.X) + float64(p.Z)) // from the crease
			edge := min(1-u, float64(p.Y), 1-float64(p.Y))
			at := AtRim(points, side, i, near, name == "oriented")
			switch {
			case edge < 0.005:
				outline++
				if at {
					open++
				}
			case edge > 0.08:
				inner++
				if at {
					wrong++
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if open < outline*9/10 || wrong > inner/20 {
			t.Errorf("%s: %d of %d at the outline are open, and %d of %d inside", name, open, outline, wrong, inner)
		}
	}
}
