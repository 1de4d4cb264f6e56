package main

import (
	"fmt"

	"blemish/geom"
	"blemish/register"
	"blemish/spatial"
)

// Whether a pose is right.

// subject is an object that scans are aligned to.
type subject struct {
	set, name string
	points    []geom.Vec3 // of the reference
	reference *register.Reference
	tree      *spatial.Tree // over points
	diagonal  float64
	probe     []geom.Vec3 // another whole sound scan, in the reference's frame
	closeness float64     // of the probe
	axes      []axis      // about which the object turns freely
}

// trial is one scan whose true pose is known.
type trial struct {
	set, object, kind, file string
	scan                    int
	points                  []geom.Vec3
	sound                   []int32   // points that lie on the sound surface
	truth                   geom.Pose // reference from scan
	partial                 bool
}

func (t trial) row(method string) row {
	return row{Method: method, Set: t.set, Object: t.object, Kind: t.kind, Scan: t.scan, File: t.file, Points: len(t.points)}
}

func (m *measurement) newSubject(set, name string, points, probe []geom.Vec3) (*subject, error) {
	s := &subject{set: set, name: name, points: points, probe: probe, tree: spatial.NewTree(points), diagonal: geom.BoxOf(points).Diagonal()}
	var err error
	if s.reference, err = register.NewReference(m.ctx, points, m.opt); err != nil {
		return nil, fmt.Errorf("%s/%s: %w", set, name, err)
	}
	s.closeness = s.close(probe, geom.IdentityPose(), true)
	m.findAxes(s)
	return s, nil
}

// judge fills in how far a pose is off.
func (m *measurement) judge(s *subject, t trial, pose geom.Pose, r *row) error {
	if r.Error != "" {
		return nil
	}
	sound := make([]geom.Vec3, len(t.sound))
	for k, i := range t.sound {
		sound[k] = t.points[i]
	}
	r.Off = meanApart(sound, pose, t.truth) / s.diagonal
	r.OffMod = r.Off
	if r.Off < rightBelow {
		r.Alike = 1
		return nil
	}
	// The motion of the object that was taken for none. It is right where it is near to
	// one that takes the object onto itself.
	motion := pose.Mul(t.truth.Inverse())
	if own, ok := m.symmetry(s, motion); ok {
		r.OffMod = s.nearest(sound, pose, own, t.truth) / s.diagonal
	}
	r.Alike = s.close(sound, pose, !t.partial) / s.close(sound, t.truth, !t.partial)
	if r.right() || r.Method != own {
		return nil
	}
	return m.compare(s, t, pose, r)
}

// compare says what the register package thinks of the pose found beside the true
// one.
func (m *measurement) compare(s *subject, t trial, pose geom.Pose, r *row) error {
	o := m.opt
	o.Coverage = register.CoverageWhole
	if t.partial {
		o.Coverage = register.CoveragePartial
	}
	found, err := s.reference.Refine(m.ctx, t.points, pose, o)
	if err != nil {
		return err
	}
	truth, err := s.reference.Refine(m.ctx, t.points, t.truth, o)
	if err != nil {
		return err
	}
	r.Better = found.Hypotheses[0].Cost / truth.Hypotheses[0].Cost
	return nil
}

// meanApart is the mean distance between the places of points under two poses.
func meanApart(points []geom.Vec3, a, b geom.Pose) float64 {
	var sum float64
	for _, p := range points {
		sum += a.ApplyVec(p.D()).Sub(b.ApplyVec(p.D())).Norm()
	}
	return sum / float64(len(points))
}

// close is the mean distance from placed points to the nearest reference point and,
// both ways, back.
func (s *subject) close(points []geom.Vec3, pose geom.Pose, both bool) float64 {
	placed := pose.ApplyAll(points)
	var there, back float64
	for _, p := range placed {
		n := s.tree.Nearest(p)
		there += p.D().Sub(s.points[n.Index].D()).Norm()
	}
	there /= float64(len(placed))
	if !both {
		return there
	}
	tree := spatial.NewTree(placed)
	for _, p := range s.points {
		n := tree.Nearest(p)
		back += p.D().Sub(placed[n.Index].D()).Norm()
	}
	return there + back/float64(len(s.points))
}
