package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/detect"
	"blemish/geom"
)

// scored is what the terms say of one scan, before calibration.
type scored struct {
	*reading
	fused    []float32   // smoothed; 0 where nothing is comparable
	scales   [][]float32 // excess of each scale, 1 = 99.9 % of held-out sound readings
	cover    []float32   // voids, charged to the points around them
	signed   []float32   // distance to the sound surface
	surprise []float32   // one for each site
	lost     []float32   // the largest surprise whose void reaches the site
	object   float32
}

// largestVoid is the largest surprise, of voids that are large enough to be shown.
func (s *scored) largestVoid() float32 {
	shown := 0
	for _, v := range s.lost {
		if v >= 1 {
			shown++
		}
	}
	if shown < detect.LeastMissing {
		return 0
	}
	return max(0, slices.Max(s.surprise))
}

// score holds a scan against the model. pose takes its points to the frame, eyes are the
// places that it was taken from, in its own, where they are known.
func (m *model) score(ctx context.Context, pose geom.Pose, points, eyes []geom.Vec3) (*scored, error) {
	r, err := m.read(ctx, pose.ApplyAll(points), pose.ApplyAll(eyes))
	if err != nil {
		return nil, err
	}
	near := make([]int32, len(points))
	for i, f := range r.Feet {
		near[i] = f.Near
	}
	return m.fuse(ctx, r, m.tol, near)
}

// extraNoise is the variance of a scan's points along the normal beyond that of sound
// scans. A tenth more is no difference.
func (m *model) extraNoise(r *reading) float64 {
	sound := 1.1 * m.noise
	return max(0, float64(r.Noise*r.Noise)-float64(sound*sound))
}

// fuse turns readings into one score a point: the largest of the scales' excesses
// and of the voids, smoothed. near is the place whose tolerance counts.
func (m *model) fuse(ctx context.Context, r *reading, tol *tolerance, near []int32) (*scored, error) {
	n := r.Tree.Len()
	s := &scored{reading: r, fused: make([]float32, n), signed: make([]float32, n)}
	for i, f := range r.Feet {
		s.signed[i] = float32(f.Signed)
	}
	if m.given != nil {
		return s, m.byGiven(ctx, s, tol, near)
	}
	extra := m.extraNoise(r)
	for k, scale := range m.cfg.Scales {
		excess := make([]float32, n)
		for i := range excess {
			if r.use[i] {
				excess[i] = tol.excess(k, r.mean[k][i], near[i], extra/float64(scale)) / m.limit[k]
				s.fused[i] = max(s.fused[i], excess[i])
			}
		}
		s.scales = append(s.scales, excess)
	}
	if err := m.missing(ctx, s); err != nil {
		return nil, err
	}
	var err error
	if s.fused, err = detect.Pool(ctx, m.workers, r.Tree, s.fused, r.use, m.cfg.Smooth); err != nil {
		return nil, err
	}
	s.object = detect.ObjectScore(r.Tree.Points(), s.fused, r.use)
	return s, nil
}

// rareVoid is by how many expected points the void that counts as 1 is larger than
// the largest that is nothing special: ln 100, so that chance, which leaves a void
// of E points exp(−E) as often, does it once in a hundred scans. Smaller voids count
// nothing.
const rareVoid = 4.6

// missing looks for sound surface that the scan does not show, and lets it count.
func (m *model) missing(ctx context.Context, s *scored) error {
	s.surprise = make([]float32, len(s.Gaps.Expected))
	for i, e := range s.Gaps.Expected {
		usual := max(m.void[i], m.usual[s.Gaps.Kind[i]])
		if e > usual {
			s.surprise[i] = e / (usual + rareVoid)
		}
	}
	var err error
	if s.cover, err = s.Charge(ctx, s.surprise, s.Spacing); err != nil {
		return err
	}
	for i, c := range s.cover {
		s.fused[i] = max(s.fused[i], c)
	}
	s.lost, err = s.Spread(ctx, s.surprise)
	return err
}

// detectable is about the smallest shift of a region that reaches the threshold where the
// points have extra more variance than those of sound scans.
func (m *model) detectable(extra float64) float64 {
	best := math.Inf(1)
	raw := m.card.Calibration.Threshold * m.card.Calibration.Object
	for k, scale := range m.cfg.Scales {
		spread := float64(middle(m.tol.spread[k]))
		best = min(best, raw*float64(m.limit[k])*math.Sqrt(float64(spread*spread)+extra/float64(scale)))
	}
	return best
}

// middle is the median.
func middle(v []float32) float32 {
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
