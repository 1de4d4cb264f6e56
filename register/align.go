package register

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/task"
)

// From a scan in any pose to its place on the reference, coarse to fine.

// Align finds the pose of a scan in any pose. The scan must be in the reference's
// unit. The error wraps ErrTooFewPoints or ErrDegenerate where the scan cannot be
// aligned at all; a wrong object has a pose, with a bad residual and overlap.
func (r *Reference) Align(ctx context.Context, source []geom.Vec3, opt Options) (*Result, error) {
	b, err := r.source(ctx, source, opt)
	if err != nil {
		return nil, err
	}
	job := alignment{ref: r, scan: b, opt: opt}
	if opt.Coverage != CoveragePartial {
		res, err := job.whole(ctx)
		if err != nil || opt.Coverage == CoverageWhole || res.Overlap > lies && res.Covered > shows {
			return res, err
		}
		job.first = res
	}
	return job.partial(ctx)
}

// Refine improves a pose that is nearly right already, by ICP alone: to within a
// few per cent of the part's size and a few degrees.
func (r *Reference) Refine(ctx context.Context, source []geom.Vec3, start geom.Pose, opt Options) (*Result, error) {
	return r.refine(ctx, source, start, opt)
}

// refineOnto is Refine without looking for the reference's symmetries first.
func refineOnto(ctx context.Context, reference, source []geom.Vec3, start geom.Pose, opt Options) (*Result, error) {
	r, err := prepare(ctx, reference, opt)
	if err != nil {
		return nil, err
	}
	return r.refine(ctx, source, start, opt)
}

func (r *Reference) refine(ctx context.Context, source []geom.Vec3, start geom.Pose, opt Options) (*Result, error) {
	b, err := r.source(ctx, source, opt)
	if err != nil {
		return nil, err
	}
	job := alignment{ref: r, scan: b, opt: opt}
	p := pair{source: b, target: r.body, twoSided: opt.Coverage != CoveragePartial}
	list := []candidate{{pose: workingPose(b.frame, r.body.frame, start)}}
	return job.finish(ctx, p, list)
}

// alignment is one call of Align.
type alignment struct {
	ref   *Reference
	scan  *body
	opt   Options
	first *Result // what looking for the whole part gave
}

const (
	// lies and shows are the overlap and the share covered from which a scan is taken
	// for a whole one without another look.
	lies, shows = 0.75, 0.95
	// mostly is the share covered up to which a scan is taken for a partial one.
	mostly = 0.75
	// surely is the advantage, in standard errors, that one pose must have over
	// another to exclude it.
	surely = 5
	// shortlist is the number of poses that leave the coarse search.
	shortlist = 10
	// finalists is the number of poses that are compared at full density.
	finalists = 4
)

// whole looks for a pose in which scan and reference cover one another.
func (a *alignment) whole(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body, twoSided: true}
	list, err := p.search(ctx, a.opt.Workers, shortlist, p.grid())
	if err != nil {
		return nil, err
	}
	return a.narrow(ctx, p, list)
}

// narrow takes a shortlist to the result.
func (a *alignment) narrow(ctx context.Context, p pair, list []candidate) (*Result, error) {
	list, err := a.refineAll(ctx, p, list, 0.06, gradeMany)
	if err != nil {
		return nil, err
	}
	list = promising(p.source.distinct(list, finalists, 0.03))
	if list, err = a.ref.expand(ctx, a.opt.Workers, p, list); err != nil {
		return nil, err
	}
	if list, err = a.refineAll(ctx, p, list, 0.04, gradeAll); err != nil {
		return nil, err
	}
	list = promising(p.source.distinct(list, finalists, 0.02))
	return a.finish(ctx, p, list)
}

// promising drops the candidates (best first) that are clearly worse than the
// first: full density would not change the order.
func promising(list []candidate) []candidate {
	for i, c := range list {
		if c.cost > 1.6*list[0].cost+near/20 {
			return list[:i]
		}
	}
	return list
}

// refineAll runs ICP with exact neighbours from every candidate at the middle
// density of the scan, and takes the cost at that density.
func (a *alignment) refineAll(ctx context.Context, p pair, list []candidate, reach float64, grade int) ([]candidate, error) {
	source, target := p.source.grades[grade], p.target.grades[grade]
	if !p.twoSided {
		target = nil
	}
	out := make([]candidate, len(list))
	err := task.Each(ctx, a.opt.Workers, len(list), func(i int) error {
		pose, err := refine(ctx, 1, p.source.middle, p.target.middle, list[i].pose, plan{
			source: source, target: target, steps: 8, reach: reach, slide: slide / 10, robust: true, floor: p.target.middle.spacing / 4, tolerance: 1e-4,
		})
		if err != nil {
			return err
		}
		m, err := measure(ctx, 1, p.source.middle, p.target.middle, pose, source, target)
		out[i] = candidate{pose, m.cost(near)}
		return err
	})
	return out, err
}

// finish refines the last candidates at full density, chooses, and describes.
func (a *alignment) finish(ctx context.Context, p pair, list []candidate) (*Result, error) {
	scan, ref := p.source, p.target
	sourceIndex, targetIndex := scan.even, ref.even
	if !p.twoSided {
		targetIndex = nil
	}
	rival := -1
	if !p.twoSided && a.first != nil && a.first.Covered > mostly && a.first.Overlap > lies {
		rival = len(list)
		list = append(list, candidate{pose: workingPose(scan.frame, ref.frame, a.first.TargetFromSource)})
	}
	found := make([]residuals, len(list))
	err := task.Each(ctx, a.opt.Workers, len(list), func(i int) error {
		pose, err := a.ref.trim(ctx, 1, p, list[i].pose, 700)
		if err != nil {
			return err
		}
		pose, err = refine(ctx, 1, scan.full, ref.full, pose, plan{
			source: every(sourceIndex, 3000), target: every(targetIndex, 3000),
			steps: 12, reach: 0.02, slide: slide / 100, robust: true, floor: ref.full.spacing / 2, tolerance: 1e-5,
		})
		if err != nil {
			return err
		}
		list[i].pose = pose
		found[i], err = measure(ctx, 1, scan.full, ref.full, pose, sourceIndex, targetIndex)
		list[i].cost = found[i].cost(near)
		return err
	})
	if err != nil {
		return nil, err
	}
	order := sortedByCost(list)
	if rival >= 0 && advantage(found[order[0]], found[rival], near) < surely {
		// What is missing may be a defect. The pose found for the whole stands, unless it
		// is worse for the scan alone.
		k := slices.Index(order, rival)
		copy(order[1:k+1], order[:k])
		order[0] = rival
	}
	best := order[0]
	polished, err := a.ref.trim(ctx, a.opt.Workers, p, list[best].pose, 2000)
	if err != nil {
		return nil, err
	}
	polished, err = refine(ctx, a.opt.Workers, scan.full, ref.full, polished, plan{
		source: all(len(scan.full.points)), target: targetIndex,
		steps: 10, reach: max(0.01, 4*ref.full.spacing), slide: slide / 1000, robust: true, floor: ref.full.spacing / 2, tolerance: 1e-6,
	})
	if err != nil {
		return nil, err
	}
	m, err := measureAll(ctx, a.opt.Workers, scan.full, ref.full, polished, all(len(scan.full.points)), ref.even)
	if err != nil {
		return nil, err
	}
	list[best].pose = polished
	size := ref.frame.size
	on := max(max(scan.full.spacing, ref.full.spacing), 3*math.Hypot(scan.noise, ref.noise))
	res := &Result{
		TargetFromSource: outward(scan.frame, ref.frame, polished),
		Residual:         size * trimmedMean(append([]float64(nil), m.source...), 0.9),
		Overlap:          share(m.source, on),
		Covered:          share(m.target, on),
		Partial:          !p.twoSided && best != rival,
	}
	for _, i := range order {
		res.Hypotheses = append(res.Hypotheses, Hypothesis{outward(scan.frame, ref.frame, list[i].pose), size * list[i].cost})
	}
	return res, a.doubt(ctx, res, p, list, found, order)
}

// sortedByCost lists the places of list by cost, ties by place.
func sortedByCost(list []candidate) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
		for k := i; k > 0 && list[order[k]].cost < list[order[k-1]].cost; k-- {
			order[k], order[k-1] = order[k-1], order[k]
		}
	}
	return order
}
