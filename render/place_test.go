package render

import (
	"context"
	"image/color"
	"math"
	"testing"

	"blemish/geom"
)

// A single red point among grey ones is drawn where Places says it falls.
func TestPointsAreDrawnWhereTheyFall(t *testing.T) {
	c := &geom.Cloud{}
	colors := []color.NRGBA{}
	for i := range 40 {
		for j := range 40 {
			c.Points = append(c.Points, geom.Vec3{X: float32(i), Z: float32(j)})
			colors = append(colors, color.NRGBA{128, 128, 128, 255})
		}
	}
	const red = 40*11 + 29
	colors[red] = color.NRGBA{255, 0, 0, 255}
	opt := Options{Width: 300, Height: 200, View: Front, Colors: colors}
	img, err := Cloud(context.Background(), c, opt)
	if err != nil {
		t.Fatal(err)
	}
	var x, y, n float64
	for v := range 200 {
		for u := range 300 {
			if p := img.NRGBAAt(u, v); int(p.R) > int(p.G)+60 {
				x, y, n = x+float64(u)+0.5, y+float64(v)+0.5, n+1
			}
		}
	}
	at := Places(c.Points, opt)[red]
	if n == 0 || math.Hypot(x/n-at.X, y/n-at.Y) > 1 {
		t.Errorf("red pixels around %.1f %.1f, the point falls on %.1f %.1f", x/n, y/n, at.X, at.Y)
	}
	behind := append(c.Points[:1:1], geom.Vec3{Y: 5}) // Front looks along +Y
	if p := Places(behind, opt); !(p[0].Near > p[1].Near) {
		t.Errorf("the nearer point has %g, the farther %g", p[0].Near, p[1].Near)
	}
}
