package render

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/task"
)

const (
	occluders    = 14   // places looked at around a pixel
	occlusionFar = 0.07 // how far off they lie at most, in half diagonals times lens
	tile         = 4    // the pattern is turned in tiles of 4×4 pixels, and blurred over as many
)

// occlusion returns the share of the sky, 0…1, that each pixel of the picture sees.
func (c *canvas) occlusion(o *Options) []float32 {
	w, h := o.Width, o.Height
	raw, near := make([]float32, w*h), make([]float32, w*h)
	offsets := spiral()
	far := occlusionFar * c.cam.reach / lens * 2
	must(task.For(context.Background(), o.Workers, h, 16, func(_, lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := 0; x < w; x++ {
				raw[y*w+x] = 1
				if i, sx, sy := c.front(x, y); i >= 0 {
					near[y*w+x] = c.near[i]
					raw[y*w+x] = c.openness(i, sx, sy, far, &offsets[y%tile*tile+x%tile])
				}
			}
		}
	}))
	out := make([]float32, w*h)
	step := float32(0.25 * far / c.cam.reach) // nearness within which pixels belong to one surface
	must(task.For(context.Background(), o.Workers, h, 16, func(_, lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := 0; x < w; x++ {
				if near[y*w+x] > 0 {
					out[y*w+x] = smooth(raw, near, w, h, x, y, step)
				}
			}
		}
	}))
	return out
}

// front is the sample of a pixel that is nearest to the viewer, -1 for none.
func (c *canvas) front(x, y int) (index, sx, sy int) {
	index = -1
	var best float32
	for s := 0; s < supersample*supersample; s++ {
		px, py := supersample*x+s%supersample, supersample*y+s/supersample
		if n := c.near[py*c.w+px]; n > best {
			index, sx, sy, best = py*c.w+px, px, py, n
		}
	}
	return index, sx, sy
}

// spiral returns, for each place in a tile, points that fill the unit disc.
func spiral() (offsets [tile * tile][occluders][2]float64) {
	for place := range offsets {
		turn := 2 * math.Pi * float64(place*7%(tile*tile)) / (tile * tile)
		for k := range offsets[place] {
			r := (float64(k) + 0.5) / occluders
			s, c := math.Sincos(turn + 2*math.Pi*5*r)
			offsets[place][k] = [2]float64{r * c, r * s}
		}
	}
	return offsets
}

// openness measures how far the neighbourhood of a sample rises above its plane.
func (c *canvas) openness(i, sx, sy int, far float64, offsets *[occluders][2]float64) float32 {
	p := c.at(sx, sy, c.near[i])
	nx, ny, nz := unpackNormal(c.normal[i])
	n := geom.Vec{X: float64(nx), Y: float64(ny), Z: float64(nz)}
	reach := math.Min(far*c.cam.scale*float64(c.near[i]), 160)
	var sum float64
	for _, o := range offsets {
		x, y := sx+int(math.Round(reach*o[0])), sy+int(math.Round(reach*o[1]))
		if x < 0 || y < 0 || x >= c.w || y >= c.h {
			continue
		}
		near := c.near[y*c.w+x]
		if near == 0 {
			continue
		}
		v := c.at(x, y, near).Sub(p)
		d2 := v.Norm2()
		if d2 >= far*far || d2 == 0 {
			continue
		}
		// The bias keeps flat surfaces, whose samples lie a rounding off the plane, clean.
		rise := v.Dot(n)/math.Sqrt(d2) - 0.12
		if rise > 0 {
			fade := 1 - d2/(far*far)
			sum += rise * fade
		}
	}
	return float32(math.Max(0, 1-2.6*sum/occluders))
}

// smooth is the mean over a tile of the pixels that belong to the same surface.
func smooth(raw, near []float32, w, h, x, y int, step float32) float32 {
	var sum, weight float32
	here := near[y*w+x]
	for dy := -tile / 2; dy < tile/2; dy++ {
		for dx := -tile / 2; dx < tile/2; dx++ {
			px, py := x+dx, y+dy
			if px < 0 || py < 0 || px >= w || py >= h {
				continue
			}
			if d := near[py*w+px] - here; d > step || d < -step {
				continue
			}
			sum += raw[py*w+px]
			weight++
		}
	}
	return sum / weight
}
