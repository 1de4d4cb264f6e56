package capability

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/internal/stat"
	"blemish/task"
)

// The whole measurement.

// Study is what is measured.
type Study struct {
	Model    detect.Model // that of production; it says where on the part each scan stands
	Scans    []Scan
	Design   Design
	Seed     uint64
	Workers  task.Workers  // 0: one for each core; never changes a result
	Progress task.Progress // may be nil
}

// batch is how many trials are recorded together.
const batch = 32

// Run tries the design. done are the trials that an earlier run has recorded, in their
// order; record is called with more of them, in order, and may be nil. The error wraps ErrScans
// or ErrDesign where scans or design are at fault.
func (s *Study) Run(ctx context.Context, done []Trial, record func([]Trial) error) (*Report, error) {
	if err := s.Design.Validate(); err != nil {
		return nil, err
	}
	if len(s.Scans) < 2 {
		return nil, fmt.Errorf("%w: %d given; at least two are needed, to judge each by a model that has not learnt from it", ErrScans, len(s.Scans))
	}
	sound, scans, err := s.judge(ctx)
	if err != nil {
		return nil, err
	}
	design, err := s.fit(scans)
	if err != nil {
		return nil, err
	}
	surface, err := s.choose(ctx, scans, &design)
	if err != nil {
		return nil, err
	}
	design.Places = len(surface.chosen)
	wishes := design.wishes(s.Seed)
	trials := append([]Trial(nil), done[:min(len(done), len(wishes))]...)
	for i, t := range trials {
		if w := wishes[i]; t.Number != i || t.Kind != w.kind || t.Size != w.size || t.Depth != w.depth {
			return nil, fmt.Errorf("trial %d was recorded by a run with another design", i)
		}
	}
	for len(trials) < len(wishes) {
		s.Progress.Report(task.Event{Stage: "judge defects", Done: len(trials), Total: len(wishes), Unit: "defects"})
		lo := len(trials)
		some := make([]Trial, min(batch, len(wishes)-lo))
		err := task.Each(ctx, s.Workers, len(some), func(i int) error {
			w := wishes[lo+i]
			at := surface.places[surface.chosen[w.place]].At
			var err error
			some[i], err = s.try(ctx, scans, vec(at), lo+i, w)
			return err
		})
		if err != nil {
			return nil, err
		}
		if record != nil {
			if err := record(some); err != nil {
				return nil, err
			}
		}
		trials = append(trials, some...)
	}
	s.Progress.Report(task.Event{Stage: "judge defects", Done: len(wishes), Total: len(wishes), Unit: "defects"})
	return newReport(design, sound, scans, surface, trials), nil
}

// fit fills in the design by what the scans are like.
func (s *Study) fit(scans []*ready) (Design, error) {
	var part float64
	var spacing, noise []float64
	for _, r := range scans {
		part = max(part, r.extent, r.result.Seen.Size)
		spacing, noise = append(spacing, r.spacing), append(noise, r.noise)
	}
	return s.Design.fit(part, stat.Median(spacing), stat.Median(noise))
}
