package report

// The map of deviations of a scan, as it lies on the part: from the front and from the back,
// the same for all scans of a batch; and of a defective one from where its worst place is seen.

import (
	"cmp"
	"context"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"

	"blemish/detect"
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
	headHeight          = 24       // above it
	legendHeight        = 40
	letters             = 2 // scale of the font
)

// ink is the colour of letters.
var ink = color.NRGBA{40, 42, 48, 255}

// commonEyes are the places that all maps look from, in the part's frame.
var commonEyes = [2]geom.Vec{{X: 0.55, Y: -0.75, Z: 0.4}, {X: -0.55, Y: 0.75, Z: -0.4}}

// side is one picture of a map.
type side struct {
	eye  geom.Vec
	word string
}

// sidesOf are the places that a scan is shown from: a defect may lie within the part, or below it,
// where neither front nor back shows it.
func sidesOf(v *ScanView, p *packed) []side {
	sides := []side{{commonEyes[0], "from the front"}, {commonEyes[1], "from behind"}}
	if _, stands := standing(v); stands && p.Verdict == detect.Defective.String() {
		eye := v.Result.Pose.R.MulVec(geom.Vec{X: p.Look[0], Y: p.Look[1], Z: p.Look[2]})
		sides = append(sides, side{eye, "towards the worst place"})
	}
	return sides
}

// deviationMap draws the sides of a scan, and below what the colours mean.
func (m *mapStyle) deviationMap(ctx context.Context, workers task.Workers, v *ScanView, p *packed) (image.Image, error) {
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
	frame, sides := framePoints(cloud, v), sidesOf(v, p)
	out := image.NewNRGBA(image.Rect(0, 0, len(sides)*mapWidth, headHeight+mapHeight+legendHeight))
	draw.Draw(out, out.Rect, image.NewUniform(background), image.Point{}, draw.Src)
	for k, s := range sides {
		opt := render.Options{Width: mapWidth, Height: mapHeight, Colors: colors, View: render.View{Eye: s.eye}, Frame: frame, Background: background, Workers: workers}
		img, err := render.Cloud(ctx, cloud, opt)
		if err != nil {
			return nil, err
		}
		draw.Draw(out, image.Rect(k*mapWidth, headHeight, (k+1)*mapWidth, headHeight+mapHeight), img, img.Bounds().Min, draw.Src)
		render.DrawText(out, k*mapWidth+6, 4, s.word, letters, ink)
	}
	m.legend(out)
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
	right := img.Rect.Dx() - 12 - render.TextWidth(much+", "+unit, letters)
	width, top := (right-left)/len(m.bands), headHeight+mapHeight+1
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
