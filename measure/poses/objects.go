package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blemish/defect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
	"blemish/shape"
	"blemish/spatial"
)

// Scans made from meshes and built-in shapes.

// meshes scans every mesh but the deliberately broken ones.
func (m *measurement) meshes(data string) error {
	files, err := filepath.Glob(filepath.Join(data, "meshes", "*", "*"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s: no meshes there (%v)", data, err)
	}
	slices.Sort(files)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		if strings.HasPrefix(name, "nasty/") || !m.mine("meshes", name) {
			continue
		}
		solid, _, err := format.ReadMesh(file)
		if err != nil {
			return err
		}
		if err := m.object("meshes", name, solid); err != nil {
			return err
		}
	}
	return nil
}

// shapes scans an instance of every built-in class.
func (m *measurement) shapes() error {
	for _, class := range shape.Classes() {
		if !m.mine("shapes", class) {
			continue
		}
		solid, err := shape.Build(class, seed.Stream(m.opt.Seed, "shape", class))
		if err != nil {
			return err
		}
		if err := m.object("shapes", class, solid); err != nil {
			return err
		}
	}
	return nil
}

// kinds lists the ways to make a scan: as the object is, with noise of 0.3 % of the
// diagonal, from one side, from two, and with each kind of defect.
func kinds() []string {
	list := []string{"clean", "noise", "view1", "view2"}
	for _, k := range defect.Kinds() {
		list = append(list, string(k))
	}
	return list
}

// object scans one object in all ways.
func (m *measurement) object(set, name string, solid *geom.Mesh) error {
	if !m.wanted(set, name) {
		return nil
	}
	target, err := defect.NewTarget(m.ctx, solid)
	if err != nil {
		m.skipped = append(m.skipped, fmt.Sprintf("%s/%s: %v", set, name, err))
		return nil
	}
	reference := target.Sample(20000, seed.Stream(m.opt.Seed, "reference", set, name)).Points
	probe := target.Sample(8000, seed.Stream(m.opt.Seed, "probe", set, name)).Points
	s, err := m.newSubject(set, name, reference, probe)
	if err != nil {
		return err
	}
	tree := spatial.NewBVH(target.Mesh())
	for _, kind := range kinds() {
		if len(m.settings.kinds) > 0 && !slices.Contains(m.settings.kinds, kind) {
			continue
		}
		scans := m.poses
		if defect.Known(defect.Kind(kind)) {
			scans = m.defects
		}
		for i := m.skip; i < scans; i++ {
			t := trial{set: set, object: name, kind: kind, scan: i, partial: strings.HasPrefix(kind, "view")}
			if m.known(t) {
				continue
			}
			err := t.make(m, target, tree, seed.Stream(m.opt.Seed, "scan", set, name, kind, i))
			if errors.Is(err, defect.ErrUnsuitable) {
				continue // no place for this kind of defect
			}
			if err == nil {
				err = m.run(s, t)
			}
			if err != nil {
				return fmt.Errorf("%s/%s %s: %w", set, name, kind, err)
			}
		}
	}
	return nil
}

// known says that the results have all of a trial already.
func (m *measurement) known(t trial) bool {
	if m.again != nil {
		_, wanted := m.again[t.row(own).key()]
		return !wanted
	}
	methods := []string{own}
	if m.other != nil {
		methods = append(methods, m.other.methods...)
	}
	for _, method := range methods {
		if !m.done[t.row(method).key()] {
			return false
		}
	}
	return true
}

// make scans the object in a random pose.
func (t *trial) make(m *measurement, target *defect.Target, tree *spatial.BVH, r *seed.Rand) error {
	n := 8000 + r.Intn(22001)
	diagonal := target.Diagonal()
	switch t.kind {
	case "clean", "noise":
		t.points = target.Sample(n, r).Points
		if t.kind == "noise" {
			s := 0.003 * diagonal
			for i, p := range t.points {
				t.points[i] = p.D().Add(geom.Vec{X: s * r.Norm(), Y: s * r.Norm(), Z: s * r.Norm()}).F()
			}
		}
	case "view1", "view2":
		t.points = views(target, tree, t.kind == "view2", n, r)
	default:
		plan, err := defect.Draw(target, defect.Kind(t.kind), defect.Medium, r)
		if err != nil {
			return err
		}
		carved, err := defect.Apply(m.ctx, target, plan)
		if err != nil {
			return err
		}
		c := carved.Sample(n, r)
		t.points = c.Points
		for i, l := range c.Scalars["label"] {
			if l == 0 {
				t.sound = append(t.sound, int32(i))
			}
		}
	}
	if t.sound == nil {
		for i := range t.points {
			t.sound = append(t.sound, int32(i))
		}
	}
	pose := geom.Pose{R: geom.RotationQuat(r.Quaternion()), T: geom.Vec{X: diagonal * r.Norm(), Y: diagonal * r.Norm(), Z: diagonal * r.Norm()}}
	t.points, t.truth = pose.ApplyAll(t.points), pose.Inverse()
	if len(t.points) < 100 {
		fmt.Fprintf(os.Stderr, "%s %s %s: only %d points\n", t.set, t.object, t.kind, len(t.points))
	}
	return nil
}

// views draws n points of the object and keeps those that a camera far away sees,
// from a random side; or with both two cameras, 60° to 120° apart.
func views(target *defect.Target, tree *spatial.BVH, both bool, n int, r *seed.Rand) []geom.Vec3 {
	x, y, z := r.Direction()
	cameras := []geom.Vec{{X: x, Y: y, Z: z}}
	if both {
		axis := cameras[0].Perpendicular()
		axis = geom.RotationAxis(cameras[0], r.Uniform(0, 2*math.Pi)).MulVec(axis)
		cameras = append(cameras, geom.RotationAxis(axis, r.Uniform(math.Pi/3, 2*math.Pi/3)).MulVec(cameras[0]))
	}
	var seen []geom.Vec3
	for _, p := range target.Sample(n, r).Points {
		for _, c := range cameras {
			if _, hit := tree.First(p.D(), c, 1e-4*target.Diagonal(), math.Inf(1)); !hit {
				seen = append(seen, p)
				break
			}
		}
	}
	return seen
}
