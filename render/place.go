package render

import "blemish/geom"

// Where points fall in a picture.

// Place is where a point falls: X and Y in pixels from the top left corner, those of the first
// pixel's middle being 0.5, and Near, which is greater nearer to the eye.
type Place struct{ X, Y, Near float64 }

// Places tells where points fall in a picture that is drawn of points (or Frame) with opt.
// Points that are not finite fall nowhere: all of their values are 0.
func Places(points []geom.Vec3, opt Options) []Place {
	o := opt
	o.Values, o.Colors = nil, nil
	o = o.filled(len(points))
	cam := o.camera(points)
	out := make([]Place, len(points))
	for i, p := range points {
		if !p.Finite() {
			continue
		}
		q, near := cam.look(p.D())
		x, y := cam.pixel(q, near)
		out[i] = Place{x / supersample, y / supersample, q.Z}
	}
	return out
}
