package register

import (
	"context"
	"math"

	"blemish/geom"
)

// A thin-walled part seen from one side: a scan of the outer wall that has settled on
// the inner one stays there, for every small motion makes it worse.

// jolts are the distances by which a pose is moved to get it out of such a place; the
// turns are of five times as many radians.
var jolts = [2]float64{0.015, 0.03}

// shake moves a pose that leaves much of a partial scan off the reference along and about the
// axes and refines it again, as long as that helps.
func (a *alignment) shake(ctx context.Context, p pair, best candidate) (candidate, error) {
	index := every(p.source.even, look.measured/3)
	m, err := measure(ctx, a.opt.Workers, p.source.full, p.target.full, best.pose, index, nil)
	if err != nil || share(m.source, a.on()) >= suspicious {
		return best, err
	}
	best.cost = m.cost(near)
	for round := 0; round < 3; round++ {
		list := []candidate{best}
		for axis := 0; axis < 3; axis++ {
			for _, jolt := range jolts {
				for _, sign := range [2]float64{1, -1} {
					var shift [3]float64
					shift[axis] = sign * jolt
					c := best
					c.pose.T = c.pose.T.Add(geom.Vec{X: shift[0], Y: shift[1], Z: shift[2]})
					list = append(list, c)
					c = best
					c.pose = turn(geom.Vec{X: shift[0], Y: shift[1], Z: shift[2]}, c.pose.ApplyVec(a.scan.mean), 5*jolt).Mul(c.pose)
					list = append(list, c)
				}
			}
		}
		if _, err := a.refineFull(ctx, p, list, glimpse); err != nil {
			return best, err
		}
		next := list[sortedByCost(list)[0]]
		if next.cost > 0.9*best.cost {
			break
		}
		best = next
	}
	return best, nil
}

// on is how far a point that lies on the reference may be away from it.
func (a *alignment) on() float64 {
	ref := a.ref.body
	return max(a.scan.full.spacing, ref.full.spacing, noisy*math.Hypot(a.scan.noise, ref.noise))
}
