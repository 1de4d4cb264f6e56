package register

import (
	"context"

	"blemish/geom"
)

// Scans of a part of the surface.

// partial looks for a pose in which the scan lies on the reference, whatever else
// the reference has. A pose that was found for the scan as a whole competes.
func (a *alignment) partial(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body}
	chosen := a.scan.chooseAnchors(allAnchors)
	first := min(anchors, len(chosen))
	starts, err := p.anchored(ctx, a.opt.Workers, chosen[:first])
	if err != nil {
		return nil, err
	}
	own, err := newLooks(ctx, a.opt.Workers, a.scan, a.ref.looks.edge)
	if err != nil {
		return nil, err
	}
	for _, invert := range []bool{false, true} {
		like, err := own.match(ctx, a.opt.Workers, a.ref.looks, invert)
		if err != nil {
			return nil, err
		}
		more, err := own.pairs(ctx, a.ref.looks, like, p, invert, a.opt)
		if err != nil {
			return nil, err
		}
		starts = append(starts, more...)
	}
	for _, r := range principal(a.scan.cov, a.ref.body.cov) {
		starts = append(starts, candidate{pose: geom.Pose{R: r, T: a.ref.body.mean.Sub(r.MulVec(a.scan.mean))}})
	}
	starts = append(starts, a.glimpsed...)
	res, err := a.settled(ctx, p, usual, starts)
	if err != nil || res.Overlap >= suspicious {
		return res, err
	}
	more, err := p.anchored(ctx, a.opt.Workers, chosen[first:])
	if err != nil {
		return nil, err
	}
	other, err := a.settled(ctx, p, patient, append(starts, more...))
	if err != nil || other.Hypotheses[0].Cost >= res.Hypotheses[0].Cost {
		return res, err
	}
	return other, nil
}

// settled takes starts to a result.
func (a *alignment) settled(ctx context.Context, p pair, f funnel, starts []candidate) (*Result, error) {
	list, err := p.search(ctx, a.opt.Workers, f, starts)
	if err != nil {
		return nil, err
	}
	if list, err = a.narrow(ctx, p, list); err != nil {
		return nil, err
	}
	return a.finish(ctx, p, list)
}
