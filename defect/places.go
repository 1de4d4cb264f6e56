package defect

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/mesh"
	"blemish/seed"
	"blemish/task"
)

// place is a point of the sound surface and what its surroundings are like.
// Lengths are in the mesh's unit.
type place struct {
	point  geom.Vec
	normal geom.Vec // of the face
	// wall is how far the material reaches under the point, behind the free way
	// after that, open the free way above it. Infinite where there is no end.
	wall, behind, open float64
	// flat is the length of the mean normal around: 1 on a plane, less over edges.
	flat float64
	// edge is how far the middle of the surroundings lies from the point, in radii:
	// 0 in the middle of a wall or rod, 0.3 on the edge of a block, 0.42 on the rim
	// of a thin wall, more on corners and tips. out points from that middle to the point.
	edge float64
	out  geom.Vec
	thin geom.Vec // the direction in which the surroundings spread least: through a wall
	// rod is the largest share of the spread in one direction: 1/2 on a plane, 1 on a wire.
	rod float64
}

const (
	placeCount  = 2000
	placeRadius = 0.05 // of the surroundings, as a share of the diagonal
)

// findPlaces chooses places uniformly by area and looks around each.
func (t *Target) findPlaces(ctx context.Context) error {
	r := seed.Stream(0, "defect places")
	t.places = make([]place, placeCount)
	for i := range t.places {
		f, bary := t.sampler.Draw(r)
		t.places[i].point = mesh.At(t.sound, f, bary)
		t.places[i].normal = t.sound.FaceNormal(int(f))
	}
	radius := placeRadius * t.diagonal
	grid := newGrid(t.fine.Vertices, nil, radius)
	return task.For(ctx, 0, placeCount, 50, func(_, lo, hi int) {
		var near []int32
		for i := lo; i < hi; i++ {
			p := &t.places[i]
			p.wall, p.behind, p.open = t.probe(p.point, p.normal)
			near = near[:0]
			grid.within(p.point, radius, func(v int32) { near = append(near, v) })
			t.measureSurroundings(p, near, radius)
		}
	})
}

// farther is a place as its surroundings within another radius show it.
func (t *Target) farther(p place, radius float64) place {
	var near []int32
	limit := float64(radius * radius)
	for v, x := range t.fine.Vertices {
		if x.D().Sub(p.point).Norm2() <= limit {
			near = append(near, int32(v))
		}
	}
	t.measureSurroundings(&p, near, radius)
	return p
}

// measureSurroundings finds out what the surroundings of a place are like: near are the vertices of
// the fine mesh within radius.
func (t *Target) measureSurroundings(p *place, near []int32, radius float64) {
	var weight float64
	var mean, normal geom.Vec
	var cov geom.Mat3
	var same float64
	for _, v := range near {
		w := t.weight[v]
		d := t.fine.Vertices[v].D().Sub(p.point)
		weight += w
		mean = mean.AddScaled(w, d)
		for k, x := range geom.Outer(d, d) {
			cov[k] += float64(w * x)
		}
		if t.normals[v].Dot(p.normal) > -0.2 { // not the other side of a thin wall
			normal = normal.AddScaled(w, t.normals[v])
			same += w
		}
	}
	if !(weight > 0) {
		p.flat, p.rod = 1, 0.5
		return
	}
	mean = mean.Scale(1 / weight)
	p.edge, p.out = mean.Norm()/radius, mean.Scale(-1).Unit()
	if same > 0 {
		p.flat = normal.Norm() / same
	}
	vals, axes := geom.SymEigen(cov)
	p.thin = axes.Row(0)
	if sum := vals[0] + vals[1] + vals[2]; sum > 0 {
		p.rod = vals[2] / sum
	}
}

// probe measures along the normal: the wall under p, the free way behind it, and
// the free way above p.
func (t *Target) probe(p, normal geom.Vec) (wall, behind, open float64) {
	inf := math.Inf(1)
	skip := 1e-5 * t.diagonal
	wall, behind, open = inf, inf, inf
	in := normal.Scale(-1)
	if h, ok := t.tree.First(p, in, skip, inf); ok {
		wall = h.At
		if h, ok := t.tree.First(p, in, wall+skip, inf); ok {
			behind = h.At - wall
		}
	}
	if h, ok := t.tree.First(p, normal, skip, inf); ok {
		open = h.At
	}
	return wall, behind, open
}

// thinWall is the thickest wall, as a share of the diagonal, that a hole goes
// through; thicker material gets a pit.
const thinWall = 0.06
