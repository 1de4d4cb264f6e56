package mesh

import (
	"cmp"
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// Files with several closed solids. A point is inside where it is inside one of
// them, whether or not they overlap, and walls within another solid are no surface.

// solids are the parts of a closed mesh whose boxes meet those of others.
type solids struct {
	solid []solidPart
	void  *solidPart // all cavities' walls, nil for none
}

// solidPart is a part, or several, with its faces' numbers in the whole.
type solidPart struct {
	box   geom.Box
	bvh   *spatial.BVH
	faces []int32
	hole  bool // a cavity: its faces look into it
}

func (p *solidPart) closest(q geom.Vec, limit float64) spatial.Closest {
	c := p.bvh.ClosestWithin(q, limit)
	if c.Face >= 0 {
		c.Face = p.faces[c.Face]
	}
	return c
}

func meet(a, b geom.Box) bool {
	return a.Min.X <= b.Max.X && b.Min.X <= a.Max.X && a.Min.Y <= b.Max.Y && b.Min.Y <= a.Max.Y && a.Min.Z <= b.Max.Z && b.Min.Z <= a.Max.Z
}

// findSolids splits the closed mesh of s into parts, turns those round that are inside
// out without being the wall of a cavity, and keeps the parts that others may overlap.
func (s *Surface) findSolids(ctx context.Context, workers task.Workers, edges *faceEdges) error {
	part, volume := edgeParts(s.Mesh, *edges)
	if len(volume) < 2 {
		return ctx.Err()
	}
	s.Mesh = splitParts(s.Mesh, part)
	m := s.Mesh
	boxes := make([]geom.Box, len(volume))
	for i := range boxes {
		boxes[i] = geom.EmptyBox()
	}
	faces := make([][]int32, len(volume))
	for f, t := range m.Faces {
		faces[part[f]] = append(faces[part[f]], int32(f))
		for _, v := range t {
			boxes[part[f]].Extend(m.Vertices[v].D())
		}
	}
	pick := func(parts []int) (*solidPart, error) {
		p := &solidPart{box: geom.EmptyBox()}
		some := &geom.Mesh{Vertices: m.Vertices}
		for _, i := range parts {
			p.box.Extend(boxes[i].Min)
			p.box.Extend(boxes[i].Max)
			for _, f := range faces[i] {
				p.faces = append(p.faces, f)
				some.Faces = append(some.Faces, m.Faces[f])
			}
		}
		var err error
		p.bvh, err = spatial.BuildBVH(ctx, workers, some)
		return p, err
	}
	if err := turnSolids(m, faces, volume, pick); err != nil {
		return err
	}
	s.Report, *edges = checkEdges(m)
	shared := overlaps(boxes)
	found := &solids{}
	var voids []int
	for i := range volume {
		if !shared[i] {
			continue
		}
		p, err := pick([]int{i})
		if err != nil {
			return err
		}
		if p.hole = volume[i] < 0; p.hole {
			voids = append(voids, i)
		}
		found.solid = append(found.solid, *p)
	}
	if len(found.solid) == 0 {
		return ctx.Err()
	}
	if voids != nil {
		var err error
		if found.void, err = pick(voids); err != nil {
			return err
		}
	}
	s.solids = found
	return ctx.Err()
}

// overlaps marks the boxes that meet another.
func overlaps(boxes []geom.Box) []bool {
	const most = 4096 // beyond, all count as met, which costs time and nothing else
	met := make([]bool, len(boxes))
	for i := range boxes {
		for j := i + 1; j < len(boxes) && len(boxes) <= most; j++ {
			if meet(boxes[i], boxes[j]) {
				met[i], met[j] = true, true
			}
		}
		met[i] = met[i] || len(boxes) > most
	}
	return met
}

// turnSolids turns the parts of negative volume that do not lie within the others:
// those are no cavities but solids that were written inside out.
func turnSolids(m *geom.Mesh, faces [][]int32, volume []float64, pick func(parts []int) (*solidPart, error)) error {
	var outer *solidPart
	for i, v := range volume {
		if v >= 0 {
			continue
		}
		if outer == nil {
			var err error
			var positive []int
			for j := range volume {
				if volume[j] > 0 {
					positive = append(positive, j)
				}
			}
			if outer, err = pick(positive); err != nil {
				return err
			}
		}
		const most = 64 // corners to look at
		step := stat.Step(len(faces[i]), most)
		within := true
		for k := 0; k < len(faces[i]) && within; k += step {
			within = outer.bvh.Contains(m.Vertices[m.Faces[faces[i][k]][0]].D(), false)
		}
		if within {
			continue
		}
		volume[i] = -v
		for _, f := range faces[i] {
			turn(m, f)
		}
	}
	return nil
}

// surface is the nearest point of the union's surface to q, as far as one part tells:
// for a q inside several solids, the nearest point of the one that it is deepest in.
// near is the nearest point of all parts.
func (s *solids) surface(q geom.Vec, near spatial.Closest, limit float64, inside func(spatial.Closest) bool) spatial.Closest {
	var room [8]spatial.Closest
	around := room[:0] // the nearest points of the solids that hold q, deepest first
	voids := 0
	for i := range s.solid {
		p := &s.solid[i]
		if !p.box.Contains(q) {
			continue
		}
		c := p.closest(q, math.Inf(1))
		switch {
		case c.Face < 0:
		case p.hole && !inside(c):
			voids++
		case !p.hole && inside(c):
			k, _ := slices.BinarySearchFunc(around, c, func(a, b spatial.Closest) int { return cmp.Compare(b.Dist2, a.Dist2) })
			around = slices.Insert(around, k, c)
		}
	}
	// A cavity takes q out of the solid around it.
	if len(around) <= voids {
		return near
	}
	deepest := around[voids]
	if s.void != nil {
		if c := s.void.closest(q, math.Sqrt(deepest.Dist2)); c.Face >= 0 && inside(c) {
			deepest = c
		}
	}
	if !(deepest.Dist2 <= limit*limit) {
		return spatial.Closest{Face: -1, Dist2: math.Inf(1)}
	}
	return deepest
}
