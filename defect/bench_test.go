package defect

import (
	"context"
	"testing"

	"blemish/seed"
)

// BenchmarkCloud makes one defective cloud of 20,000 points from a prepared target.
func BenchmarkCloud(b *testing.B) {
	at := target(b, objects["pot"])
	for _, kind := range Kinds() {
		b.Run(string(kind), func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				r := seed.Stream(1, "bench", string(kind), i%20)
				p, err := Draw(at, kind, Medium, r)
				if err != nil {
					b.Fatal(err)
				}
				c, err := Apply(context.Background(), at, p)
				if err != nil {
					b.Fatal(err)
				}
				c.Sample(20_000, r)
			}
		})
	}
}

// BenchmarkNewTarget prepares an object.
func BenchmarkNewTarget(b *testing.B) {
	for i := 0; i < b.N; i++ {
		target(b, objects["pot"])
	}
}
