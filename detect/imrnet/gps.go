package imrnet

import (
	"context"
	"sort"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Geometry-aware sampling, section 4.1: centres where the surface changes.

// salientFraction is the share of centres that come from salient regions: "salient
// twice as many as non-salient" (section 5.3).
const salientFraction = 2.0 / 3

// centres picks n points of a cloud as patch centres (Eq. 6 and 7). rate is the
// rate of change R of every point (Eq. 5). The salient set S is the ⌊τN⌋ points of
// the highest R; two thirds of the centres are chosen by farthest point sampling
// inside S, the rest by farthest point sampling outside it. Sampling starts at the
// point of the highest R of each part, moved on by skip places in rank, so that
// the choice does not depend on the order of the points; training varies skip to
// see other centres of the same cloud.
func centres(ctx context.Context, workers task.Workers, points []geom.Vec3, rate []float32, n int, tau float64, skip int) ([]int32, error) {
	salient := feature.Salient(rate, tau)
	isSalient := make([]bool, len(points))
	for _, i := range salient {
		isSalient[i] = true
	}
	rest := make([]int32, 0, len(points)-len(salient))
	for i := range points {
		if !isSalient[i] {
			rest = append(rest, int32(i))
		}
	}
	sort.SliceStable(rest, func(a, b int) bool { return rate[rest[a]] > rate[rest[b]] })
	inside := min(int(salientFraction*float64(n)+0.5), len(salient))
	outside := min(n-inside, len(rest))
	inside = min(n-outside, len(salient))
	chosen := make([]int32, 0, n)
	for _, part := range []struct {
		index []int32
		count int
	}{{salient, inside}, {rest, outside}} {
		if part.count == 0 {
			continue
		}
		sub := make([]geom.Vec3, len(part.index))
		for i, j := range part.index {
			sub[i] = points[j]
		}
		picked, err := spatial.FarthestPoints(ctx, workers, sub, part.count, skip%len(sub))
		if err != nil {
			return nil, err
		}
		for _, p := range picked {
			chosen = append(chosen, part.index[p])
		}
	}
	return chosen, nil
}
