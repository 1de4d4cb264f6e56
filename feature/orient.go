package feature

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/spatial"
	"blemish/task"
)

// Consistent orientation of normals.

// Orient flips the normals that point towards from, so that all point away from
// it. With the centroid of a closed part it orients most of the surface, and it
// does so in the same way for every scan of the part.
func Orient(points, normals []geom.Vec3, from geom.Vec) {
	if len(points) != len(normals) {
		panic("feature: as many normals as points are needed")
	}
	for i, n := range normals {
		if points[i].D().Sub(from).Dot(n.D()) < 0 {
			normals[i] = negated(n)
		}
	}
}

func negated(n geom.Vec3) geom.Vec3 { return geom.Vec3{X: -n.X, Y: -n.Y, Z: -n.Z} }

// OrientOutward flips normals so that neighbours agree and the whole points
// outwards (Hoppe et al., "Surface reconstruction from unorganized points", 1992,
// section 3.3): signs spread along a minimum spanning tree of the graph of k nearest
// neighbours (12 is usual), over edges of weight 1−|nᵢ·nⱼ|, rounded to 2⁻¹⁶. Each
// connected part of the graph is turned so that its outermost points, in 26
// directions, look outwards. What is computed does not depend on the signs that
// normals come with. Normals that are zero stay so and pass nothing on. Where a third
// of the points or more repeat another, the graph is that of the places.
func OrientOutward(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k int) error {
	if len(normals) != t.Len() {
		panic("feature: as many normals as points are needed")
	}
	if crowded(t) {
		return orientPlaces(ctx, workers, t, normals, k)
	}
	edges, err := normalEdges(ctx, workers, t, normals, k)
	if err != nil {
		return err
	}
	f := newSigns(t.Len())
	for at, e := range edges {
		if at%(1<<20) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f.join(e[0], e[1], dot(normals[t.Order()[e[0]]], normals[t.Order()[e[1]]]) < 0)
	}
	places, start := f.parts()
	outward, err := lookOutward(ctx, workers, t, normals, f, places, start)
	if err != nil {
		return err
	}
	for part := range outward {
		for _, place := range places[start[part]:start[part+1]] {
			if _, flip := f.root(place); flip == outward[part] {
				i := t.Order()[place]
				normals[i] = negated(normals[i])
			}
		}
	}
	return nil
}

// orientPlaces orients the first normal at each place, and the others as it.
func orientPlaces(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k int) error {
	p, err := placesOf(ctx, workers, t)
	if err != nil {
		return err
	}
	first := p.gather(normals)
	if err := OrientOutward(ctx, workers, p.tree, first, k); err != nil {
		return err
	}
	for i, o := range p.owner {
		if o >= 0 && dot(normals[i], first[o]) < 0 {
			normals[i] = negated(normals[i])
		}
	}
	return nil
}

func dot(a, b geom.Vec3) float32 {
	return float32(float32(a.X*b.X)+float32(a.Y*b.Y)) + float32(a.Z*b.Z)
}

// weightSteps is the number of different weights of edges.
const weightSteps = 1 << 16

// normalEdges lists the edges between neighbours with a normal, as places in tree
// order, by ascending weight.
func normalEdges(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k int) ([][2]int32, error) {
	n := t.Len()
	places, far := pages.Make[int32](n), pages.Make[float32](n)
	for place, i := range t.Order() {
		places[i] = int32(place)
	}
	// Two passes over the chunks in order: edges are found, and then put in place.
	chunks := make([][]weighted, task.Count(n, spatial.ChunkSize))
	err := t.ForNeighbors(ctx, workers, k, func(_ int, i int32, near []spatial.Neighbor) {
		if len(near) > 0 {
			far[i] = near[len(near)-1].Dist2
		}
	})
	if err != nil {
		return nil, err
	}
	err = t.ForNeighbors(ctx, workers, k, func(chunk int, i int32, near []spatial.Neighbor) {
		if normals[i] == (geom.Vec3{}) {
			return
		}
		if chunks[chunk] == nil {
			chunks[chunk] = make([]weighted, 0, spatial.ChunkSize*len(near)*5/8)
		}
		for _, o := range near {
			j := o.Index
			// An edge that the other end lists too is taken from the lower one.
			if j == i || j < i && o.Dist2 < far[j] || normals[j] == (geom.Vec3{}) {
				continue
			}
			w := 1 - min(1, math.Abs(float64(dot(normals[i], normals[j]))))
			chunks[chunk] = append(chunks[chunk], weighted{places[i], places[j], uint16(w * (weightSteps - 1))})
		}
	})
	if err != nil {
		return nil, err
	}
	var start [weightSteps + 1]int
	for _, c := range chunks {
		for _, e := range c {
			start[int(e.weight)+1]++
		}
	}
	for w := range weightSteps {
		start[w+1] += start[w]
	}
	edges := pages.Make[[2]int32](start[weightSteps])
	for _, c := range chunks {
		for _, e := range c {
			edges[start[e.weight]] = [2]int32{e.a, e.b}
			start[e.weight]++
		}
	}
	return edges, nil
}

// weighted is an edge between two places.
type weighted struct {
	a, b   int32
	weight uint16
}

// signs is a union-find that knows of every member whether its normal is to be
// flipped to agree with the root's.
type signs struct {
	parent []int32
	flip   []bool // against the parent
}

func newSigns(n int) *signs {
	s := &signs{make([]int32, n), make([]bool, n)}
	for i := range s.parent {
		s.parent[i] = int32(i)
	}
	return s
}

// root finds the root of i, and whether i flips against it; it halves the path.
func (s *signs) root(i int32) (root int32, flip bool) {
	for s.parent[i] != i {
		p := s.parent[i]
		s.flip[i] = s.flip[i] != s.flip[p] // a root does not flip
		s.parent[i] = s.parent[p]
		flip = flip != s.flip[i]
		i = s.parent[i]
	}
	return i, flip
}

// join makes one of the sets of a and b; flip says that a and b disagree.
func (s *signs) join(a, b int32, flip bool) {
	ra, fa := s.root(a)
	rb, fb := s.root(b)
	if ra == rb {
		return
	}
	if ra > rb {
		ra, rb = rb, ra
	}
	s.parent[rb], s.flip[rb] = ra, fa != fb != flip
}

// parts lists the members of each set: those of part p are places[start[p]:start[p+1]].
func (s *signs) parts() (places, start []int32) {
	number := make([]int32, len(s.parent))
	start = []int32{0}
	for i := range s.parent {
		// A root is the lowest of its set.
		r, _ := s.root(int32(i))
		if r == int32(i) {
			number[i] = int32(len(start) - 1)
			start = append(start, 0)
		}
		number[i] = number[r]
		start[number[i]+1]++
	}
	for p := range len(start) - 1 {
		start[p+1] += start[p]
	}
	places = make([]int32, len(s.parent))
	next := append([]int32(nil), start...)
	for i, p := range number {
		places[next[p]] = int32(i)
		next[p]++
	}
	return places, start
}

// axes are half of the 26 directions to the neighbours of a cell in a grid.
var axes = func() (a []geom.Vec) {
	for x := -1.0; x <= 1; x++ {
		for y := -1.0; y <= 1; y++ {
			for z := -1.0; z <= 1; z++ {
				if d := (geom.Vec{X: x, Y: y, Z: z}); x+3*y+9*z > 0 {
					a = append(a, d.Unit())
				}
			}
		}
	}
	return a
}()

// lookOutward tells of each part whether its root's normal, with those of the others
// made to agree with it, looks outwards.
func lookOutward(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, f *signs, places, start []int32) ([]bool, error) {
	parts := len(start) - 1
	votes := make([][]float32, len(axes))
	// Afterwards every member points to its root, so that several votes only read.
	for i := range f.parent {
		r, flip := f.root(int32(i))
		if r != int32(i) {
			f.parent[i], f.flip[i] = r, flip
		}
	}
	err := task.For(ctx, workers, len(axes), 1, func(a, _, _ int) {
		votes[a] = make([]float32, parts)
		for p := range parts {
			votes[a][p] = f.vote(axes[a], t, normals, places[start[p]:start[p+1]])
		}
	})
	if err != nil {
		return nil, err
	}
	outward := make([]bool, parts)
	for p := range outward {
		var sum float64
		for a := range axes {
			sum += float64(votes[a][p])
		}
		n := normals[t.Order()[places[start[p]]]]
		outward[p] = sum > 0 || sum == 0 && (n.X > 0 || n.X == 0 && (n.Y > 0 || n.Y == 0 && n.Z >= 0))
	}
	return outward, nil
}

// vote is how far the outermost points along an axis look outwards: the cosines at
// both ends. It only reads: every member points to its root.
func (s *signs) vote(axis geom.Vec, t *spatial.Tree, normals []geom.Vec3, places []int32) float32 {
	least, most := math.Inf(1), math.Inf(-1)
	lowest, highest := int32(-1), int32(-1)
	for _, place := range places {
		i := t.Order()[place]
		if normals[i] == (geom.Vec3{}) {
			continue
		}
		d := t.Points()[i].D().Dot(axis)
		if d < least {
			least, lowest = d, place
		}
		if d > most {
			most, highest = d, place
		}
	}
	if lowest < 0 {
		return 0
	}
	look := func(place int32) float64 {
		c := normals[t.Order()[place]].D().Dot(axis)
		if s.flip[place] {
			return -c
		}
		return c
	}
	return float32(look(highest) - look(lowest))
}
