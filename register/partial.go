package register

import "context"

// Scans of a part of the surface.

// partial looks for a pose in which the scan lies on the reference, whatever else
// the reference has. A pose that was found for the scan as a whole competes.
func (a *alignment) partial(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body}
	extra, err := p.fromOneSide(ctx, a.opt.Workers, a.ref.views)
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
		more, err := own.triples(ctx, a.ref.looks, like, p, invert, a.opt)
		if err != nil {
			return nil, err
		}
		extra = append(extra, more...)
	}
	list, err := p.search(ctx, a.opt.Workers, shortlist, extra)
	if err != nil {
		return nil, err
	}
	return a.narrow(ctx, p, list)
}
