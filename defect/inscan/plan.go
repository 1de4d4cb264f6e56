package inscan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"blemish/geom"
)

// What is carved, where, and how large.

// Kind is what sort of defect.
type Kind string

// The kinds. Crack, scratch and burr are long; chip and burr need an edge.
const (
	Bulge     Kind = "bulge"     // surface pushed outwards
	Concavity Kind = "concavity" // a dent: surface pushed inwards
	Hole      Kind = "hole"      // surface that is gone
	Scratch   Kind = "scratch"   // a straight groove
	Crack     Kind = "crack"     // a narrow gap with steep walls along a crooked line
	Chip      Kind = "chip"      // an edge or corner that is cut off flat
	Burr      Kind = "burr"      // a ridge of material along an edge
)

var kinds = []Kind{Bulge, Concavity, Hole, Scratch, Crack, Chip, Burr}

// Kinds lists all kinds in the order in which they are documented.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindList names them for people.
func KindList() string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// HasDepth reports whether depth is something that a kind has.
func (k Kind) HasDepth() bool { return k != Hole }

func (k Kind) outward() bool { return k == Bulge || k == Burr }
func (k Kind) long() bool    { return k == Scratch || k == Crack || k == Burr }
func (k Kind) edge() bool    { return k == Chip || k == Burr }

// Plan is one defect; lengths are in the scan's unit.
type Plan struct {
	Kind   Kind       `json:"kind"`
	Center [3]float64 `json:"center"` // the nearest point of the scan is the middle; chips and burrs move to the sharpest point within Size
	Size   float64    `json:"size"`   // diameter of what is touched; length of a crack, scratch or burr
	Depth  float64    `json:"depth"`  // largest way that surface moves; a hole has none
	Width  float64    `json:"width"`  // of a crack, scratch or burr; 0: a twentieth of the size for a crack, an eighth for the others
	Turn   float64    `json:"turn"`   // which way a crack or scratch runs, in radians
}

// ErrUnsuitable is wrapped where a place has no room for a plan.
var ErrUnsuitable = errors.New("unsuitable place")

// Validate says what is wrong with a plan whatever the part.
func (p Plan) Validate() error { return p.check(math.MaxFloat64) }

// check says what is wrong with a plan on a part of some size.
func (p Plan) check(diagonal float64) error {
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
	switch {
	case !slices.Contains(kinds, p.Kind):
		return fmt.Errorf("no defect is called %q; there are %s", p.Kind, KindList())
	case !positive(p.Size):
		return fmt.Errorf("%s: size %v: want a length above 0", p.Kind, p.Size)
	case !(p.Size < diagonal):
		return fmt.Errorf("%s: size %.4g: the part itself is %.4g large", p.Kind, p.Size, diagonal)
	case p.Kind.HasDepth() && !positive(p.Depth):
		return fmt.Errorf("%s: depth %v: want a length above 0", p.Kind, p.Depth)
	case p.Kind.HasDepth() && !(p.Depth < diagonal):
		return fmt.Errorf("%s: depth %.4g: the part itself is %.4g large", p.Kind, p.Depth, diagonal)
	case !(p.Width >= 0 && p.Width <= p.Size):
		return fmt.Errorf("%s: width %v: want 0 up to the size, %.4g", p.Kind, p.Width, p.Size)
	case p.Turn-p.Turn != 0:
		return fmt.Errorf("%s: turn %v: want an angle", p.Kind, p.Turn)
	}
	for _, v := range p.Center {
		if v-v != 0 {
			return fmt.Errorf("%s: center %v: want a place", p.Kind, p.Center)
		}
	}
	return nil
}

// halfWidth is half of the width of what is long.
func (p Plan) halfWidth() float64 {
	switch {
	case p.Width > 0:
		return p.Width / 2
	case p.Kind == Crack:
		return p.Size / 40
	}
	return p.Size / 16
}

// height is how far the surface moves at a place beside the middle, as a share of Depth,
// 0…1: u along, v across, for round kinds only their distance counts.
func (p Plan) height(u, v float64) float64 {
	half := p.Size / 2
	switch p.Kind {
	case Bulge, Concavity:
		return smooth((u*u + v*v) / (half * half))
	case Scratch, Burr:
		// The ends run out over the last fifth.
		end := max(0, math.Abs(u)/half-0.8) / 0.2
		w := v / p.halfWidth()
		return smooth(w*w) * smooth(end*end)
	case Crack:
		if math.Abs(u) < half && math.Abs(v-p.crooked(u)) < p.halfWidth() {
			return 1
		}
	}
	return 0
}

// crooked is how far a crack's line is off the straight.
func (p Plan) crooked(u float64) float64 {
	t := 2 * math.Pi * u / p.Size
	return p.Size * (0.03*math.Sin(2*t+p.Turn) + 0.015*math.Sin(5*t+2*p.Turn))
}

// smooth falls from 1 at 0 to 0 at 1, level at both.
func smooth(s2 float64) float64 {
	if s2 >= 1 {
		return 0
	}
	return (1 - s2) * (1 - s2)
}

func vec(a [3]float64) geom.Vec    { return geom.Vec{X: a[0], Y: a[1], Z: a[2]} }
func triple(v geom.Vec) [3]float64 { return [3]float64{v.X, v.Y, v.Z} }
