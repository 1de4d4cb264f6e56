package deviation

import (
	"context"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
)

// model is a learnt part.
type model struct {
	card    *detect.Card
	cfg     Config
	workers int
	frame   *detect.Frame
	part    *scene.Part
	tol     *tolerance
	limit   []float32               // for each scale: excess that counts as 1
	void    []float32               // for each site: the largest void, in expected points, that is nothing special
	usual   [scene.GapKinds]float32 // for each kind of void: the same anywhere on the part
	noise   float64                 // standard deviation of sound scans' points along the normal
	given   *given                  // what decides where it is not what was learnt; nil where it is
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
	sampled := detect.Sample(scan, m.cfg.Points)
	pose, fit, err := m.frame.Place(ctx, m.workers, sampled.Points)
	if detect.Unplaced(err) {
		return detect.UnsureResult(scan.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	s, err := m.score(ctx, pose, sampled.Points, sampled.Eyes)
	if err != nil {
		return nil, err
	}
	res := &detect.Result{Pose: pose, Fit: fit, Threshold: float32(m.card.Calibration.Threshold)}
	// A void in a thin sheet has few points around it, too few to carry the object
	// score. Its own unit is as good: chance makes a void of 1 once in a hundred scans.
	res.Object = max(m.card.Calibration.Apply(s.fused, s.object), s.largestVoid())
	if err := m.regions(ctx, res, s, sampled.Points); err != nil {
		return nil, err
	}
	res.Seen = detect.NewSeen(s.View, m.part, pose.Inverse(), 1, sampled)
	res.Seen.SoundNoise = m.noise
	if m.given == nil {
		res.Seen.SoundDetectable = m.detectable(0)
		res.Seen.Detectable = m.detectable(m.extraNoise(s.reading))
		res.Fit.Growth = s.Growth()
	}
	res.Note = m.given.note(s.reading)
	values, err := sampled.Carry(ctx, m.workers, res.Regions, append([][]float32{s.fused, s.signed, s.cover}, s.scales...)...)
	if err != nil {
		return nil, err
	}
	res.Point, res.Signed = values[0], values[1]
	res.Terms = map[string][]float32{TermCoverage: values[2], TermDistance: absolute(values[1])}
	for k, scale := range m.cfg.Scales {
		res.Terms[termScale(scale)] = values[3+k]
	}
	res.Judge()
	return res, nil
}

func absolute(v []float32) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(math.Abs(float64(x)))
	}
	return out
}

// regions finds the defects and the missing surface, in the scan's frame.
func (m *model) regions(ctx context.Context, res *detect.Result, s *scored, points []geom.Vec3) error {
	scanFromFrame := res.Pose.Inverse()
	e := detect.Evidence{Scan: points, Score: s.fused, Signed: s.signed, Area: m.part.SiteArea()}
	for i, v := range s.lost {
		if v >= 1 {
			e.Missing = append(e.Missing, scanFromFrame.Apply(m.part.Sites[i]))
			e.Surprise = append(e.Surprise, v)
		}
	}
	res.Missing = e.Missing
	var err error
	res.Regions, err = detect.FindRegions(ctx, m.workers, e, m.given.regions())
	return err
}
