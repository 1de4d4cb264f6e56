package deviation

import (
	"context"
	"math"

	"blemish/detect"
	"blemish/geom"
	"blemish/spatial"
)

// scored is what the terms say of one scan, before calibration.
type scored struct {
	fused    []float32   // smoothed
	scales   [][]float32 // excess of each scale, 1 = 99.9 % of held-out sound readings
	cover    []float32   // voids, charged to the points around them
	signed   []float32   // distance to the sound surface
	surprise []float32   // one for each site of the coverage
	lost     []float32   // the largest surprise whose void reaches the site
	siteArea float64
	object   float32
}

// largestVoid is the largest surprise; 0 without coverage.
func (s *scored) largestVoid() float32 {
	var most float32
	for _, v := range s.surprise {
		most = max(most, v)
	}
	return most
}

// score holds a scan against the model. pose takes its points to the frame.
func (m *model) score(ctx context.Context, pose geom.Pose, points []geom.Vec3) (*scored, error) {
	tree := spatial.NewTree(pose.ApplyAll(points))
	r, err := m.surface.read(ctx, m.workers, tree, &m.cfg)
	if err != nil {
		return nil, err
	}
	near := make([]int32, len(points))
	for i, f := range r.feet {
		near[i] = f.near
	}
	return m.fuse(ctx, r, m.tol, near)
}

// fuse turns readings into one score a point: the largest of the scales' excesses
// and of the coverage, smoothed. near is the place whose tolerance counts.
func (m *model) fuse(ctx context.Context, r *reading, tol *tolerance, near []int32) (*scored, error) {
	n := r.tree.Len()
	s := &scored{fused: make([]float32, n), signed: make([]float32, n), cover: make([]float32, n)}
	for i, f := range r.feet {
		s.signed[i] = float32(f.signed)
	}
	for k := range m.cfg.Scales {
		excess := make([]float32, n)
		for i := range excess {
			excess[i] = tol.excess(k, r.mean[k][i], near[i]) / m.limit[k]
			s.fused[i] = max(s.fused[i], excess[i])
		}
		s.scales = append(s.scales, excess)
	}
	if m.cfg.Coverage {
		if err := m.missing(ctx, r, s); err != nil {
			return nil, err
		}
		for i, c := range s.cover {
			s.fused[i] = max(s.fused[i], c)
		}
	}
	var err error
	if s.fused, err = detect.Pool(ctx, m.workers, r.tree, s.fused, m.cfg.Smooth); err != nil {
		return nil, err
	}
	s.object = detect.ObjectScore(s.fused, detect.ObjectShare)
	return s, nil
}

// rareVoid is by how many expected points the void that counts as 1 is larger than
// the largest that is nothing special: ln 100, so that chance, which leaves a void
// of E points exp(−E) as often, does it once in a hundred scans. Smaller voids count
// nothing.
const rareVoid = 4.6

// missing looks for sound surface that the scan does not show.
func (m *model) missing(ctx context.Context, r *reading, s *scored) error {
	shadow := r.shadow()
	density := float64(r.tree.Len()) / float64(m.surface.tree.Len())
	v, err := m.cover.Measure(ctx, m.workers, shadow, density)
	if err != nil {
		return err
	}
	s.surprise = make([]float32, len(v.Expected))
	for i, e := range v.Expected {
		if e > m.void[i] {
			s.surprise[i] = e / (m.void[i] + rareVoid)
		}
	}
	rim := m.spacing / math.Sqrt(density)
	s.siteArea = m.spacing * m.spacing * float64(m.surface.tree.Len()) / float64(len(v.Expected))
	if s.cover, err = m.cover.Charge(ctx, m.workers, shadow, v, s.surprise, rim); err != nil {
		return err
	}
	s.lost, err = m.cover.Spread(ctx, v, s.surprise)
	return err
}

// shadow is the scan moved to the sound surface: a bulge is no void.
func (r *reading) shadow() *spatial.Tree {
	p := make([]geom.Vec3, len(r.feet))
	for i, f := range r.feet {
		p[i] = f.at.F()
	}
	return spatial.NewTree(p)
}
