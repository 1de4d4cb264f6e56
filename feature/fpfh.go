package feature

import (
	"context"
	"math"
	"slices"

	"blemish/geom"
	"blemish/internal/pages"
	"blemish/spatial"
	"blemish/task"
)

// Fast point feature histograms (Rusu et al., "Fast Point Feature Histograms
// (FPFH) for 3D registration", 2009), as Open3D computes them.

// FPFHSize is the number of values in a descriptor: three histograms of 11 bins.
const FPFHSize = 3 * bins

// FPFH returns the descriptors of all points, row-major Len × 33, over the k
// nearest neighbours, the point itself included. Each histogram of a point that
// has neighbours elsewhere sums to 200: 100 from its own pairs (the SPFH), 100
// from its neighbours' SPFH weighted by 1/squared distance. normals belong to
// t.Points(); flipping some changes the descriptors around them, so orient them.
func FPFH(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k int) ([]float32, error) {
	out, err := FPFHScales(ctx, workers, t, normals, k)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// FPFHScales computes FPFH for several k, each as FPFH would, from one search of
// neighbours and one pass over their pairs.
func FPFHScales(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, k ...int) ([][]float32, error) {
	if len(k) == 0 {
		return nil, nil
	}
	h, err := newHoods(ctx, workers, t, normals, slices.Max(k), nil)
	if err != nil {
		return nil, err
	}
	return h.fpfh(ctx, workers, k)
}

// FPFHRadius is FPFH over the neighbours within a radius, at most the maxNN
// nearest of them, the point itself included (Open3D's hybrid search);
// maxNN <= 0 takes all, and then refuses a radius that ForRadius refuses.
func FPFHRadius(ctx context.Context, workers task.Workers, t *spatial.Tree, normals []geom.Vec3, radius float64, maxNN int) ([]float32, error) {
	h, err := newHoods(ctx, workers, t, normals, max(0, maxNN), &radius)
	if err != nil {
		return nil, err
	}
	if maxNN <= 0 {
		maxNN = t.Len()
	}
	out, err := h.fpfh(ctx, workers, []int{maxNN})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// fpfh computes the descriptors over the k[i] nearest neighbours for every i.
func (h *hoods) fpfh(ctx context.Context, workers task.Workers, k []int) ([][]float32, error) {
	spfh := make([][]float32, len(k))
	out := make([][]float32, len(k))
	for i := range k {
		spfh[i] = pages.Make[float32](h.tree.Len() * rowFloats)
		out[i] = pages.Make[float32](h.tree.Len() * FPFHSize)
	}
	err := h.forRows(ctx, workers, func(s *scratch, at int, place []int32, _ []float32) {
		h.simple(s, at, place, k, spfh)
	})
	if err != nil {
		return nil, err
	}
	err = h.forRows(ctx, workers, func(s *scratch, at int, place []int32, dist2 []float32) {
		for i := range k {
			n := max(0, min(k[i]-1, len(place)))
			to := int(h.tree.Order()[at]) * FPFHSize
			s.fast(out[i][to:to+FPFHSize], spfh[i], at, place[:n], dist2[:n])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// simple computes the SPFH of one point for every k: the shares in percent of the
// pairs that fall into each bin.
func (h *hoods) simple(s *scratch, at int, place []int32, k []int, spfh [][]float32) {
	var count [FPFHSize]int32
	done := 0
	for done < len(place) {
		// Up to the next k, or what the kernel takes at once.
		stop := min(len(place), done+stageSize)
		for _, v := range k {
			if v-1 > done {
				stop = min(stop, v-1)
			}
		}
		h.count(s, at, place[done:stop], &count)
		done = stop
		for i, v := range k {
			if min(v-1, len(place)) == done {
				row := spfh[i][at*rowFloats:][:FPFHSize]
				for b, c := range count {
					row[b] = float32(100 * float64(c) / float64(done))
				}
			}
		}
	}
}

// count adds the pairs of a point with at most stageSize neighbours to the
// histograms.
func (h *hoods) count(s *scratch, at int, place []int32, count *[FPFHSize]int32) {
	from := &s.stage
	for i, p := range place {
		v := &h.points[p]
		from[0][i&(stageSize-1)], from[1][i&(stageSize-1)], from[2][i&(stageSize-1)] = v[0], v[1], v[2]
		from[3][i&(stageSize-1)], from[4][i&(stageSize-1)], from[5][i&(stageSize-1)] = v[3], v[4], v[5]
	}
	pairBinsOf(&h.points[at], from, (len(place)+7)/8, &s.bins)
	turn, lean, line := s.bins[0][:len(place)], s.bins[1][:len(place)], s.bins[2][:len(place)]
	for i := range turn {
		count[turn[i]]++
		count[bins+lean[i]]++
		count[2*bins+line[i]]++
	}
}

// fast adds a point's own SPFH and its neighbours', weighted by inverse squared
// distance and scaled to a sum of 100 a histogram.
func (s *scratch) fast(out, spfh []float32, at int, place []int32, dist2 []float32) {
	// Only the weights' ratios matter; relative to the nearest they can neither
	// overflow nor vanish all.
	first := 0
	for first < len(dist2) && dist2[first] == 0 {
		first++
	}
	place, dist2 = place[first:], dist2[first:]
	if len(dist2) > 0 && math.IsInf(float64(dist2[0]), 0) {
		// Distances beyond float32 have no ratios.
		place, dist2 = nil, nil
	}
	if cap(s.weight) < len(dist2) {
		s.weight = make([]float32, 2*len(dist2))
	}
	weight := s.weight[:len(dist2)]
	for i, d := range dist2 {
		weight[i] = dist2[0] / d
	}
	var sum [rowFloats]float32
	weigh(&sum, spfh, place, weight)
	own := spfh[at*rowFloats:][:FPFHSize]
	for part := 0; part < FPFHSize; part += bins {
		var total float64
		for _, v := range sum[part : part+bins] {
			total += float64(v)
		}
		scale := 0.0
		if total != 0 {
			scale = 100 / total
		}
		for b := part; b < part+bins; b++ {
			out[b] = float32(float64(float64(sum[b])*scale) + float64(own[b]))
		}
	}
}
