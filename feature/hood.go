package feature

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// The neighbourhoods of all points at once, in tree order, for descriptors that go
// through them more than once.

// hoods holds every point's neighbours but the first, which is the point itself or
// one at the same place. Points are known by their place in tree order, where
// neighbours lie close together in memory.
type hoods struct {
	order  []int32      // place → index
	points [][6]float32 // place → point and normal
	chunks []hoodChunk
}

// hoodChunk holds the neighbourhoods of pointChunk consecutive places.
type hoodChunk struct {
	end   []int32   // end of each row in what follows
	place []int32   // nearest first
	dist2 []float32 // their squared distances
}

// pointChunk is the number of points in a unit of work, that of ForNeighbors.
const pointChunk = spatial.ChunkSize

// newHoods searches the k nearest neighbours, or with a radius the maxNN = k
// nearest within it.
func newHoods(ctx context.Context, workers int, t *spatial.Tree, normals []geom.Vec3, k int, radius *float64) (*hoods, error) {
	if len(normals) != t.Len() {
		panic("feature: as many normals as points are needed")
	}
	h := &hoods{
		order:  t.Order(),
		points: make([][6]float32, t.Len()),
		chunks: make([]hoodChunk, task.Count(t.Len(), pointChunk)),
	}
	places := make([]int32, t.Len())
	for place, i := range h.order {
		places[i] = int32(place)
		p, n := t.Points()[i], normals[i]
		h.points[place] = [6]float32{p.X, p.Y, p.Z, n.X, n.Y, n.Z}
	}
	add := func(chunk int, _ int32, neighbors []spatial.Neighbor) {
		c := &h.chunks[chunk]
		if c.end == nil {
			c.end = make([]int32, 0, pointChunk)
			c.place = make([]int32, 0, pointChunk*len(neighbors))
			c.dist2 = make([]float32, 0, pointChunk*len(neighbors))
		}
		for j := 1; j < len(neighbors); j++ {
			c.place = append(c.place, places[neighbors[j].Index])
			c.dist2 = append(c.dist2, neighbors[j].Dist2)
		}
		c.end = append(c.end, int32(len(c.place)))
	}
	if radius != nil {
		return h, t.ForRadius(ctx, workers, *radius, k, add)
	}
	return h, t.ForNeighbors(ctx, workers, k, add)
}

// forRows calls body with each point's place and neighbours. body runs
// concurrently for different chunks; scratch makes what one chunk needs.
func (h *hoods) forRows(ctx context.Context, workers int, body func(s *scratch, at int, place []int32, dist2 []float32)) error {
	return task.For(ctx, workers, len(h.order), pointChunk, func(chunk, lo, hi int) {
		c := &h.chunks[chunk]
		s := new(scratch)
		from := int32(0)
		for at := lo; at < hi; at++ {
			end := c.end[at-lo]
			body(s, at, c.place[from:end], c.dist2[from:end])
			from = end
		}
	})
}

// scratch is the working memory of a chunk.
type scratch struct {
	stage  stage
	bins   binRows
	weight []float32
}
