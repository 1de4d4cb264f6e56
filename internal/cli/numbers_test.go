package cli

import (
	"math"
	"testing"
)

// Coordinates of a survey grid keep their digits; no number is a row of zeros.
func TestNumbersArePrintedPlainly(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{
		{3514321.1234, 12, "3514321.1234"}, {-3514321, 6, "-3514321"}, {0.00012345, 4, "0.0001234"}, {1.5, 6, "1.5"}, {0, 6, "0"},
		{100, 4, "100"}, {1e30, 6, "1e+30"}, {1.25e-30, 6, "1.25e-30"}, {math.NaN(), 6, "NaN"}, {math.Inf(1), 6, "+Inf"},
	} {
		if got := plain(c.v, c.digits); got != c.want {
			t.Errorf("plain(%v, %d) = %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}
