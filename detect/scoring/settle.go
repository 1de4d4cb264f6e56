package scoring

import (
	"context"
	"slices"

	"blemish/detect"
	"blemish/geom"
)

// From what a detector says of points to one score a point and one for the scan, before
// calibration.

// Terms is what a detector says of a scan. All slices have one value a point of the scan,
// in its order; values are at least 0, and higher is worse.
type Terms struct {
	Names  []string
	Values [][]float32 // one slice a name
	// Score is what the terms come to. Where voids count, 1 must be about the largest among
	// sound readings, for they come in that unit. Methods of a Plan may leave it nil: it is
	// then the largest of the terms, each in its unit (see Plan.Learn).
	Score  []float32
	Object *float32  // of the whole scan, in the unit of Score, where the method has one of its own
	Signed []float32 // distance to the sound surface, in the scan's unit, > 0 outside; nil: unknown
	// Own is what points score whose rule has a tolerance of its own, in the unit of Score;
	// it is not smoothed. nil: there are none.
	Own []float32

	Note string // what the score is measured by where it was not learnt
	// Detectable is about the smallest shift of a region that scores 1 in this scan, and
	// SoundDetectable in one as noisy as the sound ones; 0: unknown.
	Detectable, SoundDetectable float64
}

// Add appends a term.
func (t *Terms) Add(name string, values []float32) {
	t.Names, t.Values = append(t.Names, name), append(t.Values, values)
}

// Scored is a scan and all that is said of it before calibration. Its Score is joined with
// voids, and smoothed.
type Scored struct {
	*Scan
	Terms
	Object float32 // of the whole scan

	Cover    []float32 // voids, handed to the points around them; nil: voids count for nothing
	Surprise []float32 // of each site: how surely surface is missing, 1 = once in a hundred scans
	Lost     []float32 // of each site: the largest surprise whose void reaches it
	Spared   []float32 // the same before rules took voids out; nil without rules
}

// rareVoid is by how many expected points the void that counts as 1 is larger than the
// largest that is usual: ln 100, so that chance, which leaves a void of E points exp(−E) as
// often, does it once in a hundred scans. Smaller voids count nothing.
const rareVoid = 4.6

// Settle joins a scan's terms with its voids, smooths the score, and makes the object score.
// usual is what is nothing special; nil: voids count for nothing.
func (r *Reference) Settle(ctx context.Context, s *Scan, t *Terms, usual *Usual) (*Scored, error) {
	out := &Scored{Scan: s, Terms: *t}
	if usual != nil {
		if err := out.charge(ctx, usual, max(1, r.Rarer)); err != nil {
			return nil, err
		}
	}
	if r.Smooth > 0 {
		var err error
		if out.Score, err = Pool(ctx, r.Workers, s.Tree, out.Score, s.Use, r.Smooth); err != nil {
			return nil, err
		}
	}
	out.own()
	switch {
	case t.Object != nil && s.Rules == nil:
		out.Object = *t.Object
	case r.Top > 0 || t.Object != nil: // one that knows no rules cannot be used
		out.Object = topMean(out.Score, max(1, r.Top))
	default:
		out.Object = r.objectScore(out)
	}
	return out, nil
}

// objectScore is the score of the worst region, of any size that counts where it is.
func (r *Reference) objectScore(s *Scored) float32 {
	need := r.Regions.Least
	if need == 0 {
		need = regionSize(len(s.Points()))
	}
	most := objectScore(s.Points(), s.Score, s.Use, need)
	if own := s.ownPoints(); own != nil {
		most = max(most, objectScore(s.Points(), s.Score, own, SmallRegion))
	}
	return most
}

// topMean is the mean of the n highest scores.
func topMean(score []float32, n int) float32 {
	sorted := slices.Clone(score)
	slices.Sort(sorted)
	top := sorted[max(0, len(sorted)-n):]
	var sum float64
	for _, v := range top {
		sum += float64(v)
	}
	return float32(sum / float64(max(1, len(top))))
}

// charge looks for sound surface that the scan does not show, and lets it count.
func (s *Scored) charge(ctx context.Context, usual *Usual, rarer float32) error {
	gaps := &s.View.Gaps
	s.Surprise = make([]float32, len(gaps.Expected))
	for i, e := range gaps.Expected {
		if most := max(usual.Void[i], usual.Any[gaps.Kind[i]]); e > most {
			s.Surprise[i] = e / ((most + rareVoid) * rarer)
		}
	}
	if s.SiteRules != nil {
		var err error
		if s.Spared, err = s.View.Spread(ctx, s.Surprise); err != nil {
			return err
		}
		s.spare(s.Surprise)
	}
	var err error
	if s.Cover, err = s.View.Charge(ctx, s.Surprise, s.View.Spacing); err != nil {
		return err
	}
	s.Score = slices.Clone(s.Score)
	for i, c := range s.Cover {
		s.Score[i] = max(s.Score[i], c)
	}
	s.Lost, err = s.View.Spread(ctx, s.Surprise)
	return err
}

// LargestVoid is the largest surprise, of voids that are large enough to be shown.
func (s *Scored) LargestVoid() float32 {
	shown := 0
	for _, v := range s.Lost {
		if v >= 1 {
			shown++
		}
	}
	if shown < LeastMissing {
		return 0
	}
	return max(0, slices.Max(s.Surprise))
}

// Calibrate makes the calibration of what held-out sound scans score.
func Calibrate(scans []*Scored) detect.Calibration {
	var point, object []float32
	for _, s := range scans {
		point, object = append(point, slices.Max(s.Score)), append(object, s.Object)
	}
	return detect.Calibrate(point, object)
}

// FindRegions fills in the regions and the missing surface of a result whose pose is there.
// points are those of the scan in its own frame, and score is calibrated.
func (r *Reference) FindRegions(ctx context.Context, res *detect.Result, s *Scored, points []geom.Vec3, score []float32) error {
	scanFromFrame := res.Pose.Inverse()
	e := Evidence{Scan: points, Score: score, Signed: s.Signed, Own: s.ownPoints()}
	if s.Lost != nil {
		e.Area = s.Part.SiteArea() * r.unit() * r.unit()
		for i, v := range s.Lost {
			if v >= 1 {
				e.Missing = append(e.Missing, scanFromFrame.ApplyVec(s.Part.Sites[i].D().Scale(r.unit())).F())
				e.Surprise = append(e.Surprise, v)
			}
		}
	}
	res.Missing = e.Missing
	var err error
	res.Regions, err = FindRegions(ctx, r.Workers, e, r.Regions)
	return err
}
