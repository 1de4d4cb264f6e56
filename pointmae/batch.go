package pointmae

import (
	"fmt"

	"blemish/geom"
)

// Cloud is one input: n patches of k points. All clouds of a call have the same k,
// and for training the same number of target points a patch; n may differ.
type Cloud struct {
	Centres []geom.Vec3 // n
	Patches []geom.Vec3 // n·k, patch i at [i·k, (i+1)·k), relative to its centre
	Masked  []bool      // n, true where a patch is hidden and to be reconstructed; nil where none is

	// Targets are, for training, the points that the masked patches ought to have:
	// t for each, patches in ascending index, relative to the centre given above. They
	// need not be the input's own points: a moved centre or a cleaned patch has its own.
	Targets []geom.Vec3
}

// counts are the sizes of a checked batch.
type counts struct {
	patches, visible, masked int // over all clouds
	points                   int // a patch, k
	targets                  int // points of a target, t; 0 without
}

// check returns the sizes of a batch, or what is wrong with it.
func check(batch []Cloud, train bool) (counts, error) {
	var n counts
	if len(batch) == 0 {
		return n, fmt.Errorf("no clouds")
	}
	for i := range batch {
		c := &batch[i]
		patches := len(c.Centres)
		if patches == 0 || len(c.Patches) == 0 || len(c.Patches)%patches != 0 {
			return n, fmt.Errorf("cloud %d has %d patch points for %d centres, want an equal number for each", i, len(c.Patches), patches)
		}
		k := len(c.Patches) / patches
		if n.points != 0 && k != n.points {
			return n, fmt.Errorf("cloud %d has %d points a patch, the ones before have %d", i, k, n.points)
		}
		n.points = k
		if c.Masked != nil && len(c.Masked) != patches {
			return n, fmt.Errorf("cloud %d has a mask of %d for %d patches", i, len(c.Masked), patches)
		}
		masked := 0
		for _, m := range c.Masked {
			if m {
				masked++
			}
		}
		if masked == patches {
			return n, fmt.Errorf("cloud %d has all of its %d patches masked, want at least one visible", i, patches)
		}
		n.patches += patches
		n.masked += masked
		n.visible += patches - masked
		if !train {
			continue
		}
		if masked == 0 {
			return n, fmt.Errorf("cloud %d has no masked patch to learn from", i)
		}
		if len(c.Targets) == 0 || len(c.Targets)%masked != 0 {
			return n, fmt.Errorf("cloud %d has %d target points for %d masked patches, want an equal number for each", i, len(c.Targets), masked)
		}
		t := len(c.Targets) / masked
		if n.targets != 0 && t != n.targets {
			return n, fmt.Errorf("cloud %d has %d target points a patch, the ones before have %d", i, t, n.targets)
		}
		n.targets = t
	}
	return n, nil
}

// flatten writes points as rows of 3 values.
func flatten(dst []float32, points []geom.Vec3) {
	for i, p := range points {
		dst[3*i], dst[3*i+1], dst[3*i+2] = p.X, p.Y, p.Z
	}
}
