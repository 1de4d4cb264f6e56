package render

import (
	"image"
	"image/color"
	"math"
	"strconv"
)

// The colour bar stands at the right edge, its end values beside it.

// barRoom is the width that bar and numbers take.
func barRoom(o *Options) int {
	s := o.textScale()
	widest := 0
	for _, t := range barTicks(o) {
		widest = max(widest, TextWidth(t.text, s))
	}
	return max(widest+(10+5+5)*s, TextWidth(o.BarLabel, s)+8*s)
}

type tick struct {
	at   float64 // 0 bottom … 1 top
	text string
}

// barTicks are the ends and, for a diverging map, zero.
func barTicks(o *Options) []tick {
	number := func(x float64) string {
		if math.Abs(x) < 1e-6*(o.Hi-o.Lo) {
			x = 0
		}
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	ticks := []tick{{0, number(o.Lo)}, {1, number(o.Hi)}}
	if o.Map.Diverging() && o.Lo < 0 && o.Hi > 0 {
		ticks = append(ticks, tick{-o.Lo / (o.Hi - o.Lo), "0"})
	}
	return ticks
}

func drawBar(img *image.NRGBA, o *Options, ink color.NRGBA) {
	s := o.textScale()
	left := o.Width - barRoom(o)
	right := left + 10*s
	top, bottom := o.Height/5, o.Height*4/5
	for y := top; y <= bottom; y++ {
		c := o.Map.At(float64(bottom-y) / float64(bottom-top))
		if y == top || y == bottom {
			c = ink
		}
		for x := left; x < right; x++ {
			if x == left || x == right-1 {
				blend(img, x, y, ink)
			} else {
				blend(img, x, y, c)
			}
		}
	}
	for _, t := range barTicks(o) {
		y := bottom - int(t.at*float64(bottom-top)+0.5)
		for x := right; x < right+2*s; x++ {
			blend(img, x, y, ink)
		}
		DrawText(img, right+4*s, y-ascent*s/2, t.text, s, ink)
	}
	if o.BarLabel != "" {
		DrawText(img, o.Width-TextWidth(o.BarLabel, s)-4*s, top-(lineHeight+ascent/2+1)*s, o.BarLabel, s, ink)
	}
}
