package detect

import (
	"errors"
	"fmt"
	"math"
)

// Calibration turns a detector's own scores into the unit of Result, and says where
// a verdict changes.
type Calibration struct {
	Point     float64 `json:"point"`     // the detector's score that counts as 1 for a point
	Object    float64 `json:"object"`    // and for a scan
	Threshold float64 `json:"threshold"` // calibrated object score above which a scan is defective
	// Doubt is the calibrated object score above which a scan that is not defective is unsure; 0: none.
	Doubt float64 `json:"doubt,omitempty"`
	Held  int     `json:"held"` // how many held-out sound scans this rests on
	// FalseAlarms is the share of sound scans above the threshold that was asked for; 0: the usual one.
	FalseAlarms float64 `json:"false_alarms,omitempty"`

	// mean and spread are those of the logarithms of the object scores, in the calibrated unit;
	// spread is 0 where they were not learnt.
	mean, spread float64
}

// Calibrate learns from scores of sound scans that were held out: the largest point
// score and the object score of each, uncalibrated. The unit of both is the largest object
// score, so that a scan which scores 1 has a region of points which score 1; the largest
// point score where no region scored at all.
//
// The threshold is no guess at a convenient number: with n held-out scans the next
// sound one exceeds their largest with probability 1/(n+1), so 1 would be wrong for
// one sound scan in five. Object scores of sound scans are taken as log-normal, and
// the threshold is where the next one stays below with probability 99.5 %: mean and
// spread of the logarithms with Student's factor for so few scans. Two or three
// scans say little about the spread, so what other parts show counts like a few
// scans more. It is never below 1.1, never above 3.
func Calibrate(point, object []float32) Calibration {
	if len(point) != len(object) {
		panic(fmt.Sprintf("detect: %d point and %d object scores", len(point), len(object)))
	}
	c := Calibration{Held: len(object)}
	for i := range point {
		c.Point = max(c.Point, float64(point[i]))
		c.Object = max(c.Object, float64(object[i]))
	}
	// A part that shows no deviation at all, not even rounding, has no scale of its own.
	if !(c.Object > 0) {
		c.Object = c.Point
	}
	if !(c.Object > 0) {
		c.Object = 1
	}
	c.Point = c.Object
	c.mean, c.spread = logNormal(object, c.Object)
	c.Threshold = c.usualThreshold()
	return c
}

// DoubtAbove is the calibration with the threshold that another one gives, in its own unit, as
// Doubt; none where it is not below its own threshold.
func (c Calibration) DoubtAbove(other Calibration) Calibration {
	if limit := other.Threshold * other.Object / c.Object; limit < c.Threshold {
		c.Doubt = limit
	}
	return c
}

// student is the 99.5 % quantile of Student's t for 4, 5, 6… degrees of freedom, as tables
// print it: the thresholds of models rest on these digits.
var student = [...]float64{4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845}

const (
	// usualSpread is the standard deviation of the logarithm of sound scans' object
	// scores on parts of many kinds, and priorScans how many scans that knowledge is worth.
	usualSpread = 0.12
	priorScans  = 4
)

// logNormal is mean and spread of the logarithms of object scores, in a unit; the spread is 0
// where there are none.
func logNormal(object []float32, unit float64) (mean, spread float64) {
	n := len(object)
	if n == 0 {
		return 0, 0
	}
	var sum, square float64
	logs := make([]float64, n)
	for i, o := range object {
		logs[i] = math.Log(max(float64(o)/unit, 1e-3))
		sum += logs[i]
	}
	mean = sum / float64(n)
	for _, l := range logs {
		square += (l - mean) * (l - mean)
	}
	return mean, math.Sqrt((priorScans*usualSpread*usualSpread + square) / float64(priorScans+n-1))
}

// freedom is that of the spread.
func (c *Calibration) freedom() int { return priorScans + c.Held - 1 }

// reach is how far above the mean, in spreads, the next sound scan's score stays, for so
// many times Student's deviation.
func (c *Calibration) reach() float64 { return c.spread * math.Sqrt(1+1/float64(c.Held)) }

// HighestThreshold is the largest threshold that is learnt.
const HighestThreshold = 3

func (c *Calibration) usualThreshold() float64 {
	const lowest = 1.1
	if c.Held == 0 {
		return HighestThreshold
	}
	t := 2.6
	if k := c.freedom() - 4; k < len(student) {
		t = student[k]
	}
	return min(HighestThreshold, max(lowest, math.Exp(c.mean+t*c.spread*math.Sqrt(1+1/float64(c.Held)))))
}

// Range of the share of false alarms that can be asked for. So few scans say nothing of rarer
// ones, and above one half the threshold would lie below the middle of the sound scans.
const (
	LeastFalseAlarms = 1e-4
	MostFalseAlarms  = 0.5
)

// ForFalseAlarms is the calibration whose threshold the next sound scan exceeds with that
// probability, LeastFalseAlarms to MostFalseAlarms, by the same law as Calibrate. It is never below 1, where
// regions begin. The error says that no threshold was learnt, or that the share is out of range.
func (c Calibration) ForFalseAlarms(share float64) (Calibration, error) {
	switch {
	case !(share >= LeastFalseAlarms && share <= MostFalseAlarms):
		return c, fmt.Errorf("false alarms of %v: want a share from %v to %v", share, LeastFalseAlarms, MostFalseAlarms)
	case !(c.spread > 0):
		return c, errors.New("the threshold is not learnt from sound scans, so that it cannot follow from a share of false alarms")
	}
	c.FalseAlarms, c.Doubt = share, 0
	c.Threshold = max(1, math.Exp(c.mean+studentQuantile(share, c.freedom())*c.reach()))
	return c, nil
}

// Alarms is the probability that the next sound scan scores above a threshold, in the
// calibrated unit; NaN where no threshold was learnt.
func (c Calibration) Alarms(threshold float64) float64 {
	if !(c.spread > 0) || !(threshold > 0) {
		return math.NaN()
	}
	return studentTail((math.Log(threshold)-c.mean)/c.reach(), c.freedom())
}

// Apply brings point scores to the calibrated unit, in place, and returns the object
// score in it.
func (c Calibration) Apply(point []float32, object float32) float32 {
	for i, s := range point {
		point[i] = float32(float64(s) / c.Point)
	}
	return float32(float64(object) / c.Object)
}
