package spatial

import (
	"context"
	"math"

	"blemish/task"
)

// The mean distance between neighbours, the unit of length of a cloud.

// Spacing returns the mean distance from a point to the nearest point at another
// place; points that repeat the place of one with a lower index do not count.
// It is 0 where there are fewer than two places.
func Spacing(ctx context.Context, workers task.Workers, t *Tree) (float64, error) {
	chunks := task.Count(t.finite, ChunkSize)
	sums, counts := make([]float64, chunks), make([]int, chunks)
	err := task.For(ctx, workers, t.finite, ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(fewNear, inf32)
		defer w.end()
		var room []Neighbor
		for place := lo; place < hi; place++ {
			room = w.next(t.point(place), room)
			d, ok := t.amongNear(place, room)
			if !ok {
				d, ok = t.nearestOther(place)
			}
			if ok {
				sums[chunk] += math.Sqrt(d)
				counts[chunk]++
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var sum float64
	n := 0
	for c := range sums {
		sum += sums[c]
		n += counts[c]
	}
	if n == 0 {
		return 0, nil
	}
	return sum / float64(n), nil
}

// fewNear is the number of neighbours among which the nearest at another place nearly
// always is.
const fewNear = 4

// amongNear is nearestOther for a point whose fewNear nearest neighbours are given;
// false where these do not tell: where some lie at one place, or all are as near as
// float32 can tell, or squares are beyond it.
func (t *Tree) amongNear(place int, near []Neighbor) (float64, bool) {
	if len(near) < fewNear || near[0].Index != t.order[place] {
		return 0, false
	}
	least := near[1].Dist2
	beyond := least * (1 + 1e-5)
	if !(least > 1e-30 && beyond < near[fewNear-1].Dist2 && near[fewNear-1].Dist2 < inf32) {
		return 0, false
	}
	best := math.Inf(1)
	for _, n := range near[1:] {
		if n.Dist2 <= beyond {
			best = min(best, t.points[n.Index].Dist2(t.points[near[0].Index]))
		}
	}
	return best, true
}

// other is a search for the nearest point that does not coincide with q. It
// measures in float64, where squares neither vanish nor overflow.
type other struct {
	tree    *Tree
	q       [3]float64
	best    float64
	id      int32
	repeats bool // a point of lower index has the same place
}

// nearestOther returns the squared distance from the point at a place of the tree
// order to the nearest point elsewhere; false where there is none, or where a
// point of lower index lies at the same place.
func (t *Tree) nearestOther(place int) (float64, bool) {
	x, y, z := t.at(place)
	s := other{tree: t, q: [3]float64{float64(x), float64(y), float64(z)}, best: math.Inf(1), id: t.order[place]}
	// The point's own block first: it nearly always holds a close neighbour.
	s.block(place / lanes)
	s.visit(len(t.levels)-1, 0, place/lanes)
	return s.best, !s.repeats && !math.IsInf(s.best, 1)
}

// visit searches a group of boxes, but for the block that is done already.
func (s *other) visit(level, group, done int) {
	boxes := s.tree.levels[level][group*groupFloats:]
	for i := 0; i < lanes && !s.repeats; i++ {
		var d2, far float64
		for a := 0; a < 3; a++ {
			lo, hi := float64(boxes[a*lanes+i]), float64(boxes[(3+a)*lanes+i])
			g := max(lo-s.q[a], s.q[a]-hi, 0)
			d2 += float64(g * g)
			far = max(far, s.q[a]-lo, hi-s.q[a])
		}
		child := group*lanes + i
		switch {
		case !(d2 < s.best) || level == 0 && child == done:
		case far == 0:
			// Every point of the box is where q is.
			s.repeats = s.repeats || s.tree.lowest[level][child] < s.id
		case level == 0:
			s.block(child)
		default:
			s.visit(level-1, child, done)
		}
	}
}

func (s *other) block(b int) {
	for place := b * lanes; place < min((b+1)*lanes, s.tree.finite); place++ {
		x, y, z := s.tree.at(place)
		dx, dy, dz := float64(x)-s.q[0], float64(y)-s.q[1], float64(z)-s.q[2]
		if dx == 0 && dy == 0 && dz == 0 {
			s.repeats = s.repeats || s.tree.order[place] < s.id
			continue
		}
		s.best = min(s.best, float64(dx*dx)+float64(dy*dy)+float64(dz*dz))
	}
}
