package capability

import (
	"math"

	"blemish/defect/inscan"
	"blemish/geom"
)

// The smallest defect that was found at each place of the part.

// States of a place on the map.
const (
	Found       = 0 // some defect was found here
	Blind       = 1 // none was, at any size and depth that was tried
	NotMeasured = 2 // none was tried: no scan shows enough surface
)

// Map tells for one kind what was found where.
type Map struct {
	Kind   inscan.Kind `json:"kind"`
	Spots  []Spot      `json:"spots"` // one for each place of the report
	Blind  int         `json:"blind"` // places
	Tested int         `json:"tested"`
	// NotMeasured is the share of the surface that the scans show where none was tried or counted.
	NotMeasured float64 `json:"not_measured"`
}

// Spot is a place on the map.
type Spot struct {
	State int     `json:"state"` // Found, Blind or NotMeasured
	Size  float64 `json:"size"`  // the smallest from which on all larger ones were found, at the greatest depth; 0 where there is none
	Depth float64 `json:"depth"` // the least of those that were found, at any size; 0 for holes
	Tried int     `json:"tried"`
	Found int     `json:"found"`
}

func newMap(kind inscan.Kind, sf *surface, trials []Trial) Map {
	m := Map{Kind: kind, Spots: make([]Spot, len(sf.places))}
	for i := range m.Spots {
		m.Spots[i].State = NotMeasured
	}
	deepest := 0.0
	for i := range trials {
		if trials[i].Kind == kind {
			deepest = max(deepest, trials[i].Depth)
		}
	}
	broken := make([]bool, len(sf.places))  // a larger one was missed
	for i := len(trials) - 1; i >= 0; i-- { // levels ascend within a depth
		t := &trials[i]
		if t.Kind != kind || !t.counts() {
			continue
		}
		at := sf.chosen[t.Place]
		spot := &m.Spots[at]
		spot.Tried++
		hit := t.Outcome == Hit
		if hit {
			spot.Found++
			if spot.Depth == 0 || t.Depth < spot.Depth {
				spot.Depth = t.Depth
			}
		}
		if t.Depth == deepest {
			if hit && !broken[at] {
				spot.Size = t.Size
			}
			broken[at] = broken[at] || !hit
		}
	}
	for i := range m.Spots {
		s := &m.Spots[i]
		switch {
		case s.Tried == 0:
			continue
		case s.Found == 0:
			s.State = Blind
			m.Blind++
		default:
			s.State = Found
		}
		m.Tested++
	}
	m.NotMeasured = sf.share(func(place int) bool { return m.Spots[place].State == NotMeasured })
	return m
}

// Cloud is the part with what the map says at the nearest place: the scalars
// smallest_size and smallest_depth, NaN where there is none, and state. Lengths are in
// the scans' unit, points in the frame of the model.
func (r *Report) Cloud(m *Map) *geom.Cloud {
	c := &geom.Cloud{Points: r.surface.points}
	nearest := r.surface.nearest()
	size, depth, state := make([]float32, c.Len()), make([]float32, c.Len()), make([]float32, c.Len())
	none := float32(math.NaN())
	for i := range c.Points {
		s := m.Spots[nearest[i]]
		size[i], depth[i], state[i] = none, none, float32(s.State)
		if s.Size > 0 {
			size[i] = float32(s.Size)
		}
		if s.Depth > 0 {
			depth[i] = float32(s.Depth)
		}
	}
	c.SetScalar("scalar_smallest_size", size)
	if m.Kind.HasDepth() {
		c.SetScalar("scalar_smallest_depth", depth)
	}
	c.SetScalar("scalar_state", state)
	return c
}
