package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/task"
)

// Zones of the part: where nothing counts, where only one side counts, and where a tolerance
// of its own does.

// adjusted is what a model was asked for beyond what it has learnt.
type adjusted struct{ detect.Adjustment }

// Adjust implements detect.Adjustable for detectors that know no tolerance.
func (m *Model) Adjust(a detect.Adjustment) error {
	if a.Over > 0 || a.Under > 0 || a.Rules != nil && a.Rules.Tolerances() {
		return fmt.Errorf("%s takes no tolerance, for it does not decide by distances: use a model of auto or deviation", m.Card.Detector)
	}
	return m.TakeAdjustment(a)
}

// TakeAdjustment is Adjust for detectors that see to tolerances themselves.
func (m *Model) TakeAdjustment(a detect.Adjustment) error {
	if (a.Rules != nil || a.Pose != nil || a.Align != nil) && m.Surface() == nil {
		return fmt.Errorf("%s keeps no surface of the part in the scans' unit, which zones, datums and poses refer to: use a model of auto or deviation", m.Card.Detector)
	}
	if a.Threshold > 0 {
		m.Card.Calibration.Threshold, m.Card.Calibration.Doubt = a.Threshold, 0
	}
	m.adjusted = adjusted{a}
	return nil
}

// About implements detect.Adjustable.
func (m *Model) About() *detect.Card { return m.Card }

// Surface implements detect.Adjustable.
func (m *Model) Surface() *scene.Surface {
	if m.Part == nil || m.Scale != 0 {
		return nil
	}
	return m.Part.Surface
}

// Mesh implements detect.Adjustable.
func (m *Model) Mesh() *geom.Mesh {
	if m.Frame == nil {
		return nil
	}
	return m.Frame.Mesh
}

// Place implements detect.Adjustable.
func (m *Model) Place(ctx context.Context, scan *geom.Cloud) (geom.Pose, detect.FitQuality, error) {
	plain := m.Reference
	plain.adjusted = adjusted{}
	_, _, pose, fit, err := plain.place(ctx, Sample(scan, m.Points), scan.Origin)
	return pose, fit, err
}

// find is the pose of points, all finite, that were moved by -origin when they were read.
func (r *Reference) find(ctx context.Context, points []geom.Vec3, origin [3]float64) (geom.Pose, detect.FitQuality, error) {
	pose, fit, err := r.given(ctx, points, origin)
	if err != nil || r.adjusted.Align == nil {
		return pose, fit, err
	}
	pose, err = r.adjusted.Align(ctx, points, pose)
	return pose, fit, err
}

// given is the pose that was given, or the best fit.
func (r *Reference) given(ctx context.Context, points []geom.Vec3, origin [3]float64) (geom.Pose, detect.FitQuality, error) {
	if r.adjusted.Pose == nil {
		return r.Frame.Place(ctx, r.Workers, points)
	}
	told := r.adjusted.Pose
	pose := geom.Pose{R: told.R, T: told.ApplyVec(geom.Vec{X: origin[0], Y: origin[1], Z: origin[2]})}
	fit, err := r.Frame.assess(ctx, r.Workers, points, pose)
	return pose, fit, err
}

// assess says how well a scan fits near a pose.
func (f *Frame) assess(ctx context.Context, workers task.Workers, points []geom.Vec3, pose geom.Pose) (detect.FitQuality, error) {
	fit := detect.FitQuality{Overlap: 1, Covered: 1, Explained: 1, Expected: f.expected()}
	if err := usable(points); err != nil || f.reference == nil {
		return fit, err
	}
	points, err := Solid(ctx, workers, points)
	if err != nil {
		return fit, err
	}
	res, err := f.reference.Refine(ctx, points, pose, f.options(workers))
	if err != nil {
		return fit, err
	}
	fit.Residual, fit.Overlap, fit.Covered, fit.Explained = res.Residual, res.Overlap, res.Covered, res.Explained
	return fit, nil
}

// lookUp finds the rule of each point, and takes those that are ignored out of what is judged.
func (r *Reference) lookUp(s *Scan) {
	if r.adjusted.Rules == nil {
		return
	}
	s.Rules = make([]*detect.Rule, len(s.Points()))
	for i, p := range s.Points() {
		rule := r.adjusted.Rules.At(p)
		if s.Rules[i] = rule; rule != nil && rule.Ignore && s.Use[i] {
			s.Use[i], s.View.Set[i] = false, scene.Ignored
		}
	}
	s.SiteRules = make([]*detect.Rule, len(s.Part.Sites))
	for i, p := range s.Part.Sites {
		s.SiteRules[i] = r.adjusted.Rules.At(p)
	}
}

// keep takes what does not count by the rules out of the terms. It returns what points
// scored before.
func (s *Scan) keep(t *Terms) (before []float32) {
	if s.Rules == nil {
		return nil
	}
	before = t.Score
	t.Score = slices.Clone(t.Score)
	for i, rule := range s.Rules {
		if rule == nil {
			continue
		}
		off := float32(0)
		if t.Signed != nil {
			off = t.Signed[i]
		}
		if rule.Ignore || rule.NoExcess && off > 0 || rule.NoMissing && off < 0 {
			t.Score[i] = 0
			if t.Own != nil {
				t.Own[i] = 0
			}
		}
	}
	return before
}

// spare takes voids that do not count by the rules out of the surprises of sites.
func (s *Scan) spare(surprise []float32) {
	for i, rule := range s.SiteRules {
		if rule != nil && (rule.Ignore || rule.NoMissing) {
			surprise[i] = 0
		}
		if rule != nil && rule.Ignore {
			s.View.Gaps.Withheld[i] = false
		}
	}
}

// own puts what points score by a tolerance of their own in place of what they score by what
// was learnt.
func (s *Scored) own() {
	for i, v := range s.Own {
		if s.Rules[i].Own() && s.Use[i] {
			s.Score[i] = v
			if s.Cover != nil {
				s.Score[i] = max(s.Score[i], s.Cover[i])
			}
		}
	}
}

// ownPoints tells which points are judged by a tolerance of their own; nil for none.
func (s *Scored) ownPoints() []bool {
	if s.Own == nil {
		return nil
	}
	own := make([]bool, len(s.Rules))
	for i, rule := range s.Rules {
		own[i] = rule.Own() && s.Use[i]
	}
	return own
}

// readZones says what the scan shows in each zone. before are the points' scores before the
// rules, object the calibration that turns them into those of a result.
func (s *Scored) readZones(before []float32, unit float64, lost []float32) []detect.ZoneReading {
	if s.Rules == nil {
		return nil
	}
	at := map[*detect.Rule]int{}
	var zones []detect.ZoneReading
	var off [][]float64
	zone := func(rule *detect.Rule) int {
		if k, ok := at[rule]; ok {
			return k
		}
		at[rule] = len(zones)
		zones, off = append(zones, detect.ZoneReading{Rule: rule}), append(off, nil)
		return len(zones) - 1
	}
	for i, rule := range s.Rules {
		if rule == nil || s.View.Set[i] != scene.Comparable && s.View.Set[i] != scene.Ignored {
			continue
		}
		k := zone(rule)
		z := &zones[k]
		z.Points++
		if s.Signed != nil {
			off[k] = append(off[k], float64(s.Signed[i]))
		}
		if float64(before[i]) >= unit && s.Terms.Score[i] == 0 {
			z.LeftOut++
		}
	}
	for i, rule := range s.SiteRules {
		if rule != nil && lost[i] >= 1 && (rule.Ignore || rule.NoMissing) {
			zones[zone(rule)].Missing++
		}
	}
	for k := range zones {
		if n := len(off[k]); n > 0 {
			slices.Sort(off[k])
			zones[k].Low, zones[k].High = off[k][n/100], off[k][n-1-n/100]
		}
	}
	slices.SortStableFunc(zones, func(a, b detect.ZoneReading) int { return a.Number - b.Number })
	return zones
}

// nameZones tells of each region which zone holds most of it. Indices are those of the
// scan's worked points; toPart takes the scan's places to the part's frame.
func (s *Scored) nameZones(regions []detect.Region, rules detect.Rules, toPart geom.Pose) {
	for k := range regions {
		r := &regions[k]
		if len(r.Index) == 0 {
			r.Zone = rules.At(toPart.ApplyVec(r.Center).F())
			continue
		}
		count, most := map[*detect.Rule]int{}, 0
		for _, i := range r.Index {
			if rule := s.Rules[i]; rule != nil {
				if count[rule]++; count[rule] > most { // the first to have most: in order of the points
					r.Zone, most = rule, count[rule]
				}
			}
		}
		if 2*most <= len(r.Index) {
			r.Zone = nil
		}
	}
}

// typical is the absolute value that one in twenty exceeds.
func typical(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	for i := range v {
		v[i] = math.Abs(v[i])
	}
	slices.Sort(v)
	return v[len(v)-1-len(v)/20]
}
