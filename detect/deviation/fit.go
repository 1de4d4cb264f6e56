package deviation

import (
	"context"
	"fmt"
	"slices"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// detector is the Detector of this package.
type detector struct{ cfg Config }

// New returns the detector. Fit fails where cfg makes no sense.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Name implements detect.Detector.
func (d *detector) Name() string { return "deviation" }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// Fit implements detect.Detector: it brings the scans into one frame, and holds each
// against the others to learn how far sound scans are off at each place.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if err := d.cfg.Validate(); err != nil {
		return nil, fmt.Errorf("deviation: %w", err)
	}
	m := &model{cfg: d.cfg, workers: opt.Workers}
	if opt.CAD != nil {
		return d.fitCAD(ctx, m, sound, opt)
	}
	opt.Progress.Report(task.Event{Stage: "align " + opt.Class, Total: len(sound), Unit: "scans"})
	var err error
	m.frame, err = detect.NewFrame(ctx, sound, m.frameOptions(opt.Seed))
	if err != nil {
		return nil, err
	}
	l, err := m.study(ctx, opt)
	if err != nil {
		return nil, err
	}
	return d.finish(l, opt)
}

// study learns from the scans of the frame.
func (m *model) study(ctx context.Context, opt detect.FitOptions) (*lesson, error) {
	if err := m.prepare(ctx, opt.Seed); err != nil {
		return nil, err
	}
	l := &lesson{model: m, owner: holdOut(m.frame, opt.Seed)}
	if err := l.read(ctx, opt); err != nil {
		return nil, err
	}
	return l, l.calibrate(ctx)
}

// finish writes the card.
func (d *detector) finish(l *lesson, opt detect.FitOptions) (detect.Model, error) {
	m := l.model
	var err error
	if m.card, err = detect.NewCard(d, opt, l.calibration); err != nil {
		return nil, err
	}
	m.card.Scans, m.card.Points = m.frame.Scans(), len(m.frame.Points)
	m.decide()
	m.card.Decision = m.given.decision()
	return m, nil
}

func (m *model) frameOptions(seed uint64) detect.FrameOptions {
	return detect.FrameOptions{Pose: m.cfg.Pose, Points: m.cfg.ReferencePoints, Seed: seed, Workers: m.workers}
}

// prepare makes what follows from the frame alone.
func (m *model) prepare(ctx context.Context, seed uint64) error {
	var err error
	if m.frame.Mesh != nil {
		m.part, err = scene.NewMeshPart(ctx, m.workers, m.frame.Mesh, m.cfg.ReferencePoints, m.cfg.Sites, seed)
		return err
	}
	m.part, err = scene.NewPart(ctx, m.workers, m.frame.Points, m.frame.Owner, m.cfg.Sites)
	return err
}

// mostParts is how many times something is held out: with more scans, several at
// once.
const mostParts = 8

// holdOut tells for each point with which others it is held out: its own scan, or
// a random half of the only one.
func holdOut(f *detect.Frame, root uint64) []int32 {
	owner := make([]int32, len(f.Points))
	if n := f.Scans(); n > 1 {
		for i, o := range f.Owner {
			owner[i] = int32(int(o) * min(n, mostParts) / n)
		}
		return owner
	}
	for rank, i := range seed.Stream(root, "deviation", "halves").Perm(len(owner)) {
		owner[i] = int32(rank % 2)
	}
	return owner
}

// lesson is what is learnt from holding parts of the union out in turn.
type lesson struct {
	model *model
	owner []int32
	parts []*held
	mean  [][]float32 // for each scale the held-out reading at each point of the union
	valid []bool      // where there is one: the others show the place

	apart       *tolerance // that a scan would meet had it not been learnt from
	calibration detect.Calibration
}

// held is one part and what the others say of it.
type held struct {
	index   []int32 // which points of the union
	model   *model  // of the other parts
	reading *reading
	scored  *scored
}

// read holds each part against the surface of the others.
func (l *lesson) read(ctx context.Context, opt detect.FitOptions) error {
	m := l.model
	count := int(slices.Max(l.owner)) + 1
	l.valid = make([]bool, len(l.owner))
	for range m.cfg.Scales {
		l.mean = append(l.mean, make([]float32, len(l.owner)))
	}
	var noise []float64
	for p := 0; p < count; p++ {
		opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: p, Total: count, Unit: "scans"})
		h, err := l.hold(ctx, int32(p))
		if err != nil {
			return err
		}
		l.parts = append(l.parts, h)
		noise = append(noise, h.reading.Noise)
	}
	slices.Sort(noise)
	m.noise = float64(float32(noise[len(noise)/2])) // as a model file keeps it
	opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: count, Total: count, Unit: "scans"})
	return nil
}

func (l *lesson) hold(ctx context.Context, part int32) (*held, error) {
	m := l.model
	h := &held{model: &model{cfg: m.cfg, workers: m.workers}}
	var own, others []geom.Vec3
	for i, o := range l.owner {
		if o == part {
			h.index, own = append(h.index, int32(i)), append(own, m.frame.Points[i])
		} else {
			others = append(others, m.frame.Points[i])
		}
	}
	var err error
	if h.model.part, err = m.part.Without(ctx, m.workers, others); err != nil {
		return nil, err
	}
	if err := l.look(ctx, h, own); err != nil {
		return nil, err
	}
	for i, at := range h.index {
		l.valid[at] = h.reading.use[i]
		for k := range l.mean {
			l.mean[k][at] = h.reading.mean[k][i]
		}
	}
	return h, nil
}

// look holds points, which those of h.index are, against the surface of the others.
func (l *lesson) look(ctx context.Context, h *held, own []geom.Vec3) error {
	var err error
	if h.reading, err = h.model.read(ctx, own, nil); err != nil {
		return err
	}
	for i, f := range h.reading.Feet {
		// The two surfaces may be oriented differently where they are open.
		if h.model.part.Surface.Normal[f.Near].D().Dot(l.model.part.Surface.Normal[h.index[i]].D()) < 0 {
			for k := range h.reading.mean {
				h.reading.mean[k][i] = -h.reading.mean[k][i]
			}
		}
	}
	return nil
}

// soundShare is the share of held-out sound readings that stay below 1.
const soundShare = 0.999

// calibrate learns the tolerances and the unit of each term, then scores each
// held-out part as if the others were all there is.
func (l *lesson) calibrate(ctx context.Context) error {
	m := l.model
	surface := m.part.Surface
	read := &readings{surface.Tree, surface.Normal, l.owner, l.mean, l.valid}
	var err error
	if m.tol, err = read.learn(ctx, m.workers, false, surface.MeanSpacing(), &m.cfg); err != nil {
		return err
	}
	if l.apart, err = read.learn(ctx, m.workers, true, surface.MeanSpacing(), &m.cfg); err != nil {
		return err
	}
	l.calibration, err = l.scale(ctx, l.apart)
	return err
}

// scale learns the unit of each term, and scores each held-out part by the tolerance that
// was learnt without it, at its readings.
func (l *lesson) scale(ctx context.Context, apart *tolerance) (detect.Calibration, error) {
	m := l.model
	none := detect.Calibration{}
	for k := range l.mean {
		m.limit = append(m.limit, apart.quantile(k, l.mean[k], l.valid, soundShare))
	}
	if err := l.voids(ctx); err != nil {
		return none, err
	}
	var point, object []float32
	for _, h := range l.parts {
		h.model.limit, h.model.noise = m.limit, m.noise
		var err error
		if h.scored, err = h.model.fuse(ctx, h.reading, apart, h.index); err != nil {
			return none, err
		}
		point, object = append(point, slices.Max(h.scored.fused)), append(object, h.scored.object)
	}
	if m.cfg.given() {
		return toTolerance(len(l.parts)), nil
	}
	return detect.Calibrate(point, object), nil
}

// siteNeighbors is how many sites around one say how large its sound voids are.
const siteNeighbors = 8

// voids learns how large a void is nothing special at each site: no larger than
// chance leaves somewhere on the part, or than held-out scans showed there, which
// matters where a scanner sees badly. Parts learn it from the other parts.
func (l *lesson) voids(ctx context.Context) error {
	m := l.model
	sites := m.part.Sites
	index, _, err := spatial.NewTree(sites).KNNSelf(ctx, m.workers, siteNeighbors)
	if err != nil {
		return err
	}
	width := len(index) / len(sites)
	var largest float32
	for _, h := range l.parts {
		largest = max(largest, slices.Max(h.reading.Gaps.Expected))
	}
	// Regular scans leave smaller voids than chance does.
	floor := min(largest, chanceVoid(len(sites)))
	usual := func(part int) (most [scene.GapKinds]float32) {
		for p, h := range l.parts {
			if p == part {
				continue
			}
			for i, kind := range h.reading.Gaps.Kind {
				if kind != scene.Enclosed {
					most[kind] = max(most[kind], h.reading.Gaps.Expected[i])
				}
			}
		}
		return most
	}
	without := func(part int) []float32 {
		void := make([]float32, len(sites))
		for i := range void {
			void[i] = floor
			for _, j := range index[i*width : (i+1)*width] {
				for p, h := range l.parts {
					if p != part {
						void[i] = max(void[i], h.reading.Gaps.Expected[j])
					}
				}
			}
		}
		return void
	}
	for p, h := range l.parts {
		h.model.void, h.model.usual = without(p), usual(p)
	}
	m.void, m.usual = without(-1), usual(-1)
	return nil
}
