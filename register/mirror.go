package register

import (
	"context"

	"blemish/geom"
)

// Scans of the mirror image of the reference: a left shoe for a right one, a scanner
// with a swapped axis. No pose can bring them together, and much of them may yet fit.

const (
	// suspicious is the overlap below which the mirror image of a scan is tried. Defects
	// leave more.
	suspicious = 0.93
	// mirrorGain is the share of the points that are off which the mirror image must
	// leave at most, and the same of the residual.
	mirrorGain = 0.5
)

// alikeBelow is the overlap below which a part that is nearly its own mirror image need not
// be thought of: where that is so, the coarse search tells it from another part.
const alikeBelow = 0.6

// hint is the share of the coarse cost that the mirror image must leave at most to be
// looked at closely.
const hint = 0.93

// mirrored says that the mirror image of the scan, whose best pose is found, explains it
// much better.
func (a *alignment) mirrored(ctx context.Context, source []geom.Vec3, found *Result) (bool, error) {
	if found.Overlap >= suspicious {
		return false, nil
	}
	image := make([]geom.Vec3, len(source))
	for i, p := range source {
		image[i] = geom.Vec3{X: -p.X, Y: p.Y, Z: p.Z}
	}
	opt := a.opt
	opt.Coverage = CoverageWhole
	if found.Partial {
		opt.Coverage = CoveragePartial
	}
	job, err := a.ref.start(ctx, image, opt)
	if err != nil {
		return false, err
	}
	if found.Overlap < alikeBelow {
		if near, err := job.comesNear(ctx, a.coarse); !near || err != nil {
			return false, err
		}
	}
	job.brisk = true
	other, err := job.run(ctx)
	if err != nil {
		return false, err
	}
	return 1-other.Overlap < mirrorGain*(1-found.Overlap) && other.Residual < mirrorGain*found.Residual, nil
}

// comesNear says that the coarse search finds a pose that costs clearly less than cost.
func (a *alignment) comesNear(ctx context.Context, cost float64) (bool, error) {
	p := pair{source: a.scan, target: a.ref.body, twoSided: a.opt.Coverage != CoveragePartial}
	starts := p.grid()
	if !p.twoSided {
		more, err := p.anchored(ctx, a.opt.Workers, a.scan.chooseAnchors(anchors))
		if err != nil {
			return false, err
		}
		starts = append(starts, more...)
	}
	list, err := p.search(ctx, a.opt.Workers, usual, starts)
	return err == nil && list[0].cost < hint*cost, err
}
