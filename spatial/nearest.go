package spatial

import (
	"context"

	"blemish/geom"
	"blemish/task"
)

// The nearest point for each of many queries.

// ForNearest calls body once for every query points[i]+shift with the point of the
// tree nearest to it, on several workers: the one that Nearest gives, index -1 where
// the tree has no finite points or the query is not finite. body runs concurrently,
// and in no particular order: queries are visited along a curve through space, so
// that the answer for one bounds the search for the next.
func (t *Tree) ForNearest(ctx context.Context, workers task.Workers, points []geom.Vec3, shift geom.Vec, body func(i int32, n Neighbor)) error {
	order := curveOrder(points)
	return task.For(ctx, workers, len(order), ChunkSize, func(_, lo, hi int) {
		w := t.beginWalk(1, inf32)
		defer w.end()
		last := int32(-1)
		for _, i := range order[lo:hi] {
			q := points[i].D().Add(shift).F()
			if t.finite == 0 || !q.Finite() {
				body(i, Neighbor{-1, inf32})
				continue
			}
			w.q = [3]float32{q.X, q.Y, q.Z}
			if last < 0 {
				w.collect(w.reach())
			} else {
				p := t.points[last]
				w.collect(dist2(p.X-q.X, p.Y-q.Y, p.Z-q.Z))
			}
			last = w.id[0]
			body(i, Neighbor{last, w.d[0]})
		}
	})
}
