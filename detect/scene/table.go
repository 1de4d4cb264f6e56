package scene

import (
	"math"

	"blemish/geom"
	"blemish/seed"
)

// A table that the part rests on: a plane of clutter with the part on one side of it.

const (
	// tableDraws is how many planes are tried, each through three points of the clutter.
	tableDraws = 200
	// tableShare is the least share of the clutter that lies on a table.
	tableShare = 0.4
	// tableReach is how far from a table, in spacings, its points lie at most, where noise does
	// not ask for more.
	tableReach = 0.5
	// resting is the share of the part that lies above a table.
	resting = 0.97
)

// plane is normal·p = offset; the part lies on the side that normal points to.
type plane struct {
	normal geom.Vec
	offset float64
}

// tableReach is how far from a table its points lie at most.
func (v *View) tableReach() float64 { return max(tableReach*v.Spacing, 3*v.Noise) }

func (t *plane) height(p geom.Vec3) float64 { return t.normal.Dot(p.D()) - t.offset }

// findTable finds the plane of most of the clutter, if it is a table; nil where none is. The
// planes that are tried are drawn at random and always the same (Fischler and Bolles, "Random
// sample consensus", 1981).
func (v *View) findTable(clutter []geom.Vec3) *plane {
	reach := v.tableReach()
	if len(clutter) < 3 {
		return nil
	}
	r := seed.Stream(0, "scene", "table")
	var best plane
	most := 0
	for range tableDraws {
		a, b, c := clutter[r.Intn(len(clutter))].D(), clutter[r.Intn(len(clutter))].D(), clutter[r.Intn(len(clutter))].D()
		across := b.Sub(a).Cross(c.Sub(a))
		if across.Norm() == 0 {
			continue
		}
		p := plane{across.Unit(), 0}
		p.offset = p.normal.Dot(a)
		if n := p.count(clutter, reach); n > most {
			best, most = p, n
		}
	}
	if float64(most) < tableShare*float64(len(clutter)) {
		return nil
	}
	var on []geom.Vec3
	for _, q := range clutter {
		if math.Abs(best.height(q)) <= reach {
			on = append(on, q)
		}
	}
	best = through(on)
	above := 0
	for _, q := range v.part.Sites {
		if best.height(q) > 0 {
			above++
		}
	}
	if above < len(v.part.Sites)/2 {
		best = plane{best.normal.Scale(-1), -best.offset}
	}
	above = 0
	for _, q := range v.part.Sites {
		if best.height(q) > -2*reach {
			above++
		}
	}
	if float64(above) < resting*float64(len(v.part.Sites)) {
		return nil
	}
	return &best
}

// count is the number of points within reach of the plane.
func (t *plane) count(points []geom.Vec3, reach float64) int {
	n := 0
	for _, q := range points {
		if math.Abs(t.height(q)) <= reach {
			n++
		}
	}
	return n
}

// through is the plane that fits points best.
func through(points []geom.Vec3) plane {
	offset := make([]geom.Vec, len(points))
	var mean geom.Vec
	for i, q := range points {
		offset[i] = q.D()
		mean = mean.Add(offset[i])
	}
	n := fitted(offset)
	return plane{n, n.Dot(mean) / float64(len(points))}
}

// underTable marks the points that lie on the table or below it as clutter.
func (v *View) underTable(limit float64) {
	reach := 2 * v.tableReach()
	for i, q := range v.Tree.Points() {
		if h := v.table.height(q); h < reach && math.Abs(v.Feet[i].Signed) > limit/2 || h < -reach {
			v.Set[i] = Clutter
		}
	}
}

// obscured says that a site is so near to clutter that nobody can tell what is missing.
func (v *View) obscured(site geom.Vec3) bool {
	reach := 2 * touching * v.Spacing
	if v.table != nil && v.table.height(site) < reach {
		return true
	}
	return v.clutter != nil && float64(v.clutter.Nearest(site).Dist2) <= reach*reach
}
