package shape

import (
	"testing"

	"blemish/seed"
)

// Budget: under a second an instance.
func BenchmarkBuild(b *testing.B) {
	for _, class := range Classes() {
		b.Run(class, func(b *testing.B) {
			faces, n := 0, 0
			for i := 0; b.Loop(); i++ {
				m, err := Build(class, seed.Stream(1, "shape", class, i%8))
				if err != nil {
					b.Fatal(err)
				}
				faces += len(m.Faces)
				n++
			}
			b.ReportMetric(float64(faces)/float64(n), "faces/op")
		})
	}
}
