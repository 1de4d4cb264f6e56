package dataset

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// What a scanner makes of a surface: which points it takes, and how far off they are.

// surface is what can be scanned: a sound object or a carved one. Clouds carry the
// scalars "label" and "depth" and the surface's normals.
type surface interface {
	Mesh() *geom.Mesh
	Scan(n int, vertices bool, r *seed.Rand) *geom.Cloud
}

// scan takes points from a surface and disturbs them, and measures the sample in
// between: sizes and depths are those of the surface.
func (m *maker) scan(sample *Sample, s surface) (*geom.Cloud, error) {
	opt := m.opt
	diagonal := m.target.Diagonal()
	cloud, seen, err := m.observe(s)
	if err != nil {
		return nil, err
	}
	sample.Views = nil
	if v := seen.views; v != nil && !v.around {
		sample.Views = v.places()
	}
	cloud = m.removeRegion(sample, cloud)
	strays := chooseStrays(cloud, opt.Outliers, m.stream("outliers"))
	measure(sample, cloud, diagonal)
	noise := deviations{opt.Noise * diagonal, diagonal, opt.NoiseModel, seen.views}
	noise.disturb(cloud, m.stream("noise"))
	scatter(cloud, strays, m.stream("strays"))
	cloud = m.addClutter(sample, cloud, s, seen, noise)
	cloud.Normals = nil
	return cloud, nil
}

// observation is how a surface has been looked at.
type observation struct {
	views   *views // nil where no scanner has a place
	chance  func(p, normal geom.Vec) float64
	perArea float64 // places that were looked at on a unit of area, where there are fixtures beside the part
}

// observe takes points from a surface.
func (m *maker) observe(s surface) (cloud *geom.Cloud, seen observation, err error) {
	opt := m.opt
	points := opt.MinPoints + m.stream("points").Intn(opt.MaxPoints-opt.MinPoints+1)
	draw := func(n int, r *seed.Rand) *geom.Cloud { return s.Scan(n, opt.Sampling == ByVertices, r) }
	even := newDensity(opt.Uneven, m.target.Diagonal(), m.stream("density"))
	for attempt := range viewAttempts {
		v := m.newViews(s, attempt)
		limits := v
		if v != nil && v.around && v.fixtures == nil {
			limits = nil // it is there to know who saw a point
		}
		seen = observation{views: v, chance: func(p, normal geom.Vec) float64 {
			chance := even.at(p)
			if limits != nil {
				chance *= limits.chance(p, normal)
			}
			return chance
		}}
		looked := float64(points)
		if limits == nil && opt.Uneven == 0 {
			cloud, err = draw(points, m.stream("sample")), nil
		} else {
			cloud, looked, err = m.choose(draw, points, seen.chance, limits)
		}
		if limits == nil || err == nil {
			if v != nil && v.fixtures != nil {
				seen.perArea = looked / s.Mesh().Area()
			}
			return cloud, seen, err
		}
	}
	return nil, seen, err
}

// most is how many points of a surface are looked at for one that is kept.
const most = 300

// choose takes n points, each with its own chance. It looks at so many points of
// the surface as are needed: by area at one batch after the other, of the vertices,
// which must not come twice, at more and more. looked is how many it took.
func (m *maker) choose(draw func(int, *seed.Rand) *geom.Cloud, n int, chance func(p, normal geom.Vec) float64, v *views) (out *geom.Cloud, looked float64, err error) {
	r, keep := m.stream("sample"), m.stream("keep")
	for batch, seen := n, 0; seen < most*n; {
		if m.opt.Sampling == ByVertices {
			r, keep, out = m.stream("sample"), m.stream("keep"), nil
			batch *= 3
		}
		all := draw(batch, r)
		var kept []int32
		for i := range all.Points {
			p, normal := all.Points[i].D(), all.Normals[i].D()
			if keep.Float64() < chance(p, normal) && (v == nil || v.sees(p, normal)) {
				kept = append(kept, int32(i))
			}
		}
		if out = joined(out, all.Select(kept)); out.Len() >= n {
			first := make([]int32, n)
			for i := range first {
				first[i] = int32(i)
			}
			looked = float64(batch)
			if last := len(kept) - 1 - (out.Len() - n); m.opt.Sampling == ByArea {
				looked = float64(seen + int(kept[last]) + 1)
			} else {
				looked *= float64(n) / float64(out.Len())
			}
			return out.Select(first), looked, nil
		}
		seen += batch
	}
	return nil, 0, errHidden
}

// joined is the points of a, which may be nil, and then those of b, with normals.
func joined(a, b *geom.Cloud) *geom.Cloud {
	if a == nil {
		return b
	}
	a.Points, a.Normals = append(a.Points, b.Points...), append(a.Normals, b.Normals...)
	for _, name := range []string{"label", "depth"} {
		a.SetScalar(name, append(a.Scalar(name), b.Scalar(name)...))
	}
	return a
}

// density is a smooth random share of points that are kept, over space.
type density struct {
	depth float64
	field field
}

// newDensity draws waves of half a diagonal to one and a half; the share that is
// kept is 1 at the crests and 1 - depth in the troughs.
func newDensity(depth, diagonal float64, r *seed.Rand) density {
	turns := func(r *seed.Rand) float64 { return r.Uniform(0.7, 2) / diagonal }
	return density{depth, newField(3, turns, r)}
}

func (d *density) at(p geom.Vec) float64 {
	if d.depth == 0 {
		return 1
	}
	trough := min(1, max(0, 0.5-float64(d.field.sum(p)/3)))
	return 1 - float64(d.depth*trough)
}

// chooseStrays picks the points that will be strays. They are nothing of the object,
// so that they are not labelled.
func chooseStrays(cloud *geom.Cloud, share float64, r *seed.Rand) []int {
	if share == 0 {
		return nil
	}
	label, depth := cloud.Scalar("label"), cloud.Scalar("depth")
	var strays []int
	for i := range cloud.Points {
		if r.Bool(share) {
			strays = append(strays, i)
			label[i], depth[i] = 0, 0
		}
	}
	return strays
}

// scatter puts the strays anywhere in the cloud's box, enlarged by a fifth.
func scatter(cloud *geom.Cloud, strays []int, r *seed.Rand) {
	if len(strays) == 0 {
		return
	}
	box := cloud.Box()
	center, half := box.Center(), box.Size().Scale(0.6)
	for _, i := range strays {
		cloud.Points[i] = geom.Vec{
			X: center.X + float64(half.X*r.Uniform(-1, 1)),
			Y: center.Y + float64(half.Y*r.Uniform(-1, 1)),
			Z: center.Z + float64(half.Z*r.Uniform(-1, 1)),
		}.F()
	}
}

// quantize rounds coordinates to multiples of step, in the cloud's own frame: that
// of the scanner. 0 leaves them alone.
func quantize(cloud *geom.Cloud, step float64) {
	if step == 0 {
		return
	}
	for i, p := range cloud.Points {
		q := p.D()
		cloud.Points[i] = geom.Vec{
			X: step * math.Round(q.X/step), Y: step * math.Round(q.Y/step), Z: step * math.Round(q.Z/step),
		}.F()
	}
}

// randomPose turns about the cloud's middle, uniformly over all rotations, and
// shifts by up to a tenth of the diagonal along each axis.
func randomPose(center geom.Vec, diagonal float64, r *seed.Rand) geom.Pose {
	rot := geom.RotationQuat(r.Quaternion())
	shift := geom.Vec{X: r.Uniform(-1, 1), Y: r.Uniform(-1, 1), Z: r.Uniform(-1, 1)}.Scale(0.1 * diagonal)
	return geom.Pose{R: rot, T: center.Add(shift).Sub(rot.MulVec(center))}
}
