package main

import (
	"fmt"
	"image"
	"math"
	"os"
	"path"
	"slices"
	"strings"

	"blemish/geom"
	"blemish/render"
)

// Pictures of the scans whose pose is not right.

// panel is one scan on its reference: as found, and as it truly lies.
type panel struct {
	row          row
	found, truly image.Image
}

const (
	panelSide   = 220 // pixels
	panelsShown = 12  // at most
)

// worthAPicture picks failures: all that are wrong, and of each object the first that
// cannot be told.
func worthAPicture(rows []row) map[string]row {
	again, seen := map[string]row{}, map[string]bool{}
	for _, untold := range []bool{false, true} {
		for _, r := range rows {
			object := r.Set + "/" + r.Object
			if r.Method != own || r.right() || r.untold() != untold || untold && seen[object] || len(again) == panelsShown {
				continue
			}
			seen[object] = true
			again[r.key()] = r
		}
	}
	return again
}

// wanted says whether anything of an object is to be done.
func (m *measurement) wanted(set, name string) bool {
	for _, r := range m.again {
		if r.Set == set && r.Object == name {
			return true
		}
	}
	return m.again == nil
}

// show aligns a trial as before and draws it.
func (m *measurement) show(s *subject, t trial) error {
	r, wanted := m.again[t.row(own).key()]
	if !wanted {
		return nil
	}
	again, pose := m.align(s, t)
	if err := m.judge(s, t, pose, &again); err != nil {
		return err
	}
	if again.Off != r.Off {
		return fmt.Errorf("%s: off by %g, in the results by %g: they are of another build", r.key(), again.Off, r.Off)
	}
	// Both from where the scan is seen best as it lies in truth.
	placed := t.truth.ApplyAll(t.points)
	ones := make([]float32, len(placed))
	for i := range ones {
		ones[i] = 1
	}
	view := render.Facing(placed, ones, 0.5)
	m.panels = append(m.panels, panel{again, s.draw(pose.ApplyAll(t.points), view), s.draw(placed, view)})
	return m.ctx.Err()
}

// draw is a placed scan, coloured by its distance from the reference up to 2 % of the
// diagonal, with the reference in grey.
func (s *subject) draw(placed []geom.Vec3, view render.View) image.Image {
	points := append(slices.Clone(s.points), placed...)
	value := make([]float32, len(points))
	for i := range s.points {
		value[i] = float32(math.NaN())
	}
	for i, p := range placed {
		n := s.tree.Nearest(p)
		value[len(s.points)+i] = float32(p.D().Sub(s.points[n.Index].D()).Norm() / s.diagonal)
	}
	return render.Cloud(&geom.Cloud{Points: points}, render.Options{
		Width: panelSide, Height: panelSide, Values: value, Lo: 0, Hi: 0.02, View: view, Frame: s.points,
	})
}

// draw writes the panels as one sheet: two scans a line, each as found and as it is.
func (m *measurement) draw() error {
	var images []image.Image
	var labels []string
	for _, p := range m.panels {
		name := strings.TrimSuffix(p.row.Object, path.Ext(p.row.Object))
		images = append(images, p.found, p.truly)
		labels = append(labels, path.Base(name)+" "+p.row.Kind+": found", fmt.Sprintf("true pose, %.1f %% off", 100*min(p.row.Off, p.row.OffMod)))
	}
	if len(images) == 0 {
		return fmt.Errorf("nothing to draw: every pose of the results is right")
	}
	f, err := os.Create(m.picture)
	if err != nil {
		return err
	}
	if err := render.WritePNG(f, render.Sheet(images, labels, 4)); err != nil {
		return err
	}
	return f.Close()
}
