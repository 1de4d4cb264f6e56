package register

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/stat"
)

// A thin-walled part seen from one side: a scan of the outer wall that has settled on
// the inner one, or between the two, stays there, for every small motion makes it worse.

// walls are how far apart the two sides of a thin wall are, about.
var walls = [...]float64{0.004, 0.006, 0.009, 0.0135, 0.02, 0.03}

// thinness says how much of a surface has another side close behind it, and how far
// behind it is at most places, one of walls.
type thinness struct{ share, wall float64 }

// sheet is the share from which a reference is taken for one of thin walls.
const sheet = 0.2

// thinnessOf is the number of points that thinness is taken of.
const thinnessOf = 600

// thinness looks at some points. Another side is where a step along the normal ends on the
// surface again.
func (s *surface) thinness(index []int32) thinness {
	var found [len(walls)]int
	for _, i := range index {
		for k, wall := range walls {
			p, step := s.points[i].D(), s.normals[i].D().Scale(wall)
			if min(s.distance(p.Add(step), wall), s.distance(p.Sub(step), wall)) < wall/4 {
				found[k]++
				break
			}
		}
	}
	total, most := 0, 0
	for k, n := range found {
		total += n
		if n > found[most] {
			most = k
		}
	}
	return thinness{float64(total) / float64(len(index)), walls[most]}
}

// muchCloser is the share of the mean distance that is left where a pose is torn.
const muchCloser = 0.7

// torn says that the scan alone would lie on the reference much more closely than in the
// pose found for scan and reference together. Then it shows one side of a wall so thin
// that the other side, which it does not show, passes for scanned: the two sides have
// torn the pose to the middle between them.
func (a *alignment) torn(ctx context.Context) (bool, error) {
	scan, ref := a.scan, a.ref.body
	// A scan of both sides has them where the reference has.
	if t := a.ref.thin.share; t < sheet || scan.full.thinness(stat.Every(scan.even, thinnessOf)).share > t/2 {
		return false, nil
	}
	index := stat.Every(scan.even, glimpse.measured)
	pose := workingPose(scan.frame, ref.frame, a.first.TargetFromSource)
	before, err := measure(ctx, a.opt.Workers, scan.full, ref.full, pose, index, nil)
	if err != nil {
		return false, err
	}
	pose, err = refine(ctx, a.opt.Workers, scan.full, ref.full, pose, glimpse.plan(index, nil, ref.full))
	if err != nil {
		return false, err
	}
	best, err := a.nudge(ctx, pair{source: scan, target: ref}, candidate{pose: pose})
	if err != nil {
		return false, err
	}
	after, err := measure(ctx, a.opt.Workers, scan.full, ref.full, best.pose, index, nil)
	return after.cost(near) < muchCloser*before.cost(near) && advantage(after, before, near) >= surely, err
}

// slow is for poses that have to slide sideways after a nudge, which few points ask for.
var slow = density{glimpse.matched, glimpse.measured, 20}

// nudge moves the pose of a partial scan on a reference of thin walls by their thickness,
// along the directions that the scan's surface faces, and refines it again.
func (a *alignment) nudge(ctx context.Context, p pair, best candidate) (candidate, error) {
	if a.ref.thin.share < sheet {
		return best, nil
	}
	var facing geom.Mat3
	for _, i := range p.source.even {
		n := best.pose.R.MulVec(p.source.full.normals[i].D())
		for k, v := range geom.Outer(n, n) {
			facing[k] += v
		}
	}
	_, axes := geom.SymEigen(facing)
	list := []candidate{best}
	for axis := 0; axis < 3; axis++ {
		for _, step := range [2]float64{a.ref.thin.wall, -a.ref.thin.wall} {
			c := best
			c.pose.T = c.pose.T.AddScaled(step, axes.Row(axis))
			list = append(list, c)
		}
	}
	if _, err := a.refineFull(ctx, p, list, slow); err != nil {
		return best, err
	}
	if next := list[sortedByCost(list)[0]]; next.cost < 0.9*list[0].cost {
		return next, nil
	}
	return best, nil
}

// jolts are the distances by which a pose is shaken; the turns are of five times as many
// radians.
var jolts = [2]float64{0.015, 0.03}

// hopeless is the share explained below which a pose is no small motion away from a good one.
const hopeless = 0.3

// shake moves a pose that leaves much of a partial scan off the reference along and about the
// axes and refines it again, as long as that helps.
func (a *alignment) shake(ctx context.Context, p pair, best candidate) (candidate, error) {
	index := stat.Every(p.source.even, look.measured/3)
	m, err := measure(ctx, a.opt.Workers, p.source.full, p.target.full, best.pose, index, nil)
	lies := share(m.source, a.on())
	if err != nil || lies >= suspicious || lies < hopeless*share(m.source, 0.99*near) {
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
