package imrnet

import (
	"context"

	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
)

// Iterative mask reconstruction, Algorithm 1.

// iterate runs Algorithm 1 from line 5 on, for several independent passes side by
// side: in each iteration a part of the patches is masked, reconstructed from the
// others (Eq. 11), and put in place of the old ones. With partition masks every
// patch is replaced exactly once when there are at least ⌈1/m⌉ iterations. The
// results keep the centres of what went in; random streams are one a pass.
func iterate(ctx context.Context, net *pointmae.Session, in []*patches, cfg Config, streams []*seed.Rand) ([]*patches, error) {
	out := make([]*patches, len(in))
	masks := make([][][]bool, len(in))
	regions := make([][]region, len(in))
	for i, p := range in {
		out[i] = &patches{k: p.k, centres: p.centres, index: p.index, points: append([]geom.Vec3(nil), p.points...), beside: p.beside}
		masks[i] = drawMasks(p.n(), cfg, streams[i])
		regions[i] = p.cut(cfg.Region)
	}
	for step := 0; step < cfg.Iterations; step++ {
		var clouds []pointmae.Cloud
		for i, p := range out {
			for k := range regions[i] {
				clouds = append(clouds, regions[i][k].input(p, masks[i][step], cfg.Scale))
			}
		}
		predicted, err := net.Reconstruct(ctx, clouds)
		if err != nil {
			return nil, err
		}
		for i, p := range out {
			for k := range regions[i] {
				p.replace(regions[i][k].own, masks[i][step], predicted[k], cfg.Scale)
			}
			predicted = predicted[len(regions[i]):]
		}
	}
	return out, nil
}

// drawMasks draws one mask for each iteration.
func drawMasks(n int, cfg Config, r *seed.Rand) [][]bool {
	masks := make([][]bool, 0, cfg.Iterations)
	for len(masks) < cfg.Iterations {
		if cfg.Masks == "random" {
			masks = append(masks, randomMask(n, cfg.MaskRatio, r))
		} else {
			masks = append(masks, partitionMasks(n, cfg.MaskRatio, r)...)
		}
	}
	return masks[:cfg.Iterations]
}

// replace puts predicted patches, in the order of index, in place of the masked ones
// of these (⊕ of Algorithm 1, line 9).
func (p *patches) replace(index []int32, mask []bool, predicted []geom.Vec3, scale float64) {
	for _, i := range index {
		if !mask[i] {
			continue
		}
		for j, q := range predicted[:p.k] {
			p.points[int(i)*p.k+j] = q.D().Scale(1 / scale).F()
		}
		predicted = predicted[p.k:]
	}
}

// cloud is the union of the patches' points in network coordinates. Where trim is
// below 1 only the points nearest to their patch's middle are kept, that share of
// each patch: near the rim, patches agree least.
func (p *patches) cloud(trim float64) []geom.Vec3 {
	keep := max(1, int(trim*float64(p.k)+0.5))
	out := make([]geom.Vec3, 0, p.n()*keep)
	one := make([]geom.Vec3, p.k)
	for i := 0; i < p.n(); i++ {
		c := p.centres[i]
		for j, q := range p.points[i*p.k : (i+1)*p.k] {
			one[j] = geom.Vec3{X: c.X + q.X, Y: c.Y + q.Y, Z: c.Z + q.Z}
		}
		out = append(out, central(one, keep)...)
	}
	return out
}

// central returns the keep points nearest to the mean of points, nearest first;
// points is reordered.
func central(points []geom.Vec3, keep int) []geom.Vec3 {
	if keep >= len(points) {
		return points
	}
	var mean geom.Vec
	for _, q := range points {
		mean = mean.Add(q.D())
	}
	middle := mean.Scale(1 / float64(len(points))).F()
	for i := 0; i < keep; i++ {
		best := i
		for j := i + 1; j < len(points); j++ {
			if points[j].Dist2(middle) < points[best].Dist2(middle) {
				best = j
			}
		}
		points[i], points[best] = points[best], points[i]
	}
	return points[:keep]
}
