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

// mirrored says that the mirror image of a scan, whose best pose is found, explains it
// much better.
func (r *Reference) mirrored(ctx context.Context, source []geom.Vec3, opt Options, found *Result) (bool, error) {
	if found.Overlap >= suspicious {
		return false, nil
	}
	image := make([]geom.Vec3, len(source))
	for i, p := range source {
		image[i] = geom.Vec3{X: -p.X, Y: p.Y, Z: p.Z}
	}
	opt.Coverage = CoverageWhole
	if found.Partial {
		opt.Coverage = CoveragePartial
	}
	other, err := r.align(ctx, image, opt)
	if err != nil {
		return false, err
	}
	return 1-other.Overlap < mirrorGain*(1-found.Overlap) && other.Residual < mirrorGain*found.Residual, nil
}
