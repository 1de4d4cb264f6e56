package capability

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"blemish/defect/inscan"
	"blemish/detect"
	"blemish/detect/scene"
	"blemish/feature"
	"blemish/geom"
	"blemish/internal/stat"
	"blemish/task"
)

// The sound scans: judged as they are, and made ready.

// Scan is a sound scan.
type Scan struct {
	Name  string
	Cloud *geom.Cloud
	// Model judges it and what is carved into it. It has not learnt from the scan.
	Model detect.Model
	// HeldOut tells that Model was learnt anew for this scan.
	HeldOut bool
}

// SoundScan is how a sound scan was judged as it is.
type SoundScan struct {
	Name      string  `json:"name"`
	HeldOut   bool    `json:"held_out"` // by a model that was learnt again without it
	Verdict   string  `json:"verdict"`  // sound, defective (a false alarm) or unsure
	Score     float32 `json:"score"`
	Threshold float32 `json:"threshold"`
	Noise     float64 `json:"noise"`            // of the scanner (feature.Noise)
	Reason    string  `json:"reason,omitempty"` // why it is unsure: then nothing is carved into it
}

// ErrScans is wrapped where the sound scans allow no measurement.
var ErrScans = errors.New("the sound scans do not do")

// ready is a scan that defects are carved into.
type ready struct {
	*Scan
	number        int
	ground        *inscan.Ground
	spacing       float64
	result        *detect.Result
	scanFromPart  geom.Pose
	points        []geom.Vec3 // those that are of the part, in the common frame
	noise, extent float64
	notSeen       []geom.Vec3 // surface that the model knows and the scan could not show, in the common frame
	notSeenShare  float64     // of the known surface
}

// judge judges the scans as they are. ready are those to carve into.
func (s *Study) judge(ctx context.Context) ([]SoundScan, []*ready, error) {
	told, all := make([]SoundScan, len(s.Scans)), make([]*ready, len(s.Scans))
	var judged atomic.Int32
	s.Progress.Report(task.Event{Stage: "judge sound scans", Total: len(s.Scans), Unit: "scans"})
	err := task.Each(ctx, s.Workers, len(s.Scans), func(i int) error {
		var err error
		if told[i], all[i], err = s.judgeSound(ctx, i); err != nil {
			return fmt.Errorf("%s: %w", s.Scans[i].Name, err)
		}
		s.Progress.Report(task.Event{Stage: "judge sound scans", Done: int(judged.Add(1)), Total: len(s.Scans), Unit: "scans"})
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	fit := slices.DeleteFunc(all, func(r *ready) bool { return r == nil })
	if len(fit) < 2 {
		why := ""
		for _, t := range told {
			if t.Reason != "" {
				why = fmt.Sprintf(": %s: %s", t.Name, t.Reason)
				break
			}
		}
		return told, nil, fmt.Errorf("%w: the model can judge %d of %d, at least two are needed%s", ErrScans, len(fit), len(told), why)
	}
	return told, fit, nil
}

func (s *Study) judgeSound(ctx context.Context, i int) (SoundScan, *ready, error) {
	scan := &s.Scans[i]
	result, err := scan.Model.Score(ctx, scan.Cloud)
	if err != nil {
		return SoundScan{}, nil, err
	}
	told, err := tellSound(ctx, scan, scan.Cloud, result)
	if err != nil {
		return told, nil, err
	}
	if result.Verdict == detect.Unsure {
		return told, nil, nil
	}
	placed, err := s.Model.Score(ctx, scan.Cloud)
	if err != nil {
		return told, nil, err
	}
	if placed.Verdict == detect.Unsure {
		told.Verdict, told.Reason = placed.Verdict.String(), placed.Reason
		return told, nil, nil
	}
	r := &ready{Scan: scan, number: i, result: result, scanFromPart: placed.Pose.Inverse(), noise: told.Noise}
	if r.ground, err = inscan.NewGround(ctx, s.Workers, scan.Cloud); err != nil {
		return told, nil, err
	}
	r.extent = r.ground.Diagonal
	r.notSeen, r.notSeenShare = placed.Pose.ApplyAll(placed.Seen.NotSeen), placed.Seen.NotSeenShare
	var spacings []float64
	step := stat.Step(scan.Cloud.Len(), 500)
	for j, p := range scan.Cloud.Points {
		if placed.Seen.Set != nil && placed.Seen.Set[j] != scene.Comparable {
			continue
		}
		r.points = append(r.points, placed.Pose.Apply(p))
		if j%step == 0 {
			spacings = append(spacings, r.ground.Spacing(p.D()))
		}
	}
	r.spacing = stat.Median(spacings)
	return told, r, nil
}

// tellSound tells how the cloud of a scan, as it is or changed, was judged.
func tellSound(ctx context.Context, scan *Scan, cloud *geom.Cloud, result *detect.Result) (SoundScan, error) {
	told := SoundScan{
		Name: scan.Name, HeldOut: scan.HeldOut, Verdict: result.Verdict.String(), Score: result.Object, Threshold: result.Threshold,
		Reason: result.Reason,
	}
	var err error
	told.Noise, err = feature.Noise(ctx, 1, cloud.Points, result.Seen.Facing)
	return told, err
}

// knows reports whether the model that judges the scan knows surface at one of its points. Where
// only this scan shows it, the model that is learnt without it does not, and nothing is judged there.
func (r *ready) knows(point int32) bool {
	set := r.result.Seen.Set
	return set == nil || set[point] == scene.Comparable
}
