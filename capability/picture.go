package capability

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"strconv"

	"blemish/geom"
	"blemish/render"
	"blemish/task"
)

// The map as a picture: from two sides, with what its colours mean.

// Colours beside those of render.Heat for sizes.
var (
	blindColor       = color.NRGBA{18, 18, 22, 255}
	someColor        = color.NRGBA{190, 110, 200, 255}
	notMeasuredColor = color.NRGBA{132, 170, 214, 255} // that map begins with grey
	letterColor      = color.NRGBA{40, 42, 48, 255}
)

const (
	sideWidth, sideHeight = 560, 420 // pixels
	keyHeight, letters    = 58, 2
)

// eyes are the places that the map is looked at from, in the part's frame.
var eyes = [2]geom.Vec{{X: 0.55, Y: -0.75, Z: 0.4}, {X: -0.55, Y: 0.75, Z: -0.4}}

// Picture draws the map of a kind. Where some were found but the largest was not, at the greatest depth, there is no smallest
// size, and a colour of its own.
func (r *Report) Picture(ctx context.Context, workers task.Workers, m *Map) (image.Image, error) {
	cloud := r.Cloud(m)
	size, state := cloud.Scalar("smallest_size"), cloud.Scalar("state")
	colors := make([]color.NRGBA, cloud.Len())
	for i := range colors {
		switch {
		case state[i] == Blind:
			colors[i] = blindColor
		case state[i] == NotMeasured:
			colors[i] = notMeasuredColor
		case size[i] > 0:
			colors[i] = render.Heat.At((float64(size[i]) - r.Design.Least) / (r.Design.Most - r.Design.Least))
		default:
			colors[i] = someColor
		}
	}
	white := color.NRGBA{255, 255, 255, 255}
	out := image.NewNRGBA(image.Rect(0, 0, 2*sideWidth, sideHeight+keyHeight))
	draw.Draw(out, out.Bounds(), image.NewUniform(white), image.Point{}, draw.Src)
	for k, eye := range eyes {
		side, err := render.Cloud(ctx, cloud, render.Options{
			Width: sideWidth, Height: sideHeight, Colors: colors, View: render.View{Eye: eye}, Background: white, Workers: workers,
		})
		if err != nil {
			return nil, err
		}
		draw.Draw(out, image.Rect(k*sideWidth, 0, (k+1)*sideWidth, sideHeight), side, image.Point{}, draw.Src)
		render.DrawText(out, k*sideWidth+6, 4, [2]string{"from the front", "from behind"}[k], letters, letterColor)
	}
	r.key(out)
	return out, nil
}

// key says what the colours mean.
func (r *Report) key(img *image.NRGBA) {
	const box, gap = 18, 6
	x, y := 8, sideHeight+6
	text := func(s string) {
		render.DrawText(img, x, y+1, s, letters, letterColor)
		x += render.TextWidth(s, letters) + gap
	}
	fill := func(width int, at func(share float64) color.NRGBA) {
		for i := range width {
			for j := range box {
				img.SetNRGBA(x+i, y+j, at(float64(i)/float64(width)))
			}
		}
		x += width + gap
	}
	text("smallest size found:")
	text(strconv.FormatFloat(r.Design.Least, 'g', 3, 64))
	fill(220, render.Heat.At)
	text(strconv.FormatFloat(r.Design.Most, 'g', 3, 64))
	x, y = 8, y+box+8
	for _, k := range []struct {
		color color.NRGBA
		text  string
	}{{blindColor, "blind: none was found"}, {someColor, "some found, the largest not"}, {notMeasuredColor, "not measured"}} {
		fill(box, func(float64) color.NRGBA { return k.color })
		text(k.text)
		x += 3 * gap
	}
}
