package register

import (
	"context"

	"blemish/geom"
	"blemish/task"
)

// From a scan in any pose to its place on the reference, coarse to fine.

// Align finds the pose of a scan in any pose. The scan must be in the reference's
// unit. The error wraps ErrTooFewPoints or ErrDegenerate where the scan cannot be
// aligned at all; a wrong object has a pose, with a bad residual and overlap.
func (r *Reference) Align(ctx context.Context, source []geom.Vec3, opt Options) (*Result, error) {
	job, err := r.start(ctx, source, opt)
	if err != nil {
		return nil, err
	}
	res, err := job.run(ctx)
	if err != nil {
		return nil, err
	}
	res.Mirrored, err = job.mirrored(ctx, source, res)
	return res, err
}

// start prepares an alignment.
func (r *Reference) start(ctx context.Context, source []geom.Vec3, opt Options) (*alignment, error) {
	b, err := r.source(ctx, source, opt)
	a := &alignment{ref: r, scan: b, points: source, opt: opt}
	if err == nil && opt.Given != nil {
		given := workingPose(b.frame, r.body.frame, *opt.Given)
		a.given = &given
	}
	return a, err
}

// run looks for the pose, of a whole scan or of a part.
func (a *alignment) run(ctx context.Context) (*Result, error) {
	opt := a.opt
	if opt.Coverage != CoverageWhole {
		if res, err := a.offItsTable(ctx); res != nil || err != nil {
			return res, err
		}
	}
	if opt.Coverage != CoveragePartial {
		var err error
		a.first, err = a.whole(ctx)
		if err != nil || opt.Coverage == CoverageWhole {
			return a.first, err
		}
		if a.first != nil && a.first.Overlap > lies && a.first.Covered > shows {
			if torn, err := a.torn(ctx); err != nil || !torn {
				return a.first, err
			}
		}
	}
	return a.partial(ctx)
}

// Refine improves a pose that is nearly right already, by ICP alone: to within a
// few per cent of the part's size and a few degrees. Options.Coverage tells whether
// the scan shows all of the reference; CoverageAuto takes it for whole.
func (r *Reference) Refine(ctx context.Context, source []geom.Vec3, start geom.Pose, opt Options) (*Result, error) {
	b, err := r.source(ctx, source, opt)
	if err != nil {
		return nil, err
	}
	job := alignment{ref: r, scan: b, opt: opt}
	p := pair{source: b, target: r.body, twoSided: opt.Coverage != CoveragePartial}
	return job.finish(ctx, p, []candidate{{pose: workingPose(b.frame, r.body.frame, start)}})
}

// alignment is one call of Align.
type alignment struct {
	ref  *Reference
	scan *body
	// points is the scan as it came; nil where it has been freed of its table already.
	points []geom.Vec3
	opt    Options
	given  *geom.Pose // as Options.Given, in working coordinates; nil: nothing is known
	// brisk says that the search is not made once more, more patiently.
	brisk bool
	// What looking for the whole part gave: a result, or only poses where it is plain
	// that the scan shows a part.
	first    *Result
	glimpsed []candidate
	// coarse is the lowest cost that the coarse search has found, of the whole scan or of
	// a part, whichever the result is of.
	coarse float64
	// looked are the poses that were compared at full density.
	looked []glanced
}

// glanced is a pose and the share of the scan on the reference in it.
type glanced struct {
	pose    geom.Pose
	overlap float64
}

const (
	// lies and shows are the overlap and the share covered from which a scan is taken
	// for a whole one without another look.
	lies, shows = 0.75, 0.95
	// mostly is the share covered up to which a scan is taken for a partial one.
	mostly = 0.75
	// hardly is the share covered, as the middle density shows it, up to which no one
	// would take a scan for a whole one.
	hardly = 0.6
	// surely is the advantage, in standard errors, that one pose must have over
	// another to exclude it.
	surely = 5
	// shortlist is the number of poses that leave the coarse search.
	shortlist = 10
	// finalists is the number of poses that are compared at full density; more for a
	// part with an axis: a vase with twelve flutes and one small emblem has twelve turns
	// that only full density tells apart.
	finalists, finalistsAxis = 6, 14
)

// whole looks for a pose in which scan and reference cover one another.
func (a *alignment) whole(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body, twoSided: true}
	list, err := p.search(ctx, a.opt.Workers, usual, p.grid())
	if err != nil {
		return nil, err
	}
	a.coarse = list[0].cost
	if list, err = a.narrow(ctx, p, list); err != nil {
		return nil, err
	}
	if a.opt.Coverage == CoverageAuto && list[0].covered < hardly {
		a.glimpsed = list
		return nil, nil
	}
	return a.finish(ctx, p, list)
}

// narrow takes a shortlist to the poses that are worth a look at full density.
func (a *alignment) narrow(ctx context.Context, p pair, list []candidate) ([]candidate, error) {
	list, err := a.refineAll(ctx, p, promising(list, 2, 0.005), 0.06, gradeMany)
	if err != nil {
		return nil, err
	}
	keep := finalists
	if a.ref.self.axis != (geom.Vec{}) {
		keep = finalistsAxis
	}
	list = promising(p.source.distinct(list, keep, 0.03), 1.6, near/20)
	if list, err = a.ref.expand(ctx, a.opt.Workers, p, list); err != nil {
		return nil, err
	}
	if list, err = a.refineAll(ctx, p, list, 0.04, gradeAll); err != nil {
		return nil, err
	}
	return promising(p.source.distinct(list, keep, 0.02), 1.6, near/20), nil
}

// promising drops the candidates (best first) that cost more than ratio times the
// first and slack: more density would not change the order.
func promising(list []candidate, ratio, slack float64) []candidate {
	for i, c := range list {
		if c.cost > ratio*list[0].cost+slack {
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
		out[i] = candidate{pose, m.cost(near), share(m.target, near/2)}
		return err
	})
	return out, err
}
