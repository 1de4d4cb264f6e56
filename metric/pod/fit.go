package pod

import (
	"errors"
	"fmt"
	"math"
)

// The hit/miss model, and when it may be fitted.

// Trial is one defect that was there to be found.
type Trial struct {
	Size float64 // above 0
	Hit  bool    // it was found
}

// Fit is the curve logit POD = Intercept + Slope·ln(size), fitted by maximum likelihood.
type Fit struct {
	Trials, Hits     int
	Least, Most      float64 // sizes that were tried; beyond them the curve is a guess
	Intercept, Slope float64
	A50, A90         float64 // sizes that are found five, and nine times in ten
	// A9095 is the size above which nine in ten are found, said with a confidence of 95 %:
	// the one-sided upper bound on A90 by the likelihood ratio.
	A9095 float64
}

const (
	// LeastEach is how many hits, and how many misses, a fit needs. With fewer, the
	// likelihood ratio does not follow its limiting distribution closely enough.
	LeastEach = 5
	// trend is the 95 % quantile of χ² with one degree of freedom: where the logarithm of size
	// explains less than that, size may have nothing to do with detection.
	trend = 3.841458820694124
	// bound is the 90 % quantile: two-sided 90 % is one-sided 95 %.
	bound = 2.705543454095404
)

// Why a fit is not allowed; the errors of FitLogit wrap one of them.
var (
	ErrTooFew    = errors.New("too few hits or misses")
	ErrSeparated = errors.New("hits and misses do not overlap")
	ErrNoTrend   = errors.New("no trend with size")
	ErrSize      = errors.New("no size")
)

// FitLogit fits the curve to hits and misses, by Newton's method on its two parameters
// (iteratively reweighted least squares), and bounds a90 by the profile of the likelihood
// (MIL-HDBK-1823A, appendix G; Cheng and Iles, 1988, for the idea). The error says why
// the trials allow no fit: fewer than LeastEach hits or misses; hits that are all
// larger than all misses, where every steep curve fits alike; no trend that could
// not be chance, or one that falls; a size that is no number above 0.
func FitLogit(trials []Trial) (*Fit, error) {
	f := &Fit{Trials: len(trials), Least: math.Inf(1)}
	hit, miss := span{math.Inf(1), math.Inf(-1)}, span{math.Inf(1), math.Inf(-1)}
	for i, t := range trials {
		if !(t.Size > 0) || math.IsInf(t.Size, 1) {
			return nil, fmt.Errorf("%w: trial %d has the size %v, which must be above 0", ErrSize, i+1, t.Size)
		}
		f.Least, f.Most = min(f.Least, t.Size), max(f.Most, t.Size)
		if t.Hit {
			f.Hits++
			hit.add(t.Size)
		} else {
			miss.add(t.Size)
		}
	}
	misses := f.Trials - f.Hits
	switch {
	case f.Hits < LeastEach || misses < LeastEach:
		return nil, fmt.Errorf("%w: %d found and %d missed, at least %d of each are needed: %s", ErrTooFew, f.Hits, misses, LeastEach, whichSizes(f.Hits, misses))
	case miss.hi <= hit.lo:
		return nil, fmt.Errorf("%w: all misses are up to %.4g, all hits from %.4g on: try more sizes around there", ErrSeparated, miss.hi, hit.lo)
	case hit.hi <= miss.lo:
		return nil, fmt.Errorf("%w: larger defects are missed and smaller ones found", ErrNoTrend)
	}
	l := newLikelihood(trials)
	a, b, best, ok := l.maximum()
	if !ok {
		return nil, fmt.Errorf("%w: the likelihood has no maximum that can be found", ErrSeparated)
	}
	if !(b > 0) || 2*(best-l.without()) < trend {
		return nil, fmt.Errorf("%w: larger defects are not found more often than chance makes it look", ErrNoTrend)
	}
	at90 := (logit90 - a) / b
	upper, ok := l.upper(at90, b, best)
	if !ok {
		return nil, fmt.Errorf("%w: a90 has no upper bound", ErrNoTrend)
	}
	f.Slope = b / l.sd
	f.Intercept = a - b*l.mean/l.sd
	f.A50, f.A90, f.A9095 = l.size(-a/b), l.size(at90), l.size(upper)
	return f, nil
}

// whichSizes says what sizes would help.
func whichSizes(hits, misses int) string {
	switch {
	case hits < misses:
		return "try larger or deeper ones"
	case misses < hits:
		return "try smaller or shallower ones"
	}
	return "try more"
}

// POD is the probability that a defect of that size is found, 0…1.
func (f *Fit) POD(size float64) float64 {
	return 1 / (1 + math.Exp(-f.Intercept-f.Slope*math.Log(size)))
}

// span is the range of some sizes.
type span struct{ lo, hi float64 }

func (s *span) add(v float64) { s.lo, s.hi = min(s.lo, v), max(s.hi, v) }
