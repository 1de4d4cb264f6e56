package register

import (
	"context"

	"blemish/geom"
	"blemish/internal/stat"
)

// Reference is a sound surface made ready to align scans to. It does not change
// once made and may be used from several goroutines.
type Reference struct {
	body   *body
	extent extent
	self   selfSymmetry
	looks  *looks
	thin   thinness
}

// NewReference prepares points: one sound cloud, or the union of several that
// stand in one frame. Points that are not finite are left out.
func NewReference(ctx context.Context, points []geom.Vec3, opt Options) (*Reference, error) {
	r, err := prepare(ctx, points, opt)
	if err != nil {
		return nil, err
	}
	return r, r.study(ctx, opt)
}

// study finds out what a search needs to know of the reference.
func (r *Reference) study(ctx context.Context, opt Options) error {
	var err error
	if r.self, err = findSymmetry(ctx, opt.Workers, r.body); err != nil {
		return err
	}
	r.thin = r.body.full.thinness(stat.Every(r.body.even, thinnessOf))
	r.looks, err = newLooks(ctx, opt.Workers, r.body, 0)
	return err
}

// prepare is NewReference but for the symmetries.
func prepare(ctx context.Context, points []geom.Vec3, opt Options) (*Reference, error) {
	kept, err := finite(points, "the reference")
	if err != nil {
		return nil, err
	}
	kept, f, err := frameOf(kept, "the reference")
	if err != nil {
		return nil, err
	}
	limit := opt.MaxPoints
	if limit <= 0 {
		limit = capReference
	}
	r := &Reference{extent: extent{f.size, float64(len(kept))}}
	r.body, err = newBody(ctx, opt.Workers, kept, f, limit)
	return r, err
}

// Size is the length that all lengths in alignment are relative to: about the
// diagonal of the reference, but the same in every pose.
func (r *Reference) Size() float64 { return r.body.frame.size }

// source prepares a scan in the reference's unit.
func (r *Reference) source(ctx context.Context, points []geom.Vec3, opt Options) (*body, error) {
	kept, err := finite(points, "the scan")
	if err != nil {
		return nil, err
	}
	kept, f, err := frameOf(kept, "the scan")
	if err != nil {
		return nil, err
	}
	f.size = r.body.frame.size
	limit := opt.MaxPoints
	if limit <= 0 {
		limit = capScan
	}
	return newBody(ctx, opt.Workers, kept, f, limit)
}
