package imrnet

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/task"
)

// The trained model: how it is made, and how it scores a scan.

// viewsPerCloud is how many thinned draws of each sound cloud training sees.
const viewsPerCloud = 4

// checkpointEvery is the time between checkpoints of the training where nobody says.
const checkpointEvery = 20 * time.Second

// coverageSites bounds how many places of the sound surface coverage looks at.
const coverageSites = 10000

// mostPoints is how many points of a scan are used; larger scans are thinned evenly
// and the scores carried to all points.
const mostPoints = 20000

// settings is how every scan is scored.
func (c *Config) settings() scoring.Settings {
	s := scoring.Settings{Points: mostPoints, Look: scene.Options{Neighbors: 20, Reach: 1.5}, Smooth: scoring.PoolNeighbors}
	if c.Object == "max" {
		s.Smooth, s.Top = 0, 1
	}
	return s
}

// Name is the detector's name.
const Name = "imrnet"

type detector struct{ cfg Config }

var _ detect.Detector = (*detector)(nil)

// New returns the detector with a configuration.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Configured makes the detector with settings, see Configure.
func Configured(settings []byte) (detect.Detector, error) {
	cfg, err := Configure(settings)
	if err != nil {
		return nil, err
	}
	return New(cfg), nil
}

// Name implements detect.Detector.
func (d *detector) Name() string { return Name }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// model is a trained IMRNet of one class. It is its own scoring.Method. Its part is in
// network coordinates: the common frame of the sound scans (row 16; without it, their middle
// at 0), divided by the radius of the bounding sphere of the sound scans. Never by that of
// the scan itself, which a defect would change (row 22).
type model struct {
	scoring.Model
	cfg  Config
	seed uint64

	net      *pointmae.Model
	template *template
	bank     *bank
	beside   []*patches // reference patches of the first sound scans, one more than passes
	loss     float64    // at the end of training

	mu       sync.Mutex
	sessions []*pointmae.Session // idle ones; a session serves one scan at a time
}

// newModel is a model that has learnt nothing.
func newModel(cfg Config, seed uint64, workers task.Workers) *model {
	m := &model{cfg: cfg, seed: seed}
	m.Workers, m.Settings, m.Method = workers, cfg.settings(), m
	return m
}

// Fit trains the network on the sound scans and calibrates the score on them.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	cfg := d.cfg
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := newModel(cfg, opt.Seed, opt.Workers)
	clouds, err := m.bring(ctx, sound, opt)
	if err != nil {
		return nil, err
	}
	if err := cfg.enough(clouds, opt.ScanName); err != nil {
		return nil, err
	}
	if err := m.train(ctx, clouds, opt); err != nil {
		return nil, err
	}
	calibration, err := m.calibrate(ctx, clouds)
	if err != nil {
		return nil, err
	}
	if m.Card, err = detect.NewCard(&detector{m.cfg}, opt, calibration); err != nil {
		return nil, err
	}
	m.Card.Scans = len(clouds)
	for _, c := range clouds {
		m.Card.Points += len(c)
	}
	return m, nil
}

// enough says which scan has too few points to be learnt from.
func (c *Config) enough(clouds [][]geom.Vec3, name func(i int) string) error {
	for i, points := range clouds {
		if need := max(c.Patches, c.PatchSize); len(points) < need {
			return fmt.Errorf("%s: %w: %d, at least %d are needed for %d patches of %d", name(i), detect.ErrTooFewPoints, len(points), need, c.Patches, c.PatchSize)
		}
	}
	return nil
}

// frameOptions is how sound scans are brought into one frame.
func (m *model) frameOptions() scoring.FrameOptions {
	return scoring.FrameOptions{Points: mostPoints, Seed: m.seed, Workers: m.Workers}
}

// bring takes the sound scans to network coordinates.
func (m *model) bring(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) ([][]geom.Vec3, error) {
	clouds, err := m.Bring(ctx, sound, !m.cfg.Register, m.frameOptions(), opt)
	if err != nil {
		return nil, err
	}
	return clouds, m.shrink(clouds)
}

// shrink takes the sound scans to network coordinates, in place.
func (m *model) shrink(clouds [][]geom.Vec3) error {
	var radius float64
	for _, c := range clouds {
		for _, q := range c {
			radius = max(radius, q.D().Norm())
		}
	}
	if !(radius > 0) {
		return fmt.Errorf("sound scans: %w: all points lie at one place", detect.ErrTooFewPoints)
	}
	m.Scale = float64(float32(radius)) // as the model file keeps it
	for _, c := range clouds {
		m.Scaled(c)
	}
	return nil
}

// train makes the network.
func (m *model) train(ctx context.Context, clouds [][]geom.Vec3, opt detect.FitOptions) error {
	views, err := m.draws(ctx, clouds)
	if err != nil {
		return err
	}
	if m.net, m.cfg, err = newNetwork(m.cfg, m.seed); err != nil {
		return err
	}
	trainer := pointmae.NewTrainer(m.net, m.cfg.TrainOptions(m.Workers, m.seed))
	course := m.cfg.Course(func(ctx context.Context, step, i int) ([]pointmae.Cloud, error) {
		return drawExample(ctx, views, m.cfg, m.Workers, seed.Stream(m.seed, "imrnet example", step, i))
	})
	course.After = Watch(opt.Progress, "train "+opt.Class, m.cfg.Steps)
	course.Checkpoint, course.Every, course.Resume = opt.Checkpoint, cmp.Or(opt.CheckpointEvery, checkpointEvery), opt.Resume
	if course.Identity, err = m.identity(clouds); err != nil {
		return err
	}
	losses, err := trainer.Run(ctx, course)
	if err != nil {
		return err
	}
	m.loss = tail(losses)
	return nil
}

// identity is what a checkpoint must be of: settings, data and seed.
func (m *model) identity(clouds [][]geom.Vec3) (map[string]string, error) {
	config, err := json.Marshal(m.cfg)
	if err != nil {
		return nil, err
	}
	digest := sha256.New()
	for _, c := range clouds {
		if err := binary.Write(digest, binary.LittleEndian, c); err != nil {
			return nil, err
		}
	}
	return map[string]string{
		"configuration": string(config), "data": hex.EncodeToString(digest.Sum(nil)), "seed": strconv.FormatUint(m.seed, 10),
	}, nil
}

// draws thins every sound cloud a few times.
func (m *model) draws(ctx context.Context, clouds [][]geom.Vec3) ([][]*View, error) {
	views := make([][]*View, len(clouds))
	for i, c := range clouds {
		for draw := 0; draw < viewsPerCloud; draw++ {
			if m.cfg.Points == 0 && draw > 0 {
				break // all draws are the whole cloud
			}
			v, err := NewView(ctx, m.Workers, m.cfg, c, seed.Stream(m.seed, "imrnet view", i, draw))
			if err != nil {
				return nil, err
			}
			views[i] = append(views[i], v)
		}
	}
	return views, nil
}

// tail is the mean of the last hundred losses.
func tail(losses []float64) float64 {
	last := losses[max(0, len(losses)-100):]
	if len(last) == 0 {
		return 0
	}
	sum := 0.0
	for _, l := range last {
		sum += l
	}
	return sum / float64(len(last))
}

// Network is the shape of the backbone.
func (c Config) Network() pointmae.Config {
	return pointmae.Config{
		Width: c.Width, Encoder: c.EncoderDepth, Decoder: c.DecoderDepth, Heads: c.Heads, GroupSize: c.PatchSize,
		Embed: [3]int{c.Embed[0], c.Embed[1], c.Embed[2]}, PosHidden: 128, DropPath: c.DropPath,
	}
}

// calibrate reads every sound scan with what was learnt, itself left out of
// templates, coverage and tolerance, and finds the unit of the scores.
func (m *model) calibrate(ctx context.Context, clouds [][]geom.Vec3) (none detect.Calibration, err error) {
	scans, readings, err := m.readSound(ctx, clouds)
	if err != nil {
		return none, err
	}
	scored := make([]*scoring.Scored, len(clouds))
	for i, h := range scans {
		if scored[i], err = m.Settle(ctx, h.Scan, readings[i], nil); err != nil {
			return none, err
		}
	}
	return scoring.Calibrate(scored), nil
}

// readSound is what every sound scan reads and scores when it is left out of what was learnt.
func (m *model) readSound(ctx context.Context, clouds [][]geom.Vec3) (scans []*scoring.Held, readings []*scoring.Terms, err error) {
	all, owner := join(clouds)
	if err := m.makeReferences(ctx, clouds); err != nil {
		return nil, nil, err
	}
	if m.cfg.Template {
		if err := m.makeTemplate(ctx, clouds); err != nil {
			return nil, nil, err
		}
	}
	if m.cfg.Coverage {
		if m.Part, err = scene.NewPart(ctx, m.Workers, all, owner, coverageSites); err != nil {
			return nil, nil, err
		}
	}
	scans, readings = make([]*scoring.Held, len(clouds)), make([]*scoring.Terms, len(clouds))
	for i := range clouds {
		if scans[i], err = m.Hold(ctx, all, owner, int32(i)); err != nil {
			return nil, nil, err
		}
		if readings[i], err = m.read(ctx, scans[i].Scan, i); err != nil {
			return nil, nil, err
		}
	}
	m.bank = newBank(clouds, readings)
	// Nothing can be left out of a single scan.
	held := func(i int) int32 { return int32(i) }
	if len(clouds) == 1 {
		held = func(int) int32 { return -1 }
	}
	if m.cfg.Fusion == "calibrated" {
		if err := m.findLevels(ctx, scans, readings, held); err != nil {
			return nil, nil, err
		}
	}
	for i, h := range scans {
		t := readings[i]
		if t.Score, err = m.bank.fuse(ctx, m.Workers, h.Points(), t, held(i), m.cfg.Fusion); err != nil {
			return nil, nil, err
		}
	}
	return scans, readings, nil
}

// findLevels sets the unit of each term: the mean over the sound scans, each held out,
// of the object score of that term alone.
func (m *model) findLevels(ctx context.Context, scans []*scoring.Held, readings []*scoring.Terms, held func(int) int32) error {
	level := make([]float64, len(m.bank.names))
	for i, h := range scans {
		excess, err := m.bank.excess(ctx, m.Workers, h.Points(), readings[i], held(i))
		if err != nil {
			return err
		}
		for k := range excess {
			alone, err := m.Settle(ctx, h.Scan, &scoring.Terms{Score: excess[k]}, nil)
			if err != nil {
				return err
			}
			level[k] += float64(alone.Object) / float64(len(scans))
		}
	}
	for k := range level {
		level[k] = float64(float32(max(1, level[k]))) // as the model file keeps it
	}
	m.bank.level = level
	return nil
}

// join unites the clouds; owner tells which each point is from.
func join(clouds [][]geom.Vec3) (all []geom.Vec3, owner []int32) {
	for i, c := range clouds {
		all = append(all, c...)
		for range c {
			owner = append(owner, int32(i))
		}
	}
	return all, owner
}

// makeTemplate keeps the features of the first sound cloud and sets τ (Eq. 19) from
// the distances of the others' features to them; with one cloud alone, of its own
// second pass.
func (m *model) makeTemplate(ctx context.Context, clouds [][]geom.Vec3) error {
	session := m.session()
	defer m.release(session)
	distances := make([][]float64, templateLayers(m.cfg))
	for i, c := range clouds {
		r := &reader{cfg: m.cfg, seed: m.seed, workers: m.Workers, net: session}
		v, err := NewView(ctx, m.Workers, m.cfg, c, seed.Stream(m.seed, "imrnet template", i))
		if err != nil {
			return err
		}
		sets, _, err := r.passes(ctx, v)
		if err != nil {
			return err
		}
		features, err := fused(ctx, session, sets, m.cfg)
		if err != nil {
			return err
		}
		for k := range sets {
			if m.template == nil {
				m.template = &template{centres: sets[k].centres, features: features[k], layers: templateLayers(m.cfg)}
				continue
			}
			d, _ := m.template.distances(sets[k].centres, features[k])
			for l := range d {
				distances[l] = append(distances[l], d[l]...)
			}
		}
	}
	for _, d := range distances {
		m.template.limit = append(m.template.limit, limitOf(d, m.cfg.Tau))
	}
	return nil
}

// makeReferences cuts the reference patches. One scan more than there are passes
// gives them, so that one can be left out.
func (m *model) makeReferences(ctx context.Context, clouds [][]geom.Vec3) error {
	if m.cfg.Reference == 0 {
		return nil
	}
	for i, c := range clouds[:min(len(clouds), m.cfg.Passes+1)] {
		v, err := NewView(ctx, m.Workers, m.cfg, c, seed.Stream(m.seed, "imrnet reference", i))
		if err != nil {
			return err
		}
		p, err := v.reference(ctx, m.Workers, m.cfg, 0)
		if err != nil {
			return err
		}
		m.beside = append(m.beside, p)
	}
	return nil
}

// references are the reference patches without those of one sound scan, -1 for none.
func (m *model) references(held int) []*patches {
	if held < 0 || held >= len(m.beside) || len(m.beside) == 1 {
		return m.beside
	}
	return slices.Concat(m.beside[:held], m.beside[held+1:])
}

// read computes the terms of a scan in network coordinates. held is the sound scan
// that it is, -1 for none.
func (m *model) read(ctx context.Context, scan *scoring.Scan, held int) (*scoring.Terms, error) {
	session := m.session()
	defer m.release(session)
	r := &reader{cfg: m.cfg, seed: m.seed, workers: m.Workers, net: session, template: m.template, beside: m.references(held)}
	return r.read(ctx, scan)
}

func (m *model) session() *pointmae.Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.sessions); n > 0 {
		s := m.sessions[n-1]
		m.sessions = m.sessions[:n-1]
		return s
	}
	return pointmae.NewSession(m.net, m.Workers)
}

func (m *model) release(s *pointmae.Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions = append(m.sessions, s)
}

// Terms implements scoring.Method.
func (m *model) Terms(ctx context.Context, scan *scoring.Scan) (*scoring.Terms, error) {
	t, err := m.read(ctx, scan, -1)
	if err != nil {
		return nil, err
	}
	t.Score, err = m.bank.fuse(ctx, m.Workers, scan.Points(), t, -1, m.cfg.Fusion)
	return t, err
}
