package render

import (
	"math"
)

const (
	occluders    = 12    // places looked at around a pixel
	occlusionFar = 0.045 // how far off they lie at most, in distances of the eye
	tile         = 4     // the pattern is turned in tiles of 4×4 pixels, and blurred over as many
)

// occlusion returns the share of the sky, 0…1, that each pixel of the picture sees.
func (c *canvas) occlusion(o *Options) []float32 {
	w, h := o.Width, o.Height
	raw, near := make([]float32, w*h), make([]float32, w*h)
	offsets := spiral()
	far := float32(occlusionFar * c.cam.reach)
	c.each(h, 16, func(lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := 0; x < w; x++ {
				raw[y*w+x] = 1
				if i, sx, sy := c.front(x, y); i >= 0 {
					near[y*w+x] = c.near[i]
					raw[y*w+x] = c.openness(i, sx, sy, far, &offsets[y%tile*tile+x%tile])
				}
			}
		}
	})
	out := make([]float32, w*h)
	step := 0.25 * far / float32(c.cam.reach) // nearness within which pixels belong to one surface
	c.each(h, 16, func(lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := 0; x < w; x++ {
				if near[y*w+x] > 0 {
					out[y*w+x] = smooth(raw, near, w, h, x, y, step)
				}
			}
		}
	})
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
func spiral() (offsets [tile * tile][occluders][2]float32) {
	for place := range offsets {
		turn := 2 * math.Pi * float64(place*7%(tile*tile)) / (tile * tile)
		for k := range offsets[place] {
			r := (float64(k) + 0.5) / occluders
			s, c := math.Sincos(turn + 2*math.Pi*5*r)
			offsets[place][k] = [2]float32{float32(r * c), float32(r * s)}
		}
	}
	return offsets
}

// openness measures how far the neighbourhood of a sample rises above its plane.
func (c *canvas) openness(i, sx, sy int, far float32, offsets *[occluders][2]float32) float32 {
	here := c.near[i]
	eye := float32(c.cam.reach)
	scale := 1 / float32(c.cam.scale)
	x0, y0 := float32(c.cam.x0)-0.5, float32(c.cam.y0)-0.5
	inverse := 1 / here
	px, py, pz := (float32(sx)-x0)*scale*inverse, (y0-float32(sy))*scale*inverse, -eye*inverse
	nx, ny, nz := unpackNormal(c.normal[i])
	reach := min(far*here/scale, 160)
	bound := 1 / (far * far)
	var sum float32
	for k := range offsets {
		x, y := sx+int(reach*offsets[k][0]), sy+int(reach*offsets[k][1])
		if uint(x) >= uint(c.w) || uint(y) >= uint(c.h) {
			continue
		}
		near := c.near[y*c.w+x]
		if near == 0 {
			continue
		}
		inverse := 1 / near
		vx, vy, vz := (float32(x)-x0)*scale*inverse-px, (y0-float32(y))*scale*inverse-py, -eye*inverse-pz
		d2 := vx*vx + vy*vy + vz*vz
		fade := 1 - d2*bound
		if fade <= 0 || d2 == 0 {
			continue
		}
		// The bias keeps flat surfaces, whose samples lie a rounding off the plane, clean.
		rise := (vx*nx+vy*ny+vz*nz)/float32(math.Sqrt(float64(d2))) - 0.12
		if rise > 0 {
			sum += rise * fade
		}
	}
	return max(0, 1-2.6*sum/occluders)
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
