package scene

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// orientNeighbors is how many neighbours pass an orientation on.
const orientNeighbors = 10

// link says that two points are neighbours and whether their normals, as they
// stand, point to the same side of the surface between them.
type link struct {
	cost     float32
	a, b     int32
	opposite bool
}

// orient makes the signs of normals agree over connected sheets and point outwards
// where a sheet is closed. The signs follow a minimum spanning tree of the
// neighbourhood graph whose edges avoid sharp turns and steps across walls (Hoppe
// et al., "Surface reconstruction from unorganized points", 1992, with the test of
// König and Gumhold, "Consistent propagation of normal orientations", 2009); then
// each sheet as a whole faces so that the volume it encloses is positive.
func orient(ctx context.Context, workers task.Workers, tree *spatial.Tree, normal []geom.Vec3) error {
	points := tree.Points()
	index, _, err := tree.KNNSelf(ctx, workers, orientNeighbors+1)
	if err != nil || len(points) == 0 {
		return err
	}
	width := len(index) / len(points)
	links := make([]link, len(index))
	err = task.For(ctx, workers, len(points), chunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			for j := 0; j < width; j++ {
				links[i*width+j] = newLink(points, normal, int32(i), index[i*width+j])
			}
		}
	})
	if err != nil {
		return err
	}
	slices.SortFunc(links, func(x, y link) int {
		switch {
		case x.cost < y.cost:
			return -1
		case x.cost > y.cost:
			return 1
		case x.a != y.a:
			return int(x.a) - int(y.a)
		}
		return int(x.b) - int(y.b)
	})
	sheets := newSheets(len(points))
	for _, l := range links {
		sheets.join(l)
	}
	sheets.apply(points, normal)
	return nil
}

// newLink compares the normals of a and b: that of b is mirrored in the plane
// half-way between them, which is right for a circular arc. The cost is 0 on a
// plane or an arc and grows with the turn and with the climb out of the tangent
// planes, which is how a step to the far side of a thin wall looks.
func newLink(points, normal []geom.Vec3, a, b int32) link {
	u := points[b].D().Sub(points[a].D()).Unit()
	na, nb := normal[a].D(), normal[b].D()
	agree := na.Dot(nb.AddScaled(-2*nb.Dot(u), u))
	climb := math.Abs(u.Dot(na)) + math.Abs(u.Dot(nb))
	return link{cost: float32(1 - math.Abs(agree) + climb), a: min(a, b), b: max(a, b), opposite: agree < 0}
}

// sheets is a forest of points whose relative signs are known.
type sheets struct {
	parent  []int32
	flipped []bool // relative to the parent
}

func newSheets(n int) sheets {
	s := sheets{make([]int32, n), make([]bool, n)}
	for i := range s.parent {
		s.parent[i] = int32(i)
	}
	return s
}

// root returns the root of i and whether i is flipped relative to it.
func (s sheets) root(i int32) (int32, bool) {
	flipped := false
	for s.parent[i] != i {
		if p := s.parent[i]; s.parent[p] != p {
			// Halve the path: i hangs under its grandparent from now on.
			s.flipped[i] = s.flipped[i] != s.flipped[p]
			s.parent[i] = s.parent[p]
		}
		flipped = flipped != s.flipped[i]
		i = s.parent[i]
	}
	return i, flipped
}

// join ties two points together, unless they are already. The lower root stays, so
// that the outcome does not depend on more than the order of the links.
func (s sheets) join(l link) {
	ra, fa := s.root(l.a)
	rb, fb := s.root(l.b)
	if ra == rb {
		return
	}
	if rb < ra {
		ra, rb = rb, ra
	}
	s.parent[rb] = ra
	s.flipped[rb] = l.opposite != (fa != fb)
}

// apply flips the normals: first to agree within each sheet, then each sheet so
// that the flux of the position through it, three times the volume, is positive.
func (s sheets) apply(points, normal []geom.Vec3) {
	var middle geom.Vec
	for _, p := range points {
		middle = middle.Add(p.D())
	}
	middle = middle.Scale(1 / float64(len(points)))
	flux := make([]float64, len(points))
	for i := range points {
		root, flipped := s.root(int32(i))
		if flipped {
			normal[i] = flip(normal[i])
		}
		flux[root] += points[i].D().Sub(middle).Dot(normal[i].D())
	}
	for i := range points {
		if root, _ := s.root(int32(i)); flux[root] < 0 {
			normal[i] = flip(normal[i])
		}
	}
}

func flip(n geom.Vec3) geom.Vec3 { return geom.Vec3{X: -n.X, Y: -n.Y, Z: -n.Z} }
