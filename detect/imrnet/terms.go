package imrnet

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// The terms of the score of one scan: A_p, A_f and coverage, one value a point.

// Names of the terms, as results list them.
const (
	termPoint    = "a_p"                // Eq. 15: scan to reconstruction
	termFeature  = "a_f"                // Eq. 18
	termCoverage = scoring.TermCoverage // sound surface without scanned points
)

// trim is the share of a reconstructed patch that is kept when patches are joined
// to one cloud, and when they are compared as surfaces.
const trim = 0.7

// reader computes terms: the trained network and what it is held against.
type reader struct {
	cfg      Config
	seed     uint64
	workers  task.Workers
	net      *pointmae.Session
	beside   []*patches // reference patches, taken in turn by the passes; nil: none
	template *template  // nil: Eq. 19 is off
}

// read reconstructs a scan, given in network coordinates, and compares. The random
// streams belong to the model, not to the scan: scoring twice gives the same bytes.
func (r *reader) read(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	points := scan.Points()
	v, err := NewView(ctx, r.workers, r.cfg, points, seed.Stream(r.seed, "imrnet thin"))
	if err != nil {
		return nil, err
	}
	in, streams, err := r.passes(ctx, v)
	if err != nil {
		return nil, err
	}
	out, err := iterate(ctx, r.net, in, r.cfg, streams)
	if err != nil {
		return nil, err
	}
	t := &scoring.Terms{}
	if err := r.comparePoints(ctx, t, scan.Tree, in, out); err != nil {
		return nil, err
	}
	feature, err := r.compareTokens(ctx, points, in, out)
	if err != nil {
		return nil, err
	}
	t.Add(termFeature, feature)
	if scan.View == nil {
		return t, nil
	}
	// In units of surprise: how many scanned points a sound scan would have had there.
	charged, err := scan.View.Charge(ctx, scan.View.Gaps.Expected, scan.View.Spacing)
	if err != nil {
		return nil, err
	}
	t.Add(termCoverage, charged)
	return t, nil
}

// passes draws the patches of each pass; every pass has its own centres and masks.
func (r *reader) passes(ctx context.Context, v *View) ([]*patches, []*seed.Rand, error) {
	if len(v.points()) < max(r.cfg.Patches, r.cfg.PatchSize) {
		return nil, nil, fmt.Errorf("%w: %d, at least %d are needed for %d patches of %d", detect.ErrTooFewPoints,
			len(v.points()), max(r.cfg.Patches, r.cfg.PatchSize), r.cfg.Patches, r.cfg.PatchSize)
	}
	var in []*patches
	var streams []*seed.Rand
	for pass := 0; pass < r.cfg.Passes; pass++ {
		stream := seed.Stream(r.seed, "imrnet pass", pass)
		skip := 0
		if pass > 0 {
			skip = stream.Intn(len(v.points()))
		}
		chosen, err := v.centres(ctx, r.workers, r.cfg, r.cfg.Patches, skip)
		if err != nil {
			return nil, nil, err
		}
		p, err := gather(ctx, r.workers, v.tree, chosen, r.cfg.PatchSize)
		if err != nil {
			return nil, nil, err
		}
		if len(r.beside) > 0 {
			p.beside = r.beside[pass%len(r.beside)]
		}
		in, streams = append(in, p), append(streams, stream)
	}
	return in, streams, nil
}

// comparePoints adds A_p.
func (r *reader) comparePoints(ctx context.Context, t *scoring.Terms, scan *spatial.Tree, in, out []*patches) error {
	if r.cfg.Compare == "patch" {
		a, err := r.comparePatches(ctx, scan.Points(), in, out)
		t.Add(termPoint, a)
		return err
	}
	keep := trim
	if r.cfg.Compare == "chamfer" {
		keep = 1
	}
	var union []geom.Vec3
	for _, p := range out {
		union = append(union, p.cloud(keep)...)
	}
	surface := spatial.NewTree(union)
	if r.cfg.Compare == "chamfer" {
		a, err := compareChamfer(ctx, r.workers, scan, surface, r.cfg.PatchSize)
		t.Add(termPoint, a)
		return err
	}
	a, err := toSurface(ctx, r.workers, scan.Points(), surface)
	t.Add(termPoint, a)
	return err
}

// comparePatches is A_p read as one Chamfer distance (Eq. 12) a patch, between its points and
// their reconstruction, carried to the points and averaged over the passes.
func (r *reader) comparePatches(ctx context.Context, points []geom.Vec3, in, out []*patches) ([]float32, error) {
	sum := make([]float32, len(points))
	for i, p := range in {
		tokens := make([]float32, p.n())
		for k := range tokens {
			a, b := p.points[k*p.k:(k+1)*p.k], out[i].points[k*out[i].k:(k+1)*out[i].k]
			tokens[k] = float32(oneWay(a, b) + oneWay(b, a))
		}
		if err := r.spread(ctx, sum, points, p.centres, tokens, len(in)); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// spread carries the values of tokens to the points, and adds their share of so many passes.
func (r *reader) spread(ctx context.Context, sum []float32, points, centres []geom.Vec3, tokens []float32, passes int) error {
	spread, err := spreadTokens(ctx, r.workers, points, spatial.NewTree(centres), tokens, r.cfg.Spread)
	for j, v := range spread {
		sum[j] += v / float32(passes)
	}
	return err
}

// compareTokens is A_f: features of the scan's patches against those of the
// reconstructed ones, which template regularisation corrects first, carried to the
// points and averaged over the passes.
func (r *reader) compareTokens(ctx context.Context, points []geom.Vec3, in, out []*patches) ([]float32, error) {
	sum := make([]float32, len(points))
	features, err := fused(ctx, r.net, append(append([]*patches{}, in...), out...), r.cfg)
	if err != nil {
		return nil, err
	}
	for i := range in {
		before, after := features[i], features[len(in)+i]
		if r.template != nil {
			r.template.regularise(out[i].centres, after)
		}
		tokens := compareFeatures(before, after, in[i].n())
		if err := r.spread(ctx, sum, points, in[i].centres, tokens, len(in)); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// tapped is how many decoder blocks give features: the first three, or all of fewer.
func tapped(cfg Config) int { return min(3, cfg.DecoderDepth) }

// fused is F of Eq. 16–17 for several sets of patches: the outputs of the first
// three decoder blocks (all of them where there are fewer), joined token by token:
// (n, blocks·d) each.
func fused(ctx context.Context, net *pointmae.Session, sets []*patches, cfg Config) ([][]float32, error) {
	blocks := []int{1, 2, 3}[:tapped(cfg)]
	var clouds []pointmae.Cloud
	regions := make([][]region, len(sets))
	for i, p := range sets {
		regions[i] = p.cut(cfg.Region)
		for k := range regions[i] {
			clouds = append(clouds, regions[i][k].alone(p, cfg.Scale))
		}
	}
	features, err := net.Features(ctx, clouds, blocks...)
	if err != nil {
		return nil, err
	}
	out := make([][]float32, len(sets))
	for i, p := range sets {
		out[i] = make([]float32, p.n()*len(blocks)*cfg.Width)
		for _, r := range regions[i] {
			d := len(blocks) * cfg.Width
			joined := concatenate(features[0], len(r.own))
			for row, own := range r.own {
				copy(out[i][int(own)*d:int(own+1)*d], joined[row*d:(row+1)*d])
			}
			features = features[1:]
		}
	}
	return out, nil
}
