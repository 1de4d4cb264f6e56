package dataset

import (
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// What stands in a scan beside the part: a table below it, clamps that hold it.

const (
	tableWide         = 3.0  // sides of a table beside the part's width, to a tenth
	tableThick        = 0.02 // as a share of the diagonal
	tableLeast        = 0.4  // width of a part that a table is made for at least, as a share of the diagonal
	lowestSight       = 20 * math.Pi / 180
	restDraws         = 3  // places that are tried for the scanner before the part is laid down anew
	mostFixturePoints = 5  // points of fixtures for one of the part, at most
	looksForOne       = 60 // places on them that are looked at for one that is kept, at most
	clampDraws        = 20
	probesOfClamp     = 13 // rays across a clamp and up it that find where it touches the part
)

// Kinds of fixtures, in the order in which a scan has them.
const (
	onTable = iota
	onClamp
	kindsOfFixtures
)

// fixtures is what holds a part, a table and clamps, in the mesh's frame.
type fixtures struct {
	up      geom.Vec
	level   float64 // of the table: up·p of its top
	table   bool
	tree    *spatial.BVH
	surface *geom.Mesh // what can be scanned of them
	tops    int        // faces of surface that are the table's
}

// above reports whether a scanner may stand in direction dir from the part.
func (t *fixtures) above(dir geom.Vec) bool {
	return t == nil || !t.table || dir.Dot(t.up) > math.Sin(lowestSight)
}

// lifted is dir, or where a scanner cannot stand there, the nearest direction where it can.
func (t *fixtures) lifted(dir geom.Vec) geom.Vec {
	if t.above(dir) {
		return dir
	}
	level := dir.AddScaled(-dir.Dot(t.up), t.up)
	if level.Norm() < 1e-6 {
		level = t.up.Perpendicular()
	}
	s, c := math.Sincos(lowestSight)
	return t.up.Scale(s).AddScaled(c, level.Unit())
}

// block reports whether anything stands between p and p + sight.
func (t *fixtures) block(p, sight geom.Vec, skip float64) bool {
	return t != nil && t.tree.Blocked(p, sight, skip/sight.Norm(), 1)
}

// setup puts fixtures beside a part, again and again.
type setup struct {
	conditions Conditions
	part       *geom.Mesh
	diagonal   float64
	toward     geom.Vec // from where the scanner looks, where that is given
	down       geom.Vec // how the part lies
	made       int
	r          *seed.Rand
}

func (m *maker) newSetup(part *geom.Mesh, toward geom.Vec, attempt int) *setup {
	return &setup{conditions: m.conditions(), part: part, diagonal: m.target.Diagonal(), toward: toward, r: m.stream("things", attempt)}
}

// next puts new fixtures beside the part; nil where the recipe wants none. v knows
// the part.
func (s *setup) next(v *views) *fixtures {
	if !s.conditions.Table && s.conditions.Clamps == 0 {
		return nil
	}
	if s.made%restDraws == 0 {
		x, y, z := s.r.Direction()
		s.down = geom.Vec{X: x, Y: y, Z: z}
		if s.conditions.Table && s.toward != (geom.Vec{}) {
			s.down = s.toward.Scale(-1)
		}
		if s.conditions.Table {
			s.down = rest(s.part, s.down, s.r)
		}
	}
	s.made++
	t := &fixtures{up: s.down.Scale(-1), table: s.conditions.Table, surface: &geom.Mesh{}}
	t.level = math.Inf(1)
	for _, p := range s.part.Vertices {
		t.level = min(t.level, t.up.Dot(p.D()))
	}
	solid := &geom.Mesh{}
	if t.table {
		s.putTable(t, solid)
	}
	for i := range s.conditions.Clamps {
		s.putClamp(t, solid, v, i)
	}
	t.tree = spatial.NewBVH(solid)
	return t
}

// putTable puts a slab under the part, of which the top can be scanned.
func (s *setup) putTable(t *fixtures, solid *geom.Mesh) {
	a := t.up.Perpendicular()
	b := t.up.Cross(a)
	turn := s.r.Uniform(0, 2*math.Pi)
	sin, cos := math.Sincos(turn)
	a, b = a.Scale(cos).AddScaled(sin, b), b.Scale(cos).AddScaled(-sin, a)
	least, most := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range s.part.Vertices {
		for k, axis := range [2]geom.Vec{a, b} {
			at := axis.Dot(p.D())
			least[k], most[k] = min(least[k], at), max(most[k], at)
		}
	}
	wide := max(most[0]-least[0], most[1]-least[1], tableLeast*s.diagonal)
	var half, middle [2]float64
	for k := range half {
		half[k] = 0.5 * tableWide * wide * s.r.Uniform(0.9, 1.1)
		middle[k] = 0.5*(least[k]+most[k]) + float64(0.15*wide*s.r.Uniform(-1, 1))
	}
	center := a.Scale(middle[0]).AddScaled(middle[1], b).AddScaled(t.level, t.up)
	thick := tableThick * s.diagonal
	addBlock(solid, center.AddScaled(-0.5*thick, t.up), a.Scale(half[0]), b.Scale(half[1]), t.up.Scale(0.5*thick))
	corner := func(x, y float64) geom.Vec3 {
		return center.AddScaled(float64(x*half[0]), a).AddScaled(float64(y*half[1]), b).F()
	}
	t.surface.Vertices = []geom.Vec3{corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)}
	t.surface.Faces = [][3]int32{{0, 1, 2}, {0, 2, 3}}
	t.tops = len(t.surface.Faces)
}

// putClamp stands a block or a round pin beside the part and moves it up until it
// touches.
func (s *setup) putClamp(t *fixtures, solid *geom.Mesh, v *views, number int) {
	r, d := s.r, s.diagonal
	a := t.up.Perpendicular()
	b := t.up.Cross(a)
	highest := math.Inf(-1)
	for _, p := range s.part.Vertices {
		highest = max(highest, t.up.Dot(p.D()))
	}
	for range clampDraws {
		// The clamps stand around the part, the first of them anywhere.
		turn := 2*math.Pi*float64(number)/float64(s.conditions.Clamps) + r.Uniform(-0.5, 0.5)
		sin, cos := math.Sincos(turn)
		out := a.Scale(cos).AddScaled(sin, b)
		side := t.up.Cross(out)
		round := r.Bool(0.5)
		wide, deep := r.Uniform(0.05, 0.12)*d, r.Uniform(0.05, 0.12)*d
		if round {
			wide = r.Uniform(0.03, 0.07) * d
		}
		high := max(0.08*d, (highest-t.level)*r.Uniform(0.4, 1))
		foot := v.middle.AddScaled(t.level-t.up.Dot(v.middle), t.up).AddScaled(0.15*d*r.Uniform(-1, 1), side)
		front, ok := s.touch(t, v, foot, out, side, wide, high, round)
		if !ok {
			continue
		}
		var thing geom.Mesh
		if round {
			addPin(&thing, foot.AddScaled(front, out), out, side, t.up.Scale(high), wide)
		} else {
			center := foot.AddScaled(front+deep, out).AddScaled(0.5*high, t.up)
			addBlock(&thing, center, out.Scale(deep), side.Scale(wide), t.up.Scale(0.5*high))
		}
		appendMesh(solid, &thing)
		appendMesh(t.surface, &thing)
		return
	}
}

// touch is how far along out a clamp stands that touches the part: the front of a
// block, the axis of a pin.
func (s *setup) touch(t *fixtures, v *views, foot, out, side geom.Vec, wide, high float64, round bool) (at float64, ok bool) {
	at = math.Inf(-1)
	meet := func(along, across float64) {
		if round {
			along += math.Sqrt(max(0, wide*wide-across*across))
		}
		at, ok = max(at, along), true
	}
	far := 2 * s.diagonal
	for i := range probesOfClamp {
		across := wide * (2*float64(i)/(probesOfClamp-1) - 1)
		for k := range probesOfClamp {
			from := foot.AddScaled(across, side).AddScaled(high*(float64(k)+0.5)/probesOfClamp, t.up).AddScaled(far, out)
			if hit, met := v.tree.First(from, out.Scale(-1), 0, 2*far); met {
				meet(far-hit.At, across)
			}
		}
	}
	for _, p := range s.part.Vertices {
		q := p.D().Sub(foot)
		if across, up := q.Dot(side), q.Dot(t.up); math.Abs(across) <= wide && up >= 0 && up <= high {
			meet(q.Dot(out), across)
		}
	}
	return at, ok
}

// scan takes points of the fixtures, which are looked at as the part has been. There are
// no more than most; then they are less dense than those of the part.
func (t *fixtures) scan(seen observation, most int, r *seed.Rand) (cloud *geom.Cloud, count [kindsOfFixtures]int) {
	sampler := mesh.NewSampler(t.surface)
	cloud = &geom.Cloud{}
	looks := min(seen.perArea*sampler.Area(), float64(looksForOne*most))
	for i := 0.0; i < looks && cloud.Len() < most; i++ {
		f, bary := sampler.Draw(r)
		keep := r.Float64()
		p, normal := mesh.At(t.surface, f, bary), t.surface.FaceNormal(int(f))
		if keep >= seen.chance(p, normal) {
			continue
		}
		if ok, _ := seen.views.inSight(p, normal); !ok {
			continue
		}
		cloud.Points, cloud.Normals = append(cloud.Points, p.F()), append(cloud.Normals, normal.F())
		if int(f) < t.tops {
			count[onTable]++
		} else {
			count[onClamp]++
		}
	}
	return cloud, count
}
