package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/task"
)

// Poses for a scan taken from one side: where it was taken from, and what the
// reference shows to such a side.

const (
	// directions is the number of sides looked at.
	directions = 100
	// pixels is the number of picture elements along the unit of the frame.
	pixels = 28
	// sides is the number of likely sides of a scan that are followed.
	sides = 3
)

// sphere returns n directions spread evenly (the Fibonacci lattice).
func sphere(n int) []geom.Vec {
	out := make([]geom.Vec, n)
	for i := range out {
		z := 1 - (2*float64(i)+1)/float64(n)
		s, c := math.Sincos(float64(i) * math.Pi * (3 - math.Sqrt(5)))
		h := math.Sqrt(max(0, 1-float64(z*z)))
		out[i] = geom.Vec{X: h * c, Y: h * s, Z: z}
	}
	return out
}

// seen returns which points a viewer far away in direction from sees: those not
// clearly behind the nearest of their pixel.
func seen(points []geom.Vec3, from geom.Vec) []bool {
	u := from.Perpendicular()
	v := from.Cross(u)
	nearest := map[[2]int32]float64{}
	for _, p := range points {
		d := p.D()
		key := [2]int32{cellOf(d.Dot(u) * pixels), cellOf(d.Dot(v) * pixels)}
		if old, ok := nearest[key]; !ok || d.Dot(from) > old {
			nearest[key] = d.Dot(from)
		}
	}
	out := make([]bool, len(points))
	for i, p := range points {
		d := p.D()
		key := [2]int32{cellOf(d.Dot(u) * pixels), cellOf(d.Dot(v) * pixels)}
		out[i] = d.Dot(from) > nearest[key]-2.0/pixels
	}
	return out
}

// view is what a direction shows of a cloud.
type view struct {
	from   geom.Vec
	share  float64  // of the points
	middle geom.Vec // of the points seen
}

// views looks at b from all directions.
func (b *body) views(ctx context.Context, workers int) ([]view, error) {
	from := sphere(directions)
	out := make([]view, directions)
	err := task.For(ctx, workers, directions, 4, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			points := pick(b.middle.points, b.grades[gradeMany])
			var sum geom.Vec
			n := 0.0
			for k, ok := range seen(points, from[i]) {
				if ok {
					sum = sum.Add(points[k].D())
					n++
				}
			}
			out[i] = view{from[i], n / float64(len(points)), sum.Scale(1 / n)}
		}
	})
	return out, err
}

// fromOneSide returns starts for a scan from one side: every rotation of the grid,
// shifted so that the scan's middle comes to the middle of what the reference shows
// to the side that the scan was taken from.
func (p pair) fromOneSide(ctx context.Context, workers int, targetViews []view) ([]candidate, error) {
	own, err := p.source.views(ctx, workers)
	if err != nil {
		return nil, err
	}
	best := make([]candidate, len(own)) // the cost of a view is what it does not show
	for i, v := range own {
		best[i] = candidate{pose: geom.Pose{T: v.from}, cost: 1 - v.share}
	}
	var chosen []geom.Vec
	for _, c := range sortedByCost(best) {
		v := best[c].pose.T
		fresh := true
		for _, o := range chosen {
			fresh = fresh && v.Dot(o) < 0.8
		}
		if fresh {
			chosen = append(chosen, v)
		}
		if len(chosen) == sides {
			break
		}
	}
	var out []candidate
	for _, side := range chosen {
		for _, r := range spiral(rotations) {
			at := nearestView(targetViews, r.MulVec(side))
			out = append(out, candidate{pose: geom.Pose{R: r, T: at.middle.Sub(r.MulVec(p.source.mean))}})
		}
	}
	return out, nil
}

func nearestView(list []view, from geom.Vec) view {
	best := list[0]
	for _, v := range list[1:] {
		if v.from.Dot(from) > best.from.Dot(from) {
			best = v
		}
	}
	return best
}
