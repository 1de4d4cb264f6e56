// The trained model: how it is made, and how it scores a scan.
package imrnet

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/geom"
	"blemish/pointmae"
	"blemish/seed"
	"blemish/spatial"
)

// viewsPerCloud is how many thinned draws of each sound cloud training sees.
const viewsPerCloud = 4

// checkpointEvery is the time between checkpoints of the training where nobody says.
const checkpointEvery = 20 * time.Second

// coverageSites bounds how many places of the sound surface coverage looks at.
const coverageSites = 10000

// lookOptions is how scans are held against the sound surface.
var lookOptions = scene.Options{Neighbors: 20, Reach: 1.5}

type detector struct{ cfg Config }

var _ detect.Detector = (*detector)(nil)

// New returns the detector with a configuration.
func New(cfg Config) detect.Detector { return &detector{cfg} }

// Name implements detect.Detector.
func (d *detector) Name() string { return "imrnet" }

// Config implements detect.Detector.
func (d *detector) Config() any { return d.cfg }

// model is a trained IMRNet of one class.
type model struct {
	cfg     Config
	card    *detect.Card
	seed    uint64
	workers int

	place    *placer
	net      *pointmae.Model
	template *template
	bank     *bank
	part     *scene.Part // in network coordinates; nil where coverage is off
	beside   []*patches  // reference patches of the first sound scans, one more than passes
	loss     float64     // at the end of training

	mu       sync.Mutex
	sessions []*pointmae.Session // idle ones; a session serves one scan at a time
}

// Fit trains the network on the sound scans and calibrates the score on them.
func (d *detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	cfg := d.cfg
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	place, clouds, err := newPlacer(ctx, sound, cfg, opt)
	if err != nil {
		return nil, err
	}
	m := &model{cfg: cfg, seed: opt.Seed, workers: opt.Workers, place: place}
	for i, c := range clouds {
		if need := max(cfg.Patches, cfg.PatchSize); len(c) < need {
			return nil, fmt.Errorf("%s: %w: %d, at least %d are needed for %d patches of %d", opt.ScanName(i), detect.ErrTooFewPoints, len(c), need, cfg.Patches, cfg.PatchSize)
		}
	}
	if err := m.train(ctx, clouds, opt); err != nil {
		return nil, err
	}
	if m.card, err = detect.NewCard(&detector{m.cfg}, opt, detect.Calibration{}); err != nil {
		return nil, err
	}
	if err := m.calibrate(ctx, clouds); err != nil {
		return nil, err
	}
	m.card.Scans = len(clouds)
	for _, c := range clouds {
		m.card.Points += len(c)
	}
	return m, nil
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
	trainer := pointmae.NewTrainer(m.net, m.cfg.TrainOptions(m.workers, m.seed))
	course := m.cfg.Course(func(ctx context.Context, step, i int) ([]pointmae.Cloud, error) {
		return drawExample(ctx, views, m.cfg, m.workers, seed.Stream(m.seed, "imrnet example", step, i))
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
			v, err := NewView(ctx, m.workers, m.cfg, c, seed.Stream(m.seed, "imrnet view", i, draw))
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
		Embed: [3]int{c.Embed[0], c.Embed[1], c.Embed[2]}, PosHidden: 128,
	}
}

// calibrate reads every sound scan with what was learnt, itself left out of
// templates, coverage and tolerance, and sets the unit of the scores.
func (m *model) calibrate(ctx context.Context, clouds [][]geom.Vec3) error {
	all, owner := join(clouds)
	if err := m.makeReferences(ctx, clouds); err != nil {
		return err
	}
	if m.cfg.Template {
		if err := m.makeTemplate(ctx, clouds); err != nil {
			return err
		}
	}
	var err error
	if m.cfg.Coverage {
		if m.part, err = scene.NewPart(ctx, m.workers, all, owner, coverageSites); err != nil {
			return err
		}
	}
	readings := make([]*terms, len(clouds))
	for i, c := range clouds {
		var others *scene.Part
		if m.cfg.Coverage {
			if others, err = m.part.Without(ctx, m.workers, without(all, owner, int32(i))); err != nil {
				return err
			}
		}
		if readings[i], err = m.read(ctx, c, i, others); err != nil {
			return err
		}
	}
	m.bank = newBank(clouds, readings)
	// Nothing can be left out of a single scan.
	held := func(i int) int32 { return int32(i) }
	if len(clouds) == 1 {
		held = func(int) int32 { return -1 }
	}
	if m.cfg.Fusion == "calibrated" {
		if err := m.findLevels(ctx, clouds, readings, held); err != nil {
			return err
		}
	}
	point, object := make([]float32, len(clouds)), make([]float32, len(clouds))
	for i, c := range clouds {
		raw, err := m.bank.fuse(ctx, m.workers, c, readings[i], held(i), m.cfg.Fusion)
		if err != nil {
			return err
		}
		var score []float32
		if score, object[i], err = m.judge(ctx, c, raw, readings[i].use()); err != nil {
			return err
		}
		point[i] = slices.Max(score)
	}
	m.card.Calibration = detect.Calibrate(point, object)
	return nil
}

// findLevels sets the unit of each term: the mean over the sound scans, each held out,
// of the object score of that term alone.
func (m *model) findLevels(ctx context.Context, clouds [][]geom.Vec3, readings []*terms, held func(int) int32) error {
	level := make([]float64, len(m.bank.names))
	for i, c := range clouds {
		excess, err := m.bank.excess(ctx, m.workers, c, readings[i], held(i))
		if err != nil {
			return err
		}
		for k := range excess {
			_, object, err := m.judge(ctx, c, excess[k], readings[i].use())
			if err != nil {
				return err
			}
			level[k] += float64(object) / float64(len(clouds))
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

// without leaves one cloud out of a union; where it is the only one, nothing is.
func without(all []geom.Vec3, owner []int32, held int32) []geom.Vec3 {
	var rest []geom.Vec3
	for i, p := range all {
		if owner[i] != held {
			rest = append(rest, p)
		}
	}
	if rest == nil {
		return all
	}
	return rest
}

// makeTemplate keeps the features of the first sound cloud and sets τ (Eq. 19) from
// the distances of the others' features to them; with one cloud alone, of its own
// second pass.
func (m *model) makeTemplate(ctx context.Context, clouds [][]geom.Vec3) error {
	session := m.session()
	defer m.release(session)
	var distances []float64
	for i, c := range clouds {
		r := &reader{cfg: m.cfg, seed: m.seed, workers: m.workers, net: session}
		v, err := NewView(ctx, m.workers, m.cfg, c, seed.Stream(m.seed, "imrnet template", i))
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
				m.template = &template{centres: sets[k].centres, features: features[k]}
				continue
			}
			d, _ := m.template.distances(sets[k].centres, features[k])
			distances = append(distances, d...)
		}
	}
	m.template.limit = limitOf(distances)
	return nil
}

// makeReferences cuts the reference patches. One scan more than there are passes
// gives them, so that one can be left out.
func (m *model) makeReferences(ctx context.Context, clouds [][]geom.Vec3) error {
	if m.cfg.Reference == 0 {
		return nil
	}
	for i, c := range clouds[:min(len(clouds), m.cfg.Passes+1)] {
		v, err := NewView(ctx, m.workers, m.cfg, c, seed.Stream(m.seed, "imrnet reference", i))
		if err != nil {
			return err
		}
		p, err := v.reference(ctx, m.workers, m.cfg, 0)
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

// read computes the terms of a cloud in network coordinates. held is the sound scan
// that it is, -1 for none.
func (m *model) read(ctx context.Context, points []geom.Vec3, held int, part *scene.Part) (*terms, error) {
	session := m.session()
	defer m.release(session)
	r := &reader{cfg: m.cfg, seed: m.seed, workers: m.workers, net: session, template: m.template, beside: m.references(held), part: part}
	return r.read(ctx, points)
}

func (m *model) session() *pointmae.Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.sessions); n > 0 {
		s := m.sessions[n-1]
		m.sessions = m.sessions[:n-1]
		return s
	}
	return pointmae.NewSession(m.net, m.workers)
}

func (m *model) release(s *pointmae.Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions = append(m.sessions, s)
}

// judge averages raw scores over neighbours and makes the object score of them. use says
// which points are comparable; nil: all.
func (m *model) judge(ctx context.Context, points []geom.Vec3, raw []float32, use []bool) (point []float32, object float32, err error) {
	pooled, err := detect.Pool(ctx, m.workers, spatial.NewTree(points), raw, use, detect.PoolNeighbors)
	if err != nil {
		return nil, 0, err
	}
	if m.cfg.Object == "max" {
		for _, v := range raw {
			object = max(object, v)
		}
		return raw, object, nil
	}
	return pooled, detect.ObjectScore(points, pooled, use), nil
}

// Score implements detect.Model.
func (m *model) Score(ctx context.Context, scan *geom.Cloud) (*detect.Result, error) {
	s := detect.Sample(scan, mostPoints)
	points, pose, fit, err := m.place.place(ctx, m.workers, s.Points)
	if detect.Unplaced(err) {
		return detect.UnsureResult(scan.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	t, err := m.read(ctx, points, -1, m.part)
	if errors.Is(err, detect.ErrTooFewPoints) {
		return detect.UnsureResult(scan.Len(), err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	raw, err := m.bank.fuse(ctx, m.workers, points, t, -1, m.cfg.Fusion)
	if err != nil {
		return nil, err
	}
	score, object, err := m.judge(ctx, points, raw, t.use())
	if err != nil {
		return nil, err
	}
	res := &detect.Result{Pose: pose, Fit: fit, Threshold: float32(m.card.Calibration.Threshold)}
	res.Object = m.card.Calibration.Apply(score, object)
	res.Regions, err = detect.FindRegions(ctx, m.workers, detect.Evidence{Scan: s.Points, Score: score}, detect.RegionOptions{})
	if err != nil {
		return nil, err
	}
	if t.view != nil {
		res.Fit.Growth = t.view.Growth()
		res.Seen = detect.NewSeen(t.view, m.part, pose.Inverse(), m.place.radius, s)
	}
	values, err := s.Carry(ctx, m.workers, res.Regions, append([][]float32{score}, t.values...)...)
	if err != nil {
		return nil, err
	}
	res.Point, res.Terms = values[0], map[string][]float32{}
	for k, name := range t.names {
		res.Terms[name] = values[k+1]
	}
	res.Judge()
	return res, nil
}
