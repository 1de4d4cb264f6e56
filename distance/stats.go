package distance

import (
	"math"
	"slices"
)

// Stats sums up distances. Lengths are in the unit of the scans. Fields that have no
// value, such as the mean of no distances, are NaN.
type Stats struct {
	Count      int // distances measured
	Unmeasured int // points without one
	Mean       float64
	MeanAbs    float64 // mean without the sign
	RMS        float64 // root of the mean square
	Std        float64 // standard deviation about the mean, of the population
	Min, Max   float64
	MaxAbs     float64

	// Percentile[i] is that of Percents[i], with linear interpolation between ranks
	// as NumPy's percentile has it; PercentileAbs is without the sign.
	Percentile, PercentileAbs [len(Percents)]float64

	// Shares of the measured points outside the tolerance, 0…1; NaN where none was given.
	Out, Excess, Missing float64 // |d| > t; d > t; d < -t
}

// Percents are the percentiles that Stats holds.
var Percents = [...]float64{5, 25, 50, 75, 95, 99}

// Sum sums up distances. Those that are NaN count as not measured. A tolerance that
// is negative is none.
func Sum(distance []float32, tolerance float64) Stats {
	var s Stats
	sorted, plain := make([]float64, 0, len(distance)), make([]float64, 0, len(distance))
	var sum, sumAbs, squares float64
	out, excess, missing := 0, 0, 0
	for _, v := range distance {
		d := float64(v)
		if d != d {
			s.Unmeasured++
			continue
		}
		sorted, plain = append(sorted, d), append(plain, math.Abs(d))
		sum += d
		sumAbs += math.Abs(d)
		squares += float64(d * d)
		switch {
		case d > tolerance:
			excess++
			out++
		case d < -tolerance:
			missing++
			out++
		}
	}
	s.Count = len(sorted)
	n := float64(s.Count)
	s.Mean, s.MeanAbs, s.RMS = sum/n, sumAbs/n, math.Sqrt(squares/n)
	var spread float64
	for _, d := range sorted {
		spread += float64((d - s.Mean) * (d - s.Mean))
	}
	s.Std = math.Sqrt(spread / n)
	slices.Sort(sorted)
	slices.Sort(plain)
	s.Min, s.Max, s.MaxAbs = percentile(sorted, 0), percentile(sorted, 100), percentile(plain, 100)
	for i, p := range Percents {
		s.Percentile[i], s.PercentileAbs[i] = percentile(sorted, p), percentile(plain, p)
	}
	s.Out, s.Excess, s.Missing = float64(out)/n, float64(excess)/n, float64(missing)/n
	if !(tolerance >= 0) {
		s.Out, s.Excess, s.Missing = math.NaN(), math.NaN(), math.NaN()
	}
	return s
}

// percentile of sorted values; NaN where there are none.
func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p / 100 * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + float64((at-float64(i))*(sorted[j]-sorted[i]))
}
