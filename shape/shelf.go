package shape

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
)

// shelf draws a bookcase, an open rack, a ladder shelf or a wall shelf, its open
// side towards -y.
func shelf(r *seed.Rand) model {
	switch r.Intn(4) {
	case 0:
		return rack(r)
	case 1:
		return ladderShelf(r)
	default:
		return bookcase(r)
	}
}

// levels splits a height into n bays of unequal size.
func levels(r *seed.Rand, n int, low, high float64) []float64 {
	share := make([]float64, n)
	total := 0.0
	for i := range share {
		share[i] = r.Uniform(0.75, 1.25)
		total += share[i]
	}
	z := make([]float64, n+1)
	z[0] = low
	for i, s := range share {
		z[i+1] = z[i] + (high-low)*s/total
	}
	return z
}

// bookcase has sides, boards, often a back, and dividers in some bays.
func bookcase(r *seed.Rand) model {
	high, wide, deep := 1.0, r.Uniform(0.45, 0.95), r.Uniform(0.22, 0.34)
	board, edge := r.Uniform(0.032, 0.042), 0.005
	x, y := 0.5*wide, 0.5*deep
	foot := 0.0
	if r.Bool(0.6) {
		foot = r.Uniform(0.04, 0.09)
	}
	z := levels(r, 3+r.Intn(3), foot, high-board)
	parts := []mesh.Field{
		slab(-x, -x+board, -y, y, 0, high, edge), slab(x-board, x, -y, y, 0, high, edge),
	}
	for i, h := range z {
		set := 0.0
		if i > 0 && i < len(z)-1 {
			set = r.Uniform(0, 0.03) // boards stand back
		}
		parts = append(parts, slab(-x+0.5*board, x-0.5*board, -y+set, y, h, h+board, edge))
		if i+1 < len(z) && r.Bool(0.4) {
			d := r.Uniform(-0.5, 0.5) * (x - 2*board)
			parts = append(parts, slab(d, d+board, -y+0.02, y, h+0.5*board, z[i+1]+0.5*board, edge))
		}
	}
	if foot > 0 { // a plinth
		parts = append(parts, slab(-x+0.5*board, x-0.5*board, -y+0.03, -y+0.03+board, 0, foot+0.5*board, edge))
	}
	if r.Bool(0.7) {
		parts = append(parts, slab(-x+0.2*board, x-0.2*board, y-0.8*board, y-0.004, foot+0.3*board, high-0.3*board, edge))
	}
	if r.Bool(0.4) { // a cornice
		over := r.Uniform(0.015, 0.03)
		parts = append(parts, slab(-x-over, x+over, -y-over, y+0.004, high-0.6*board, high+0.6*board, 0.3*board))
	}
	return model{join(0, parts...), bounds(-x-0.04, x+0.04, -y-0.04, y+0.04, -0.01, high+0.04), board / 2.7}
}

// rack has four posts, boards with a raised edge, and braces at the back and sides.
func rack(r *seed.Rand) model {
	high, wide, deep := 1.0, r.Uniform(0.5, 0.9), r.Uniform(0.25, 0.4)
	post, edge := r.Uniform(0.02, 0.026), 0.006
	x, y := 0.5*wide, 0.5*deep
	feet := r.Bool(0.5)
	var parts []mesh.Field
	for _, sx := range []float64{-1, 1} {
		for _, sy := range []float64{-1, 1} {
			parts = append(parts, at(brick(post, post, 0.5*high, edge), sx*(x-post), sy*(y-post), 0.5*high))
			if feet {
				parts = append(parts, at(rod(1.6*post, 0, 0.03, 0.008), sx*(x-post), sy*(y-post), 0))
			}
		}
	}
	board := r.Uniform(0.032, 0.04)
	z := levels(r, 2+r.Intn(3), r.Uniform(0.06, 0.15), r.Uniform(0.88, 0.96))
	rim := r.Bool(0.5)
	for _, h := range z {
		parts = append(parts, slab(-x+0.3*post, x-0.3*post, -y+0.3*post, y-0.3*post, h, h+board, edge))
		if rim {
			parts = append(parts, slab(-x+0.5*post, x-0.5*post, y-1.7*post, y-0.3*post, h, h+board+0.05, edge))
		}
	}
	brace := 0.017
	if r.Bool(0.7) { // crossed behind
		back := y - post
		parts = append(parts, pin(geom.Vec{X: -x + post, Y: back, Z: z[0]}, geom.Vec{X: x - post, Y: back, Z: z[len(z)-1]}, brace))
		if r.Bool(0.6) {
			parts = append(parts, pin(geom.Vec{X: x - post, Y: back, Z: z[0]}, geom.Vec{X: -x + post, Y: back, Z: z[len(z)-1]}, brace))
		}
	}
	for _, sx := range []float64{-1, 1} {
		if r.Bool(0.5) {
			i := r.Intn(len(z) - 1)
			parts = append(parts, pin(geom.Vec{X: sx * (x - post), Y: -y + post, Z: z[i]}, geom.Vec{X: sx * (x - post), Y: y - post, Z: z[i+1]}, brace))
		}
	}
	return model{join(0.006, parts...), bounds(-x-0.05, x+0.05, -y-0.05, y+0.05, -0.01, high+0.01), 0.0135}
}

// ladderShelf leans back: two slanting rails, boards that grow less deep upwards.
func ladderShelf(r *seed.Rand) model {
	high, wide, deep := 1.0, r.Uniform(0.4, 0.65), r.Uniform(0.3, 0.42)
	x, y := 0.5*wide, 0.5*deep
	rail := r.Uniform(0.019, 0.024)
	lean := deep * r.Uniform(0.7, 0.9)
	var parts []mesh.Field
	for _, sx := range []float64{-1, 1} {
		foot, head := geom.Vec{X: sx * x, Y: -y, Z: rail}, geom.Vec{X: sx * x, Y: -y + lean, Z: high - rail}
		parts = append(parts, beam(foot, head, rail, 1.4*rail), beam(geom.Vec{X: sx * x, Y: y, Z: rail}, geom.Vec{X: sx * x, Y: y, Z: high - rail}, rail, rail))
	}
	board := r.Uniform(0.03, 0.036)
	z := levels(r, 3+r.Intn(2), r.Uniform(0.08, 0.16), r.Uniform(0.86, 0.94))
	for i, h := range z {
		front := -y + lean*h/high - 0.01
		parts = append(parts, slab(-x, x, front, y+0.5*rail, h, h+board, 0.005))
		if r.Bool(0.5) { // a back edge
			parts = append(parts, slab(-x, x, y-board, y+0.4*rail, h, h+board+r.Uniform(0.03, 0.08), 0.005))
		}
		if i+1 < len(z) && r.Bool(0.3) {
			d := r.Uniform(-0.5, 0.5) * x
			parts = append(parts, slab(d, d+board, front+0.06, y, h+0.01, z[i+1]+0.01, 0.005))
		}
	}
	return model{join(0.004, parts...), bounds(-x-0.06, x+0.06, -y-0.06, y+0.06, -0.02, high+0.02), 0.0125}
}

// beam is a bar of rectangular section from a to b: half sides across (x) and along the depth.
func beam(a, b geom.Vec, across, depth float64) mesh.Field {
	d := b.Sub(a)
	lean := math.Atan2(-d.Y, d.Z) // about x
	return placed(brick(across, depth, 0.5*d.Norm()+across, 0.006), geom.Pose{R: geom.RotationAxis(geom.Vec{X: 1}, lean), T: a.Add(b).Scale(0.5)})
}
