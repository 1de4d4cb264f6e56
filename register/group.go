package register

import (
	"context"
	"fmt"

	"blemish/geom"
)

// Several sound scans of one class brought into one frame.

// Grouping is where the scans of a group stand.
type Grouping struct {
	// Poses take each scan to the frame of the scan Anchor, whose own pose is the
	// identity before the joint refinement. That of a scan that was not joined is the best
	// that was found, and means little.
	Poses []geom.Pose
	// Anchor is the scan that the others were brought to.
	Anchor int
	// Joined says which scans stand in the frame beyond doubt: each of them overlaps those
	// that were joined before it so far that no other pose explains it nearly as well. The
	// anchor is joined.
	Joined []bool
	// Standing says which scans stand in one frame as they come. Where most do, their poses are near
	// the identity, and another scan may stand so, too; where fewer do, none counts.
	Standing []bool
	// Residuals and Overlaps are those of each scan against the union of the others that
	// are joined, as in Result; 0 and 1 of a scan alone, or of an anchor that nothing fits.
	Residuals, Overlaps []float64
	// Explained is Result's, of each scan likewise, and 1 where Overlaps is for want of
	// others.
	Explained []float64
	// Ambiguous is Result's, of each scan when it was brought to the others.
	Ambiguous []bool
}

const (
	// islands is the number of scans from which growing begins at most.
	islands = 3
	// rounds of joint refinement against the union of the others.
	rounds = 2
)

// A pose between scans that show different sides is trusted where enough of the scan lies on
// the others, what is over or under their surface does, and no other pose does nearly as well.
const (
	trustOverlap   = 0.2
	trustExplained = 0.85
	// surelyExplained is what leaves hardly a doubt of its own.
	surelyExplained = 0.95
	// clearRival and closeRival are the most that the rival's overlap may be in the scan's own;
	// the second where the pose leaves hardly a doubt of its own.
	clearRival, closeRival = 0.7, 0.9
)

// trusted says that a pose is right beyond doubt.
func (r *Result) trusted() bool {
	switch {
	case r.Overlap >= suspicious:
		return true
	case r.Overlap < trustOverlap || r.Explained < trustExplained:
		return false
	case r.Explained >= surelyExplained:
		return r.Rival < closeRival*r.Overlap
	}
	return r.Rival < clearRival*r.Overlap
}

// Group brings clouds, scans of one class in any poses, into one frame. Scans that stand in one as
// they come are only refined. Each may show the whole part or a side of it: beginning with one scan,
// those that overlap it are joined to it, then those that overlap their union, and so on. What is
// left begins anew and is joined as one, where that is possible. Scans that are not joined are left
// where they fit best.
func Group(ctx context.Context, clouds [][]geom.Vec3, opt Options) (*Grouping, error) {
	if len(clouds) == 0 {
		return nil, fmt.Errorf("register: a group of no scans: %w", ErrTooFewPoints)
	}
	g := NewGrouping(len(clouds))
	j := joining{thin: thinned(clouds, opt), clouds: clouds, opt: opt, group: g, partial: make([]bool, len(clouds))}
	largest, err := j.standing(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range largest {
		g.Standing[i] = true
	}
	stand := len(largest) > 0
	if !stand {
		j.forget()
		if largest, err = j.all(ctx); err != nil {
			return nil, err
		}
	}
	if err := j.bringTo(ctx, largest); err != nil {
		return nil, err
	}
	first := 0
	if stand {
		first = 1 // each has been refined against the others once
	}
	for round := first; round < rounds && len(largest) > 1; round++ {
		if err := j.jointly(ctx); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// NewGrouping is n scans that stand where they are, none of them joined.
func NewGrouping(n int) *Grouping {
	g := &Grouping{
		Poses: make([]geom.Pose, n), Joined: make([]bool, n), Residuals: make([]float64, n), Overlaps: make([]float64, n),
		Explained: make([]float64, n), Ambiguous: make([]bool, n), Standing: make([]bool, n),
	}
	for i := range g.Poses {
		g.Poses[i], g.Overlaps[i], g.Explained[i] = geom.IdentityPose(), 1, 1
	}
	return g
}

// put notes where a scan stands.
func (g *Grouping) put(i int, r *Result) {
	g.Poses[i], g.Residuals[i], g.Overlaps[i], g.Explained[i] = r.TargetFromSource, r.Residual, r.Overlap, r.Explained
}
