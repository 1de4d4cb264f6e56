package cpmf

import (
	"context"
	"errors"
	"math"

	"blemish/detect/memory"
	"blemish/geom"
	"blemish/render"
	"blemish/task"
	"blemish/tensor"
)

// Pictures of a scan, and what is seen of each point in them.

// turns are the angles, in degrees, of views from the front about each axis.
var turns = [...]float64{-15, 0, 15}

// views lists the views of a configuration.
func (c Config) views() []render.View {
	var out []render.View
	if c.Sides == Around {
		// Along a spiral (Fibonacci).
		golden := math.Pi * (3 - math.Sqrt(5))
		for i := range c.Views {
			z := 1 - 2*(float64(i)+0.5)/float64(c.Views)
			r := math.Sqrt(1 - z*z)
			sin, cos := math.Sincos(golden * float64(i))
			out = append(out, render.View{Eye: geom.Vec{X: r * cos, Y: r * sin, Z: z}})
		}
		return out
	}
	for _, a := range turns {
		for _, b := range turns {
			for _, d := range turns {
				r := turned(geom.Vec{X: 1}, a).Mul(turned(geom.Vec{Y: 1}, b)).Mul(turned(geom.Vec{Z: 1}, d)).T()
				out = append(out, render.View{Eye: r.MulVec(geom.Vec{Z: 1}), Up: r.MulVec(geom.Vec{Y: 1})})
			}
		}
	}
	return out[:min(c.Views, len(out))]
}

func turned(axis geom.Vec, degrees float64) geom.Mat3 {
	return geom.RotationAxis(axis, degrees*math.Pi/180)
}

// pictured is what is seen of each point, averaged over the views that see it, and scaled to
// length 1, see unit; 0 where none does. There are dim values a point.
func (e *eye) pictured(ctx context.Context, c *memory.Cloud) ([]float32, error) {
	views := e.cfg.views()
	dim := e.dim()
	failed := make([]error, len(views))
	sums := make([][]float64, len(views))
	seen := make([][]bool, len(views))
	err := task.For(ctx, c.Workers, len(views), 1, func(_, v, _ int) {
		opt := render.Options{Width: e.cfg.Size, Height: e.cfg.Size, View: views[v], Workers: 1}
		img, err := render.Cloud(ctx, &geom.Cloud{Points: c.Points}, opt)
		if err != nil {
			failed[v] = err
			return
		}
		grey := &featureMap{channels: 1, width: e.cfg.Size, height: e.cfg.Size}
		for i := 0; i < len(img.Pix); i += 4 {
			// Luma of the ITU's recommendation 601.
			grey.data = append(grey.data, float32((0.299*float64(img.Pix[i])+0.587*float64(img.Pix[i+1])+0.114*float64(img.Pix[i+2]))/255))
		}
		maps := e.maps(grey)
		places := render.Places(c.Points, opt)
		seen[v] = e.visible(places)
		sums[v] = make([]float64, len(c.Points)*dim)
		for i, p := range places {
			if !seen[v][i] {
				continue
			}
			at := i * dim
			for _, m := range maps {
				m.sample(p.X/float64(e.cfg.Size), p.Y/float64(e.cfg.Size), sums[v][at:at+m.channels])
				at += m.channels
			}
		}
	})
	if err = errors.Join(append(failed, err)...); err != nil {
		return nil, err
	}
	out := make([]float32, len(c.Points)*dim)
	mean := make([]float64, dim)
	for i := range c.Points {
		clear(mean)
		for v := range views {
			if seen[v][i] {
				for j, x := range sums[v][i*dim : (i+1)*dim] {
					mean[j] += x
				}
			}
		}
		unit(out[i*dim:(i+1)*dim], mean, e.faint())
	}
	return out, nil
}

// unit writes a vector scaled to length 1; one of length 0 stays. Vectors of about the length
// of faint and below are shorter.
func unit[N float32 | float64](dst []float32, v []N, faint float64) {
	var square float64
	for _, x := range v {
		square += float64(float64(x) * float64(x))
	}
	length := math.Sqrt(square) + faint
	for j, x := range v {
		dst[j] = 0
		if length > 0 {
			dst[j] = float32(float64(x) / length)
		}
	}
}

// visible says which points nothing stands before, by the nearest in cells of the picture that
// hold a few each.
func (e *eye) visible(places []render.Place) []bool {
	out := make([]bool, len(places))
	if e.cfg.Sides == Front {
		for i := range out {
			out[i] = true
		}
		return out
	}
	left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range places {
		left, right, top, bottom = min(left, p.X), max(right, p.X), min(top, p.Y), max(bottom, p.Y)
		low, high = min(low, p.Near), max(high, p.Near)
	}
	// Front and back share the picture.
	cell := max(1.5, 1.6*math.Sqrt(2*(right-left)*(bottom-top)/float64(max(1, len(places)))))
	columns, rows := int((right-left)/cell)+1, int((bottom-top)/cell)+1
	nearest := make([]float64, columns*rows)
	for i := range nearest {
		nearest[i] = math.Inf(-1)
	}
	at := func(p render.Place) int { return int((p.Y-top)/cell)*columns + int((p.X-left)/cell) }
	for _, p := range places {
		nearest[at(p)] = max(nearest[at(p)], p.Near)
	}
	// A surface that slopes by 70 degrees goes back by so much over a cell.
	const slope = 2.7
	perPixel := (high - low) / max(1, right-left, bottom-top) // at least of the size of a pixel
	back := slope * cell * perPixel
	for i, p := range places {
		out[i] = p.Near >= nearest[at(p)]-back
	}
	return out
}

// eye is what looks at pictures: a network, or filters where there is none.
type eye struct {
	cfg Config
	net *resnet
}

func (e *eye) dim() int {
	if e.net != nil {
		return resnetDim
	}
	return len(filterScales) * len(derivatives)
}

// faint is the length of what is seen that says little: filters see nothing on a plain face
// but the grain of the points, which must not be made as long as an edge.
func (e *eye) faint() float64 {
	if e.net != nil {
		return 0
	}
	return 0.1
}

func (e *eye) maps(grey *featureMap) []*featureMap {
	if e.net == nil {
		return filters(grey)
	}
	return e.net.look(grey, &tensor.Scratch{})
}
