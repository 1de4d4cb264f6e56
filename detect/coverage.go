package detect

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Coverage: sound surface that a scan should show and does not. A hole or a break
// leaves no point that could be far off; what betrays it is the void.

// Coverage knows where the sound surface is and how densely it is scanned.
type Coverage struct {
	tree  *spatial.Tree // reference points: the union of sound scans
	sites []geom.Vec3   // where it is looked at
}

// Void is the emptiness around the sites for one scan.
type Void struct {
	Radius   []float32 // distance from each site to the nearest scanned point
	Expected []float32 // scanned points that a sound scan would have within that distance
}

// NewCoverage looks at up to most of the points of tree, spread evenly.
func NewCoverage(tree *spatial.Tree, most int) *Coverage {
	points := tree.Points()
	index := Thin(points, most)
	sites := make([]geom.Vec3, len(index))
	for i, j := range index {
		sites[i] = points[j]
	}
	return NewCoverageAt(tree, sites)
}

// NewCoverageAt looks at the given places of the surface that the points of tree
// span.
func NewCoverageAt(tree *spatial.Tree, sites []geom.Vec3) *Coverage {
	return &Coverage{tree, sites}
}

// Sites are the places that are looked at.
func (c *Coverage) Sites() []geom.Vec3 { return c.sites }

// Measure finds the void around each site. scan holds the points of a scan in the
// common frame, best moved to the sound surface, so that a bulge is not a void.
// density is how many scanned points there are for one reference point.
//
// Were points scattered by chance, a ball would be empty with probability
// exp(−Expected): with some 10⁴ sites chance alone makes voids of about 9. A regular scan
// makes far smaller ones. So Expected is a measure of surprise that needs neither a
// length nor an even density.
func (c *Coverage) Measure(ctx context.Context, workers int, scan *spatial.Tree, density float64) (*Void, error) {
	v := &Void{make([]float32, len(c.sites)), make([]float32, len(c.sites))}
	err := task.For(ctx, workers, len(c.sites), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			q := c.sites[i]
			n := scan.Nearest(q)
			if n.Index < 0 {
				v.Radius[i], v.Expected[i] = float32(math.Inf(1)), float32(density*float64(c.tree.Len()))
				continue
			}
			r := math.Sqrt(float64(n.Dist2))
			near = c.tree.Radius(q, r, near)
			v.Radius[i], v.Expected[i] = float32(r), float32(density*float64(len(near)))
		}
	})
	return v, err
}

// Charge hands the surprise of voids to the scanned points around them. surprise is
// one value a site, 0 where there is nothing to charge; a point gets the largest
// among the sites that it is within reach of: the site's Radius plus rim, a length.
// scan is the tree that was measured.
func (c *Coverage) Charge(ctx context.Context, workers int, scan *spatial.Tree, v *Void, surprise []float32, rim float64) ([]float32, error) {
	charged := make([]float32, scan.Len())
	var near []spatial.Neighbor
	for i, s := range surprise {
		if !(s > 0) || math.IsInf(float64(v.Radius[i]), 0) {
			continue
		}
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		near = scan.Radius(c.sites[i], float64(v.Radius[i])+rim, near)
		for _, n := range near {
			charged[n.Index] = max(charged[n.Index], s)
		}
	}
	return charged, nil
}

// Spread hands the surprise of voids to the sites within them: a site gets the
// largest among those whose empty ball holds it. What lies within is as surely
// missing as the middle, though near the rim the emptiness around it is smaller.
func (c *Coverage) Spread(ctx context.Context, v *Void, surprise []float32) ([]float32, error) {
	spread := make([]float32, len(c.sites))
	var tree *spatial.Tree
	var near []spatial.Neighbor
	for i, s := range surprise {
		if !(s >= 1) {
			continue
		}
		if tree == nil {
			tree = spatial.NewTree(c.sites)
		}
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		near = tree.Radius(c.sites[i], min(float64(v.Radius[i]), math.MaxFloat32), near)
		for _, n := range near {
			spread[n.Index] = max(spread[n.Index], s)
		}
	}
	return spread, nil
}

// ChanceVoid is about the largest void, as Void.Expected, that a scan of randomly
// scattered points has among so many sites.
func ChanceVoid(sites int) float64 { return math.Log(float64(max(1, sites))) + 2 }
