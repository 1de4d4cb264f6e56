package capability

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"blemish/defect/inscan"
	"blemish/seed"
)

// Which defects are tried.

// Design says which defects are tried; lengths are in the scans' unit.
type Design struct {
	Kinds  []inscan.Kind `json:"kinds"`
	Least  float64       `json:"least_size"` // sizes are spread evenly in their logarithm from here…
	Most   float64       `json:"most_size"`  // …to here; both 0: 4 to 40 spacings of the scans, at most a fifth of the part
	Levels int           `json:"levels"`     // sizes at each place
	Depths []float64     `json:"depths"`     // each tried with every size; none: 1, 4 and 16 times the scans' noise
	Places int           `json:"places"`     // on the part
}

// Bounds of a design, to keep a slip from costing a week.
const (
	MostLevels = 50
	MostPlaces = 1000
	MostDepths = 20
	MostTrials = 100_000
)

// ErrDesign is wrapped where a design makes no sense for the part.
var ErrDesign = errors.New("the design does not fit the part")

// Validate says what is wrong with a design whatever the part.
func (d *Design) Validate() error {
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
	switch {
	case len(d.Kinds) == 0:
		return errors.New("no kinds of defects to try")
	case d.Levels < 1 || d.Levels > MostLevels:
		return fmt.Errorf("levels %d: want 1 to %d", d.Levels, MostLevels)
	case d.Places < 1 || d.Places > MostPlaces:
		return fmt.Errorf("places %d: want 1 to %d", d.Places, MostPlaces)
	case len(d.Depths) > MostDepths:
		return fmt.Errorf("%d depths: want at most %d", len(d.Depths), MostDepths)
	case (d.Least != 0 || d.Most != 0) && !(positive(d.Least) && positive(d.Most) && d.Least < d.Most):
		return fmt.Errorf("sizes %v to %v: want two lengths above 0, the smaller first", d.Least, d.Most)
	}
	for i, k := range d.Kinds {
		if !slices.Contains(inscan.Kinds(), k) {
			return fmt.Errorf("no defect is called %q; there are %s", k, inscan.KindList())
		}
		if slices.Contains(d.Kinds[:i], k) {
			return fmt.Errorf("%s is named twice", k)
		}
	}
	for i, v := range d.Depths {
		if !positive(v) || i > 0 && v <= d.Depths[i-1] {
			return fmt.Errorf("depths %v: want lengths above 0, ascending", d.Depths)
		}
	}
	if n := len(d.Kinds) * max(1, len(d.Depths)) * d.Levels * d.Places; n > MostTrials {
		return fmt.Errorf("%d defects: at most %d are tried", n, MostTrials)
	}
	return nil
}

// fit fills in what was left open by what the scans are like, and checks the rest against it.
func (d Design) fit(part, spacing, noise float64) (Design, error) {
	if d.Most == 0 {
		d.Least, d.Most = 4*spacing, min(40*spacing, part/5)
		if !(d.Least < d.Most) {
			d.Least = d.Most / 8
		}
	}
	if !(d.Most < part) {
		return d, fmt.Errorf("%w: sizes up to %.4g, the part is %.4g large", ErrDesign, d.Most, part)
	}
	if len(d.Depths) == 0 {
		unit := noise
		if !(unit > 0) {
			unit = spacing / 8
		}
		d.Depths = []float64{unit, 4 * unit, 16 * unit}
	}
	if deepest := d.Depths[len(d.Depths)-1]; !(deepest < part) {
		return d, fmt.Errorf("%w: depths up to %.4g, the part is %.4g large", ErrDesign, deepest, part)
	}
	return d, nil
}

// wish is one defect that is to be tried.
type wish struct {
	kind         inscan.Kind
	place, level int
	size, depth  float64
	turn         float64
}

// wishes lists the design, in the order in which it is tried. Sizes are stratified: each
// place has one of every level, shifted within it by a golden-ratio sequence, so that
// together they fill the range.
func (d *Design) wishes(root uint64) []wish {
	var all []wish
	for _, kind := range d.Kinds {
		depths := d.Depths
		if !kind.HasDepth() {
			depths = []float64{0}
		}
		for _, depth := range depths {
			for level := range d.Levels {
				for place := range d.Places {
					_, shift := math.Modf((float64(place) + 0.5) * math.Phi)
					t := (float64(level) + shift) / float64(d.Levels)
					all = append(all, wish{
						kind: kind, place: place, level: level, depth: depth,
						size: d.Least * math.Exp(t*math.Log(d.Most/d.Least)),
						turn: seed.Stream(root, "capability", "turn", string(kind), place).Uniform(0, 2*math.Pi),
					})
				}
			}
		}
	}
	return all
}
