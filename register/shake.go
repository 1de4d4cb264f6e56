package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/task"
)

// A thin-walled part seen from one side: a scan of the outer wall that has settled on
// the inner one stays there, for every small motion makes it worse.

const (
	// muchCloser is the share of the mean distance that is left where a pose is torn.
	muchCloser = 0.7
	// nudged is the number of nudges that are refined.
	nudged = 3
)

// walls are how far apart walls may be.
var walls = [3]float64{0.006, 0.012, 0.024}

// jolts are the distances by which a pose is moved to get it out of such a place; the
// turns are of five times as many radians.
var jolts = [2]float64{0.015, 0.03}

// torn says that the scan alone would lie on the reference much more closely than in the
// pose found for scan and reference together. Then it shows one side of a wall so thin
// that the other side, which it does not show, passes for scanned: the two sides have
// torn the pose to the middle between them.
func (a *alignment) torn(ctx context.Context) (bool, error) {
	scan, ref := a.scan, a.ref.body
	index := every(scan.even, glimpse.measured)
	pose := workingPose(scan.frame, ref.frame, a.first.TargetFromSource)
	before, err := measure(ctx, a.opt.Workers, scan.full, ref.full, pose, index, nil)
	if err != nil {
		return false, err
	}
	pose, err = refine(ctx, a.opt.Workers, scan.full, ref.full, pose, plan{
		source: every(index, glimpse.matched), steps: glimpse.steps, reach: 0.02, slide: slide / 100, robust: true, floor: ref.full.spacing / 2, tolerance: 1e-5,
	})
	if err != nil {
		return false, err
	}
	after, err := measure(ctx, a.opt.Workers, scan.full, ref.full, pose, index, nil)
	return after.cost(near) < muchCloser*before.cost(near) && advantage(after, before, near) >= surely, err
}

// nudge moves the pose of a partial scan by what walls may be apart, along the
// directions that its surface faces, and refines again what comes close to the reference
// then.
func (a *alignment) nudge(ctx context.Context, p pair, best candidate) (candidate, error) {
	var facing geom.Mat3
	for _, i := range p.source.even {
		n := best.pose.R.MulVec(p.source.full.normals[i].D())
		for k, v := range geom.Outer(n, n) {
			facing[k] += v
		}
	}
	_, axes := geom.SymEigen(facing)
	index := every(p.source.even, 600)
	var list []candidate
	for axis := 0; axis < 3; axis++ {
		for _, wall := range walls {
			for _, sign := range [2]float64{1, -1} {
				c := best
				c.pose.T = c.pose.T.AddScaled(sign*wall, axes.Row(axis))
				list = append(list, c)
			}
		}
	}
	err := task.Each(ctx, a.opt.Workers, len(list), func(i int) error {
		m, err := measure(ctx, 1, p.source.full, p.target.full, list[i].pose, index, nil)
		list[i].cost = m.cost(near)
		return err
	})
	if err != nil {
		return best, err
	}
	list = append(p.source.distinct(list, nudged, 0), best)
	if _, err := a.refineFull(ctx, p, list, glimpse); err != nil {
		return best, err
	}
	next := list[sortedByCost(list)[0]]
	if next.cost < 0.9*list[len(list)-1].cost {
		return next, nil
	}
	return best, nil
}

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
