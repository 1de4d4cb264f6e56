package render

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
)

// Sheet lays images out in a grid of the given number of columns, row by row,
// each above its label. labels may be shorter than images. Cells are as large as
// the largest image. No images give a single pixel.
func Sheet(images []image.Image, labels []string, columns int) *image.NRGBA {
	columns = max(1, min(columns, len(images)))
	rows := (len(images) + columns - 1) / columns
	w, h := 0, 0
	for _, img := range images {
		w, h = max(w, img.Bounds().Dx()), max(h, img.Bounds().Dy())
	}
	const gap = 4
	scale, room := 1, 0
	if w >= 360 {
		scale = 2
	}
	if len(labels) > 0 {
		room = (lineHeight + 2) * scale
	}
	paper := color.NRGBA{255, 255, 255, 255}
	out := image.NewNRGBA(image.Rect(0, 0, max(1, columns*(w+gap)+gap), max(1, rows*(h+room+gap)+gap)))
	draw.Draw(out, out.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	for i, img := range images {
		x, y := gap+i%columns*(w+gap), gap+i/columns*(h+room+gap)
		b := img.Bounds()
		draw.Draw(out, image.Rect(x, y, x+b.Dx(), y+b.Dy()), img, b.Min, draw.Over)
		if i < len(labels) {
			text := clip(labels[i], (w+scale)/(advance*scale))
			DrawText(out, x+(w-TextWidth(text, scale))/2, y+h+2*scale, text, scale, inkOn(paper))
		}
	}
	return out
}

// clip shortens a text to n characters.
func clip(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:max(0, n-2)]) + ".."
}

// WritePNG writes img as PNG. The bytes depend on the picture alone.
func WritePNG(w io.Writer, img image.Image) error {
	return (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(w, img)
}
