package register

import "context"

// partial looks for a pose in which the scan lies on the reference, whatever else
// the reference has.
func (a *alignment) partial(ctx context.Context) (*Result, error) {
	p := pair{source: a.scan, target: a.ref.body}
	list, err := p.search(ctx, a.opt.Workers, shortlist, nil)
	if err != nil {
		return nil, err
	}
	res, err := a.narrow(ctx, p, list)
	if err != nil {
		return nil, err
	}
	if a.first != nil && a.first.Overlap > res.Overlap {
		return a.first, nil
	}
	return res, nil
}
