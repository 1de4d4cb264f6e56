package capability

import (
	"context"
	"errors"
	"math"
	"slices"

	"blemish/defect/inscan"
	"blemish/detect"
	"blemish/geom"
)

// One defect: carved, judged, found or not.

// Outcome of a trial.
const (
	Hit     = "hit"     // the scan is called defective, and a region lies on the defect
	Miss    = "miss"    // anything else: called sound, called unsure, or another place was marked
	NoRoom  = "no room" // no scan shows enough surface there, or there is no edge; not counted
	Alarmed = "alarmed" // the sound scan itself is called defective there; not counted
)

// TakenForNotSeen is why a hole was missed whose void is taken for surface that the scan could not show, as scanners leave
// gaps: it is told as not seen, and never as missing.
const TakenForNotSeen = "taken for surface that the scan could not show"

// Trial is one defect that was tried.
type Trial struct {
	Number  int         `json:"number"`
	Kind    inscan.Kind `json:"kind"`
	Place   int         `json:"place"` // of the design
	Level   int         `json:"level"`
	Size    float64     `json:"size"`
	Depth   float64     `json:"depth"`          // 0 for a hole
	Scan    string      `json:"scan,omitempty"` // that it was carved into
	Center  [3]float64  `json:"center"`         // in that scan's coordinates
	Points  int         `json:"points"`         // that were moved or taken away
	Outcome string      `json:"outcome"`
	Verdict string      `json:"verdict,omitempty"`
	Score   float32     `json:"score"`
	// FoundBelow is the threshold below which the defect would be found, AlarmBelow that below which
	// the sound scan would be called defective there; 0 where no threshold would do. Regions begin at a
	// score of 1: of thresholds under 1 neither tells.
	FoundBelow float32 `json:"found_below"`
	AlarmBelow float32 `json:"alarm_below"`
	Why        string  `json:"why,omitempty"`
}

// counts reports whether a trial is a hit or a miss.
func (t *Trial) counts() bool { return t.Outcome == Hit || t.Outcome == Miss }

// try carves one defect and has it judged.
func (s *Study) try(ctx context.Context, scans []*ready, at geom.Vec, number int, w wish) (Trial, error) {
	t := Trial{Number: number, Kind: w.kind, Place: w.place, Level: w.level, Size: w.size, Depth: w.depth}
	r, c, err := carveAt(ctx, scans, at, w, w.place+w.level)
	if errors.Is(err, inscan.ErrUnsuitable) {
		t.Outcome, t.Why = NoRoom, err.Error()
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.Scan, t.Center, t.Points = r.Name, c.Plan.Center, len(c.Moved)+len(c.Lost)
	return t, t.judge(ctx, r.Model, r.result, c.Cloud, r.carved(c), r.sound(c), c.Nothing())
}

// judge has a model judge a carved scan whose sound one it has judged. The defect lies on one target
// there, and on another in the sound scan; nothing: the scan is as it was without it.
func (t *Trial) judge(ctx context.Context, model detect.Model, sound *detect.Result, cloud *geom.Cloud, on, was target, nothing bool) error {
	t.AlarmBelow = level(sound, was)
	result := sound
	if nothing { // there is nothing to be found
		t.FoundBelow, t.Why = t.AlarmBelow, "smaller than the spacing: no point shows it"
	} else {
		var err error
		if result, err = model.Score(ctx, cloud); err != nil {
			return err
		}
		t.FoundBelow, t.Why = level(result, on), result.Reason
	}
	t.Verdict, t.Score = result.Verdict.String(), result.Object
	switch {
	case t.AlarmBelow > sound.Threshold:
		t.Outcome = Alarmed
	case t.FoundBelow > result.Threshold:
		t.Outcome = Hit
	default:
		t.Outcome = Miss
		switch {
		case t.Kind == inscan.Hole && within(result.Seen.NotSeen, on) && !within(sound.Seen.NotSeen, on):
			t.Why = TakenForNotSeen
		case result.Verdict == detect.Defective && !nothing:
			t.Why = "marked elsewhere"
		}
	}
	return nil
}

// at is the outcome at another threshold.
func (t *Trial) at(threshold float32) string {
	switch {
	case t.Outcome == NoRoom:
		return NoRoom
	case t.AlarmBelow > threshold:
		return Alarmed
	case t.FoundBelow > threshold:
		return Hit
	}
	return Miss
}

// target is what a region must lie on.
type target struct {
	points []int32 // of the scan that was judged, ascending
	center geom.Vec
	within float64 // of center
}

// carved is the defect in the cloud that has it.
func (r *ready) carved(c *inscan.Carved) target {
	points := c.Moved
	if len(points) == 0 { // a hole is marked at its rim
		points = c.Rim
	}
	return target{points: points, center: vec(c.Plan.Center), within: c.Plan.Size/2 + shown*r.spacing}
}

// sound is where the defect comes to lie in the sound scan.
func (r *ready) sound(c *inscan.Carved) target {
	t := r.carved(c)
	points := t.points
	t.points = nil
	for _, i := range points {
		t.points = append(t.points, c.Source[i])
	}
	slices.Sort(t.points)
	return t
}

// level is the threshold below which a scan is called defective with a region that alone is above
// it and lies on the target: has one of its points, or its own middle within reach. 0 where
// the scan is unsure at any threshold, or no region lies there.
func level(result *detect.Result, t target) float32 {
	if calledDefective(result) == 0 {
		return 0
	}
	peak := 0.0
	for i := range result.Regions {
		region := &result.Regions[i]
		if region.Center.Sub(t.center).Norm() <= t.within || meet(region.Index, t.points) {
			peak = max(peak, region.Peak)
		}
	}
	return min(result.Object, float32(peak))
}

// inside is the share of a target's reach within which a void is surely that of the defect.
const inside = 0.7

// within reports whether any of points lies well within a target.
func within(points []geom.Vec3, t target) bool {
	return slices.ContainsFunc(points, func(p geom.Vec3) bool { return p.D().Sub(t.center).Norm() <= inside*t.within })
}

// calledDefective is the threshold below which a scan is called defective; 0 where it is unsure at any.
// One that is unsure because a defect could have gone unseen is called defective below its score.
func calledDefective(result *detect.Result) float32 {
	if result.Verdict == detect.Unsure {
		again := *result
		again.Verdict, again.Threshold = detect.Sound, 0
		if again.Judge(); again.Verdict != detect.Defective {
			return 0
		}
	}
	return result.Object
}

// meet reports whether two ascending lists have a number in common.
func meet(a, b []int32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}

func vec(a [3]float64) geom.Vec { return geom.Vec{X: a[0], Y: a[1], Z: a[2]} }

// middle is the size in the middle of the range.
func (d *Design) middle() float64 { return math.Sqrt(d.Least * d.Most) }
