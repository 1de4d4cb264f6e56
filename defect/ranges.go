package defect

import (
	"errors"
	"fmt"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
)

// What a plan may say. Draw stays well within these ranges; a plan from a file need not.

// lengths bounds the lengths of a kind's plans, as shares of the target's diagonal.
// What a kind does not use is 0.
type lengths struct{ radius, depth, above, width, lift, band [2]float64 }

// rimWidth bounds the labelled rim round removed material.
var rimWidth = [2]float64{0.001, 0.05}

var ranges = map[Kind]lengths{
	Bulge:     {radius: [2]float64{0.005, 0.5}, depth: [2]float64{1e-4, 0.5}},
	Concavity: {radius: [2]float64{0.005, 0.5}, depth: [2]float64{1e-4, 0.5}},
	Hole:      {radius: [2]float64{0.01, 0.25}, depth: [2]float64{1e-4, 2}, above: [2]float64{1e-4, 1}, band: rimWidth},
	Broken:    {radius: [2]float64{0.01, 0.35}, depth: [2]float64{1e-4, 0.5}, above: [2]float64{0, 0.5}, band: rimWidth},
	Bending:   {radius: [2]float64{0.01, 1.5}, depth: [2]float64{0.001, 1.5}, width: [2]float64{0, 1.5}},
	Crack: {radius: [2]float64{0.01, 1}, depth: [2]float64{0, 1}, above: [2]float64{0, 0.5}, width: [2]float64{0.001, 0.05},
		lift: [2]float64{0, 0.1}, band: rimWidth},
	Scratch: {radius: [2]float64{0.01, 1}, depth: [2]float64{1e-4, 0.2}, above: [2]float64{0, 1}},
}

// longest is the largest length of any unit, and its inverse the least: float32 holds
// their squares.
const longest = 1e15

// Validate says what is wrong with a plan as far as that can be told without the
// mesh; Apply holds its lengths and places against the target too.
func (p *Plan) Validate() error {
	if p.Kind != Hybrid {
		return p.validate()
	}
	if n := len(p.Parts); n < 1 || n > len(ranges) {
		return fmt.Errorf("a hybrid has 1 to %d parts, not %d", len(ranges), n)
	}
	for i := range p.Parts {
		if err := p.Parts[i].validate(); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	return nil
}

func (p *Plan) validate() error {
	if _, ok := ranges[p.Kind]; !ok {
		return fmt.Errorf("kind of defect %q is not known; there are %v, and %s for several", setting.Short(string(p.Kind)), Kinds(), Hybrid)
	}
	if len(p.Parts) > 0 {
		return fmt.Errorf("a %s has no parts; %s has", p.Kind, Hybrid)
	}
	angle := 0.0
	if p.Kind == Bending {
		angle = math.Pi
	}
	err := setting.First(
		setting.OneOf("severity", string(p.Severity), string(Easy), string(Medium), string(Hard)),
		setting.Check(
			setting.Number("aspect", p.Aspect, 0.001, 1),
			setting.Number("rough", p.Rough, 0, 1),
			setting.Number("angle", p.Angle, -angle, angle),
		),
		p.checkPlaces(),
	)
	if err == nil {
		err = p.checkLengths(0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.Kind, err)
	}
	return nil
}

// checkPlaces checks that places are numbers and directions are directions.
func (p *Plan) checkPlaces() error {
	for _, at := range []struct {
		name  string
		value [3]float64
	}{{"center", p.Center}, {"pivot", p.Pivot}} {
		for _, v := range at.value {
			if err := setting.Check(setting.Number(at.name, v, -longest, longest)); err != nil {
				return err
			}
		}
	}
	normal, along := vec(p.Normal), vec(p.Along)
	return setting.Check(
		setting.Number("length of normal", normal.Norm(), 0.999, 1.001),
		setting.Number("length of along", along.Norm(), 0.999, 1.001),
		setting.Number("product of normal and along", normal.Dot(along), -0.1, 0.1),
	)
}

// checkLengths checks the lengths for a target of that diagonal; 0: one that is not known.
func (p *Plan) checkLengths(diagonal float64) error {
	r := ranges[p.Kind]
	number := func(name string, value float64, share [2]float64) setting.Range {
		if diagonal > 0 {
			return setting.Number(name, value, share[0]*diagonal, share[1]*diagonal)
		}
		for i, s := range share {
			switch {
			case s == 0:
			case i == 0:
				share[i] = 1 / longest
			default:
				share[i] = longest
			}
		}
		return setting.Number(name, value, share[0], share[1])
	}
	return setting.Check(
		number("radius", p.Radius, r.radius), number("depth", p.Depth, r.depth), number("above", p.Above, r.above),
		number("width", p.Width, r.width), number("lift", p.Lift, r.lift), number("band", p.Band, r.band),
	)
}

// offSurface is how far off the surface the middle of a defect may lie, and hingeReach
// how far outside of the object's box a hinge may, as shares of the diagonal.
const offSurface, hingeReach = 0.01, 0.5

// fits checks a plan that has passed Validate against the target.
func (t *Target) fits(p *Plan) error {
	if err := p.checkLengths(t.diagonal); err != nil {
		return fmt.Errorf("%s on an object whose diagonal is %.6g: %w", p.Kind, t.diagonal, err)
	}
	center := vec(p.Center)
	if off := math.Sqrt(t.tree.Closest(center).Dist2); !(off <= offSurface*t.diagonal) {
		return fmt.Errorf("%s: center %.6g lies %.4g off the surface; it must be on it", p.Kind, p.Center, off)
	}
	if p.Kind != Bending {
		return nil
	}
	box, pivot := t.sound.Box(), vec(p.Pivot)
	for _, corner := range []geom.Vec{box.Min.Sub(pivot), pivot.Sub(box.Max)} {
		if max(corner.X, corner.Y, corner.Z) > hingeReach*t.diagonal {
			return fmt.Errorf("%s: pivot %.6g is far outside of the object", p.Kind, p.Pivot)
		}
	}
	return nil
}

// make is the edit of a single defect, its plan checked.
func (t *Target) make(p *Plan) (*edit, error) {
	if err := t.fits(p); err != nil {
		return nil, err
	}
	return makers[p.Kind].edit(t, *p)
}

// errNothing is why a plan is refused that leaves next to nothing of the object.
var errNothing = errors.New("the defect leaves nothing of the object")

// leastLeft is the share of the sound surface that is left at least.
const leastLeft = 0.01

// left checks that there is a surface to scan.
func (c *Carved) left() (*Carved, error) {
	if area := c.sampler.Area(); !(area > leastLeft*c.target.area) || math.IsInf(area, 1) {
		return nil, errNothing
	}
	return c, nil
}
