package inspection

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"blemish/detect"
	"blemish/geom"
)

// From a plan to what a model is adjusted by.

// Adjustment makes the zones and the datum of a plan ready for a model. readCloud reads the
// painted points.
func (p *Plan) Adjustment(ctx context.Context, model detect.Adjustable, readCloud func(path string) (*geom.Cloud, error)) (detect.Adjustment, error) {
	a := detect.Adjustment{Over: p.Tolerance.Over, Under: p.Tolerance.Under, Pose: p.Align.Pose}
	if len(p.Zones) == 0 && p.Align.best() && p.Align.Pose == nil && len(p.Sections) == 0 {
		return a, nil
	}
	if model.Surface() == nil {
		return a, fmt.Errorf("%s keeps no surface of the part, which zones, datums and sections refer to: use a model of auto or deviation", model.About().Detector)
	}
	r := &rules{zones: p.Zones}
	for i := range p.Zones {
		r.rule = append(r.rule, p.Zones[i].rule(i))
	}
	if slices.ContainsFunc(p.Zones, func(z Zone) bool { return z.Painted() }) {
		cloud, err := readCloud(p.Paint.File)
		if err != nil {
			return a, err
		}
		if r.paint, err = p.Paint.read(ctx, cloud, p.Zones, model); err != nil {
			return a, err
		}
	}
	if err := r.check(model); err != nil {
		return a, err
	}
	if len(p.Zones) > 0 {
		a.Rules = r
	}
	if !p.Align.best() {
		d, err := newDatum(&p.Align, r, model.Surface())
		if err != nil {
			return a, err
		}
		a.Align = d.align
	}
	return a, nil
}

// rules is detect.Rules.
type rules struct {
	zones []Zone
	rule  []*detect.Rule
	paint *painted // nil: no zone is painted
}

// At implements detect.Rules.
func (r *rules) At(place geom.Vec3) *detect.Rule {
	by := int32(-1)
	if r.paint != nil {
		by = r.paint.at(place)
	}
	for i := range r.zones {
		if by == int32(i) || !r.zones[i].Painted() && r.zones[i].inside(place.D()) {
			return r.rule[i]
		}
	}
	return nil
}

// in reports whether a place is in a zone, whichever zones come before it.
func (r *rules) in(zone int, place geom.Vec3) bool {
	if z := &r.zones[zone]; !z.Painted() {
		return z.inside(place.D())
	}
	return r.paint.at(place) == int32(zone)
}

// Tolerances implements detect.Rules.
func (r *rules) Tolerances() bool {
	return slices.ContainsFunc(r.rule, func(rule *detect.Rule) bool { return rule.Own() })
}

// check refuses zones that hold nothing of the part: they are elsewhere than was meant.
func (r *rules) check(model detect.Adjustable) error {
	points := model.Surface().Tree.Points()
	box := geom.BoxOf(points)
	for k := range r.zones {
		if !slices.ContainsFunc(points, func(q geom.Vec3) bool { return r.in(k, q) }) {
			return fmt.Errorf("zone %q holds nothing of the part, which reaches from (%.4g, %.4g, %.4g) to (%.4g, %.4g, %.4g) in its own frame",
				r.zones[k].Name, box.Min.X, box.Min.Y, box.Min.Z, box.Max.X, box.Max.Y, box.Max.Z)
		}
	}
	return nil
}

// fieldsOf lists the values that a cloud's points have.
func fieldsOf(c *geom.Cloud) string {
	names := c.ScalarNames()
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
