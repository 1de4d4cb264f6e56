package inspection

import (
	"context"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/detect/scene"
	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
)

// From the best fit to a datum: the scan's points in the datum's zones are fitted, and the
// scan is moved so that what was fitted lies where the part has it. Zones are looked up after
// each step, since the points in them change.

// datum is what scans are aligned to, ready for use.
type datum struct {
	*Align
	rules   *rules
	surface *scene.Surface
	planes  []plane // of the part: those of Planes, or that of Plane alone
	axis    axis    // of the part
}

const (
	// passes is how often a scan is moved. Each leaves a tenth of what it is off or less.
	passes = 6
	// surfaceSteps is how often it is moved in a best fit to zones.
	surfaceSteps = 30
	// parallel is from which product of unit normals on two datum planes say the same.
	parallel = 0.98
	// mostDatum is how many points of a scan are used.
	mostDatum = 60000
)

func newDatum(a *Align, r *rules, surface *scene.Surface) (*datum, error) {
	d := &datum{Align: a, rules: r, surface: surface}
	points := surface.Tree.Points()
	fitOne := func(zone int) (plane, error) {
		var in []geom.Vec
		var side geom.Vec
		for i, q := range points {
			if r.in(zone, q) {
				in, side = append(in, q.D()), side.Add(surface.Normal[i].D())
			}
		}
		p, ok := fitPlane(in, side)
		if !ok {
			return p, fmt.Errorf("datum %s: the %d points of the part in it span no plane", d.names[zone], len(in))
		}
		return p, nil
	}
	for _, zone := range d.planeZones() {
		p, err := fitOne(zone)
		if err != nil {
			return nil, err
		}
		d.planes = append(d.planes, p)
	}
	if len(a.Planes) == 3 {
		for i := range 3 {
			j := (i + 1) % 3
			if math.Abs(d.planes[i].normal.Dot(d.planes[j].normal)) > parallel {
				return nil, fmt.Errorf("datums %s and %s are parallel: they do not fix a pose", d.names[a.Planes[i]], d.names[a.Planes[j]])
			}
		}
		if math.Abs(d.planes[0].normal.Cross(d.planes[1].normal).Unit().Dot(d.planes[2].normal)) < 1-parallel {
			return nil, fmt.Errorf("the three datum planes have a direction in common: they do not fix a pose")
		}
	}
	if a.Plane >= 0 {
		var in, normals []geom.Vec
		for i, q := range points {
			if r.in(a.Axis, q) {
				in, normals = append(in, q.D()), append(normals, surface.Normal[i].D())
			}
		}
		var ok bool
		if d.axis, ok = fitAxis(in, normals, d.planes[0].normal); !ok {
			return nil, fmt.Errorf("datum %s: the %d points of the part in it are on no cylinder", d.names[a.Axis], len(in))
		}
		if math.Abs(d.axis.along.Dot(d.planes[0].normal)) < 0.2 {
			return nil, fmt.Errorf("datum plane %s runs along the axis %s: it does not say where along it the part is", d.names[a.Plane], d.names[a.Axis])
		}
	}
	return d, nil
}

// planeZones lists the zones that planes are fitted to.
func (d *datum) planeZones() []int {
	if d.Plane >= 0 {
		return []int{d.Plane}
	}
	return d.Planes
}

// align implements detect.Adjustment.Align.
func (d *datum) align(ctx context.Context, points []geom.Vec3, best geom.Pose) (geom.Pose, error) {
	chosen := spatial.Thin(points, mostDatum)
	scan := make([]geom.Vec3, len(chosen))
	for i, j := range chosen {
		scan[i] = points[j]
	}
	switch {
	case len(d.Surface) > 0:
		return d.toSurface(ctx, scan, best)
	case d.Plane >= 0:
		return d.toAxis(ctx, scan, best)
	}
	return d.toPlanes(ctx, scan, best)
}

// gather lists the points of a scan in a zone, in the part's frame.
func (d *datum) gather(scan []geom.Vec3, pose geom.Pose, zone int) (in []geom.Vec, index []int32) {
	for i, p := range scan {
		if q := pose.ApplyVec(p.D()); d.rules.in(zone, q.F()) {
			in, index = append(in, q), append(index, int32(i))
		}
	}
	return in, index
}

func (d *datum) planeOf(scan []geom.Vec3, pose geom.Pose, zone int, nominal plane) (plane, error) {
	in, _ := d.gather(scan, pose, zone)
	p, ok := fitPlane(in, nominal.normal)
	if !ok {
		return p, fmt.Errorf("%w: datum %s: %d points of the scan lie in it, and they span no plane", detect.ErrTooFewPoints, d.names[zone], len(in))
	}
	return p, nil
}

// toPlanes is the alignment to three planes, 3-2-1.
func (d *datum) toPlanes(ctx context.Context, scan []geom.Vec3, pose geom.Pose) (geom.Pose, error) {
	a, b, c := d.planes[0], d.planes[1], d.planes[2]
	second := b.normal.AddScaled(-b.normal.Dot(a.normal), a.normal).Unit() // what B adds
	third := a.normal.Cross(second)                                        // what C adds
	for range passes {
		if err := ctx.Err(); err != nil {
			return pose, err
		}
		found, err := d.planeOf(scan, pose, d.Planes[0], a)
		if err != nil {
			return pose, err
		}
		pose = turn(found.normal, a.normal, found.at).Mul(pose)
		pose = shift(a.normal.Scale(a.at.Sub(found.at).Dot(a.normal))).Mul(pose)

		if found, err = d.planeOf(scan, pose, d.Planes[1], b); err != nil {
			return pose, err
		}
		flat := found.normal.AddScaled(-found.normal.Dot(a.normal), a.normal)
		pose = turn(flat.Unit(), second, found.at).Mul(pose)
		pose = shift(second.Scale(b.at.Sub(found.at).Dot(b.normal) / second.Dot(b.normal))).Mul(pose)

		if found, err = d.planeOf(scan, pose, d.Planes[2], c); err != nil {
			return pose, err
		}
		pose = shift(third.Scale(c.at.Sub(found.at).Dot(c.normal) / third.Dot(c.normal))).Mul(pose)
	}
	return pose, nil
}

// toAxis is the alignment to an axis and a plane across it. The turn about the axis stays
// that of the best fit.
func (d *datum) toAxis(ctx context.Context, scan []geom.Vec3, pose geom.Pose) (geom.Pose, error) {
	const around = 16
	normals, _, err := feature.Normals(ctx, 0, spatial.NewTree(scan), around)
	if err != nil {
		return pose, err
	}
	for range passes {
		in, index := d.gather(scan, pose, d.Axis)
		facing := make([]geom.Vec, len(in))
		for k, i := range index {
			facing[k] = pose.Rotate(normals[i]).D()
		}
		found, ok := fitAxis(in, facing, d.axis.along)
		if !ok {
			return pose, fmt.Errorf("%w: datum %s: %d points of the scan lie in it, and they are on no cylinder", detect.ErrTooFewPoints, d.names[d.Axis], len(in))
		}
		pose = turn(found.along, d.axis.along, found.at).Mul(pose)
		off := d.axis.at.Sub(found.at)
		pose = shift(off.AddScaled(-off.Dot(d.axis.along), d.axis.along)).Mul(pose)

		across := d.planes[0]
		p, err := d.planeOf(scan, pose, d.Plane, across)
		if err != nil {
			return pose, err
		}
		along := d.axis.along
		pose = shift(along.Scale(across.at.Sub(p.at).Dot(across.normal) / along.Dot(across.normal))).Mul(pose)
	}
	return pose, nil
}

// toSurface is the best fit to zones alone, point to plane (Chen and Medioni 1992). What the
// zones leave open stays as it is: motions that change no distance are damped.
func (d *datum) toSurface(ctx context.Context, scan []geom.Vec3, pose geom.Pose) (geom.Pose, error) {
	for range surfaceSteps {
		if err := ctx.Err(); err != nil {
			return pose, err
		}
		var at []geom.Vec3
		var middle geom.Vec
		for _, p := range scan {
			q := pose.Apply(p)
			for _, zone := range d.Surface {
				if d.rules.in(zone, q) {
					at, middle = append(at, q), middle.Add(q.D())
					break
				}
			}
		}
		if len(at) < leastOfAxis {
			return pose, fmt.Errorf("%w: only %d points of the scan lie in %s", detect.ErrTooFewPoints, len(at), d.Words())
		}
		step, moved, ok, err := d.step(ctx, at, middle.Scale(1/float64(len(at))))
		if err != nil {
			return pose, err
		}
		if !ok {
			break
		}
		if pose = step.Mul(pose); moved < 1e-9*d.surface.Size {
			break
		}
	}
	return pose, nil
}

// step is one step of the best fit, about the middle of the points, and how far it moves them.
func (d *datum) step(ctx context.Context, at []geom.Vec3, middle geom.Vec) (step geom.Pose, moved float64, ok bool, err error) {
	const candidates, reach, damping = 20, 1.5, 1e-3
	feet, err := d.surface.Feet(ctx, 0, at, candidates, reach)
	if err != nil {
		return step, 0, false, err
	}
	offs := make([]geom.Vec, len(feet))
	for i, f := range feet {
		offs[i] = geom.Vec{X: f.Signed}
	}
	limit := 0.0
	for _, o := range near(offs, func(v geom.Vec) float64 { return math.Abs(v.X) }) {
		limit = math.Max(limit, math.Abs(o.X))
	}
	size := 0.0
	for _, q := range at {
		size = math.Max(size, q.D().Sub(middle).Norm())
	}
	var m [36]float64
	var b [6]float64
	for i, f := range feet {
		n := d.surface.Normal[f.Near].D()
		if math.Abs(f.Signed) > limit || f.Beside > 0 || !(n.Norm() > 0.5) {
			continue
		}
		lever := at[i].D().Sub(middle).Scale(1 / size).Cross(n)
		row := [6]float64{n.X, n.Y, n.Z, lever.X, lever.Y, lever.Z}
		e := -at[i].D().Sub(f.At).Dot(n)
		for r := range row {
			for c := range row {
				m[6*r+c] += row[r] * row[c]
			}
			b[r] += row[r] * e
		}
	}
	trace := 0.0
	for r := range 6 {
		trace += m[7*r] / 6
	}
	for r := range 6 {
		m[7*r] += damping * trace
	}
	x, solved := solve(m[:], b[:])
	if !solved {
		return step, 0, false, nil
	}
	turned := geom.Vec{X: x[3], Y: x[4], Z: x[5]}.Scale(1 / size)
	moved = geom.Vec{X: x[0], Y: x[1], Z: x[2]}.Norm() + turned.Norm()*size
	r := geom.Identity3()
	if angle := turned.Norm(); angle > 0 {
		r = geom.RotationAxis(turned.Scale(1/angle), angle)
	}
	t := middle.Sub(r.MulVec(middle)).Add(geom.Vec{X: x[0], Y: x[1], Z: x[2]})
	return geom.Pose{R: r, T: t}, moved, true, nil
}

// turn is the smallest turn about a place that takes one direction to another.
func turn(from, to, about geom.Vec) geom.Pose {
	across := from.Cross(to)
	angle := math.Atan2(across.Norm(), from.Dot(to))
	if !(across.Norm() > 0) {
		return geom.IdentityPose()
	}
	r := geom.RotationAxis(across.Unit(), angle)
	return geom.Pose{R: r, T: about.Sub(r.MulVec(about))}
}

func shift(by geom.Vec) geom.Pose { return geom.Pose{R: geom.Identity3(), T: by} }
