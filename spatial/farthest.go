package spatial

import (
	"context"
	"fmt"
	"math"
	"math/bits"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
)

// Farthest point sampling.

// FarthestPoints picks n points one after the other, each the one farthest from
// those picked before, beginning with start (Eldar et al., "The farthest point
// strategy for progressive image sampling", 1997). Ties go to the lowest index and
// no point is picked twice. Points that are not finite are never picked, so fewer
// than n come back where there are not enough.
//
// The result is that of measuring every point against every pick. As in QuickFPS
// (Han et al., 2023) a new pick only touches those blocks of a k-d tree whose box is nearer
// to it than their farthest point is to the picks so far. workers build the tree.
func FarthestPoints(ctx context.Context, workers task.Workers, points []geom.Vec3, n, start int) ([]int32, error) {
	if n <= 0 || len(points) == 0 {
		return nil, ctx.Err()
	}
	if start < 0 || start >= len(points) || !points[start].Finite() {
		return nil, fmt.Errorf("farthest points: start %d is no finite point of %d", start, len(points))
	}
	t, err := BuildTree(ctx, workers, points)
	if err != nil {
		return nil, err
	}
	s := newSampler(t)
	picked := make([]int32, 0, min(n, t.finite))
	next := s.place(start)
	for {
		picked = append(picked, t.order[next])
		if len(picked) == cap(picked) {
			return picked, nil
		}
		s.take(next)
		next = s.farthest()
		if len(picked)%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// sampler is the state of farthest point sampling.
type sampler struct {
	tree *Tree
	q    [3]float32
	// dist is, in tree order, the squared distance to the nearest pick; -1 for
	// picks, and for what fills up the last block.
	dist []float32
	// most[0] is the greatest dist of each block, most[i+1] that of each group of
	// most[i], each filled up to whole groups with -1.
	most [][]float32
}

func newSampler(t *Tree) *sampler {
	s := &sampler{tree: t, dist: pages.Make[float32](len(t.ids))}
	for i := range s.dist {
		s.dist[i] = inf32
		if i >= t.finite {
			s.dist[i] = -1
		}
	}
	count := len(t.ids) / lanes
	for range t.levels {
		groups := (count + lanes - 1) / lanes
		most := make([]float32, groups*lanes)
		for i := range most {
			most[i] = inf32
			if i >= count {
				most[i] = -1
			}
		}
		s.most = append(s.most, most)
		count = groups
	}
	return s
}

// place finds a point in the tree order.
func (s *sampler) place(index int) int {
	for i, id := range s.tree.order {
		if int(id) == index {
			return i
		}
	}
	panic("spatial: a point is missing in its tree")
}

// take makes the point at a place a pick.
func (s *sampler) take(place int) {
	s.dist[place] = -1
	// The block's greatest may have been this point, and the update need not come
	// by where other points coincide with it.
	child := place / lanes
	values := (*[lanes]float32)(s.dist[child*lanes:])
	for _, most := range s.most {
		most[child] = maxOf(values)
		child /= lanes
		values = (*[lanes]float32)(most[child*lanes:])
	}
	x, y, z := s.tree.at(place)
	s.q = [3]float32{x, y, z}
	s.lower(len(s.most)-1, 0)
}

// lower takes the pick s.q into account in one group of a level and returns the
// group's greatest distance.
func (s *sampler) lower(level, group int) float32 {
	limit := (*[lanes]float32)(s.most[level][group*lanes:])
	boxes := (*[groupFloats]float32)(s.tree.levels[level][group*groupFloats:])
	if level == 0 {
		first := group * lanes
		lowerGroup(&s.q, boxes, limit, s.tree.coords[first*blockFloats:], s.dist[first*lanes:])
		return maxOf(limit)
	}
	for mask := nearerBoxes(&s.q, boxes, limit); mask != 0; mask &= mask - 1 {
		i := bits.TrailingZeros32(mask)
		limit[i] = s.lower(level-1, group*lanes+i)
	}
	return maxOf(limit)
}

// farthest returns the place of the point that is farthest from all picks, of the
// lowest index among equals.
func (s *sampler) farthest() int {
	top := len(s.most) - 1
	most := maxOf((*[lanes]float32)(s.most[top]))
	place, _ := s.find(top, 0, most, -1, math.MaxInt32)
	return place
}

// find looks in a group for points at the given distance and an index below low.
func (s *sampler) find(level, group int, dist float32, place int, low int32) (int, int32) {
	for i, v := range s.most[level][group*lanes : (group+1)*lanes] {
		child := group*lanes + i
		switch {
		case v != dist || s.tree.lowest[level][child] > low:
		case level > 0:
			place, low = s.find(level-1, child, dist, place, low)
		default:
			for j := child * lanes; j < (child+1)*lanes; j++ {
				if s.dist[j] == dist && s.tree.ids[j] < low {
					place, low = j, s.tree.ids[j]
				}
			}
		}
	}
	return place, low
}
