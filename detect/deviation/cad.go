package deviation

import (
	"context"
	"fmt"

	"blemish/detect"
	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// A CAD model as the reference: scans are held against its triangles. Sound scans beside
// it teach how sound parts differ from it.

// learnCAD is learn with a mesh.
func (m *model) learnCAD(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (*lesson, error) {
	opt.Progress.Report(task.Event{Stage: "prepare the CAD model of " + opt.Class, Total: 1, Unit: "meshes"})
	var err error
	if m.Frame, err = scoring.NewMeshFrame(ctx, opt.CAD, m.frameOptions(opt.Seed)); err != nil {
		return nil, err
	}
	if err := m.See(ctx, m.cfg.ReferencePoints, m.cfg.Sites, opt.Seed); err != nil {
		return nil, err
	}
	l := &lesson{model: m, points: m.Part.Surface.Tree.Len(), calibration: toTolerance(0)}
	if len(sound) == 0 {
		m.nominal()
		return l, nil
	}
	if err := l.compare(ctx, sound, opt); err != nil {
		return nil, err
	}
	l.points = len(l.owner)
	l.calibration, err = l.calibrateOn(ctx)
	return l, err
}

// nominal is what is known of sound parts where no scan tells: that they are as the mesh is,
// and that chance alone leaves voids.
func (m *model) nominal() {
	n := m.Part.Surface.Tree.Len()
	m.tol = &scoring.Tolerance{}
	for range m.cfg.Scales {
		m.tol.Bias, m.tol.Spread = append(m.tol.Bias, make([]float32, n)), append(m.tol.Spread, make([]float32, n))
		m.limit = append(m.limit, evenly(1))
	}
	m.usual = make([]sigmas, len(m.cfg.Scales))
	m.Usual = scoring.ChanceUsual(m.Part)
}

// compare brings sound scans to the mesh and reads each. The mesh is not learnt from them,
// so nothing need be held out for that; one scan alone is cut into two random halves, of
// which each is judged by the other.
func (l *lesson) compare(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) error {
	m := l.model
	var scans [][]geom.Vec3
	for i, c := range sound {
		opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: i, Total: len(sound), Unit: "scans"})
		points, err := scoring.Solid(ctx, m.Workers, scoring.Sample(c, m.cfg.ReferencePoints).Points)
		if err != nil {
			return err
		}
		pose, err := m.Frame.AddScan(ctx, m.Workers, points)
		if err != nil {
			return fmt.Errorf("%s: %w", opt.ScanName(i), err)
		}
		scans = append(scans, pose.ApplyAll(points))
	}
	if len(scans) == 1 {
		scans = scoring.Halves(scans[0], Name, opt.Seed)
	}
	l.mean = make([][]float32, len(m.cfg.Scales))
	for p, points := range scans {
		scan, err := m.Look(ctx, m.Part, points, scoring.Taken{})
		if err != nil {
			return err
		}
		h := &held{Held: &scoring.Held{Scan: scan}}
		if h.reading, err = m.average(ctx, scan); err != nil {
			return err
		}
		for i := range points {
			h.Index = append(h.Index, int32(len(l.owner)))
			l.owner, l.valid = append(l.owner, int32(p)), append(l.valid, h.Use[i])
		}
		for k := range l.mean {
			l.mean[k] = append(l.mean[k], h.reading.mean[k]...)
		}
		l.parts = append(l.parts, h)
	}
	opt.Progress.Report(task.Event{Stage: "learn " + opt.Class, Done: len(sound), Total: len(sound), Unit: "scans"})
	return nil
}

// calibrateOn is calibrate where the readings lie at the feet of the scans' points and the
// tolerance is wanted at the samples of the mesh.
func (l *lesson) calibrateOn(ctx context.Context) (detect.Calibration, error) {
	m := l.model
	surface := m.Part.Surface
	var at, side []geom.Vec3
	for _, h := range l.parts {
		for _, f := range h.View.Feet {
			at, side = append(at, f.At.F()), append(side, surface.Normal[f.Near])
		}
	}
	read := &scoring.Readings{Tree: spatial.NewTree(at), Side: side, Owner: l.owner, Value: l.mean, Valid: l.valid}
	var err error
	if m.tol, err = read.At(ctx, m.Workers, surface.Tree.Points(), surface.Normal, nil, m.cfg.tolerance(surface)); err != nil {
		return detect.Calibration{}, err
	}
	apart, err := read.Learn(ctx, m.Workers, true, m.cfg.tolerance(surface))
	if err != nil {
		return detect.Calibration{}, err
	}
	return l.scale(ctx, apart)
}
