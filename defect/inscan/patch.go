package inscan

import (
	"fmt"
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
)

// The surface around a place, as far as it is connected there.

// linked is within how many spacings points are neighbours, and alike the least product of
// the normals of two that go on as one surface: not the far side of a thin wall.
const (
	linked = 2.5
	alike  = 0.1
)

// patch is a piece of surface with a frame: along, across and normal.
type patch struct {
	ground  *Ground
	center  geom.Vec
	spacing float64
	index   []int32 // ascending

	normal, along, across geom.Vec
}

// patchAt grows the surface from the point nearest to a place.
func (g *Ground) patchAt(p Plan) (*patch, error) {
	start := g.tree.Nearest(vec(p.Center).F()).Index
	if p.Kind.edge() {
		start = g.sharpest(start, p.Size)
	}
	s := &patch{ground: g, center: g.Cloud.Points[start].D()}
	s.spacing = g.Spacing(s.center)
	if g.normals[start] == (geom.Vec3{}) || !(s.spacing > 0) {
		return nil, fmt.Errorf("%w: the scan shows no surface there", ErrUnsuitable)
	}
	// A wall of the depth casts a shadow beside the defect.
	reach := 0.65*p.Size + 4*s.spacing + 2*min(p.Depth, p.Size)
	s.grow(start, reach)
	s.turn(p)
	return s, s.whole(p)
}

// sharpest is the point at the sharpest edge within reach.
func (g *Ground) sharpest(start int32, reach float64) int32 {
	best := start
	for _, n := range g.tree.Radius(g.Cloud.Points[start], reach, nil) {
		v, w := g.variation[n.Index], g.variation[best]
		if v > w || v == w && n.Index < best {
			best = n.Index
		}
	}
	return best
}

// grow collects the points that are connected with start and lie within reach of it.
func (s *patch) grow(start int32, reach float64) {
	g := s.ground
	from := g.Cloud.Points[start]
	in := map[int32]bool{start: true}
	s.index = append(s.index, start)
	var near []spatial.Neighbor
	for at := 0; at < len(s.index); at++ {
		i := s.index[at]
		near = g.tree.Radius(g.Cloud.Points[i], linked*s.spacing, near)
		for _, n := range near {
			j := n.Index
			if in[j] || g.normals[j] == (geom.Vec3{}) || g.normals[i].D().Dot(g.normals[j].D()) < alike {
				continue
			}
			if g.Cloud.Points[j].Dist2(from) > reach*reach {
				continue
			}
			in[j] = true
			s.index = append(s.index, j)
		}
	}
	slices.Sort(s.index)
}

// turn makes the frame: the mean normal of the inner part, and the way that a long defect
// runs; along an edge for a burr.
func (s *patch) turn(p Plan) {
	g := s.ground
	inner := max(p.Size/4, 3*s.spacing)
	if p.Kind == Chip {
		inner = max(p.Size/2, 3*s.spacing)
	}
	var spread geom.Mat3
	for _, i := range s.index {
		if g.Cloud.Points[i].D().Sub(s.center).Norm() > inner {
			continue
		}
		n := g.normals[i].D()
		s.normal = s.normal.Add(n)
		for a, x := range [3]float64{n.X, n.Y, n.Z} {
			for b, y := range [3]float64{n.X, n.Y, n.Z} {
				spread[3*a+b] += float64(x * y)
			}
		}
	}
	s.normal = s.normal.Unit()
	if s.normal == (geom.Vec{}) {
		s.normal = g.normals[g.tree.Nearest(s.center.F()).Index].D()
	}
	e1 := s.normal.Perpendicular()
	sin, cos := math.Sincos(p.Turn)
	s.along = e1.Scale(cos).AddScaled(sin, s.normal.Cross(e1)).Unit()
	if p.Kind == Burr {
		_, axes := geom.SymEigen(spread) // no normal of either face points along their edge
		way := axes.Row(0)
		if way = way.AddScaled(-way.Dot(s.normal), s.normal).Unit(); way != (geom.Vec{}) {
			s.along = way
		}
	}
	s.across = s.normal.Cross(s.along)
}

// place is where a point lies in the frame.
func (s *patch) place(x geom.Vec) (u, v, h float64) {
	d := x.Sub(s.center)
	return d.Dot(s.along), d.Dot(s.across), d.Dot(s.normal)
}

const (
	// sectors is in how many directions there must be surface around a round defect, and
	// along how many stations of a long one.
	sectors = 12
	// flat is the length of the mean normal above which there is no edge.
	flat = 0.96
)

// whole says why a defect would reach beyond the surface that is shown.
func (s *patch) whole(p Plan) error {
	g := s.ground
	var shown [sectors]bool
	half := p.Size / 2
	var mean geom.Vec
	within := 0
	for _, i := range s.index {
		x := g.Cloud.Points[i].D()
		u, v, _ := s.place(x)
		far := x.Sub(s.center).Norm()
		if far <= max(half, 3*s.spacing) {
			mean = mean.Add(g.normals[i].D())
			within++
		}
		if p.Kind.long() {
			if k := int(math.Floor((u/half + 1) / 2 * sectors)); k >= 0 && k < sectors && math.Abs(v) < p.halfWidth()+2*s.spacing {
				shown[k] = true
			}
			continue
		}
		if far >= min(0.85*half, half-2*s.spacing) && far <= half+3*s.spacing {
			k := int(math.Floor((math.Atan2(v, u)/math.Pi + 1) / 2 * sectors))
			shown[min(max(k, 0), sectors-1)] = true
		}
	}
	if p.Kind.edge() && mean.Norm() > flat*float64(within) {
		return fmt.Errorf("%w: there is no edge for a %s", ErrUnsuitable, p.Kind)
	}
	if slices.Contains(shown[:], false) {
		return fmt.Errorf("%w: the surface that the scan shows ends within it", ErrUnsuitable)
	}
	return nil
}
