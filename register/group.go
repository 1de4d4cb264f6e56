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
	// Residuals, Overlaps and Ambiguous are those of each scan against the union of all
	// others, as in Result; with one scan alone 0, 1 and false.
	Residuals, Overlaps []float64
	Ambiguous           []bool
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
		if best == nil || g.worst() < best.worst() {
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
		g.note(i, res)
	}
	return g, nil
}

func (g *Grouping) note(i int, res *Result) {
	g.Poses[i], g.Residuals[i], g.Overlaps[i], g.Ambiguous[i] = res.TargetFromSource, res.Residual, res.Overlap, res.Ambiguous
}

// jointly refines every scan against the union of all others as they stand.
func (g *Grouping) jointly(ctx context.Context, clouds [][]geom.Vec3, opt Options) error {
	poses := slices.Clone(g.Poses)
	for i, c := range clouds {
		var union []geom.Vec3
		for j, o := range clouds {
			if j != i {
				union = append(union, poses[j].ApplyAll(o)...)
			}
		}
		res, err := refineOnto(ctx, union, c, poses[i], opt)
		if err != nil {
			return err
		}
		g.note(i, res)
	}
	return nil
}

// worst is the least overlap's shortfall, by which anchors are compared.
func (g *Grouping) worst() float64 { return 1 - slices.Min(g.Overlaps) }

// sound says that all scans of the group lie on the anchor.
func (g *Grouping) sound() bool { return g.worst() < 0.15 }
