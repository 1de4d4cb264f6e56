package deviation

import (
	"context"
	"errors"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/geom"
	"blemish/spatial"
)

// model is a learnt part.
type model struct {
	card     *detect.Card
	cfg      Config
	workers  int
	frame    *detect.Frame
	surface  *surface
	tol      *tolerance
	limit    []float32 // for each scale: excess that counts as 1
	cover    *detect.Coverage
	coverMax float64 // expected points in the largest void of held-out sound scans
	spacing  float64 // mean of surface.spacing
}

// Terms of a result.
const (
	TermCoverage = "coverage" // voids next to the point
	TermDistance = "distance" // |distance to the sound surface|, in the scan's unit
)

// termScale is the name of the term of one scale: "deviation 8".
func termScale(k int) string { return fmt.Sprintf("deviation %d", k) }

// Score implements detect.Model.
func (m *model) Score(ctx context.Context, scan *geom.Cloud) (*detect.Result, error) {
	finite, index := detect.Finite(scan.Points)
	thin := detect.Thin(finite, m.cfg.Points)
	points := make([]geom.Vec3, len(thin))
	for i, j := range thin {
		points[i] = finite[j]
	}
	pose, fit, err := m.frame.Place(ctx, m.workers, points)
	if errors.Is(err, detect.ErrTooFewPoints) {
		return detect.UnsureResult(scan.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	s, err := m.score(ctx, pose, points)
	if err != nil {
		return nil, err
	}
	res := &detect.Result{Pose: pose, Fit: fit, Threshold: float32(m.card.Calibration.Threshold)}
	res.Object = m.card.Calibration.Apply(s.fused, s.object)
	if err := m.regions(ctx, res, s, points); err != nil {
		return nil, err
	}
	if err := m.carry(ctx, res, s, points, finite, index, scan.Len()); err != nil {
		return nil, err
	}
	res.Judge()
	return res, nil
}

// carry spreads what is known of the thinned points to all points of the scan.
func (m *model) carry(ctx context.Context, res *detect.Result, s *scored, points, finite []geom.Vec3, index []int32, n int) error {
	values := append([][]float32{s.fused, s.signed, s.cover}, s.scales...)
	if len(points) < len(finite) {
		tree := spatial.NewTree(points)
		var err error
		if values, err = detect.Carry(ctx, m.workers, tree, finite, 3, values...); err != nil {
			return err
		}
		m.recarry(res, tree, finite)
	}
	if index != nil { // points that are not finite score 0
		for v, from := range values {
			values[v] = make([]float32, n)
			for i, j := range index {
				values[v][j] = from[i]
			}
		}
		for r := range res.Regions {
			for i, j := range res.Regions[r].Index {
				res.Regions[r].Index[i] = index[j]
			}
		}
	}
	res.Point, res.Signed = values[0], values[1]
	res.Terms = map[string][]float32{TermCoverage: values[2], TermDistance: make([]float32, n)}
	for i, d := range res.Signed {
		res.Terms[TermDistance][i] = float32(math.Abs(float64(d)))
	}
	for k, scale := range m.cfg.Scales {
		res.Terms[termScale(scale)] = values[3+k]
	}
	return nil
}

// recarry gives every point of the whole scan to the region of its nearest thinned
// point.
func (m *model) recarry(res *detect.Result, tree *spatial.Tree, finite []geom.Vec3) {
	region := make([]int32, tree.Len())
	for r := range res.Regions {
		for _, i := range res.Regions[r].Index {
			region[i] = int32(r) + 1
		}
		res.Regions[r].Index = nil
	}
	for i, p := range finite {
		if r := region[tree.Nearest(p).Index]; r > 0 {
			res.Regions[r-1].Index = append(res.Regions[r-1].Index, int32(i))
		}
	}
	for r := range res.Regions {
		if n := len(res.Regions[r].Index); n > 0 {
			res.Regions[r].Points = n
		}
	}
}

// regions finds the defects and the missing surface, in the scan's frame.
func (m *model) regions(ctx context.Context, res *detect.Result, s *scored, points []geom.Vec3) error {
	scanFromFrame := res.Pose.Inverse()
	e := detect.Evidence{Scan: points, Score: s.fused, Signed: s.signed, Area: s.siteArea}
	for i, v := range s.surprise {
		if v >= 1 {
			e.Missing = append(e.Missing, scanFromFrame.Apply(m.cover.At(i)))
			e.Surprise = append(e.Surprise, v)
		}
	}
	res.Missing = e.Missing
	var err error
	res.Regions, err = detect.FindRegions(ctx, m.workers, e, detect.RegionOptions{})
	return err
}
