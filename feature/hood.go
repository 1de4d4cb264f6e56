package feature

import (
	"context"
	"sync"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/spatial"
	"blemish/task"
)

// The neighbourhoods of all points at once, in tree order, for descriptors that go
// through them more than once.

// hoods gives every point's neighbours but the first, which is the point itself or
// one at the same place. Points are known by their place in tree order, where
// neighbours lie close together in memory.
type hoods struct {
	tree   *spatial.Tree
	k      int          // the most neighbours, itself included; 0: all within radius
	radius *float64     // nil: the k nearest, however far
	points [][6]float32 // place → point and normal
	places []int32      // index → place
	chunks []hoodChunk  // nil: neighbours are searched whenever they are gone through
}

// hoodChunk holds the neighbourhoods of pointChunk consecutive places.
type hoodChunk struct {
	end   []int32   // end of each row in what follows
	place []int32   // nearest first
	dist2 []float32 // their squared distances
}

const (
	// pointChunk is the number of points in a unit of work, that of ForNeighbors.
	pointChunk = spatial.ChunkSize
	// mostKept is the most neighbours that are kept for the second pass, 2 GiB of
	// them; beyond, searching twice costs less than it would to keep them.
	mostKept = 1 << 28
)

// newHoods prepares the k nearest neighbours, or with a radius the nearest within
// it, at most k unless that is 0.
func newHoods(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k int, radius *float64) (*hoods, error) {
	if len(normals) != t.Len() {
		panic("feature: as many normals as points are needed")
	}
	h := &hoods{tree: t, k: k, radius: radius, points: pages.Make[[6]float32](t.Len()), places: pages.Make[int32](t.Len())}
	for place, i := range t.Order() {
		h.places[i] = int32(place)
		p, n := t.Points()[i], normals[i]
		h.points[place] = [6]float32{p.X, p.Y, p.Z, n.X, n.Y, n.Z}
	}
	pairs := t.Len() * max(0, min(k, t.Len()))
	if k == 0 && radius != nil {
		count, err := t.CountWithin(ctx, workers, t.Points(), *radius)
		if err != nil {
			return nil, err
		}
		for _, c := range count {
			pairs += int(c)
		}
	}
	if pairs > mostKept {
		return h, ctx.Err()
	}
	return h, h.keep(ctx, workers)
}

// search calls body with each point's neighbours.
func (h *hoods) search(ctx context.Context, workers task.Workers, body func(chunk int, point int32, neighbors []spatial.Neighbor)) error {
	if h.radius != nil {
		return h.tree.ForRadius(ctx, workers, *h.radius, h.k, body)
	}
	return h.tree.ForNeighbors(ctx, workers, h.k, body)
}

// keep searches all neighbourhoods and keeps them.
func (h *hoods) keep(ctx context.Context, workers task.Workers) error {
	chunks := make([]hoodChunk, task.Count(h.tree.Len(), pointChunk))
	// Without a radius all rows are as long, and lie in one piece of memory.
	width := 0
	if h.radius == nil {
		width = max(0, min(h.k, h.tree.Len()))
	}
	place, dist2 := pages.Make[int32](h.tree.Len()*width), pages.Make[float32](h.tree.Len()*width)
	err := h.search(ctx, workers, func(chunk int, _ int32, neighbors []spatial.Neighbor) {
		c := &chunks[chunk]
		if c.end == nil {
			c.end = make([]int32, 0, pointChunk)
			if h.radius == nil {
				lo := chunk * pointChunk * width
				hi := min(lo+pointChunk*width, len(place))
				c.place, c.dist2 = place[lo:lo:hi], dist2[lo:lo:hi]
			} else {
				c.place, c.dist2 = make([]int32, 0, pointChunk*len(neighbors)), make([]float32, 0, pointChunk*len(neighbors))
			}
		}
		c.place, c.dist2 = h.row(neighbors, c.place, c.dist2)
		c.end = append(c.end, int32(len(c.place)))
	})
	h.chunks = chunks
	return err
}

// row appends the places and distances of all neighbours but the first.
func (h *hoods) row(neighbors []spatial.Neighbor, place []int32, dist2 []float32) ([]int32, []float32) {
	for j := 1; j < len(neighbors); j++ {
		place = append(place, h.places[neighbors[j].Index])
		dist2 = append(dist2, neighbors[j].Dist2)
	}
	return place, dist2
}

// forRows calls body with each point's place and neighbours. body runs
// concurrently, with scratch of its own.
func (h *hoods) forRows(ctx context.Context, workers task.Workers, body func(s *scratch, at int, place []int32, dist2 []float32)) error {
	if h.chunks == nil {
		return h.search(ctx, workers, func(_ int, point int32, neighbors []spatial.Neighbor) {
			s := scratches.Get().(*scratch)
			s.place, s.dist2 = h.row(neighbors, s.place[:0], s.dist2[:0])
			body(s, int(h.places[point]), s.place, s.dist2)
			scratches.Put(s)
		})
	}
	return task.For(ctx, workers, h.tree.Len(), pointChunk, func(chunk, lo, hi int) {
		c := &h.chunks[chunk]
		s := scratches.Get().(*scratch)
		defer scratches.Put(s)
		from := int32(0)
		for at := lo; at < hi; at++ {
			end := c.end[at-lo]
			body(s, at, c.place[from:end], c.dist2[from:end])
			from = end
		}
	})
}

// scratch is the working memory of a worker.
type scratch struct {
	stage  stage
	bins   binRows
	weight []float32
	place  []int32
	dist2  []float32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
