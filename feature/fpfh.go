package feature

import (
	"context"

	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Fast point feature histograms (Rusu et al., "Fast Point Feature Histograms
// (FPFH) for 3D registration", 2009), as Open3D computes them.

// FPFHSize is the number of values in a descriptor: three histograms of 11 bins.
const FPFHSize = 3 * bins

// FPFH returns the descriptors of all points, row-major Len × 33, over the k
// nearest neighbours, the point itself included. Each histogram of a point that
// has neighbours elsewhere sums to 200: 100 from its own pairs (the SPFH), 100 from the mean of its
// neighbours' SPFH weighted by 1/squared distance. normals belong to t.Points().
func FPFH(ctx context.Context, workers int, t *spatial.Tree, normals []geom.Vec3, k int) ([]float32, error) {
	out, err := FPFHScales(ctx, workers, t, normals, k)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// FPFHScales computes FPFH for several k from one search of neighbours.
func FPFHScales(ctx context.Context, workers int, t *spatial.Tree, normals []geom.Vec3, k ...int) ([][]float32, error) {
	largest := 0
	for _, v := range k {
		largest = max(largest, v)
	}
	h, err := gather(ctx, workers, t, largest, nil)
	if err != nil {
		return nil, err
	}
	out := make([][]float32, len(k))
	for i, v := range k {
		if out[i], err = h.fpfh(ctx, workers, t, normals, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FPFHRadius is FPFH over the neighbours within a radius, at most the maxNN
// nearest of them (Open3D's hybrid search); maxNN <= 0 takes all.
func FPFHRadius(ctx context.Context, workers int, t *spatial.Tree, normals []geom.Vec3, radius float64, maxNN int) ([]float32, error) {
	if maxNN <= 0 {
		maxNN = t.Len()
	}
	h, err := gather(ctx, workers, t, maxNN, &radius)
	if err != nil {
		return nil, err
	}
	return h.fpfh(ctx, workers, t, normals, maxNN)
}

// hood holds the neighbours of all points; rows[i] is sorted by distance.
type hood struct{ rows [][]spatial.Neighbor }

func gather(ctx context.Context, workers int, t *spatial.Tree, k int, radius *float64) (*hood, error) {
	h := &hood{rows: make([][]spatial.Neighbor, t.Len())}
	err := t.ForNeighbors(ctx, workers, k, func(_ int, i int32, neighbors []spatial.Neighbor) {
		if radius != nil {
			limit := float32(*radius * *radius)
			n := 0
			for n < len(neighbors) && neighbors[n].Dist2 <= limit {
				n++
			}
			neighbors = neighbors[:n]
		}
		h.rows[i] = append([]spatial.Neighbor(nil), neighbors...)
	})
	return h, err
}

// pointChunk is the number of points in a unit of work.
const pointChunk = 256

func (h *hood) fpfh(ctx context.Context, workers int, t *spatial.Tree, normals []geom.Vec3, k int) ([]float32, error) {
	points := t.Points()
	if len(normals) != len(points) {
		panic("feature: as many normals as points are needed")
	}
	spfh := make([]float32, len(points)*FPFHSize)
	err := task.For(ctx, workers, len(points), pointChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := h.rows[i][:min(k, len(h.rows[i]))]
			p, n := points[i].D(), normals[i].D()
			var count [FPFHSize]int
			for j := 1; j < len(row); j++ {
				o := row[j].Index
				b0, b1, b2 := pairBins(p, n, points[o].D(), normals[o].D())
				count[b0]++
				count[bins+b1]++
				count[2*bins+b2]++
			}
			for b, c := range count {
				if c > 0 {
					spfh[i*FPFHSize+b] = float32(100 * float64(c) / float64(len(row)-1))
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]float32, len(spfh))
	err = task.For(ctx, workers, len(points), pointChunk, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			weigh(out[i*FPFHSize:(i+1)*FPFHSize], spfh, i, h.rows[i][:min(k, len(h.rows[i]))])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// weigh adds a point's own SPFH and its neighbours', weighted by inverse squared
// distance and scaled to a sum of 100 a histogram.
func weigh(out, spfh []float32, i int, row []spatial.Neighbor) {
	var sum [FPFHSize]float64
	for j := 1; j < len(row); j++ {
		if row[j].Dist2 == 0 {
			continue
		}
		w := 1 / float64(row[j].Dist2)
		for b, v := range spfh[int(row[j].Index)*FPFHSize:][:FPFHSize] {
			sum[b] += float64(w * float64(v))
		}
	}
	for part := 0; part < 3; part++ {
		var total float64
		for _, v := range sum[part*bins : (part+1)*bins] {
			total += v
		}
		scale := 0.0
		if total != 0 {
			scale = 100 / total
		}
		for b := part * bins; b < (part+1)*bins; b++ {
			out[b] = float32(float64(sum[b]*scale) + float64(spfh[i*FPFHSize+b]))
		}
	}
}
