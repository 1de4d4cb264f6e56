package scoring

import (
	"context"
	"io"
	"math"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/weights"
)

// A model: the way of a scan from a file's points to a verdict.

// Names of the terms that all detectors have.
const (
	TermCoverage = "coverage" // voids next to the point
	TermDistance = "distance" // |distance to the sound surface|, in the scan's unit
)

// Method is what a detector adds: it holds points against what it has learnt. It may be used
// by several goroutines at once.
type Method interface {
	// Terms says by how much each point of a scan is off. An error that wraps
	// detect.ErrTooFewPoints makes the verdict unsure.
	Terms(ctx context.Context, scan *Scan) (*Terms, error)
	// Put adds what was learnt to a model file, as tensors. "frame.…", "void", "void.usual", "noise"
	// and "unit" are taken: names that begin with the detector's are free.
	Put(f *weights.File)
}

// Refiner is a Method that has more to say of points once the scan is judged: of which of them
// are suspect where none counts.
type Refiner interface {
	// Refine changes calibrated scores below 1, in place, and keeps them below 1. It may add
	// terms.
	Refine(ctx context.Context, s *Scored, score []float32) error
}

// Model is a detect.Model: a sound part, what its detector learnt, and a card.
type Model struct {
	Reference
	Card   *detect.Card
	Method Method
}

// Score implements detect.Model.
func (m *Model) Score(ctx context.Context, cloud *geom.Cloud) (*detect.Result, error) {
	sampled := Sample(cloud, m.Points)
	points, taken, pose, fit, err := m.place(ctx, sampled, cloud.Origin)
	if Unplaced(err) {
		return detect.UnsureResult(cloud.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	scan, err := m.Look(ctx, m.Part, points, taken)
	if err != nil {
		return nil, err
	}
	m.lookUp(scan)
	terms, err := m.Method.Terms(ctx, scan)
	if Unplaced(err) {
		return detect.UnsureResult(cloud.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	before := scan.keep(terms)
	s, err := m.Settle(ctx, scan, terms, m.Usual)
	if err != nil {
		return nil, err
	}
	calibration := m.Card.Calibration
	res := &detect.Result{Pose: pose, Fit: fit, Threshold: float32(calibration.Threshold), Doubt: float32(calibration.Doubt), Note: s.Note}
	// A void in a thin sheet has few points around it, too few to carry the object score. Its
	// own unit is as good: chance makes a void of 1 once in a hundred scans.
	res.Object = max(calibration.Apply(s.Score, s.Object), s.LargestVoid())
	if err := m.FindRegions(ctx, res, s, sampled.Points, s.Score); err != nil {
		return nil, err
	}
	if scan.Rules != nil {
		res.Zones = s.readZones(before, calibration.Point, s.Spared)
		s.nameZones(res.Regions, m.adjusted.Rules, pose)
	}
	if r, ok := m.Method.(Refiner); ok {
		if err := r.Refine(ctx, s, s.Score); err != nil {
			return nil, err
		}
	}
	if err := s.fillUnjudged(ctx, m.Workers); err != nil {
		return nil, err
	}
	m.tellSeen(res, s, sampled)
	if err := m.carry(ctx, res, s, sampled); err != nil {
		return nil, err
	}
	if res.Fit.Twice, err = m.twice(ctx, s.View, sampled.Points); err != nil {
		return nil, err
	}
	res.Judge()
	return res, nil
}

// alsoThePart is the share of what stands beside the part that lies on it, once it is aligned
// itself, if it is another such part.
const alsoThePart = 0.8

// twice says that what is in the scan beside the part is another such part. points are those
// of the view, in the scan's frame.
func (m *Model) twice(ctx context.Context, v *scene.View, points []geom.Vec3) (bool, error) {
	if v == nil || m.Frame == nil {
		return false, nil
	}
	beside := v.Beside()
	if 2*len(beside) < v.Count(scene.Comparable) {
		return false, nil
	}
	others := make([]geom.Vec3, len(beside))
	for k, i := range beside {
		others[k] = points[i]
	}
	_, fit, err := m.Frame.Place(ctx, m.Workers, others)
	if Unplaced(err) {
		return false, nil
	}
	return fit.Overlap >= alsoThePart && fit.Covered >= 0.5, err
}

// tellSeen fills in what the scan shows of the part and what could be found in it.
func (m *Model) tellSeen(res *detect.Result, s *Scored, sampled *Sampled) {
	if s.View == nil {
		return
	}
	res.Seen = NewSeen(s.View, m.Part, res.Pose.Inverse(), m.unit(), sampled)
	if m.Usual != nil {
		res.Seen.SoundNoise = m.unit() * m.Usual.Noise
	}
	raw := m.Card.Calibration.Threshold * m.Card.Calibration.Object
	res.Seen.Detectable, res.Seen.SoundDetectable = raw*s.Detectable, raw*s.SoundDetectable
	if !m.AnySize {
		res.Fit.Growth = s.View.Growth()
	}
}

// carry hands scores, terms and regions to all points of the scan.
func (m *Model) carry(ctx context.Context, res *detect.Result, s *Scored, sampled *Sampled) error {
	names, values := []string{}, [][]float32{s.Score}
	add := func(name string, v []float32) {
		if v != nil {
			names, values = append(names, name), append(values, v)
		}
	}
	add(TermDistance, s.Signed)
	add(TermCoverage, s.Cover)
	for k, name := range s.Names {
		add(name, s.Values[k])
	}
	values, err := sampled.Carry(ctx, m.Workers, res.Regions, values...)
	if err != nil {
		return err
	}
	res.Point, res.Terms = values[0], map[string][]float32{}
	for k, name := range names {
		if name == TermDistance {
			res.Signed = values[k+1]
			res.Terms[name] = absolute(res.Signed)
			continue
		}
		res.Terms[name] = values[k+1]
	}
	return nil
}

func absolute(v []float32) []float32 {
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(math.Abs(float64(x)))
	}
	return out
}

// Save implements detect.Model.
func (m *Model) Save(w io.Writer) error {
	f := &weights.File{}
	if m.Frame != nil {
		m.Frame.Save(f)
	}
	if m.Usual != nil {
		m.Usual.save(f)
	}
	m.Method.Put(f)
	if err := m.Card.Put(f); err != nil {
		return err
	}
	return weights.Encode(w, f)
}
