package distance

import (
	"context"
	"errors"
	"math"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// ErrUnsigned is returned where signed distances are asked of a target that was not
// prepared for them.
var ErrUnsigned = errors.New("the target was prepared without signs")

// Options choose what is measured.
type Options struct {
	Signed  bool    // positive outside: excess; negative inside: missing; for targets prepared so
	Vectors bool    // keep the way to the nearest point too
	Max     float64 // points farther away count as not measured; 0: no limit
}

// Field is what was measured, a value for each point.
type Field struct {
	Distance []float32   // NaN where not measured
	Vector   []geom.Vec3 // from the point to the nearest of the target; NaN where not measured; nil unless asked for
}

// Measure measures the distance of every point of c to the target. Points that are
// not finite, or beyond opt.Max, are NaN.
func (t *Target) Measure(ctx context.Context, workers task.Workers, c *geom.Cloud, opt Options) (*Field, error) {
	if opt.Signed && t.surface == nil && t.normals == nil {
		return nil, ErrUnsigned
	}
	f := &Field{Distance: make([]float32, c.Len())}
	if opt.Vectors {
		f.Vector = make([]geom.Vec3, c.Len())
	}
	limit := math.Inf(1)
	if opt.Max > 0 {
		limit = opt.Max
	}
	// Origins are round numbers: their difference has no rounding.
	shift := vec(c.Origin).Sub(t.origin)
	var err error
	if t.faces != nil {
		err = t.faces.ForClosest(ctx, workers, c.Points, shift, limit, func(i int32, near spatial.Closest) {
			q := c.Points[i].D().Add(shift)
			d := math.Sqrt(near.Dist2)
			if opt.Signed {
				d = t.surface.Signed(q, near)
			}
			f.set(i, d, near.Point.Sub(q), near.Face >= 0)
		})
	} else {
		points := t.tree.Points()
		err = t.tree.ForNearest(ctx, workers, c.Points, shift, func(i int32, near spatial.Neighbor) {
			if near.Index < 0 {
				f.set(i, 0, geom.Vec{}, false)
				return
			}
			way := points[near.Index].D().Sub(c.Points[i].D().Add(shift))
			d := way.Norm()
			if opt.Signed && way.Dot(t.normals[near.Index].D()) > 0 {
				d = -d
			}
			f.set(i, d, way, math.Abs(d) <= limit)
		})
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// set stores what was measured for point i.
func (f *Field) set(i int32, d float64, way geom.Vec, measured bool) {
	if !measured {
		d = math.NaN()
		way = geom.Vec{X: d, Y: d, Z: d}
	}
	f.Distance[i] = float32(d)
	if f.Vector != nil {
		f.Vector[i] = way.F()
	}
}
