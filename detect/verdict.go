package detect

import (
	"fmt"
	"math"
)

const (
	// LeastCovered is the share of the sound surface that a scan must show at least: a
	// scan of one side shows a third or more.
	LeastCovered = 0.1
	// LeastOverlap is the share of a scan that lies on the sound surface when it is a
	// scan of this part: the largest defects of the known data sets cover a fifth.
	LeastOverlap = 0.6
	// surelyExplained is the share of what is near the part that must lie on it where most of
	// the scan is something else.
	surelyExplained = 0.75
	// coveredBeside is the share of the part that must be seen where most of the scan is
	// something else.
	coveredBeside = 0.2
	// mostResidual is how many times farther than sound scans a scan may be off as a
	// whole. A defect moves a part of the points, a wrong pose all of them.
	mostResidual = 5
	// mostWithheld is the share of what was in view that may be missing without being called
	// so: half the side of a cube seen from everywhere, more than scanners leave out by chance.
	mostWithheld = 0.06
	// mostBlind is how many times larger than in a sound scan a defect must be to be found in
	// one that is called sound all the same, and leastBlind the share of the part's size that
	// it must have for that: published generators carve nothing shallower than 0.005 (the
	// scratches of Synthesis4AD).
	mostBlind, leastBlind = 2.5, 0.002
	// mostGrowth is by how much a scan may be larger than the part as a whole. Thermal
	// expansion of steel by 100 K makes 0.12 %.
	mostGrowth = 0.002
)

// Judge fills in verdict and reason of a result whose scores, fit, regions and threshold are
// there. One that is unsure stays so: it is that at any threshold.
func (r *Result) Judge() {
	if r.Verdict == Unsure {
		return
	}
	r.Verdict, r.Reason = Sound, ""
	if r.Reason = r.doubtful(); r.Reason != "" {
		r.Verdict = Unsure
		return
	}
	if r.Object > r.Threshold {
		r.Verdict = Defective
		return
	}
	if r.Reason = r.blind(); r.Reason != "" {
		r.Verdict = Unsure
	}
}

// doubtful says why neither a defect nor its absence can be told; "" where both can.
func (r *Result) doubtful() string {
	f := r.Fit
	switch {
	case r.Object != r.Object || r.Threshold != r.Threshold:
		return "the score is not a number: the model does not fit such a scan"
	case f.Mirrored:
		return "the scan shows the mirror image of the sound part"
	case f.Overlap < LeastOverlap && !r.besideOthers():
		if share := r.Seen.unknown(); share > 1-LeastOverlap {
			return fmt.Sprintf("%.0f %% of the scan shows what no sound scan has shown: turned away from what was learnt, or another part; sound scans from that side would help", 100*share)
		}
		return fmt.Sprintf("only %.0f %% of the scan lies on the sound part: another part, or no right alignment was found", 100*f.Overlap)
	case f.Covered < LeastCovered:
		return fmt.Sprintf("the scan shows only %.0f %% of the sound part", 100*f.Covered)
	case f.Expected > 0 && f.Residual > mostResidual*max(f.Expected, r.Seen.Noise) && f.Overlap+r.Seen.unknown() < 0.75 && !r.besideOthers():
		return fmt.Sprintf("the scan as a whole is %.1f times as far off as sound scans: another part, or no right alignment was found", f.Residual/f.Expected)
	case math.Abs(f.Growth) > mostGrowth:
		larger := "larger"
		if f.Growth < 0 {
			larger = "smaller"
		}
		return fmt.Sprintf("the scan is %.1f %% %s than the sound part as a whole: another scale of the scanner, or another size of the part", 100*math.Abs(f.Growth), larger)
	}
	return ""
}

// besideOthers says that most of the scan is not of the part, and that the part is there all
// the same.
func (r *Result) besideOthers() bool {
	total := len(r.Seen.Set) - r.Seen.Missed
	return total > 0 && r.Seen.Clutter+r.Seen.Strays > total/20 && r.Fit.Explained >= surelyExplained && r.Fit.Covered >= coveredBeside
}

// unknown is the share of a scan's points where no sound scan shows surface.
func (s *Seen) unknown() float64 {
	return float64(s.NoReference) / float64(max(1, s.NoReference+s.Comparable))
}

// blind says why a defect could have gone unseen; "" where that would be as hard as in the
// sound scans.
func (r *Result) blind() string {
	s := r.Seen
	switch {
	case r.Fit.Twice:
		return "the scan shows two such parts, and only one was judged: cut it into one scan for each"
	case s.Withheld > mostWithheld*(1-s.NotSeenShare+s.Withheld):
		return fmt.Sprintf("%.0f %% of the part is not in the scan although it should be in sight: broken off, or not scanned? a scan that shows it would tell", 100*s.Withheld)
	case r.Doubt > 0 && r.Object > r.Doubt && r.Object <= r.Threshold:
		return fmt.Sprintf("it scores %.2g; sound scans score above %.2g only where the others hardly show the part: sound scans from more sides would tell", r.Object, r.Doubt)
	case s.SoundDetectable > 0 && s.Detectable > max(mostBlind*s.SoundDetectable, leastBlind*s.Size):
		return fmt.Sprintf("noise of %.2g, sound scans have %.2g: defects under %.2g would not be found; scan more quietly, or learn from scans like this one", s.Noise, s.SoundNoise, s.Detectable)
	}
	return ""
}

// UnsureResult is the result for a scan of n points that cannot be scored at all.
func UnsureResult(n int, reason string) *Result {
	return &Result{Point: make([]float32, n), Terms: map[string][]float32{}, Verdict: Unsure, Reason: reason}
}
