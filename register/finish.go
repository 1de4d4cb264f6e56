package register

import (
	"context"
	"math"
	"slices"

	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// The last choice, at full density, and what is told about it.

// finish refines the last candidates at full density, chooses, and describes.
func (a *alignment) finish(ctx context.Context, p pair, list []candidate) (*Result, error) {
	rival := -1
	if !p.twoSided && a.first != nil {
		rival = len(list)
		list = append(list, candidate{pose: workingPose(a.scan.frame, p.target.frame, a.first.TargetFromSource)})
	}
	if a.given != nil {
		list = append(list, candidate{pose: *a.given})
	}
	list, found, rival, err := a.compare(ctx, p, list, rival)
	if err != nil {
		return nil, err
	}
	order := sortedByCost(list)
	if rival >= 0 && a.first.Covered > mostly && a.first.Overlap > lies && advantage(found[order[0]], found[rival], near) < surely {
		// What is missing may be a defect. The pose found for the whole stands, unless it
		// is worse for the scan alone.
		toFront(order, slices.Index(order, rival))
	}
	a.preferGiven(list, found, order)
	best := order[0]
	if !p.twoSided {
		if list[best], err = a.nudge(ctx, p, list[best]); err != nil {
			return nil, err
		}
		if list[best], err = a.shake(ctx, p, list[best]); err != nil {
			return nil, err
		}
	}
	if list[best].pose, err = a.polish(ctx, p, list[best].pose); err != nil {
		return nil, err
	}
	if list[best].pose, err = a.spin(ctx, p, list[best].pose); err != nil {
		return nil, err
	}
	res, err := a.describe(ctx, p, list[best].pose)
	if err != nil {
		return nil, err
	}
	for i := range order {
		a.looked = append(a.looked, glanced{list[i].pose, share(found[i].source, a.on())})
	}
	for _, g := range a.looked {
		if a.scan.apart(g.pose, list[best].pose) > elsewhere {
			res.Rival = max(res.Rival, g.overlap)
		}
	}
	res.Partial = !p.twoSided && (best != rival || a.first.Covered <= mostly)
	for _, i := range order {
		res.Hypotheses = append(res.Hypotheses, Hypothesis{outward(a.scan.frame, p.target.frame, list[i].pose), p.target.frame.size * list[i].cost})
	}
	return res, a.doubt(ctx, res, p, list, found, order)
}

// preferGiven puts the first pose that is the one given, or near it, before those that are not
// clearly better.
func (a *alignment) preferGiven(list []candidate, found []residuals, order []int) {
	if a.given == nil {
		return
	}
	for k, i := range order {
		if a.isGiven(list[i].pose) {
			if advantage(found[order[0]], found[i], near) < surely {
				toFront(order, k)
			}
			return
		}
	}
}

// toFront moves what is at place k before all that is in front of it.
func toFront(order []int, k int) {
	first := order[k]
	copy(order[1:k+1], order[:k])
	order[0] = first
}

// isGiven says that a pose is the one given, or near it.
func (a *alignment) isGiven(pose geom.Pose) bool {
	return a.given != nil && a.scan.apart(pose, *a.given) <= elsewhere
}

// density is how many points of each side compare looks at, and how long.
type density struct {
	matched, measured, steps int
}

var (
	glimpse = density{1000, 2000, 8}
	look    = density{evenPoints / 2, evenPoints, 10}
)

// plan is how a pose is refined at full density, over some points of each side.
func (d density) plan(source, target []int32, ref *surface) plan {
	return plan{
		source: stat.Every(source, d.matched), target: stat.Every(target, d.matched),
		steps: d.steps, reach: 0.02, slide: slide / 100, robust: true, floor: ref.spacing / 2, tolerance: 1e-5,
	}
}

// ruledOut is the advantage, in standard errors, of the best candidate at a glimpse
// that leaves another no chance.
const ruledOut = 10

// compare refines the candidates at full density, first with few points, then those
// that still have a chance with many, and returns those with their residuals. The
// candidate rival (-1: none) stays, and its new place is returned.
func (a *alignment) compare(ctx context.Context, p pair, list []candidate, rival int) ([]candidate, []residuals, int, error) {
	if len(list) > 1 {
		found, err := a.refineFull(ctx, p, list, glimpse)
		if err != nil {
			return nil, nil, rival, err
		}
		for i, c := range list {
			a.looked = append(a.looked, glanced{c.pose, share(found[i].source, a.on())})
		}
		best := sortedByCost(list)[0]
		var kept []candidate
		for i, c := range list {
			if i == rival || advantage(found[best], found[i], near) < ruledOut {
				if i == rival {
					rival = len(kept)
				}
				kept = append(kept, c)
			}
		}
		list = kept
	}
	found, err := a.refineFull(ctx, p, list, look)
	return list, found, rival, err
}

// refineFull refines and measures every candidate at full density.
func (a *alignment) refineFull(ctx context.Context, p pair, list []candidate, d density) ([]residuals, error) {
	scan, ref := p.source, p.target
	source, target := stat.Every(scan.even, d.measured), stat.Every(ref.even, d.measured)
	if !p.twoSided {
		target = nil
	}
	found := make([]residuals, len(list))
	err := task.Each(ctx, a.opt.Workers, len(list), func(i int) error {
		pose, err := a.ref.trim(ctx, 1, p, list[i].pose, 600)
		if err != nil {
			return err
		}
		pose, err = refine(ctx, 1, scan.full, ref.full, pose, d.plan(source, target, ref.full))
		if err != nil {
			return err
		}
		found[i], err = measure(ctx, 1, scan.full, ref.full, pose, source, target)
		list[i] = candidate{pose: pose, cost: found[i].cost(near)}
		return err
	})
	return found, err
}

// polish refines the chosen pose with all points of the scan.
func (a *alignment) polish(ctx context.Context, p pair, pose geom.Pose) (geom.Pose, error) {
	pose, err := a.ref.trim(ctx, a.opt.Workers, p, pose, 2000)
	if err != nil {
		return pose, err
	}
	scan, ref := p.source, p.target
	target := ref.even
	if !p.twoSided {
		target = nil
	}
	if ref.full.solid != nil {
		return a.polishOnto(ctx, scan.full, ref.full, pose)
	}
	return refine(ctx, a.opt.Workers, scan.full, ref.full, pose, plan{
		source: all(len(scan.full.points)), target: target,
		steps: 5, reach: max(0.01, 4*ref.full.spacing), slide: slide / 1000, robust: true, floor: ref.full.spacing / 2, tolerance: 3e-6,
	})
}

const (
	// trimmed is the share of the scan's points that Residual is the mean of.
	trimmed = 0.9
	// noisy is how many standard deviations of noise a point that lies on a surface may
	// be away from it.
	noisy = 3
)

// describe measures a pose with all points of the scan.
func (a *alignment) describe(ctx context.Context, p pair, pose geom.Pose) (*Result, error) {
	scan, ref := p.source, p.target
	m, err := measureAll(ctx, a.opt.Workers, scan.full, ref.full, pose, all(len(scan.full.points)), ref.even)
	if err != nil {
		return nil, err
	}
	on := a.on()
	off, err := a.besides(ctx, scan.full, ref.full, pose, all(len(scan.full.points)))
	if err != nil {
		return nil, err
	}
	lying := share(m.source, on)
	return &Result{
		Explained:        lying / max(lying+off, math.SmallestNonzeroFloat64),
		TargetFromSource: outward(scan.frame, ref.frame, pose),
		Overlap:          share(m.source, on),
		Covered:          share(m.target, on),
		Residual:         ref.frame.size * trimmedMean(m.source, trimmed), // reorders m.source
	}, nil
}

// besides is the share of source's points that lie over target's surface or under it, off it
// but near: more along the normal than sideways, and not at a rim of the surface, so that what
// goes on beyond the rim does not count, and be it around a corner.
func (a *alignment) besides(ctx context.Context, source, target *surface, pose geom.Pose, index []int32) (float64, error) {
	on := a.on()
	counts := make([]int, task.Count(len(index), matchChunk))
	err := task.For(ctx, a.opt.Workers, len(index), matchChunk, func(c, lo, hi int) {
		var around []spatial.Neighbor
		for _, i := range index[lo:hi] {
			q := pose.ApplyVec(source.points[i].D())
			j, along, side, ok := target.across(q, max(near, 2*on))
			if !ok || along <= on || side > max(2*target.spacing, along) {
				continue
			}
			if j >= 0 {
				around = target.tree.KNN(target.points[j], feature.RimNeighbors, around)
				if feature.AtRim(target.points, target.normals, j, around, false) {
					continue
				}
			}
			counts[c]++
		}
	})
	n := 0
	for _, c := range counts {
		n += c
	}
	return float64(n) / float64(len(index)), err
}

// across is how far q is from the surface's nearest point j along its normal, and sideways;
// false where that is farther away than limit, or has no normal. j is -1 on triangles.
func (s *surface) across(q geom.Vec, limit float64) (j int32, along, side float64, ok bool) {
	var e, n geom.Vec
	if s.solid != nil {
		c := s.solid.bvh.ClosestWithin(q, limit)
		if c.Face < 0 {
			return -1, 0, 0, false
		}
		j = -1
		e, n = q.Sub(c.Point), s.solid.mesh.FaceNormal(int(c.Face))
	} else {
		if j, _ = s.cells.near(q, limit); j < 0 {
			return j, 0, 0, false
		}
		e, n = q.Sub(s.points[j].D()), s.normals[j].D()
	}
	along = math.Abs(n.Dot(e))
	return j, along, math.Sqrt(max(0, e.Norm2()-float64(along*along))), n != (geom.Vec{})
}

// sortedByCost lists the places of list by cost, ties by place.
func sortedByCost(list []candidate) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return byCost(list[i], list[j]) })
	return order
}
