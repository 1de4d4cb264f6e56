package register

import (
	"context"
	"slices"

	"blemish/geom"
)

// Scans of a part of the surface.

const (
	// plainly is the share explained from which a pose needs no better one: nearly all of
	// the scan that is at the reference lies on it, and the rest is elsewhere.
	plainly = 0.9
	// amply is the overlap that this must rest on.
	amply = 0.3
)

// partial looks for a pose in which the scan lies on the reference, whatever else
// the reference has. A pose that was found for the scan as a whole competes.
func (a *alignment) partial(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body}
	chosen := a.scan.chooseAnchors(allAnchors)
	first := min(anchors, len(chosen))
	starts, err := a.partialStarts(ctx, p, chosen[:first])
	if err != nil {
		return nil, err
	}
	list, err := p.search(ctx, a.opt.Workers, usual, starts)
	if err != nil {
		return nil, err
	}
	a.coarse = list[0].cost
	res, err := a.settled(ctx, p, list)
	if err != nil || a.brisk || res.Overlap >= suspicious || res.Explained >= plainly && res.Overlap >= amply {
		return res, err
	}
	more, err := p.anchored(ctx, a.opt.Workers, chosen[first:])
	if err != nil {
		return nil, err
	}
	again, err := p.search(ctx, a.opt.Workers, patient, append(starts, more...))
	if err != nil {
		return nil, err
	}
	// Those that have been looked at already need not be again.
	again = slices.DeleteFunc(again, func(c candidate) bool {
		return slices.ContainsFunc(list, func(o candidate) bool { return a.scan.apart(c.pose, o.pose) < 0.02 })
	})
	if len(again) == 0 {
		return res, nil
	}
	other, err := a.settled(ctx, p, again)
	if err != nil || other.Hypotheses[0].Cost >= res.Hypotheses[0].Cost {
		return res, err
	}
	return other, nil
}

// partialStarts is where the search for a partial scan starts.
func (a *alignment) partialStarts(ctx context.Context, p pair, chosen []int32) ([]candidate, error) {
	starts, err := p.anchored(ctx, a.opt.Workers, chosen)
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
	return append(starts, a.glimpsed...), nil
}

// settled takes the poses that a search has found to a result.
func (a *alignment) settled(ctx context.Context, p pair, list []candidate) (*Result, error) {
	list, err := a.narrow(ctx, p, list)
	if err != nil {
		return nil, err
	}
	return a.finish(ctx, p, list)
}
