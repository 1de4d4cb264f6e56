package spatial

import (
	"context"
	"fmt"

	"blemish/geom"
)

// Farthest point sampling.

// FarthestPoints picks n points one after the other, each the one farthest from
// those picked before, beginning with start (Eldar et al., "The farthest point
// strategy for progressive image sampling", 1997). Ties go to the lowest index and
// no point is picked twice. Points that are not finite are never picked, so fewer
// than n come back where there are not enough.
func FarthestPoints(ctx context.Context, workers int, points []geom.Vec3, n, start int) ([]int32, error) {
	if n <= 0 || len(points) == 0 {
		return nil, ctx.Err()
	}
	if start < 0 || start >= len(points) || !points[start].Finite() {
		return nil, fmt.Errorf("farthest points: start %d is no finite point of %d", start, len(points))
	}
	dist := make([]float32, len(points))
	for i, p := range points {
		dist[i] = inf32
		if !p.Finite() {
			dist[i] = -1
		}
	}
	picked := make([]int32, 0, min(n, len(points)))
	for next := start; next >= 0 && len(picked) < n; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		picked = append(picked, int32(next))
		q := points[next]
		dist[next] = -1
		best := float32(-1)
		next = -1
		for i, p := range points {
			dist[i] = min(dist[i], dist2(p.X-q.X, p.Y-q.Y, p.Z-q.Z))
			if dist[i] > best {
				best, next = dist[i], i
			}
		}
	}
	return picked, nil
}
