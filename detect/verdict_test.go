package detect

import (
	"math"
	"strings"
	"testing"
)

// A score that is no number is neither above nor below a threshold: it must not pass for sound.
func TestNoNumberIsNoVerdict(t *testing.T) {
	nan := float32(math.NaN())
	for _, r := range []*Result{{Object: nan, Threshold: 1}, {Object: 0.5, Threshold: nan}} {
		r.Fit.Overlap, r.Fit.Covered = 1, 1
		if r.Judge(); r.Verdict != Unsure || !strings.Contains(r.Reason, "not a number") {
			t.Errorf("score %v, threshold %v: %v, %q", r.Object, r.Threshold, r.Verdict, r.Reason)
		}
	}
}
