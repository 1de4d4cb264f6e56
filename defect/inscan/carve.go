package inscan

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/spatial"
)

// The geometry, and the truth that comes with it.

// Names of the scalars of a carved cloud.
const (
	Label = "label" // 1 where a point belongs to the defect or to the rim of what is gone, else 0
	Depth = "depth" // by how far it was moved along the normal, > 0 outwards
)

// Carved is a scan with a defect.
type Carved struct {
	Plan   Plan        // Center is where it came to lie
	Cloud  *geom.Cloud // with the scalars Label and Depth; normals of moved points are zero
	Source []int32     // for each of its points, which of the sound scan it was
	Moved  []int32     // the points of Cloud that are the defect's, ascending; none in a hole
	// Rim are the points of Cloud beside what is gone, ascending, where no point of the defect itself is left.
	Rim []int32
	// Lost is where the defect's surface cannot be seen, or is gone, Hidden where the defect
	// stands before sound surface: points of the sound scan that are not in Cloud.
	Lost, Hidden []geom.Vec3
	Extent       float64 // diameter about Center of what was moved or taken; 0 where no point was
}

// Nothing reports whether no point tells of the defect: it is smaller than the spacing.
func (c *Carved) Nothing() bool { return len(c.Moved) == 0 && len(c.Lost) == 0 }

// fate is what becomes of a point.
type fate struct {
	by     float64 // along way
	way    geom.Vec
	lost   bool
	hidden bool
}

// Carve makes a defect. The same plan on the same scan gives the same bytes. The error wraps
// ErrUnsuitable where the place is not fit: the shown surface ends there, or there is no
// edge. A defect that is smaller than the spacing may touch no point; that is no error.
func (g *Ground) Carve(ctx context.Context, p Plan) (*Carved, error) {
	if err := p.check(g.Diagonal); err != nil {
		return nil, err
	}
	if !p.Kind.HasDepth() {
		p.Depth = 0
	}
	s, err := g.patchAt(p)
	if err != nil {
		return nil, err
	}
	p.Center = triple(s.center)
	fates := s.fates(p)
	s.shade(p, fates)
	return g.apply(p, s, fates), ctx.Err()
}

// fates says for each point of the patch what a defect does to it.
func (s *patch) fates(p Plan) []fate {
	fates := make([]fate, len(s.index))
	for k, i := range s.index {
		x, n := s.ground.Cloud.Points[i].D(), s.ground.normals[i].D()
		switch p.Kind {
		case Hole:
			fates[k].lost = x.Sub(s.center).Norm() < p.Size/2
		case Chip:
			// Down to a plane that lies the depth below the edge.
			_, _, h := s.place(x)
			if x.Sub(s.center).Norm() < p.Size/2 && h > -p.Depth {
				fates[k].by, fates[k].way = -min(p.Depth, h+p.Depth), s.normal
			}
		default:
			fates[k].by = p.Depth * s.at(p, x)
			if !p.Kind.outward() {
				fates[k].by = -fates[k].by
			}
			// Alike over the defect, and off each face where it goes around an edge.
			fates[k].way = n.Add(s.normal.Scale(0.5)).Unit()
		}
	}
	return fates
}

// at is the height at a place in space. Round defects go by the distance through space,
// which counts over an edge as well.
func (s *patch) at(p Plan, x geom.Vec) float64 {
	if p.Kind.long() {
		u, v, _ := s.place(x)
		return p.height(u, v)
	}
	return p.height(x.Sub(s.center).Norm(), 0)
}

const (
	// rayStep is how finely a line of sight is followed, as a share of the way to where it is
	// above the defect.
	rayStep = 1.0 / 48
	// shallow is the least cosine between normal and line of sight that is followed: beyond
	// it the scanner sees the surface edge-on, and noise decides.
	shallow = 0.1
	// grazed is how deep below the surface, as a share of the depth, a line of sight may run.
	grazed = 0.02
)

// shade marks the points that the scanner cannot see any more: those from which the way to
// it runs through the new surface. The sound surface counts as level there.
func (s *patch) shade(p Plan, fates []fate) {
	if s.ground.eye == nil || p.Kind == Hole || p.Kind == Chip {
		return
	}
	sign := -1.0
	top := 0.0
	if p.Kind.outward() {
		sign, top = 1, p.Depth
	}
	for k, i := range s.index {
		x, n := s.ground.Cloud.Points[i].D(), s.ground.normals[i].D()
		way := s.ground.eye.Sub(x).Unit()
		rise := way.Dot(n)
		if rise < shallow {
			continue
		}
		u, v, _ := s.place(x)
		flat := way.AddScaled(-rise, n)
		du, dv := flat.Dot(s.along), flat.Dot(s.across)
		length := (top - fates[k].by) / rise
		for t := rayStep; t <= 1 && length > 0; t += rayStep {
			at := t * length
			if sign*p.Depth*p.height(u+at*du, v+at*dv) > fates[k].by+at*rise+grazed*p.Depth {
				fates[k].hidden = true
				break
			}
		}
	}
}

// apply makes the cloud.
func (g *Ground) apply(p Plan, s *patch, fates []fate) *Carved {
	c := &Carved{Plan: p}
	of := make(map[int32]fate, len(fates))
	for k, i := range s.index {
		of[i] = fates[k]
	}
	var moved []fate
	for i := range g.Cloud.Points {
		f, in := of[int32(i)]
		at := g.Cloud.Points[i]
		touched := in && (f.lost || f.by != 0)
		if touched {
			c.Extent = max(c.Extent, 2*at.D().Sub(s.center).Norm())
		}
		switch {
		case f.lost, f.hidden && touched: // such as the floor of a crack
			c.Lost = append(c.Lost, at)
			continue
		case f.hidden:
			c.Hidden = append(c.Hidden, at)
			continue
		case touched:
			c.Moved = append(c.Moved, int32(len(c.Source)))
			moved = append(moved, f)
		}
		c.Source = append(c.Source, int32(i))
	}
	c.Cloud = g.Cloud.Select(c.Source)
	label, depth := make([]float32, len(c.Source)), make([]float32, len(c.Source))
	for k, j := range c.Moved {
		c.Cloud.Points[j] = c.Cloud.Points[j].D().AddScaled(moved[k].by, moved[k].way).F()
		label[j], depth[j] = 1, float32(moved[k].by)
		if c.Cloud.Normals != nil {
			c.Cloud.Normals[j] = geom.Vec3{}
		}
	}
	if len(c.Moved) == 0 {
		c.Rim = s.rim(c)
	}
	for _, j := range c.Rim {
		label[j] = 1
	}
	c.Cloud.SetScalar(Label, label)
	c.Cloud.SetScalar(Depth, depth)
	return c
}

// rimWidth is the width, in spacings, of the labelled rim around what is gone: about two rows of
// points, as around material that package defect removes from a mesh.
const rimWidth = 1.8

// rim finds the points left on the patch within rimWidth of one that is gone.
func (s *patch) rim(c *Carved) []int32 {
	if len(c.Lost) == 0 {
		return nil
	}
	gone := spatial.NewTree(c.Lost)
	var rim []int32
	k := 0
	for j, i := range c.Source { // both ascend
		for k < len(s.index) && s.index[k] < i {
			k++
		}
		if k == len(s.index) || s.index[k] != i {
			continue
		}
		if near := gone.Nearest(c.Cloud.Points[j]); math.Sqrt(float64(near.Dist2)) <= rimWidth*s.spacing {
			rim = append(rim, int32(j))
		}
	}
	return rim
}

// Touches reports whether a place is the defect's, or within so far of it.
func (c *Carved) Touches(at geom.Vec, within float64) bool {
	return at.Sub(vec(c.Plan.Center)).Norm() <= c.Plan.Size/2+math.Max(0, within)
}
