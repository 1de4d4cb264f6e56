package defect

import (
	"errors"
	"fmt"
	"math"

	"blemish/internal/setting"
)

// What a plan may say. Draw stays well within these ranges; a plan from a file need not.

// rimWidth bounds the labelled rim round removed material.
var rimWidth = [2]float64{0.001, 0.05}

// longest is the largest length of any unit, and its inverse the least: float32 holds
// their squares.
const longest = 1e15

// Validate says what is wrong with a plan as far as that can be told without the
// mesh; Apply holds its lengths and places against the target too.
func (p *Plan) Validate() error {
	if p.Kind != Hybrid {
		return p.validate()
	}
	if n := len(p.Parts); n < 1 || n > len(hybridKinds) {
		return fmt.Errorf("a hybrid has 1 to %d parts, not %d", len(hybridKinds), n)
	}
	for i := range p.Parts {
		if err := p.Parts[i].validate(); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	return nil
}

func (p *Plan) validate() error {
	k := p.Kind.find()
	switch {
	case k == nil:
		return fmt.Errorf("kind of defect %q is not known; there are %v, and %s for several", setting.Short(string(p.Kind)), Kinds(), Hybrid)
	case len(p.Parts) > 0:
		return fmt.Errorf("a %s has no parts; %s has", p.Kind, Hybrid)
	case !k.has(p.Form):
		return fmt.Errorf("a plan for %s with the form of another kind, %T", p.Kind, p.Form)
	}
	err := setting.First(
		setting.OneOf("severity", string(p.Severity), string(Easy), string(Medium), string(Hard)),
		p.Site.check(),
		setting.Check(p.Form.numbers()...),
	)
	if err == nil {
		err = p.checkLengths(0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.Kind, err)
	}
	return nil
}

// check checks that the center is a place and directions are directions.
func (s Site) check() error {
	normal, along := vec(s.Normal), vec(s.Along)
	return setting.Check(append(placeRanges("center", s.Center),
		setting.Number("rough", s.Rough, 0, 1),
		setting.Number("length of normal", normal.Norm(), 0.999, 1.001),
		setting.Number("length of along", along.Norm(), 0.999, 1.001),
		setting.Number("product of normal and along", normal.Dot(along), -0.1, 0.1),
	)...)
}

// placeRanges are what the coordinates of a place may be in any unit.
func placeRanges(name string, place [3]float64) []setting.Range {
	ranges := make([]setting.Range, len(place))
	for i, v := range place {
		ranges[i] = setting.Number(name, v, -longest, longest)
	}
	return ranges
}

// aspectRange is what the width of an outline over its length may be.
func aspectRange(aspect float64) setting.Range { return setting.Number("aspect", aspect, 0.001, 1) }

// checkLengths checks the lengths for a target of that diagonal; 0: one that is not known.
func (p *Plan) checkLengths(diagonal float64) error {
	var ranges []setting.Range
	for _, l := range p.Form.lengths() {
		low, high := l.bounds[0]*diagonal, l.bounds[1]*diagonal
		if diagonal == 0 && l.bounds[0] > 0 {
			low = 1 / longest
		}
		if diagonal == 0 && l.bounds[1] > 0 {
			high = longest
		}
		ranges = append(ranges, setting.Number(l.name, l.value, low, high))
	}
	return setting.Check(ranges...)
}

// offSurface is how far off the surface the middle of a defect may lie, as a share of
// the diagonal.
const offSurface = 0.01

// checkPlan checks a plan that has passed Validate against the target.
func (t *Target) checkPlan(p *Plan) error {
	if err := p.checkLengths(t.diagonal); err != nil {
		return fmt.Errorf("%s on an object whose diagonal is %.6g: %w", p.Kind, t.diagonal, err)
	}
	center := vec(p.Center)
	if off := math.Sqrt(t.tree.Closest(center).Dist2); !(off <= offSurface*t.diagonal) {
		return fmt.Errorf("%s: center %.6g lies %.4g off the surface; it must be on it", p.Kind, p.Center, off)
	}
	return nil
}

// checkedEdit is the edit of a single defect, its plan checked.
func (t *Target) checkedEdit(p *Plan) (*edit, error) {
	if err := t.checkPlan(p); err != nil {
		return nil, err
	}
	return p.Form.edit(t, p.Site)
}

// errNothing is why a plan is refused that leaves next to nothing of the object.
var errNothing = errors.New("the defect leaves nothing of the object")

// leastLeft is the share of the sound surface that is left at least.
const leastLeft = 0.01

// checkRemainder checks that there is a surface to scan.
func (c *Carved) checkRemainder() (*Carved, error) {
	if area := c.sampler.Area(); !(area > leastLeft*c.target.area) || math.IsInf(area, 1) {
		return nil, errNothing
	}
	return c, nil
}
