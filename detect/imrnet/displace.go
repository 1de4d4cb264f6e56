package imrnet

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/seed"
	"blemish/task"
)

// Displaced regions in training (rows 9 and 10 of the choices in docs/methods/imrnet.md).

// bump displaces one region: smoothly falling off from its middle, mostly along
// the surface's normal there.
type bump struct {
	middle geom.Vec
	radius float64
	move   geom.Vec // at the middle
}

// drawBumps draws 5 to 15 overlapping regions with radii of 0.1 to 0.45 and
// displacements of up to depth, all in units of the bounding sphere's radius. Few
// or shallow ones do not teach the network to undo a defect: it then reproduces
// what it sees. One cloud in eight stays as it is, so that sound input is known.
func drawBumps(points, normals []geom.Vec3, depth float64, r *seed.Rand) []bump {
	if r.Bool(0.125) {
		return nil
	}
	bumps := make([]bump, 5+r.Intn(11))
	for i := range bumps {
		at := r.Intn(len(points))
		x, y, z := r.Direction()
		direction := normals[at].D().AddScaled(0.5*r.Float64(), geom.Vec{X: x, Y: y, Z: z}).Unit()
		bumps[i] = bump{
			middle: points[at].D(),
			radius: r.Uniform(0.1, 0.45),
			move:   direction.Scale(r.Uniform(-depth, depth)),
		}
	}
	return bumps
}

// displaced returns the points moved by all bumps.
func displaced(ctx context.Context, workers task.Workers, points []geom.Vec3, bumps []bump) ([]geom.Vec3, error) {
	out := make([]geom.Vec3, len(points))
	err := task.For(ctx, workers, len(points), 1024, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			p := points[i].D()
			q := p
			for _, b := range bumps {
				d := p.Sub(b.middle).Norm() / b.radius
				if d < 1 {
					q = q.AddScaled(0.5+0.5*math.Cos(math.Pi*d), b.move)
				}
			}
			out[i] = q.F()
		}
	})
	return out, err
}
