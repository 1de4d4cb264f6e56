package render

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"blemish/geom"
	"blemish/task"
)

// Options says what a picture looks like. The zero value is a shaded grey object
// of 800×600 pixels, seen from above and to the right.
type Options struct {
	Width, Height int // pixels; 0: 800 and 600

	// Values colours by number, one a point or vertex, through Map. NaN is grey.
	Values []float32
	Lo, Hi float64 // the range of Map; Lo >= Hi: the range of the values, symmetric for a diverging map
	Map    Colormap
	Colors []color.NRGBA // one a point or vertex, instead of Values; alpha is not used

	View  View
	Frame []geom.Vec3 // points to frame the picture on, to give several pictures one place and scale; nil: the object's own

	Background color.NRGBA // the zero colour: near white
	Title      string      // top left
	Caption    string      // bottom left
	Bar        bool        // a colour bar with its end values, where there are Values
	BarLabel   string      // what the values are, above the bar

	PointScale float64      // size of the discs of a cloud; 0: 1
	Flat       bool         // mesh: one normal a face, so that the triangulation shows
	Edges      bool         // mesh: the edges of faces are drawn
	Workers    task.Workers // 0: all cores; the picture is the same
}

// filled returns a copy with the defaults filled in. n is the number of points or
// vertices; it panics where Values or Colors do not fit.
func (o Options) filled(n int) Options {
	if o.Values != nil && len(o.Values) != n {
		panic(fmt.Sprintf("render: %d values for %d points", len(o.Values), n))
	}
	if o.Colors != nil && len(o.Colors) != n {
		panic(fmt.Sprintf("render: %d colours for %d points", len(o.Colors), n))
	}
	if o.Width <= 0 {
		o.Width = 800
	}
	if o.Height <= 0 {
		o.Height = 600
	}
	if o.Background == (color.NRGBA{}) {
		o.Background = color.NRGBA{250, 250, 251, 255}
	}
	if !(o.PointScale > 0) {
		o.PointScale = 1
	}
	if o.Values != nil {
		o.Lo, o.Hi = valueRange(o.Values, o.Lo, o.Hi, o.Map)
	}
	return o
}

// textScale enlarges the font with the picture: 1 below 500 pixels, then 2, 3…
func (o *Options) textScale() int {
	return max(1, int(math.Round(float64(min(o.Width, o.Height*4/3))/450)))
}

// colorOf is the base colour of point i.
func (o *Options) colorOf(i int) color.NRGBA {
	switch {
	case o.Colors != nil:
		return o.Colors[i]
	case o.Values == nil:
		return clay
	case o.Map == Labels:
		return o.Map.At(float64(o.Values[i]))
	}
	return o.Map.At((float64(o.Values[i]) - o.Lo) / (o.Hi - o.Lo))
}

// barShown reports whether the picture has a colour bar.
func (o *Options) barShown() bool { return o.Bar && o.Values != nil && o.Map != Labels }

// camera frames the points, or those of Frame, with the margins and the bar left
// free.
func (o *Options) camera(points []geom.Vec3) camera {
	if o.Frame != nil {
		points = o.Frame
	}
	box := geom.EmptyBox()
	for _, p := range points {
		if p.Finite() {
			box.Extend(p.D())
		}
	}
	c := newCamera(o.View, box)
	w, h, s := float64(o.Width), float64(o.Height), float64(o.textScale())
	margin := 0.05 * math.Min(w, h)
	left, top, right, bottom := margin, margin, w-margin, h-margin
	if o.Title != "" {
		top = math.Max(top, s*(lineHeight+8))
	}
	if o.Caption != "" {
		bottom = math.Min(bottom, h-s*(lineHeight+8))
	}
	if o.barShown() {
		right -= float64(barRoom(o))
	}
	c.fit(points, supersample*left, supersample*top, supersample*math.Max(right, left+1), supersample*math.Max(bottom, top+1))
	return c
}

// letter draws title, caption and bar over the finished picture.
func (o *Options) letter(img *image.NRGBA) {
	s := o.textScale()
	ink := inkOn(o.Background)
	if o.Title != "" {
		DrawText(img, 5*s, 4*s, o.Title, s, ink)
	}
	if o.Caption != "" {
		DrawText(img, 5*s, o.Height-(lineHeight+2)*s, o.Caption, s, ink)
	}
	if o.barShown() {
		drawBar(img, o, ink)
	}
}

// inkOn is a text colour that can be read on a background.
func inkOn(background color.NRGBA) color.NRGBA {
	if int(background.R)*3+int(background.G)*6+int(background.B) > 1280 {
		return color.NRGBA{40, 42, 48, 255}
	}
	return color.NRGBA{232, 234, 238, 255}
}
