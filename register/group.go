package register

import (
	"context"
	"fmt"
	"slices"

	"blemish/geom"
)

// Several sound scans of one class brought into one frame.

// Grouping is where the scans of a group stand.
type Grouping struct {
	// Poses take each scan to the frame of the scan Anchor, whose own pose is the
	// identity before the joint refinement.
	Poses []geom.Pose
	// Anchor is the scan that the others were brought to.
	Anchor int
	// Residuals and Overlaps are those of each scan against the union of the others that
	// fit, as in Result; 0 and 1 of a scan alone, or of an anchor that nothing fits.
	Residuals, Overlaps []float64
	// Ambiguous is Result's, of each scan against the anchor.
	Ambiguous []bool
}

const (
	// tried is the number of scans tried as the one that the others go to.
	tried = 4
	// rounds of joint refinement against the union of the others.
	rounds = 2
)

// Group brings clouds, scans of one class in any poses, into one frame. A scan that
// does not fit shows in its residual and overlap.
func Group(ctx context.Context, clouds [][]geom.Vec3, opt Options) (*Grouping, error) {
	if len(clouds) == 0 {
		return nil, fmt.Errorf("register: a group of no scans: %w", ErrTooFewPoints)
	}
	var best *Grouping
	for a := 0; a < min(tried, len(clouds)); a++ {
		g, err := alignTo(ctx, clouds, a, opt)
		if err != nil {
			return nil, err
		}
		if best == nil || g.fit() > best.fit() {
			best = g
		}
		if best.sound() {
			break
		}
	}
	for round := 0; round < rounds && len(clouds) > 1; round++ {
		if err := best.jointly(ctx, clouds, opt); err != nil {
			return nil, err
		}
	}
	return best, nil
}

// alignTo aligns all clouds to cloud a.
func alignTo(ctx context.Context, clouds [][]geom.Vec3, a int, opt Options) (*Grouping, error) {
	n := len(clouds)
	g := &Grouping{Anchor: a, Poses: make([]geom.Pose, n), Residuals: make([]float64, n), Overlaps: make([]float64, n), Ambiguous: make([]bool, n)}
	ref, err := NewReference(ctx, clouds[a], opt)
	if err != nil {
		return nil, fmt.Errorf("scan %d of the group: %w", a, err)
	}
	for i, c := range clouds {
		if i == a {
			g.Poses[i], g.Overlaps[i] = geom.IdentityPose(), 1
			continue
		}
		res, err := ref.Align(ctx, c, opt)
		if err != nil {
			return nil, fmt.Errorf("scan %d of the group: %w", i, err)
		}
		g.Poses[i], g.Residuals[i], g.Overlaps[i], g.Ambiguous[i] = res.TargetFromSource, res.Residual, res.Overlap, res.Ambiguous
	}
	return g, nil
}

// jointly refines every scan against the union of all others as they stand. A scan
// that does not fit must not draw the others to it.
func (g *Grouping) jointly(ctx context.Context, clouds [][]geom.Vec3, opt Options) error {
	poses, overlaps := slices.Clone(g.Poses), slices.Clone(g.Overlaps)
	overlaps[g.Anchor] = 1
	for i, c := range clouds {
		var union []geom.Vec3
		for j, o := range clouds {
			if j != i && overlaps[j] > lies {
				union = append(union, poses[j].ApplyAll(o)...)
			}
		}
		if len(union) == 0 {
			continue // the anchor, which nothing fits
		}
		ref, err := prepare(ctx, union, opt)
		if err != nil {
			return err
		}
		res, err := ref.Refine(ctx, c, poses[i], opt)
		if err != nil {
			return err
		}
		g.Poses[i], g.Residuals[i], g.Overlaps[i] = res.TargetFromSource, res.Residual, res.Overlap
	}
	return nil
}

// fit is by what anchors are compared.
func (g *Grouping) fit() float64 {
	var sum float64
	for _, o := range g.Overlaps {
		sum += o
	}
	return sum
}

// sound says that all scans of the group lie on the anchor.
func (g *Grouping) sound() bool { return slices.Min(g.Overlaps) > 0.85 }
