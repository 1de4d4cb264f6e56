package render

import (
	"context"
	"image/color"
	"math"

	"blemish/task"
)

const (
	supersample = 2  // each pixel is the mean of 2×2 samples
	bandRows    = 48 // rows of samples that one piece of work fills
)

// canvas holds, for every sample, what is seen there.
type canvas struct {
	w, h   int       // samples
	near   []float32 // nearness (camera.look); 0 where there is nothing
	normal []uint32  // unit normal towards the viewer, packed
	base   []uint32  // surface colour, sRGB
	cam    camera

	ctx     context.Context // of the one picture that the canvas is for
	workers task.Workers
	err     error // of the first loop that was cut short; the picture is not whole then
}

func newCanvas(ctx context.Context, o *Options, cam camera) *canvas {
	c := &canvas{w: supersample * o.Width, h: supersample * o.Height, cam: cam, ctx: ctx, workers: o.Workers}
	n := c.w * c.h
	c.near, c.normal, c.base = make([]float32, n), make([]uint32, n), make([]uint32, n)
	return c
}

// span is the rows of samples that something covers, first to last.
type span struct{ first, last int32 }

// fill calls draw for every band of rows with the things that reach into it, in
// ascending order, on several workers. What draw does must stay within the rows.
func (c *canvas) fill(spans []span, draw func(first, last int, things []int32)) {
	bands := task.Count(c.h, bandRows)
	start := make([]int32, bands+1)
	each := func(visit func(band int, thing int32)) {
		for i, s := range spans {
			for b := max(0, s.first) / bandRows; b <= min(s.last, int32(c.h-1))/bandRows && s.last >= 0; b++ {
				visit(int(b), int32(i))
			}
		}
	}
	each(func(b int, _ int32) { start[b+1]++ })
	for b := 0; b < bands; b++ {
		start[b+1] += start[b]
	}
	list := make([]int32, start[bands])
	next := append([]int32(nil), start...)
	each(func(b int, thing int32) {
		list[next[b]] = thing
		next[b]++
	})
	c.each(bands, 1, func(b, _ int) {
		draw(b*bandRows, min((b+1)*bandRows, c.h)-1, list[start[b]:start[b+1]])
	})
}

// each calls body for n things in chunks, on several workers, until the context ends.
func (c *canvas) each(n, chunk int, body func(lo, hi int)) {
	if c.err == nil {
		c.err = task.For(c.ctx, c.workers, n, chunk, func(_, lo, hi int) { body(lo, hi) })
	}
}

// packNormal stores x and y of a unit vector that looks towards the viewer in 16
// bits each; z follows from them, the sign from the top bit of nothing: it is never negative.
func packNormal(x, y, z float32) uint32 {
	n := float32(math.Sqrt(float64(x*x + y*y + z*z)))
	if n > 0 {
		x, y = x/n, y/n
	}
	return uint32(uint16(int16(x*32767)))<<16 | uint32(uint16(int16(y*32767)))
}

func unpackNormal(p uint32) (x, y, z float32) {
	x, y = float32(int16(p>>16))/32767, float32(int16(p))/32767
	return x, y, float32(math.Sqrt(float64(max(0, 1-x*x-y*y))))
}

func packColor(r, g, b float32) uint32 {
	return uint32(r+0.5)<<16 | uint32(g+0.5)<<8 | uint32(b+0.5)
}

func packNRGBA(c color.NRGBA) uint32 { return uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B) }
