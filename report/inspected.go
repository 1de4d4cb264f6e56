package report

// What an inspection adds to the document: tolerance, zones, the spread of deviations.

import (
	"fmt"
	"math"
	"strings"

	"blemish/detect"
	"blemish/inspection"
)

// PredictTolerance is how far a part may be off, outside and inside, in the scan's unit.
type PredictTolerance struct {
	Over  Number `json:"over"`
	Under Number `json:"under"`
}

// newTolerance is nil for none.
func newTolerance(over, under float64) *PredictTolerance {
	if !(over > 0 || under > 0) {
		return nil
	}
	return &PredictTolerance{Number(over), Number(under)}
}

// SetTolerance says what decided; the zero value says nothing.
func (p *Predict) SetTolerance(t inspection.Tolerance) { p.Tolerance = newTolerance(t.Over, t.Under) }

func (t *PredictTolerance) given() inspection.Tolerance {
	if t == nil {
		return inspection.Tolerance{}
	}
	return inspection.Tolerance{Over: float64(t.Over), Under: float64(t.Under)}
}

// PredictDeviation is how the signed distances of a scan's judged points are spread, in the
// scan's unit.
type PredictDeviation struct {
	Mean      Number     `json:"mean"`
	Std       Number     `json:"std"`
	RMS       Number     `json:"rms"`
	Low       Number     `json:"low"`
	High      Number     `json:"high"`
	Abs95     Number     `json:"abs_95"` // one point in twenty is off by more
	Within    Number     `json:"within"` // share within the tolerance, 0…1; null without one
	Histogram *Histogram `json:"histogram"`
}

// Histogram is counts of bins of equal width; the outermost hold what lies beyond.
type Histogram struct {
	From  Number `json:"from"`
	To    Number `json:"to"`
	Count []int  `json:"count"`
}

func newDeviation(s *inspection.Spread) *PredictDeviation {
	if s == nil {
		return nil
	}
	return &PredictDeviation{
		Mean: Number(s.Mean), Std: Number(s.Deviation), RMS: Number(s.RMS), Low: Number(s.Low), High: Number(s.High), Abs95: Number(s.Typical),
		Within: Number(s.Within), Histogram: &Histogram{Number(s.From), Number(s.To), s.Bins},
	}
}

// PredictZone is what a scan shows in a zone.
type PredictZone struct {
	Zone      string            `json:"zone"`
	Kind      string            `json:"kind"`
	Tolerance *PredictTolerance `json:"tolerance,omitempty"`
	Points    int               `json:"points"`
	Low       Number            `json:"low"`      // one point in a hundred is below; null where the zone has no points
	High      Number            `json:"high"`     // one in a hundred is above
	Regions   int               `json:"regions"`  // that count and lie in it
	LeftOut   int               `json:"left_out"` // points that would be marked on a side that does not count
	Words     string            `json:"words"`    // what to make of it
}

// zonesOf describes the zones of a result. unit stands in the words.
func zonesOf(r *detect.Result, unit string) []PredictZone {
	var out []PredictZone
	for _, z := range r.Zones {
		p := PredictZone{Zone: z.Zone, Kind: z.Kind, Tolerance: newTolerance(z.Over, z.Under), Points: z.Points, Low: Number(z.Low), High: Number(z.High), LeftOut: z.LeftOut}
		if z.Points == 0 || r.Signed == nil {
			p.Low, p.High = None(), None()
		}
		for i := range r.Regions {
			if r.Regions[i].Zone == z.Rule && !below(r) {
				p.Regions++
			}
		}
		p.Words = p.words(z.Missing, unit)
		out = append(out, p)
	}
	return out
}

// words says what a zone did to the verdict.
func (z *PredictZone) words(missing int, unit string) string {
	var said string
	found := ""
	if z.Low.Known() {
		found = fmt.Sprintf("from %s to %s", withUnit(signed(z.Low), unit, ""), withUnit(signed(z.High), unit, ""))
	}
	switch {
	case z.Kind == inspection.Ignore && missing > 0:
		said = "ignored, surface is missing there"
	case z.Kind == inspection.Ignore:
		said = "ignored"
	case z.Tolerance != nil:
		said = "allowed " + withUnit(z.Tolerance.given().String(), unit, "")
		if z.Regions > 0 {
			said += fmt.Sprintf(", exceeded in %s", count(z.Regions, "region"))
		} else {
			said += ", kept"
		}
	case z.Kind == inspection.NoExtra && z.LeftOut+missing > 0:
		said = "only extra material counts; missing material was left out"
	case z.Kind == inspection.NoExtra:
		said = "only extra material counts"
	case z.Kind == inspection.NoMissing && z.LeftOut > 0:
		said = "only missing material counts; extra material was left out"
	case z.Kind == inspection.NoMissing:
		said = "only missing material counts"
	default:
		return ""
	}
	if found != "" {
		said += "; deviations " + found
	}
	return "zone " + z.Zone + ": " + said
}

// zoneWords joins what is said of zones.
func (s *PredictScan) zoneWords() string {
	var told []string
	for _, z := range s.Zones {
		if z.Words != "" {
			told = append(told, z.Words)
		}
	}
	return strings.Join(told, "; ")
}

// signed is a number with its sign.
func signed(n Number) string {
	switch {
	case n > 0:
		return "+" + n.short()
	case n < 0:
		return "−" + (-n).short()
	}
	return n.short()
}

// known is a length that is not 0.
func known(v float64) Number {
	if v == 0 || math.IsNaN(v) {
		return None()
	}
	return Number(v)
}
