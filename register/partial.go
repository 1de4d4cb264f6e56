package register

import (
	"context"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
)

// Scans of a part of the surface.

const (
	// plainly is the share explained from which a pose without a rival needs no better one:
	// nearly all of the scan that is at the reference lies on it, and the rest is elsewhere.
	plainly = 0.9
	// amply is the overlap that this must rest on.
	amply = 0.3
	// halfway is the share of the scan on the reference at the middle density from which a pose
	// is finished before others are looked for.
	halfway = 0.4
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
	seen, err := p.search(ctx, a.opt.Workers, usual, starts)
	if err != nil {
		return nil, err
	}
	a.coarse = seen[0].cost
	list, err := a.narrow(ctx, p, slices.Clone(seen))
	if err != nil {
		return nil, err
	}
	promises, err := a.promises(ctx, p, list[0].pose)
	if err != nil {
		return nil, err
	}
	var res *Result
	if a.brisk || promises {
		if res, err = a.finish(ctx, p, slices.Clone(list)); err != nil || a.brisk || res.plain() {
			return res, err
		}
	}
	more, err := a.patiently(ctx, p, append(starts, seen...), chosen[first:], seen)
	if err != nil || len(more) == 0 && res != nil {
		return res, err
	}
	if res == nil { // of both searches the best
		more = p.source.distinct(append(list, more...), finalists, 0.02)
	}
	other, err := a.finish(ctx, p, more)
	if err != nil || res != nil && other.Hypotheses[0].Cost >= res.Hypotheses[0].Cost {
		return res, err
	}
	return other, nil
}

// plain says that a pose of a part needs no better one.
func (r *Result) plain() bool {
	return r.Overlap >= suspicious || r.Explained >= plainly && r.Overlap >= amply && r.Rival < clearRival*r.Overlap
}

// promises says whether a pose of the middle density may be the right one: much of the scan is
// on the reference, or nearly so.
func (a *alignment) promises(ctx context.Context, p pair, pose geom.Pose) (bool, error) {
	m, err := measure(ctx, a.opt.Workers, p.source.full, p.target.full, pose, stat.Every(p.source.even, glimpse.measured), nil)
	return share(m.source, a.on()) >= halfway, err
}

// patiently searches once more, from more anchors and with more poses at each stage, and
// returns those that have not been seen.
func (a *alignment) patiently(ctx context.Context, p pair, starts []candidate, chosen []int32, seen []candidate) ([]candidate, error) {
	more, err := p.anchored(ctx, a.opt.Workers, chosen)
	if err != nil {
		return nil, err
	}
	list, err := p.search(ctx, a.opt.Workers, patient, append(starts, more...))
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(c candidate) bool {
		return slices.ContainsFunc(seen, func(o candidate) bool { return a.scan.apart(c.pose, o.pose) < 0.02 })
	})
	if len(list) == 0 {
		return nil, nil
	}
	return a.narrow(ctx, p, list)
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
