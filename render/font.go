package render

import (
	_ "embed"
	"image"
	"image/color"
	"strings"
)

// The built-in font: glyphs of 5×9 cells drawn in font.txt, sixteen in a band,
// from space to tilde; seven rows stand on the base line and two hang below. The
// last glyph, a box, stands for every character outside ASCII.

//go:embed font.txt
var fontArt string

const (
	glyphWidth, glyphRows = 5, 9
	advance               = glyphWidth + 1
	lineHeight            = glyphRows + 2
	ascent                = 7
)

var glyphs = readFont(fontArt)

// readFont returns one bit a cell, bit 4 the leftmost, for each row of each glyph.
func readFont(art string) (font [96][glyphRows]uint8) {
	lines := strings.Split(art, "\n")
	for n := range font {
		for row := range font[n] {
			line := lines[n/16*(glyphRows+1)+row]
			for col := 0; col < glyphWidth; col++ {
				at := n%16*advance + col
				if at < len(line) && line[at] == '#' {
					font[n][row] |= 1 << (glyphWidth - 1 - col)
				}
			}
		}
	}
	return font
}

// TextWidth is the width in pixels of text drawn at a scale (1 or more).
func TextWidth(text string, scale int) int {
	return max(0, len([]rune(text))*advance-1) * scale
}

// DrawText draws one line of text, its top left corner at (x, y), each cell of
// the font scale×scale pixels. Characters outside ASCII become boxes.
func DrawText(img *image.NRGBA, x, y int, text string, scale int, c color.NRGBA) {
	for _, r := range text {
		n := int(r) - ' '
		if n < 0 || n >= len(glyphs) {
			n = len(glyphs) - 1
		}
		drawGlyph(img, x, y, &glyphs[n], scale, c)
		x += advance * scale
	}
}

// drawGlyph fills the cells of a glyph; where two cells meet only at a corner it
// bridges the step, so that enlarged slants look like lines and not like stairs.
func drawGlyph(img *image.NRGBA, x, y int, g *[glyphRows]uint8, scale int, c color.NRGBA) {
	on := func(col, row int) bool {
		return col >= 0 && col < glyphWidth && row >= 0 && row < glyphRows && g[row]>>(glyphWidth-1-col)&1 == 1
	}
	for row := 0; row < glyphRows; row++ {
		for col := 0; col < glyphWidth; col++ {
			filled := on(col, row)
			for sy := 0; sy < scale; sy++ {
				for sx := 0; sx < scale; sx++ {
					dx, dy := 1, 1
					if 2*sx < scale {
						dx = -1
					}
					if 2*sy < scale {
						dy = -1
					}
					bridge := scale > 1 && on(col+dx, row) && on(col, row+dy) && !on(col+dx, row+dy) && !on(col-dx, row) && !on(col, row-dy)
					if filled || bridge {
						blend(img, x+col*scale+sx, y+row*scale+sy, c)
					}
				}
			}
		}
	}
}

// blend lays c over a pixel; pixels outside the image are left out.
func blend(img *image.NRGBA, x, y int, c color.NRGBA) {
	if !(image.Point{X: x, Y: y}).In(img.Rect) {
		return
	}
	i := img.PixOffset(x, y)
	p := img.Pix[i : i+4 : i+4]
	a := int(c.A)
	for k, v := range [3]uint8{c.R, c.G, c.B} {
		p[k] = uint8((int(v)*a + int(p[k])*(255-a) + 127) / 255)
	}
	p[3] = uint8(a + int(p[3])*(255-a)/255)
}
