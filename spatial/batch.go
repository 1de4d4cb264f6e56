package spatial

import (
	"context"
	"math"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/task"
)

// Searches of many points.

// ChunkSize is the number of consecutive points of the tree order in a chunk of
// ForNeighbors and ForRadius: chunk c holds Order()[c*ChunkSize:(c+1)*ChunkSize].
const ChunkSize = lanes * lanes

// ForNeighbors calls body once for every point, with its min(k, Len) nearest
// neighbours as KNN gives them, itself included. It goes in tree order on several
// workers: body runs concurrently for points of different chunks, one after the
// other within a chunk, and must not keep neighbors. Chunks do not depend on the
// number of workers.
func (t *Tree) ForNeighbors(ctx context.Context, workers task.Workers, k int, body func(chunk int, point int32, neighbors []Neighbor)) error {
	return task.For(ctx, workers, len(t.order), ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(k, inf32)
		defer w.end()
		room := w.room
		for place := lo; place < hi; place++ {
			i := t.order[place]
			switch {
			case k <= 0:
			case place < t.finite:
				room = t.appendStrays(k, w.next(t.point(place), room))
			default:
				room = t.byIndex(k, room[:0])
			}
			body(chunk, i, room)
		}
		w.room = room
	})
}

// ForRadius is ForNeighbors with the neighbours that Radius gives, at most the
// maxNN nearest of them; maxNN <= 0 takes all, and then a radius that holds more
// than some 10^10 pairs, as millions of points at one place have, is an error.
func (t *Tree) ForRadius(ctx context.Context, workers task.Workers, radius float64, maxNN int, body func(chunk int, point int32, neighbors []Neighbor)) error {
	limit := float32(radius * radius)
	if maxNN <= 0 && radius >= 0 {
		if err := t.checkVisits(ctx, workers, radius); err != nil {
			return err
		}
	}
	return task.For(ctx, workers, len(t.order), ChunkSize, func(chunk, lo, hi int) {
		w := t.beginWalk(max(0, maxNN), limit)
		defer w.end()
		room := w.room
		for place := lo; place < hi; place++ {
			i := t.order[place]
			if place < t.finite && radius >= 0 {
				room = w.next(t.point(place), room)
			} else {
				room = room[:0]
			}
			body(chunk, i, room)
		}
		w.room = room
	})
}

// KNNSelf returns the min(k, Len) nearest neighbours of every point, itself
// included, as two row-major arrays Len × min(k, Len), rows in the original order
// of the points.
func (t *Tree) KNNSelf(ctx context.Context, workers task.Workers, k int) (index []int32, dist2 []float32, err error) {
	return t.knnRows(ctx, workers, t.points, t.order, k)
}

// KNNBatch returns the neighbours of every query as two row-major arrays
// len(queries) × min(k, Len).
func (t *Tree) KNNBatch(ctx context.Context, workers task.Workers, queries []geom.Vec3, k int) (index []int32, dist2 []float32, err error) {
	return t.knnRows(ctx, workers, queries, itinerary(queries), k)
}

// knnRows is KNNBatch with the queries visited in a given order.
func (t *Tree) knnRows(ctx context.Context, workers task.Workers, queries []geom.Vec3, order []int32, k int) (index []int32, dist2 []float32, err error) {
	width := max(0, min(k, len(t.points)))
	index, dist2 = pages.Make[int32](len(queries)*width), pages.Make[float32](len(queries)*width)
	err = task.For(ctx, workers, len(queries), ChunkSize, func(_, lo, hi int) {
		w := t.beginWalk(k, inf32)
		defer w.end()
		var asked [ChunkSize]geom.Vec3
		gather(asked[:hi-lo], queries, order, lo)
		out := rowWriter{index: index, dist2: dist2, width: width, order: order, from: lo, wait: w.wait[:0]}
		room := w.room
		for _, q := range asked[:hi-lo] {
			switch {
			case k <= 0:
			case q.Finite():
				room = t.appendStrays(k, w.next(q, room))
			default:
				room = t.byIndex(k, room[:0])
			}
			out.add(room)
		}
		out.flush()
		w.room, w.wait = room, out.wait
	})
	if err != nil {
		return nil, nil, err
	}
	return index, dist2, nil
}

// rowWriter puts rows where their queries belong: some at a time, as places far
// apart in memory are reached together in little more time than one.
type rowWriter struct {
	index []int32
	dist2 []float32
	width int
	order []int32
	from  int // place of the first waiting row
	wait  []Neighbor
	rows  int
}

// mostWaiting is the number of neighbours that wait, a quarter of a megabyte.
const mostWaiting = 1 << 15

func (r *rowWriter) add(row []Neighbor) {
	r.wait = append(r.wait, row...)
	r.rows++
	if len(r.wait) >= mostWaiting {
		r.flush()
	}
}

func (r *rowWriter) flush() {
	for i := range r.rows {
		row := r.wait[i*r.width : (i+1)*r.width]
		at := placeOf(r.order, r.from+i) * r.width
		index, dist2 := r.index[at:at+len(row)], r.dist2[at:at+len(row)]
		for j, n := range row {
			index[j], dist2[j] = n.Index, n.Dist2
		}
	}
	r.from, r.rows, r.wait = r.from+r.rows, 0, r.wait[:0]
}

// Distances returns the distance from every query to the nearest point of the tree,
// and that point, in parallel: the cloud-to-cloud distance. A query that is not
// finite, and every query of a tree without finite points, is at +Inf from -1.
func (t *Tree) Distances(ctx context.Context, workers task.Workers, queries []geom.Vec3) (dist []float32, index []int32, err error) {
	if t.finite == 0 {
		dist, index = make([]float32, len(queries)), make([]int32, len(queries))
		for i := range dist {
			dist[i], index[i] = inf32, -1
		}
		return dist, index, ctx.Err()
	}
	index, dist, err = t.KNNBatch(ctx, workers, queries, 1)
	if err != nil {
		return nil, nil, err
	}
	for i, q := range queries {
		if !q.Finite() {
			index[i] = -1
			continue
		}
		if d := dist[i]; d > 1e-30 && d < inf32 {
			dist[i] = float32(math.Sqrt(float64(d)))
		} else {
			// In float64, where squares neither vanish nor overflow.
			dist[i] = float32(math.Sqrt(q.Dist2(t.points[index[i]])))
		}
	}
	return dist, index, nil
}

// manyQueries is from where on queries are worth being sorted.
const manyQueries = 1 << 11

// itinerary is an order of many queries in which each is mostly near the one before,
// so that the last answer bounds the next search, which finds in the cache what the
// last one read; nil for few.
func itinerary(queries []geom.Vec3) []int32 {
	if len(queries) < manyQueries {
		return nil
	}
	return curveOrder(queries)
}

// placeOf is the query that is at a place of an order; nil is the order given.
func placeOf(order []int32, at int) int {
	if order == nil {
		return at
	}
	return int(order[at])
}

// gather copies the queries from place lo of the order on: all at once, so that the
// processor need not wait for one to fetch the next.
func gather(dst, queries []geom.Vec3, order []int32, lo int) {
	if order == nil {
		copy(dst, queries[lo:])
		return
	}
	for i, from := range order[lo : lo+len(dst)] {
		dst[i] = queries[from]
	}
}
