package render

import "testing"

// Budget: 20 000 points at 800×600 in well under 100 ms.
func BenchmarkCloud20k(b *testing.B) {
	c, depth := ball(20000)
	for b.Loop() {
		drawCloud(c, Options{Values: depth})
	}
}
