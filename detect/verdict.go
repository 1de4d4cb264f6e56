package detect

import "fmt"

const (
	// leastCovered is the share of the sound surface that a scan must show at least; a
	// scan of one side shows a third or more.
	leastCovered = 0.1
	// leastOverlap is the share of a scan that lies on the sound surface when it is a
	// scan of this part: the largest defects of the known data sets cover a fifth.
	leastOverlap = 0.6
	// mostResidual is how many times farther than sound scans a scan may be off as a
	// whole. A defect moves a part of the points, a wrong pose all of them.
	mostResidual = 5
)

// Judge fills in verdict and reason of a result whose scores, fit and threshold are
// there. One that is unsure stays so: it is that at any threshold.
func (r *Result) Judge() {
	if r.Verdict == Unsure {
		return
	}
	r.Verdict, r.Reason = Sound, ""
	switch {
	case r.Object != r.Object || r.Threshold != r.Threshold:
		r.Verdict = Unsure
		r.Reason = "the score is not a number: the model does not fit such a scan"
	case r.Fit.Mirrored:
		r.Verdict = Unsure
		r.Reason = "the scan shows the mirror image of the sound part"
	case r.Fit.Overlap < leastOverlap:
		r.Verdict = Unsure
		r.Reason = fmt.Sprintf("only %.0f %% of the scan lies on the sound part: another part, or no right alignment was found", 100*r.Fit.Overlap)
	case r.Fit.Covered < leastCovered:
		r.Verdict = Unsure
		r.Reason = fmt.Sprintf("the scan shows only %.0f %% of the sound part", 100*r.Fit.Covered)
	case r.Fit.Expected > 0 && r.Fit.Residual > mostResidual*r.Fit.Expected && r.Fit.Overlap < 0.75:
		r.Verdict = Unsure
		r.Reason = fmt.Sprintf("the scan as a whole is %.1f times as far off as sound scans: another part, or no right alignment was found", r.Fit.Residual/r.Fit.Expected)
	case r.Object > r.Threshold:
		r.Verdict = Defective
	}
}

// UnsureResult is the result for a scan of n points that cannot be scored at all.
func UnsureResult(n int, reason string) *Result {
	return &Result{Point: make([]float32, n), Terms: map[string][]float32{}, Verdict: Unsure, Reason: reason}
}
