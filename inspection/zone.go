package inspection

import (
	"fmt"
	"math"

	"blemish/detect"
	"blemish/geom"
)

// Zones of a part: what counts in them, and where they lie.

// Kinds of zones.
const (
	Ignore    = "ignore"     // nothing counts
	Strict    = "strict"     // a tolerance of its own
	NoExtra   = "no-extra"   // only material outside counts
	NoMissing = "no-missing" // only what is inside or missing counts
	Datum     = "datum"      // judged as elsewhere; a place to align to
)

// Zone is a part of the surface. Where zones overlap, the first in the plan counts.
type Zone struct {
	Name      string
	Kind      string
	Tolerance Tolerance // of a strict zone

	inside func(p geom.Vec) bool // nil where the zone is painted
	label  float64               // of painted points
	color  [3]float64            // 0…255, of painted points
	byHue  bool                  // painted by colour, not by label
}

// Painted reports whether points of a file say where the zone lies.
func (z *Zone) Painted() bool { return z.inside == nil }

// rule is what the zone asks of detectors; number is its place in the plan.
func (z *Zone) rule(number int) *detect.Rule {
	r := &detect.Rule{Zone: z.Name, Number: number, Kind: z.Kind, Over: z.Tolerance.Over, Under: z.Tolerance.Under}
	switch z.Kind {
	case Ignore:
		r.Ignore = true
	case NoExtra:
		r.NoMissing = true
	case NoMissing:
		r.NoExcess = true
	}
	return r
}

type zoneDocument struct {
	Name      string        `yaml:"name"`
	Kind      string        `yaml:"kind"`
	Tolerance string        `yaml:"tolerance"`
	Box       *boxText      `yaml:"box"`
	Sphere    *sphereText   `yaml:"sphere"`
	Cylinder  *cylinderText `yaml:"cylinder"`
	Side      *sideText     `yaml:"side"`
	Label     *float64      `yaml:"label"`
	Colour    string        `yaml:"colour"`
}

type boxText struct {
	Min []float64 `yaml:"min"`
	Max []float64 `yaml:"max"`
}

type sphereText struct {
	Center []float64 `yaml:"center"`
	Radius float64   `yaml:"radius"`
}

type cylinderText struct {
	From   []float64 `yaml:"from"`
	To     []float64 `yaml:"to"`
	Radius float64   `yaml:"radius"`
	Inner  float64   `yaml:"inner"`
}

// sideText is what lies beyond a plane, on the side that the normal points to.
type sideText struct {
	Point  []float64 `yaml:"point"`
	Normal []float64 `yaml:"normal"`
}

// read checks a zone.
func (d *zoneDocument) read(paint bool) (Zone, error) {
	z := Zone{Name: d.Name, Kind: d.Kind}
	if d.Name == "" {
		return z, fmt.Errorf("it has no name")
	}
	switch d.Kind {
	case Ignore, NoExtra, NoMissing, Datum:
		if d.Tolerance != "" {
			return z, fmt.Errorf("kind %s takes no tolerance; kind %s does", d.Kind, Strict)
		}
	case Strict:
		var err error
		if z.Tolerance, err = ParseTolerance(d.Tolerance); err != nil {
			return z, err
		}
	default:
		return z, fmt.Errorf("kind %q: there are %s, %s, %s, %s and %s", d.Kind, Ignore, Strict, NoExtra, NoMissing, Datum)
	}
	var err error
	places := 0
	take := func(there bool, shape func() (func(geom.Vec) bool, error)) {
		if there && err == nil {
			places++
			z.inside, err = shape()
		}
	}
	take(d.Box != nil, func() (func(geom.Vec) bool, error) { return d.Box.read() })
	take(d.Sphere != nil, func() (func(geom.Vec) bool, error) { return d.Sphere.read() })
	take(d.Cylinder != nil, func() (func(geom.Vec) bool, error) { return d.Cylinder.read() })
	take(d.Side != nil, func() (func(geom.Vec) bool, error) { return d.Side.read() })
	take(d.Label != nil, func() (func(geom.Vec) bool, error) { z.label = *d.Label; return nil, nil })
	take(d.Colour != "", func() (func(geom.Vec) bool, error) {
		z.byHue = true
		z.color, err = parseColour(d.Colour)
		return nil, err
	})
	switch {
	case err != nil:
		return z, err
	case places != 1:
		return z, fmt.Errorf("want one of box, sphere, cylinder, side, label and colour, got %d", places)
	case z.inside == nil && !paint:
		return z, fmt.Errorf("label and colour are of painted points: say under paint: file: which")
	}
	return z, nil
}

func (t *boxText) read() (func(geom.Vec) bool, error) {
	low, err := vector(t.Min)
	if err != nil {
		return nil, fmt.Errorf("box: min: %w", err)
	}
	high, err := vector(t.Max)
	if err != nil {
		return nil, fmt.Errorf("box: max: %w", err)
	}
	box := geom.Box{Min: low, Max: high}
	if box.Empty() {
		return nil, fmt.Errorf("box: min %v is not below max %v", t.Min, t.Max)
	}
	return box.Contains, nil
}

func (t *sphereText) read() (func(geom.Vec) bool, error) {
	center, err := vector(t.Center)
	if err != nil {
		return nil, fmt.Errorf("sphere: center: %w", err)
	}
	if !(t.Radius > 0) {
		return nil, fmt.Errorf("sphere: radius %g is not above 0", t.Radius)
	}
	return func(p geom.Vec) bool { return p.Sub(center).Norm() <= t.Radius }, nil
}

func (t *cylinderText) read() (func(geom.Vec) bool, error) {
	from, err := vector(t.From)
	if err != nil {
		return nil, fmt.Errorf("cylinder: from: %w", err)
	}
	to, err := vector(t.To)
	if err != nil {
		return nil, fmt.Errorf("cylinder: to: %w", err)
	}
	axis, length := to.Sub(from), to.Sub(from).Norm()
	if !(length > 0) {
		return nil, fmt.Errorf("cylinder: from and to are one place")
	}
	if !(t.Radius > 0) || !(t.Inner >= 0) || !(t.Inner < t.Radius) {
		return nil, fmt.Errorf("cylinder: radius %g, inner radius %g: want 0 ≤ inner < radius", t.Radius, t.Inner)
	}
	axis = axis.Unit()
	return func(p geom.Vec) bool {
		d := p.Sub(from)
		along := d.Dot(axis)
		off := math.Sqrt(math.Max(0, d.Norm2()-along*along))
		return along >= 0 && along <= length && off <= t.Radius && off >= t.Inner
	}, nil
}

func (t *sideText) read() (func(geom.Vec) bool, error) {
	at, err := vector(t.Point)
	if err != nil {
		return nil, fmt.Errorf("side: point: %w", err)
	}
	normal, err := direction(t.Normal)
	if err != nil {
		return nil, fmt.Errorf("side: normal: %w", err)
	}
	return func(p geom.Vec) bool { return p.Sub(at).Dot(normal) >= 0 }, nil
}
