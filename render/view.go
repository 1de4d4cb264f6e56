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

// newCamera looks at the middle of box from a distance that suits its size; fit
// then places it in the picture.
func newCamera(v View, box geom.Box) camera {
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
	return c
}

// fit sets scale and origin so that the points fill the rectangle [left,right]×[top,bottom] of samples.
func (c *camera) fit(points []geom.Vec3, left, top, right, bottom float64) {
	flat := geom.EmptyBox()
	for _, p := range points {
		if p.Finite() {
			q, near := c.look(p.D())
			flat.Extend(geom.Vec{X: q.X * near, Y: q.Y * near})
		}
	}
	size, mid := flat.Size(), flat.Center()
	if flat.Empty() {
		mid = geom.Vec{}
	}
	// A single point, or a line on its end, is not blown up beyond all measure.
	least := 0.02 * c.reach
	c.scale = math.Min((right-left)/math.Max(size.X, least), (bottom-top)/math.Max(size.Y, least))
	c.x0 = 0.5*(left+right) - c.scale*mid.X
	c.y0 = 0.5*(top+bottom) + c.scale*mid.Y
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
