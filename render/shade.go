package render

import (
	"image"
	"image/color"
	"math"

	"blemish/geom"
)

// Lights, in camera space: a key over the viewer's left shoulder, a weak fill
// from the right, light from everywhere that is brighter above, and a rim.
var (
	key  = light(geom.Vec{X: -0.6, Y: 0.7, Z: 0.55})
	fill = light(geom.Vec{X: 0.85, Y: 0.1, Z: 0.5})
	half = light(geom.Vec{X: -0.6, Y: 0.7, Z: 0.55}.Unit().Add(geom.Vec{Z: 1})) // between key and viewer: the gloss
)

// lamp is a direction that light comes from.
type lamp struct{ x, y, z float32 }

func light(v geom.Vec) lamp {
	u := v.Unit().F()
	return lamp{u.X, u.Y, u.Z}
}

func (l lamp) dot(x, y, z float32) float32 { return max(0, x*l.x+y*l.y+z*l.z) }

// toLinear and fromLinear are the sRGB transfer curve as tables.
var toLinear, fromLinear = func() (to [256]float32, from [4097]uint8) {
	for i := range to {
		v := float64(i) / 255
		if v <= 0.04045 {
			to[i] = float32(v / 12.92)
		} else {
			to[i] = float32(math.Pow((v+0.055)/1.055, 2.4))
		}
	}
	for i := range from {
		v := float64(i) / 4096
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		from[i] = uint8(math.Round(255 * v))
	}
	return to, from
}()

func encode(v float32) uint8 { return fromLinear[int(max(0, min(1, v))*4096+0.5)] }

// develop turns the canvas into a picture: occlusion, light, mean of the samples,
// lettering.
func (c *canvas) develop(o *Options) (*image.NRGBA, error) {
	img := image.NewNRGBA(image.Rect(0, 0, o.Width, o.Height))
	shadow := c.occlusion(o)
	back := [3]float32{toLinear[o.Background.R], toLinear[o.Background.G], toLinear[o.Background.B]}
	c.each(o.Height, 16, func(lo, hi int) {
		for y := lo; y < hi; y++ {
			for x := 0; x < o.Width; x++ {
				c.resolve(img, x, y, shadow[y*o.Width+x], back, o.Background)
			}
		}
	})
	if c.err != nil {
		return nil, c.err
	}
	o.letter(img)
	return img, nil
}

// resolve is the colour of one pixel.
func (c *canvas) resolve(img *image.NRGBA, x, y int, open float32, back [3]float32, background color.NRGBA) {
	var sum [3]float32
	covered := 0
	for s := 0; s < supersample*supersample; s++ {
		i := (supersample*y+s/supersample)*c.w + supersample*x + s%supersample
		if c.near[i] == 0 {
			for k := range sum {
				sum[k] += back[k]
			}
			continue
		}
		covered++
		lit := c.lit(i, open)
		for k := range sum {
			sum[k] += lit[k]
		}
	}
	p := img.Pix[img.PixOffset(x, y):]
	if covered == 0 {
		p[0], p[1], p[2], p[3] = background.R, background.G, background.B, background.A
		return
	}
	const share = 1.0 / (supersample * supersample)
	p[0], p[1], p[2] = encode(sum[0]*share), encode(sum[1]*share), encode(sum[2]*share)
	p[3] = uint8((255*covered + int(background.A)*(supersample*supersample-covered)) / (supersample * supersample))
}

// lit is the linear colour of sample i, which sees the share `open` of the sky.
func (c *canvas) lit(i int, open float32) [3]float32 {
	x, y, z := unpackNormal(c.normal[i])
	sky := (0.25 + 0.10*y) * open
	diffuse := sky + 0.84*key.dot(x, y, z)*(0.35+0.65*open) + 0.16*fill.dot(x, y, z)*open
	edge := (1 - z) * (1 - z)
	rim := 0.10 * edge * edge * open
	h := half.dot(x, y, z)
	h *= h
	h *= h
	h *= h
	h *= h
	gloss := 0.05*h*h*open + rim
	base := c.base[i]
	return [3]float32{
		toLinear[base>>16&255]*diffuse + gloss,
		toLinear[base>>8&255]*diffuse + gloss,
		toLinear[base&255]*diffuse + gloss,
	}
}
