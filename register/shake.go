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
var jolts = [3]float64{0.015, 0.03, 0.05}

// jolted is the number of moved poses that are looked at at full density.
const jolted = 12

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
		list, err := a.refineAll(ctx, p, a.moved(best.pose), 0.04, gradeMany)
		if err != nil {
			return best, err
		}
		list = p.source.distinct(list, jolted, 0.003)
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

// moved is a pose moved by every jolt along, and turned by it about, the directions to
// a cube's faces, edges and corners.
func (a *alignment) moved(pose geom.Pose) []candidate {
	middle := pose.ApplyVec(a.scan.mean)
	var list []candidate
	for k := 0; k < 27; k++ {
		d := geom.Vec{X: float64(k%3 - 1), Y: float64(k/3%3 - 1), Z: float64(k/9 - 1)}.Unit()
		if k == 13 {
			continue // the middle of the cube
		}
		for _, jolt := range jolts {
			shifted := pose
			shifted.T = shifted.T.AddScaled(jolt, d)
			list = append(list, candidate{pose: shifted}, candidate{pose: turn(d, middle, 5*jolt).Mul(pose)})
		}
	}
	return list
}

// on is how far a point that lies on the reference may be away from it.
func (a *alignment) on() float64 {
	ref := a.ref.body
	return max(a.scan.full.spacing, ref.full.spacing, noisy*math.Hypot(a.scan.noise, ref.noise))
}
