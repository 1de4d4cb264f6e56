package deviation

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/geom"
	"blemish/seed"
	"blemish/spatial"
	"blemish/task"
)

// A CAD model as the reference: scans are held against its triangles. Sound scans beside
// it teach how sound parts differ from it.

// fitCAD is Fit with a mesh.
func (d *detector) fitCAD(ctx context.Context, m *model, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	opt.Progress.Report(task.Event{Stage: "prepare the CAD model of " + opt.Class, Total: 1, Unit: "meshes"})
	var err error
	if m.frame, err = detect.NewMeshFrame(ctx, opt.CAD, m.frameOptions(opt.Seed)); err != nil {
		return nil, err
	}
	if err := m.prepare(ctx, opt.Seed); err != nil {
		return nil, err
	}
	points := m.part.Surface.Tree.Len()
	calibration := toTolerance(0)
	if len(sound) == 0 {
		m.nominal()
	} else {
		l := &lesson{model: m}
		if err := l.compare(ctx, sound, opt); err != nil {
			return nil, err
		}
		points = len(l.owner)
		if calibration, err = l.calibrateOn(ctx); err != nil {
			return nil, err
		}
	}
	if m.card, err = detect.NewCard(d, opt, calibration); err != nil {
		return nil, err
	}
	m.card.Scans, m.card.Points = m.frame.Scans(), points
	m.decide()
	m.card.Decision = m.given.decision()
	return m, nil
}

// nominal is what is known of sound parts where no scan tells: that they are as the mesh is,
// and that chance alone leaves voids.
func (m *model) nominal() {
	n := m.part.Surface.Tree.Len()
	m.tol = &tolerance{}
	for range m.cfg.Scales {
		m.tol.bias, m.tol.spread = append(m.tol.bias, make([]float32, n)), append(m.tol.spread, make([]float32, n))
		m.limit = append(m.limit, 1)
	}
	m.void = make([]float32, len(m.part.Sites))
	for i := range m.void {
		m.void[i] = chanceVoid(len(m.void))
	}
}

// compare brings sound scans to the mesh and reads each. The mesh is not learnt from them,
// so nothing need be held out for that; one scan alone is cut into two random halves, of
// which each is judged by the other.
func (l *lesson) compare(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) error {
	m := l.model
	var scans [][]geom.Vec3
	for i, c := range sound {
		opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: i, Total: len(sound), Unit: "scans"})
		points := detect.Solid(detect.Sample(c, m.cfg.ReferencePoints).Points)
		pose, err := m.frame.AddScan(ctx, m.workers, points)
		if err != nil {
			return fmt.Errorf("%s: %w", opt.ScanName(i), err)
		}
		scans = append(scans, pose.ApplyAll(points))
	}
	if len(scans) == 1 {
		scans = halves(scans[0], opt.Seed)
	}
	l.mean = make([][]float32, len(m.cfg.Scales))
	var noise []float64
	for p, points := range scans {
		h := &held{model: &model{cfg: m.cfg, workers: m.workers, part: m.part}}
		var err error
		if h.reading, err = m.read(ctx, points, nil); err != nil {
			return err
		}
		for i := range points {
			h.index = append(h.index, int32(len(l.owner)))
			l.owner, l.valid = append(l.owner, int32(p)), append(l.valid, h.reading.use[i])
		}
		for k := range l.mean {
			l.mean[k] = append(l.mean[k], h.reading.mean[k]...)
		}
		l.parts = append(l.parts, h)
		noise = append(noise, h.reading.Noise)
	}
	m.noise = float64(float32(middle64(noise))) // as a model file keeps it
	opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: len(sound), Total: len(sound), Unit: "scans"})
	return nil
}

// halves cuts a scan into two at random.
func halves(points []geom.Vec3, root uint64) [][]geom.Vec3 {
	out := make([][]geom.Vec3, 2)
	for rank, i := range seed.Stream(root, "deviation", "halves").Perm(len(points)) {
		out[rank%2] = append(out[rank%2], points[i])
	}
	return out
}

// calibrateOn is calibrate where the readings lie at the feet of the scans' points and the
// tolerance is wanted at the samples of the mesh.
func (l *lesson) calibrateOn(ctx context.Context) (detect.Calibration, error) {
	m := l.model
	surface := m.part.Surface
	var at, side []geom.Vec3
	for _, h := range l.parts {
		for _, f := range h.reading.Feet {
			at, side = append(at, f.At.F()), append(side, surface.Normal[f.Near])
		}
	}
	read := &readings{spatial.NewTree(at), side, l.owner, l.mean, l.valid}
	var err error
	if m.tol, err = read.at(ctx, m.workers, surface.Tree.Points(), surface.Normal, nil, surface.MeanSpacing(), &m.cfg); err != nil {
		return detect.Calibration{}, err
	}
	apart, err := read.learn(ctx, m.workers, true, surface.MeanSpacing(), &m.cfg)
	if err != nil {
		return detect.Calibration{}, err
	}
	return l.scale(ctx, apart)
}
