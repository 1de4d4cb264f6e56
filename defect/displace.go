package defect

import (
	"errors"
	"math"

	"blemish/geom"
	"blemish/internal/setting"
	"blemish/mesh"
	"blemish/seed"
	"blemish/spatial"
)

// Dent is a region of the surface that moves along its normals: what bulges and
// concavities have in common.
type Dent struct {
	Radius float64 `json:"radius"` // half the length of the outline
	Aspect float64 `json:"aspect"` // width of the outline over its length
	Depth  float64 `json:"depth"`  // largest displacement
}

func (d Dent) numbers() []setting.Range { return []setting.Range{aspectRange(d.Aspect)} }

func (d Dent) lengths() []length {
	return []length{{"radius", d.Radius, [2]float64{0.005, 0.5}}, {"depth", d.Depth, [2]float64{1e-4, 0.5}}}
}

// displaced is a dent at its site: outwards, or inwards, with both sides of a thin wall
// where it is through.
type displaced struct {
	Site
	Dent
	inward, through bool
}

// editDisplacement moves a region of the surface.
func (t *Target) editDisplacement(p displaced) (*edit, error) {
	d := t.displace(p)
	if d == nil {
		return nil, errNoSurface
	}
	return d.patch.moved(d.move), nil
}

// displacement is how the vertices of a patch move.
type displacement struct {
	patch   *patch
	chart   *chart
	normals []geom.Vec // by vertex of the patch, before it moves
	move    []geom.Vec
}

// errNoSurface is why a dent is not made that is smaller than the triangles.
var errNoSurface = errors.New("no corner of the surface lies within the radius of the center")

// displace works out the movement, on the fine mesh split finer; nil where no part of
// that lies within the plan's radius.
func (t *Target) displace(p displaced) *displacement {
	edge := max(p.Radius*min(1, p.Aspect+0.3)/14, 0.0015*t.diagonal)
	center, normal, along, _ := p.frame()
	reach, wall := 1.3*p.Radius, 0.0
	if p.through {
		wall, _, _ = t.probe(center, normal)
		wall *= mostWall
		reach += wall
	}
	cut := t.cutOut(func(x geom.Vec) bool { return x.Sub(center).Norm2() < float64(reach*reach) }, edge, 40_000)
	if len(cut.mesh.Faces) == 0 {
		return nil
	}
	d := &displacement{patch: cut, move: make([]geom.Vec, len(cut.mesh.Vertices))}
	next := mesh.VertexNeighbors(cut.mesh)
	normals := smoothed(mesh.VertexNormals(cut.mesh), next, 4)
	d.normals = normals
	d.chart = growChart(cut.mesh, next, normals, nearestFace(cut.mesh, center), center, normal, along, 1.3*p.Radius)
	peak := 0.0
	height := make([]float64, len(cut.mesh.Vertices))
	for _, v := range d.chart.order {
		if cut.near[v] {
			height[v] = profile(p, d.chart.uv[v], cut.mesh.Vertices[v].D().Sub(center).Scale(1/p.Radius))
			peak = max(peak, height[v])
		}
	}
	if !(peak > 0) {
		return d
	}
	sign := 1.0
	if p.inward {
		sign = -1
	}
	for _, v := range d.chart.order {
		if height[v] > 0 {
			way := normals[v].Add(normal.Scale(0.5)).Unit()
			if normals[v].Dot(normal) < 0 {
				way = normals[v] // round a thin rod: swell or shrink
			}
			d.move[v] = way.Scale(sign * p.Depth * height[v] / peak)
		}
	}
	if p.through {
		d.patch.followWall(d.chart.order, d.chart.in, d.move, wall)
	}
	return d
}

// crosses reports whether a surface that is pushed in comes out on the far side of
// the material: whether that lies in the way of some vertex and does not give way.
func (d *displacement) crosses(t *Target) bool {
	m := d.patch.mesh
	tree := spatial.NewTree(m.Vertices)
	var found []spatial.Neighbor
	step := len(d.chart.order)/400 + 1
	for i := 0; i < len(d.chart.order); i += step {
		v := d.chart.order[i]
		x, by := m.Vertices[v].D(), d.move[v]
		depth := by.Norm()
		if depth < 0.002*t.diagonal {
			continue
		}
		way := by.Scale(1 / depth)
		// A far side that comes towards this one meets it half way.
		hit, ok := t.tree.First(x, way, 1e-4*t.diagonal, 2*depth)
		if !ok {
			continue
		}
		follows := 0.0 // how far the far side moves the same way: what is nearest there and looks that way
		found = tree.KNN(x.AddScaled(hit.At, way).F(), 8, found)
		for _, n := range found {
			if d.normals[n.Index].Dot(way) > 0 {
				follows = d.move[n.Index].Dot(way)
				break
			}
		}
		if depth-follows > 0.8*hit.At {
			return true
		}
	}
	return false
}

// profile is the height, 0…about 1, at the place uv of the outline. The outline and
// the height are irregular: both are modulated by noise over the place in space.
func profile(p displaced, uv [2]float64, at geom.Vec) float64 {
	n := noise(p.Noise)
	outline := 1 + float64(0.45*p.Rough*n.octaves(at.Scale(1.4), 3, 0.55))
	u, v := uv[0]/p.Radius, uv[1]/(p.Radius*p.Aspect)
	s2 := (float64(u*u) + float64(v*v)) / float64(outline*outline)
	if s2 >= 1 {
		return 0
	}
	w := 0.5*(1-s2) + float64(0.5*(1-s2)*(1-s2))
	w *= 1 + float64(0.3*p.Rough*(n+77).octaves(at.Scale(2), 2, 0.4))
	return max(0, w-snap)
}

// estimateDent estimates the share of the carved surface that a bulge or concavity
// moves, and how level that part is (the length of its mean normal), on the fine
// mesh as it is.
func (t *Target) estimateDent(p displaced) (share, flat float64) {
	center, normal, along, _ := p.frame()
	start := t.around.Of(nearestVertex(t.fine.Vertices, center))
	if len(start) == 0 {
		return 0, 0
	}
	c := growChart(t.fine, t.next, t.normals, t.fine.Faces[start[0]], center, normal, along, 1.3*p.Radius)
	var area float64
	var mean geom.Vec
	for _, v := range c.order {
		if profile(p, c.uv[v], t.fine.Vertices[v].D().Sub(center).Scale(1/p.Radius)) > 0 {
			area += t.weight[v]
			mean = mean.AddScaled(t.weight[v], t.normals[v])
		}
	}
	if !(area > 0) {
		return 0, 0
	}
	flat = mean.Norm() / area
	if p.through {
		area *= 2
	}
	// The sides of a dent are longer than what they stand on: taken as a cone.
	slope := p.Depth / (0.85 * p.Radius * math.Sqrt(p.Aspect))
	grown := area * math.Sqrt(1+float64(slope*slope))
	return grown / (t.area + grown - area), flat
}

// drawDisplaced looks for a place of the right size for a bulge or concavity, which
// like tells. fits checks the room there and may change what is planned (a thin wall
// moves as a whole).
func (t *Target) drawDisplaced(like displaced, s scale, r *seed.Rand, fits func(p *displaced, at *place) error) (displaced, *edit, error) {
	last := errNoPlace
	for try := 0; try < attempts; try++ {
		at := t.choosePlace(r, func(p *place) float64 { return openness(p, t.diagonal) * power(p.flat, 6) })
		if at == nil {
			break
		}
		p := like
		p.Site = siteAt(at, r)
		p.Depth = r.Uniform(s.depth[0], s.depth[1]) * t.diagonal
		p.Aspect = r.Uniform(0.55, 1)
		want := r.Uniform(s.share[0], s.share[1])
		if err := fits(&p, at); err != nil {
			last = err
			continue
		}
		// Half way through the attempts the demands are lowered: round parts, steep dents.
		level := 0.8
		switch {
		case try > attempts*3/4:
			level = 0.1
		case try > attempts/2:
			level = 0.3
		}
		if err := t.sizeDent(&p, want, level); err != nil {
			last = err
			continue
		}
		d := t.displace(p)
		if d == nil {
			last = errNoSurface
			continue
		}
		crosses := p.inward && t.solid && d.crosses(t)
		for crosses && try > attempts/2 && p.Depth > 0.01*t.diagonal { // rather shallow than not at all
			p.Depth *= 0.7
			d = t.displace(p)
			crosses = d.crosses(t)
		}
		if crosses {
			last = errors.New("the two sides of a wall would cross within a concavity")
			continue
		}
		return p, d.patch.moved(d.move), nil
	}
	return displaced{}, nil, last
}

// sizeDent finds the radius that gives the wanted share of the surface.
func (t *Target) sizeDent(p *displaced, want, level float64) error {
	walls := 1.0
	if p.through {
		walls = 2
	}
	// Much wider than deep it could not be told from the shape: rather smaller then.
	wide := 4.5 * p.Depth
	want = min(want, max(1.6*leastShare, walls*math.Pi*p.Aspect*0.75*float64(wide*wide)/t.area))
	p.Radius = math.Sqrt(want * t.area / (walls * math.Pi * p.Aspect * 0.75))
	p.Radius = min(p.Radius, 0.3*t.diagonal)
	var share, flat float64
	for round := 0; round < 3; round++ {
		share, flat = t.estimateDent(*p)
		if share > 0.8*want && share < 1.25*want {
			break
		}
		if !(share > 0) {
			return errors.New("the surface around the places is too small")
		}
		p.Radius *= min(2, max(0.5, math.Sqrt(want/share)))
	}
	switch {
	case share < 1.1*leastShare || share > 0.9*mostShare:
		return errors.New("its parts are too small or too narrow for a region of the least area")
	case flat < level:
		return errors.New("the surface is nowhere flat over the size of such a defect")
	case p.Radius > 0.4*t.diagonal:
		return errors.New("the surface is too narrow for the least area")
	}
	// A dent much deeper than wide would be a spike.
	p.Depth = min(p.Depth, 0.75*p.Radius*p.Aspect)
	if p.Depth < 0.005*t.diagonal {
		return errors.New("the surface is too narrow for a depth that can be measured")
	}
	return t.wallsAgree(*p)
}

// wallsAgree checks that the material under a concavity is about as thick all over
// as in the middle: a thin wall that moves as a whole must not grow thick, and where
// one side moves alone it must not come out on the other.
func (t *Target) wallsAgree(p displaced) error {
	if !p.inward || !t.solid {
		return nil
	}
	center, normal, along, across := p.frame()
	middle, _, _ := t.probe(center, normal)
	for k := 0; k < 8; k++ {
		s, c := math.Sincos(float64(k) * math.Pi / 4)
		lift := 0.5 * p.Radius
		x := center.AddScaled(0.6*p.Radius*c, along).AddScaled(0.6*p.Radius*p.Aspect*s, across).AddScaled(lift, normal)
		hit, ok := t.tree.First(x, normal.Scale(-1), 0, 2*p.Radius)
		if !ok {
			continue
		}
		wall, ok := t.tree.First(x, normal.Scale(-1), hit.At+1e-5*t.diagonal, math.Inf(1))
		thick := wall.At - hit.At
		if p.through && (!ok || thick > mostWall*middle) || !p.through && ok && thick < 0.7*p.Depth {
			return errors.New("the wall differs too much in thickness over the size of a concavity")
		}
	}
	return nil
}
