package register

import (
	"testing"

	"blemish/seed"
)

func BenchmarkAlign(b *testing.B) {
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) {
			ref := mustReference(b, shape.sample(40000, seed.Stream(1)), Options{})
			scan := anyPose(seed.Stream(2)).ApplyAll(shape.sample(15000, seed.Stream(3)))
			b.ResetTimer()
			for b.Loop() {
				mustAlign(b, ref, scan, Options{})
			}
		})
	}
}

func BenchmarkReference(b *testing.B) {
	points := mug(40000, seed.Stream(1))
	for b.Loop() {
		mustReference(b, points, Options{})
	}
}

// A scan that does not fit takes the longest: everything is tried.
func BenchmarkAlignWrongPart(b *testing.B) {
	ref := mustReference(b, bumpy(40000, seed.Stream(1)), Options{})
	scan := mug(15000, seed.Stream(2))
	for b.Loop() {
		mustAlign(b, ref, scan, Options{})
	}
}
