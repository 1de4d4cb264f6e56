package capability

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/internal/partial"
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
	// Known are trials that shards have judged, by their numbers; nil: none.
	Known map[int]Trial
}

// batch is how many trials are recorded together.
const batch = 32

// Run tries the design. done are the trials that an earlier run has recorded, in their
// order; record is called with more of them, in order, and may be nil. The error wraps ErrScans
// or ErrDesign where scans or design are at fault.
func (s *Study) Run(ctx context.Context, done []Trial, record func([]Trial) error) (*Report, error) {
	p, err := s.prepare(ctx)
	if err != nil {
		return nil, err
	}
	trials := append([]Trial(nil), done[:min(len(done), len(p.wishes))]...)
	numbers := make([]int, len(p.wishes))
	for i := range numbers {
		numbers[i] = i
	}
	trials, err = s.tryAll(ctx, p, numbers, trials, record)
	if err != nil {
		return nil, err
	}
	return newReport(p.design, p.sound, p.scans, p.surface, trials), nil
}

// RunShard tries the trials of a shard, every Count-th from Index on, and says how many it has. done
// are those that an earlier run of the same shard has recorded, in their order; otherwise as Run.
func (s *Study) RunShard(ctx context.Context, shard partial.Shard, done []Trial, record func([]Trial) error) (int, error) {
	p, err := s.prepare(ctx)
	if err != nil {
		return 0, err
	}
	var numbers []int
	for i := shard.Index; i < len(p.wishes); i += shard.Count {
		numbers = append(numbers, i)
	}
	trials, err := s.tryAll(ctx, p, numbers, append([]Trial(nil), done[:min(len(done), len(numbers))]...), record)
	return len(trials), err
}

// prepared is a design with what it is tried on.
type prepared struct {
	design  Design
	sound   []SoundScan
	scans   []*ready
	surface *surface
	wishes  []wish
}

// prepare judges the sound scans and chooses the places.
func (s *Study) prepare(ctx context.Context) (p *prepared, err error) {
	if err := s.Design.Validate(); err != nil {
		return nil, err
	}
	if len(s.Scans) < 2 {
		return nil, fmt.Errorf("%w: %d given; at least two are needed, to judge each by a model that has not learnt from it", ErrScans, len(s.Scans))
	}
	p = &prepared{}
	if p.sound, p.scans, err = s.judge(ctx); err != nil {
		return nil, err
	}
	if p.design, err = s.fit(p.scans); err != nil {
		return nil, err
	}
	if p.surface, err = s.choose(ctx, p.scans, &p.design); err != nil {
		return nil, err
	}
	p.design.Places = len(p.surface.chosen)
	p.wishes = p.design.wishes(s.Seed)
	return p, nil
}

// tryAll adds to trials, which are the first of those with these numbers, until all are there.
func (s *Study) tryAll(ctx context.Context, p *prepared, numbers []int, trials []Trial, record func([]Trial) error) ([]Trial, error) {
	for k, t := range trials {
		if err := p.isOf(t, numbers[k]); err != nil {
			return nil, err
		}
	}
	for len(trials) < len(numbers) {
		s.Progress.Report(task.Event{Stage: "judge defects", Done: len(trials), Total: len(numbers), Unit: "defects"})
		lo := len(trials)
		some := make([]Trial, min(batch, len(numbers)-lo))
		err := task.Each(ctx, s.Workers, len(some), func(i int) (err error) {
			n := numbers[lo+i]
			if t, is := s.Known[n]; is {
				some[i] = t
				return p.isOf(t, n)
			}
			w := p.wishes[n]
			some[i], err = s.try(ctx, p.scans, vec(p.surface.places[p.surface.chosen[w.place]].At), n, w)
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
	s.Progress.Report(task.Event{Stage: "judge defects", Done: len(numbers), Total: len(numbers), Unit: "defects"})
	return trials, nil
}

// isOf says whether a recorded trial is that of a number.
func (p *prepared) isOf(t Trial, number int) error {
	if w := p.wishes[number]; t.Number != number || t.Kind != w.kind || t.Size != w.size || t.Depth != w.depth {
		return fmt.Errorf("trial %d was recorded by a run with another design", number)
	}
	return nil
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
