package render

import (
	"math"

	"blemish/geom"
)

// View is a direction to look from. The zero View is ThreeQuarter.
type View struct {
	Eye geom.Vec // from the object towards the viewer, any length
	Up  geom.Vec // upwards in the picture; zero: +Z, or +Y where Eye is vertical
}

// The usual views of an object that stands on the xy plane and faces -Y.
var (
	ThreeQuarter = Orbit(30, 25)
	Front        = Orbit(0, 0)
	Side         = Orbit(90, 0)
	Top          = Orbit(0, 90)
)

// Orbit looks from an azimuth, in degrees anticlockwise (seen from above) from
// the front, and an elevation in degrees above the horizon.
func Orbit(azimuth, elevation float64) View {
	sa, ca := math.Sincos(azimuth * math.Pi / 180)
	se, ce := math.Sincos(elevation * math.Pi / 180)
	return View{Eye: geom.Vec{X: sa * ce, Y: -ca * ce, Z: se}}
}

// Views returns n views spaced evenly around the object, from ThreeQuarter on.
func Views(n int) []View {
	views := make([]View, max(n, 0))
	for i := range views {
		views[i] = Orbit(30+360*float64(i)/float64(n), 25)
	}
	return views
}

// camera maps the object's coordinates to pixels. Camera space has its origin in
// the middle of the frame, x to the right, y upwards, z towards the viewer.
type camera struct {
	turn   geom.Mat3 // rows: right, up, towards the viewer
	center geom.Vec
	reach  float64 // distance from the origin of camera space to the eye
	scale  float64 // pixels for a unit of length at z = 0
	x0, y0 float64 // pixel of the origin
}

// lens is the distance of the eye in half diagonals: a field of view of about
// 36 degrees, enough perspective to read the shape and little enough to compare lengths.
const lens = 3.2

// newCamera frames the corners of box in the rectangle [left,right]×[top,bottom].
func newCamera(v View, box geom.Box, left, top, right, bottom float64) camera {
	if v.Eye.Unit() == (geom.Vec{}) {
		v = ThreeQuarter
	}
	toward := v.Eye.Unit()
	up := v.Up
	if up.Cross(toward).Norm() < 1e-9*up.Norm() || up.Unit() == (geom.Vec{}) {
		up = geom.Vec{Z: 1}
		if math.Abs(toward.Z) > 0.999 {
			up = geom.Vec{Y: 1}
		}
	}
	rightward := up.Cross(toward).Unit()
	up = toward.Cross(rightward)
	c := camera{center: box.Center(), scale: 1}
	c.turn = geom.MatFromCols(rightward, up, toward).T()
	c.reach = lens * 0.5 * box.Diagonal()
	if !(c.reach > 0) {
		c.reach = 1
	}
	var flat geom.Box = geom.EmptyBox()
	for i := 0; i < 8; i++ {
		p := geom.Vec{X: pick(i&1, box.Min.X, box.Max.X), Y: pick(i&2, box.Min.Y, box.Max.Y), Z: pick(i&4, box.Min.Z, box.Max.Z)}
		q, near := c.look(p)
		flat.Extend(geom.Vec{X: q.X * near, Y: q.Y * near})
	}
	c.fit(flat, left, top, right, bottom)
	return c
}

// fit sets scale and origin so that flat, in projected units, fills the rectangle.
func (c *camera) fit(flat geom.Box, left, top, right, bottom float64) {
	size, mid := flat.Size(), flat.Center()
	c.scale = math.Min((right-left)/math.Max(size.X, 1e-12*c.reach), (bottom-top)/math.Max(size.Y, 1e-12*c.reach))
	c.scale = math.Min(c.scale, (right-left)/(0.02*c.reach))
	c.x0 = 0.5*(left+right) - c.scale*mid.X
	c.y0 = 0.5*(top+bottom) + c.scale*mid.Y
}

func pick(bit int, a, b float64) float64 {
	if bit == 0 {
		return a
	}
	return b
}

// look turns a point into camera space and returns how much nearer than the
// origin it looks: 1 at z = 0, growing towards the eye, linear on the screen.
func (c *camera) look(p geom.Vec) (q geom.Vec, near float64) {
	q = c.turn.MulVec(p.Sub(c.center))
	return q, c.reach / math.Max(c.reach-q.Z, 0.01*c.reach)
}

// pixel is where a point of camera space falls.
func (c *camera) pixel(q geom.Vec, near float64) (x, y float64) {
	return c.x0 + c.scale*q.X*near, c.y0 - c.scale*q.Y*near
}
