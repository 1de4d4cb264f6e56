package inspection

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"blemish/geom"
	"blemish/internal/plainyaml"

	"github.com/goccy/go-yaml"
)

// The inspection plan: a YAML file.

// mostPlan is how many bytes of a plan are read.
const mostPlan = 1 << 20

// Plan is what an inspection plan says.
type Plan struct {
	Tolerance Tolerance
	Zones     []Zone
	Paint     *Paint // where painted zones lie; nil: there are none
	Align     Align
	Sections  []Section
}

// Empty reports whether the plan asks for nothing.
func (p *Plan) Empty() bool {
	return !p.Tolerance.Given() && len(p.Zones) == 0 && len(p.Sections) == 0 && p.Align.Pose == nil && p.Align.best()
}

// Asked is where a plan comes from: a file, and what is asked beside it. It can be sent to
// another machine, with the file.
type Asked struct {
	File      string     `json:"-"`                   // see Read; "": none
	Tolerance string     `json:"tolerance,omitempty"` // instead of the file's; see ParseTolerance
	Pose      *geom.Pose `json:"pose,omitempty"`      // of the scans on the part; nil: it is searched
	Sections  []string   `json:"sections,omitempty"`  // beside those of the file; see ParseSection
}

// Plan makes the plan.
func (a *Asked) Plan() (*Plan, error) {
	p, err := Parse(nil)
	if a.File != "" {
		p, err = Read(a.File)
	}
	if err != nil {
		return nil, err
	}
	if a.Tolerance != "" {
		if p.Tolerance, err = ParseTolerance(a.Tolerance); err != nil {
			return nil, err
		}
	}
	if a.Pose != nil {
		if err := p.Align.SetPose(*a.Pose); err != nil {
			return nil, err
		}
	}
	for _, text := range a.Sections {
		s, err := ParseSection(text)
		if err != nil {
			return nil, err
		}
		p.Sections = append(p.Sections, s)
	}
	return p, nil
}

// document is the plan as it is written.
type document struct {
	Tolerance string         `yaml:"tolerance"`
	Paint     *paintDocument `yaml:"paint"`
	Align     *alignDocument `yaml:"align"`
	Zones     []zoneDocument `yaml:"zones"`
	Sections  []sectionText  `yaml:"sections"`
}

type sectionText struct {
	Name   string    `yaml:"name"`
	Point  []float64 `yaml:"point"`
	Normal []float64 `yaml:"normal"`
}

// Read reads a plan. Files that it names are relative to it.
func Read(path string) (*Plan, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostPlan+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostPlan {
		return nil, fmt.Errorf("%s: longer than %d bytes: not an inspection plan", path, mostPlan)
	}
	p, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if p.Paint != nil && !filepath.IsAbs(p.Paint.File) {
		p.Paint.File = filepath.Join(filepath.Dir(path), p.Paint.File)
	}
	return p, nil
}

// Parse reads the text of a plan.
func Parse(text []byte) (*Plan, error) {
	var d document
	if err := plainyaml.Decode(text, &d, yaml.Strict()); err != nil {
		return nil, err
	}
	p := &Plan{}
	var err error
	if d.Tolerance != "" {
		if p.Tolerance, err = ParseTolerance(d.Tolerance); err != nil {
			return nil, err
		}
	}
	if p.Paint, err = d.Paint.read(); err != nil {
		return nil, err
	}
	for i, z := range d.Zones {
		zone, err := z.read(p.Paint != nil)
		if err != nil {
			return nil, fmt.Errorf("zone %d (%s): %w", i+1, z.Name, err)
		}
		if slices.ContainsFunc(p.Zones, func(other Zone) bool { return other.Name == zone.Name }) {
			return nil, fmt.Errorf("zone %d: the name %q is taken", i+1, zone.Name)
		}
		p.Zones = append(p.Zones, zone)
	}
	if p.Align, err = d.Align.read(p.Zones); err != nil {
		return nil, fmt.Errorf("align: %w", err)
	}
	for i, s := range d.Sections {
		section := Section{Name: s.Name}
		if section.Name == "" {
			section.Name = fmt.Sprintf("section-%d", i+1)
		}
		if section.Point, err = vector(s.Point); err == nil {
			section.Normal, err = direction(s.Normal)
		}
		if err != nil {
			return nil, fmt.Errorf("section %d (%s): point and normal: %w", i+1, section.Name, err)
		}
		p.Sections = append(p.Sections, section)
	}
	return p, nil
}

// vector is three numbers.
func vector(v []float64) (geom.Vec, error) {
	if len(v) != 3 {
		return geom.Vec{}, fmt.Errorf("want three numbers, [x, y, z], got %v", v)
	}
	const most = 1e15
	for _, x := range v {
		if !(x >= -most && x <= most) {
			return geom.Vec{}, fmt.Errorf("%v is no place", v)
		}
	}
	return geom.Vec{X: v[0], Y: v[1], Z: v[2]}, nil
}

// direction is three numbers that are not all 0, brought to length 1.
func direction(v []float64) (geom.Vec, error) {
	d, err := vector(v)
	if err != nil {
		return d, err
	}
	if !(d.Norm() > 0) {
		return d, fmt.Errorf("%v is no direction", v)
	}
	return d.Unit(), nil
}
