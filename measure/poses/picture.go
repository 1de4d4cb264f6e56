package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"os"
	"path"
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

// worthAPicture picks failures: of each object the first pose that is wrong, and the
// first that cannot be told.
func worthAPicture(rows []row) map[string]row {
	again := map[string]row{}
	for _, untold := range []bool{false, true} {
		seen := map[string]bool{}
		for _, r := range rows {
			object := r.Set + "/" + r.Object
			if r.Method != own || r.right() || r.untold() != untold || seen[object] || len(again) == panelsShown {
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
	found, err := s.draw(m.ctx, pose.ApplyAll(t.points), view)
	if err != nil {
		return err
	}
	truly, err := s.draw(m.ctx, placed, view)
	m.panels = append(m.panels, panel{again, found, truly})
	return err
}

// draw is a placed scan, blue where it lies on the reference and red from 2 % of the
// diagonal off it on, among a few of the reference's points in grey.
func (s *subject) draw(ctx context.Context, placed []geom.Vec3, view render.View) (image.Image, error) {
	points, colours := make([]geom.Vec3, 0, len(placed)+len(s.points)/4), []color.NRGBA{}
	for i := 0; i < len(s.points); i += 4 {
		points, colours = append(points, s.points[i]), append(colours, color.NRGBA{205, 206, 210, 255})
	}
	for _, p := range placed {
		n := s.tree.Nearest(p)
		off := p.D().Sub(s.points[n.Index].D()).Norm() / (0.02 * s.diagonal)
		red := uint8(255 * math.Sqrt(max(0, min(1, (off-0.3)/0.7)))) // sampling alone leaves half a per cent
		points, colours = append(points, p), append(colours, color.NRGBA{40 + red/5*4, 110 - red/5*2, 200 - red/5*3, 255})
	}
	return render.Cloud(ctx, &geom.Cloud{Points: points}, render.Options{
		Width: panelSide, Height: panelSide, Colors: colours, View: view, Frame: s.points, PointScale: 0.6,
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
