package inspection

import (
	"math"
	"slices"

	"blemish/detect"
	"blemish/detect/scene"
)

// Spread is how the deviations of a scan's judged points are spread.
type Spread struct {
	Points    int
	Mean      float64
	Deviation float64 // standard
	RMS       float64
	Low, High float64 // the lowest and the highest
	Typical   float64 // absolute value that one in twenty exceeds
	Within    float64 // share within the tolerance, 0…1; NaN without one
	From, To  float64 // ends of the bins: all but one in a thousand at either end lie within
	Bins      []int   // of equal width; the outermost hold what lies beyond them
}

// Bins is how many a histogram has.
const Bins = 40

// NewSpread sums up a result; nil where it has no signed distances of judged points.
func NewSpread(res *detect.Result, tolerance Tolerance) *Spread {
	if res.Signed == nil {
		return nil
	}
	var v []float64
	for i, d := range res.Signed {
		if (res.Seen.Set == nil || res.Seen.Set[i] == scene.Comparable) && d-d == 0 {
			v = append(v, float64(d))
		}
	}
	if len(v) == 0 {
		return nil
	}
	s := &Spread{Points: len(v), Within: math.NaN()}
	n := float64(len(v))
	var square float64
	within := 0
	for _, d := range v {
		s.Mean += d / n
		square += d * d / n
		if d <= tolerance.Over && d >= -tolerance.Under {
			within++
		}
	}
	if tolerance.Given() {
		s.Within = float64(within) / n
	}
	s.RMS, s.Deviation = math.Sqrt(square), math.Sqrt(math.Max(0, square-s.Mean*s.Mean))
	slices.Sort(v)
	s.Low, s.High = v[0], v[len(v)-1]
	end := math.Max(math.Abs(v[len(v)/1000]), math.Abs(v[len(v)-1-len(v)/1000]))
	end = math.Max(end, 1.25*math.Max(tolerance.Over, tolerance.Under))
	if !(end > 0) {
		end = math.SmallestNonzeroFloat32
	}
	s.From, s.To, s.Bins = -end, end, make([]int, Bins)
	for _, d := range v {
		b := int(math.Floor((d + end) / (2 * end) * Bins))
		s.Bins[min(max(b, 0), Bins-1)]++
	}
	for i := range v {
		v[i] = math.Abs(v[i])
	}
	slices.Sort(v)
	s.Typical = v[len(v)-1-len(v)/20]
	return s
}
