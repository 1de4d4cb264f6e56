package report

// The map of deviations of a scan, as it lies on the part: from the front and from the back,
// the same for all scans of a batch.

import (
	"cmp"
	"context"
	"image"
	"image/color"
	"math"
	"strings"

	"blemish/geom"
	"blemish/inspection"
	"blemish/render"
	"blemish/task"
)

// mapStyle is what the maps of a batch share.
type mapStyle struct {
	bands []band
	unit  string
}

// newMapStyle is nil where no scan has deviations.
func newMapStyle(g *gallery, t inspection.Tolerance, unit string) *mapStyle {
	for _, v := range g.views {
		if v.Result.Signed != nil {
			return &mapStyle{bandsOf(t, g.signedHi()), unit}
		}
	}
	return nil
}

const (
	mapWidth, mapHeight = 470, 350 // of one side
	legendHeight        = 40
	letters             = 2 // scale of the font
)

// ink is the colour of letters.
var ink = color.NRGBA{40, 42, 48, 255}

// commonEyes are the places that all maps look from, in the part's frame.
var commonEyes = [2]geom.Vec{{X: 0.55, Y: -0.75, Z: 0.4}, {X: -0.55, Y: 0.75, Z: -0.4}}

// deviationMap draws both sides of a scan, and below what the colours mean.
func (m *mapStyle) deviationMap(ctx context.Context, workers task.Workers, v *ScanView) (image.Image, error) {
	points, _ := standing(v)
	var colors []color.NRGBA
	cloud := &geom.Cloud{}
	for i, p := range points {
		if !p.Finite() {
			continue
		}
		c := greyColor
		if v.Judged(i) {
			c = colorIn(m.bands, float64(v.Result.Signed[i]))
		}
		cloud.Points, colors = append(cloud.Points, p), append(colors, c)
	}
	for _, p := range v.Result.Missing {
		if pose := v.Result.Pose; pose.R != (geom.Mat3{}) {
			p = pose.Apply(p)
		}
		cloud.Points, colors = append(cloud.Points, p), append(colors, gapColor)
	}
	background := color.NRGBA{255, 255, 255, 255}
	sides := [2]image.Image{}
	frame := framePoints(cloud, v)
	for k, eye := range commonEyes {
		opt := render.Options{Width: mapWidth, Height: mapHeight, Colors: colors, View: render.View{Eye: eye}, Frame: frame, Background: background, Workers: workers}
		img, err := render.Cloud(ctx, cloud, opt)
		if err != nil {
			return nil, err
		}
		sides[k] = img
	}
	out := image.NewNRGBA(image.Rect(0, 0, 2*mapWidth, mapHeight+legendHeight))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			switch {
			case y >= mapHeight:
				out.Set(x, y, background)
			case x < mapWidth:
				out.Set(x, y, sides[0].At(x, y))
			default:
				out.Set(x, y, sides[1].At(x-mapWidth, y))
			}
		}
	}
	m.legend(out)
	render.DrawText(out, 6, 4, "from the front", letters, ink)
	render.DrawText(out, mapWidth+6, 4, "from behind", letters, ink)
	return out, nil
}

// framePoints are those that a picture is framed on: what was judged, so that a table does
// not make the part small.
func framePoints(cloud *geom.Cloud, v *ScanView) []geom.Vec3 {
	points, _ := standing(v)
	var out []geom.Vec3
	for i, p := range points {
		if v.Judged(i) && p.Finite() {
			out = append(out, p)
		}
	}
	if len(out) < 10 {
		return cloud.Points
	}
	return out
}

// legend draws the bands with their ends, and the unit.
func (m *mapStyle) legend(img *image.NRGBA) {
	const little, much = "too little", "too much"
	unit := cmp.Or(m.unit, "scan's unit")
	left := 12 + render.TextWidth(little, letters)
	right := 2*mapWidth - 12 - render.TextWidth(much+", "+unit, letters)
	width, top := (right-left)/len(m.bands), mapHeight+1
	for k, b := range m.bands {
		for x := left + k*width; x < left+(k+1)*width-1; x++ {
			for y := top; y < top+14; y++ {
				img.Set(x, y, b.Color)
			}
		}
		if !math.IsInf(b.To, 0) {
			text := strings.ReplaceAll(signed(Number(b.To)), "−", "-") // the font has no other
			render.DrawText(img, left+(k+1)*width-render.TextWidth(text, letters)/2, top+18, text, letters, ink)
		}
	}
	render.DrawText(img, 6, top, little, letters, ink)
	render.DrawText(img, left+len(m.bands)*width+6, top, much+", "+unit, letters, ink)
}
