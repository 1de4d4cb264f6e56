package imrnet

import (
	"context"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/spatial"
)

// How far the network puts displaced patches back: what a loss does not tell.

// Recovery sums distances from the sound surface over patches, before and after
// reconstruction, in units of the sound cloud's spacing.
type Recovery struct {
	Patches int     // displaced patches
	Before  float64 // of their centres
	After   float64 // of their reconstructed points, mean a patch
	Sound   int     // patches that were not displaced
	Floor   float64 // of their reconstructed points
}

// Undone is the share of the displacement that reconstruction takes back.
func (r Recovery) Undone() float64 { return 1 - r.After/r.Before }

// Add joins two sums.
func (r *Recovery) Add(o Recovery) {
	r.Patches, r.Before, r.After = r.Patches+o.Patches, r.Before+o.Before, r.After+o.After
	r.Sound, r.Floor = r.Sound+o.Sound, r.Floor+o.Floor
}

// displacedSpacings is how far off the sound surface the centre of a patch must lie to
// count as displaced.
const displacedSpacings = 2

// Recover reconstructs a scan that stands in the pose of the sound surface, both in
// network coordinates, with the reference patches of another view of that surface.
func Recover(ctx context.Context, net *pointmae.Session, cfg Config, scan []geom.Vec3, beside *View, sound *spatial.Tree, root uint64) (Recovery, error) {
	var sum Recovery
	spacing, err := spatial.Spacing(ctx, 1, sound)
	if err != nil {
		return sum, err
	}
	r := &reader{cfg: cfg, seed: root, net: net}
	if cfg.Reference > 0 {
		p, err := beside.reference(ctx, 1, cfg, 0)
		if err != nil {
			return sum, err
		}
		r.beside = []*patches{p}
	}
	v, err := NewView(ctx, 1, cfg, scan, seed.Stream(root, "imrnet thin"))
	if err != nil {
		return sum, err
	}
	in, streams, err := r.passes(ctx, v)
	if err != nil {
		return sum, err
	}
	out, err := iterate(ctx, net, in, cfg, streams)
	if err != nil {
		return sum, err
	}
	for i, p := range out {
		before, err := toSurface(ctx, 1, in[i].centres, sound)
		if err != nil {
			return sum, err
		}
		after, err := toSurface(ctx, 1, p.cloud(1), sound)
		if err != nil {
			return sum, err
		}
		for k := range in[i].centres {
			var mean float64
			for _, d := range after[k*p.k : (k+1)*p.k] {
				mean += float64(d) / spacing / float64(p.k)
			}
			if d := float64(before[k]) / spacing; d > displacedSpacings {
				sum.Add(Recovery{Patches: 1, Before: d, After: mean})
			} else if d < 0.5 {
				sum.Add(Recovery{Sound: 1, Floor: mean})
			}
		}
	}
	return sum, nil
}
