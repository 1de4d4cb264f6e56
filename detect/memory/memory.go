package memory

import (
	"context"
	"fmt"
	"math"
	"sync"

	"blemish/detect"
	"blemish/detect/bank"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
	"blemish/weights"
)

// The memory: how it is made of sound scans, and how a scan is held against it.

// Plan is the way of a detector with these features: one memory for each kind.
func Plan(cfg Config, kinds ...Kind) *scoring.Plan {
	p := &scoring.Plan{Settings: cfg.settings(), Alone: !cfg.Align, Plain: !cfg.Sets, Terms: len(kinds), Mean: true}
	l := &learner{cfg: cfg, kinds: kinds, kept: map[string]*Features{}}
	p.Learn = l.learn
	p.Open = func(ctx context.Context, f *weights.File, workers task.Workers) (scoring.Method, error) {
		return open(ctx, f, workers, cfg, kinds)
	}
	return p
}

// learner makes memories; features that take long it makes once for each scan.
type learner struct {
	cfg   Config
	kinds []Kind
	mu    sync.Mutex
	kept  map[string]*Features
}

// memory is a scoring.Method.
type memory struct {
	cfg     Config
	kinds   []Kind
	banks   []*bank.Bank
	rows    [][]float32 // of each kind
	workers task.Workers
}

// stream names what is drawn by chance.
const stream = "memory"

func (l *learner) learn(ctx context.Context, sound *scoring.Sound) (scoring.Method, error) {
	m := &memory{cfg: l.cfg, kinds: l.kinds, workers: sound.Workers}
	for _, k := range l.kinds {
		var rows []float32
		for i, points := range sound.Scans {
			f, err := l.features(ctx, k, sound, i)
			if err != nil {
				return nil, err
			}
			if len(f.Rows) != len(f.At)*k.Dim {
				panic(fmt.Sprintf("memory: %d values of %s for %d places of %d points", len(f.Rows), k.Name, len(f.At), len(points)))
			}
			rows = append(rows, f.every(l.cfg.Every, k.Dim).Rows...)
		}
		rows, err := l.cfg.choose(ctx, sound.Workers, sound.Seed, rows, k.Dim)
		if err != nil {
			return nil, err
		}
		if err := m.add(ctx, rows, k.Dim); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *memory) add(ctx context.Context, rows []float32, dim int) error {
	b, err := bank.New(ctx, m.workers, rows, dim)
	m.banks, m.rows = append(m.banks, b), append(m.rows, rows)
	return err
}

// features are those of one sound scan.
func (l *learner) features(ctx context.Context, k Kind, sound *scoring.Sound, scan int) (*Features, error) {
	key := fmt.Sprintf("%s %d", k.Name, sound.Number[scan])
	if k.Keep {
		l.mu.Lock()
		f := l.kept[key]
		l.mu.Unlock()
		if f != nil {
			return f, nil
		}
	}
	c := &Cloud{Points: sound.Scans[scan], Workers: sound.Workers}
	if sound.Part != nil {
		s := sound.Part.Surface
		c.Size = sound.Part.Size
		c.Outward = make([]geom.Vec3, len(c.Points))
		err := s.Tree.ForNearest(ctx, sound.Workers, c.Points, geom.Vec{}, func(i int32, n spatial.Neighbor) { c.Outward[i] = s.Normal[n.Index] })
		if err != nil {
			return nil, err
		}
	}
	f, err := k.Describe(ctx, c)
	if k.Keep && err == nil {
		l.mu.Lock()
		l.kept[key] = f
		l.mu.Unlock()
	}
	return f, err
}

// Terms implements scoring.Method: for each kind the distance to the nearest vector.
func (m *memory) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	c := &Cloud{Points: scan.Points(), Workers: m.workers}
	if scan.View != nil {
		c.Size, c.Outward = scan.Part.Size, make([]geom.Vec3, len(c.Points))
		for i, f := range scan.View.Feet {
			c.Outward[i] = scan.Part.Surface.Normal[f.Near]
		}
	}
	t := &scoring.Terms{}
	for k, kind := range m.kinds {
		f, err := kind.Describe(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := m.compare(ctx, t, k, f.every(m.cfg.ScoreEvery, kind.Dim), c); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// compare adds the term of one kind.
func (m *memory) compare(ctx context.Context, t *scoring.Terms, k int, f *Features, c *Cloud) error {
	index, dist2, err := m.banks[k].Nearest(ctx, m.workers, f.Rows, 1)
	if err != nil {
		return err
	}
	if m.cfg.Reweight > 0 {
		object, err := m.banks[k].Reweighted(ctx, m.workers, f.Rows, index, dist2, m.cfg.Reweight)
		if err != nil {
			return err
		}
		o := float32(object)
		t.Object = &o
	}
	if !m.cfg.Squared {
		for i, d := range dist2 {
			dist2[i] = float32(math.Sqrt(float64(d)))
		}
	}
	value, err := bank.Interpolate(ctx, m.workers, spatial.NewTree(f.At), dist2, 1, c.Points, m.cfg.Fill)
	if err != nil {
		return err
	}
	if smooth := m.kinds[k].Smooth; smooth != nil {
		if value, err = smooth(ctx, c, value); err != nil {
			return err
		}
	}
	t.Add(m.kinds[k].Name, value)
	return nil
}

// Put implements scoring.Method: "memory.NAME" (vectors, values) for each kind.
func (m *memory) Put(f *weights.File) {
	for k, kind := range m.kinds {
		f.Add("memory."+kind.Name, m.rows[k], len(m.rows[k])/kind.Dim, kind.Dim)
		if kind.Put != nil {
			kind.Put(f)
		}
	}
}

func open(ctx context.Context, f *weights.File, workers task.Workers, cfg Config, kinds []Kind) (scoring.Method, error) {
	m := &memory{cfg: cfg, kinds: kinds, workers: workers}
	for _, k := range kinds {
		rows, err := f.Get("memory."+k.Name, -1, k.Dim)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, fmt.Errorf("tensor %q is empty", "memory."+k.Name)
		}
		for i, v := range rows {
			if !(v >= -most && v <= most) {
				return nil, fmt.Errorf("tensor %q: vector %d has the value %v; it must be %v to %v", "memory."+k.Name, i/k.Dim, v, -most, most)
			}
		}
		if err := m.add(ctx, rows, k.Dim); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", "memory."+k.Name, err)
		}
	}
	return m, nil
}

// most is the largest value of a vector, whose square leaves room in float32.
const most = 1e15

// TooFew is the error for a scan with fewer points than are needed for something.
func TooFew(points, needed int, what string) error {
	return fmt.Errorf("%w: %d, at least %d are needed for %s", detect.ErrTooFewPoints, points, needed, what)
}
