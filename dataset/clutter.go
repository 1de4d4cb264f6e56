package dataset

import (
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// What a cloud holds beside the part's points.

const (
	strayNear, strayFar = 0.03, 2.0 // how far strays are from the surface, in diagonals
	strayDraws          = 20
)

// addClutter adds the points of fixtures and the strays to the points of the part, and
// notes in the sample how many there are.
func (m *maker) addClutter(sample *Sample, cloud *geom.Cloud, s surface, seen observation, noise deviations) *geom.Cloud {
	c := m.conditions()
	m.sensors, m.fixtures, sample.Clutter = nil, nil, nil
	v := seen.views
	if v != nil {
		m.sensors, m.fixtures = v.eyes, v.fixtures
	}
	if !c.Table && c.Clamps == 0 && c.Strays == 0 && c.Missed == 0 {
		return cloud
	}
	count := &Clutter{Part: cloud.Len()}
	sample.Clutter = count
	if m.fixtures != nil {
		other, of := m.fixtures.scan(seen, mostFixturePoints*cloud.Len(), m.stream("besides"))
		noise.disturb(other, m.stream("noise besides"))
		cloud = joined(cloud, unlabelled(other))
		count.Table, count.Clamps = of[onTable], of[onClamp]
	}
	if c.Strays > 0 {
		cloud = joined(cloud, unlabelled(m.strays(s, c.Strays, v)))
		count.Strays = c.Strays
	}
	count.Missed = int(math.Round(c.Missed / (1 - c.Missed) * float64(cloud.Len())))
	sample.Points = cloud.Len() + count.Missed
	return cloud
}

// unlabelled gives a cloud the scalars that the part's has.
func unlabelled(c *geom.Cloud) *geom.Cloud {
	c.SetScalar("label", make([]float32, c.Len()))
	c.SetScalar("depth", make([]float32, c.Len()))
	return c
}

// strays are single points in the air: each in front of some place of the surface, as
// often near as far.
func (m *maker) strays(s surface, n int, v *views) *geom.Cloud {
	r := m.stream("flying")
	d := m.target.Diagonal()
	var tree *spatial.BVH
	if v != nil {
		tree = v.tree
	} else {
		tree = spatial.NewBVH(s.Mesh())
	}
	c := s.Scan(n, false, r)
	for i, p := range c.Points {
		q := p.D()
		for range strayDraws {
			x, y, z := r.Direction()
			dir := geom.Vec{X: x, Y: y, Z: z}
			if dir.Dot(c.Normals[i].D()) < 0 {
				dir = dir.Scale(-1)
			}
			q = p.D().AddScaled(r.LogUniform(strayNear, strayFar)*d, dir)
			if tree.ClosestWithin(q, strayNear*d).Face < 0 {
				break
			}
		}
		c.Points[i] = q.F()
	}
	return &geom.Cloud{Points: c.Points, Normals: c.Normals}
}

// locate notes what has a place in the cloud's frame.
func (m *maker) locate(sample *Sample, pose geom.Pose) {
	if m.opt.Conditions == (Conditions{}) {
		return
	}
	for _, eye := range m.sensors {
		e := pose.ApplyVec(eye)
		sample.Sensors = append(sample.Sensors, [3]float64{e.X, e.Y, e.Z})
	}
	if m.fixtures != nil && m.fixtures.table {
		up := pose.R.MulVec(m.fixtures.up)
		sample.Clutter.Plane = &[4]float64{up.X, up.Y, up.Z, m.fixtures.level + up.Dot(pose.T)}
	}
}

// shuffled adds the missed returns to a cloud with clutter and mixes all records, so
// that their order tells nothing.
func (m *maker) shuffled(sample *Sample, cloud *geom.Cloud) *geom.Cloud {
	if sample.Clutter == nil {
		return cloud
	}
	missed := sample.Clutter.Missed
	all := joined(cloud, unlabelled(&geom.Cloud{Points: make([]geom.Vec3, missed)}))
	return all.Select(m.stream("order").Perm(all.Len()))
}
