package render

import (
	"bytes"
	"math"
	"testing"

	"blemish/geom"
	"blemish/seed"
)

// ball samples a sphere with a dent at the side that faces the default view.
func ball(n int) (*geom.Cloud, []float32) {
	r := seed.Stream(1, "ball")
	c := &geom.Cloud{Points: make([]geom.Vec3, n)}
	depth := make([]float32, n)
	dent := ThreeQuarter.Eye.Unit()
	for i := range c.Points {
		x, y, z := r.Direction()
		p := geom.Vec{X: x, Y: y, Z: z}
		d := 0.15 * math.Exp(-p.Sub(dent).Norm2()/0.08)
		c.Points[i] = p.Scale(1 - d).F()
		depth[i] = float32(d)
	}
	return c, depth
}

func TestSameBytesOnAnyNumberOfWorkers(t *testing.T) {
	c, depth := ball(3000)
	opt := Options{Width: 200, Height: 150, Values: depth, Bar: true, BarLabel: "depth", Title: "ball", Workers: 1}
	want := Cloud(c, opt)
	for _, workers := range []int{2, 5} {
		opt.Workers = workers
		if got := Cloud(c, opt); !bytes.Equal(got.Pix, want.Pix) {
			t.Fatalf("%d workers draw another picture", workers)
		}
	}
}
