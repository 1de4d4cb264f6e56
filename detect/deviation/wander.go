package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/detect/scene"
	"blemish/internal/stat"
	"blemish/spatial"
	"blemish/task"
)

// How far readings stray from one another where a scan shows sound surface: what a scanner's
// noise leaves of them once they are averaged. Points of depth cameras err together with
// their neighbours, so that averaging helps less than chance would have it, and most at the
// rims of what is seen.

const (
	// surroundings is over how many points the reading is averaged that a finer one is held
	// against: what is wider than that is shape.
	surroundings = 128
	// wanderSample is the number of points that are looked at, about.
	wanderSample = 2000
	// leastWander is the number of points from which a band has a median of its own.
	leastWander = 50
)

// bands end at these distances from the rim of a scan of one side, in spacings. Within, and
// all over a scan without a rim, is the last band.
var bands = [...]float64{2, 6, math.Inf(1)}

// sigmas are how far the readings of one scale stray: a standard deviation for each band.
type sigmas [len(bands)]float64

// wander is by how much the readings of a scan stray.
type wander struct {
	band  []uint8  // of each point
	sigma []sigmas // of each scale
}

// inner is the band away from rims.
const inner = len(bands) - 1

// measureWander fills in a reading's wander where that has not been done, by medians, so that
// a defect does not count. A scan of about all of the part has no rims but those of its
// defects: it is one band.
func (m *model) measureWander(ctx context.Context, r *reading) error {
	if r.wander != nil {
		return nil
	}
	w := &wander{band: make([]uint8, len(r.Use)), sigma: make([]sigmas, len(r.mean))}
	for i := range w.band {
		w.band[i] = uint8(inner)
	}
	if r.View.Sides() {
		far, err := r.View.FromRim(ctx, m.Workers)
		if err != nil {
			return err
		}
		for i, d := range far {
			w.band[i] = uint8(slices.IndexFunc(bands[:], func(end float64) bool { return d < end || math.IsInf(end, 1) }))
		}
	}
	off, err := m.strays(ctx, r, w.band)
	if err != nil {
		return err
	}
	for k, scale := range m.cfg.Scales {
		shared := math.Sqrt(1 - min(0.9, float64(scale)/surroundings))
		for b := inner; b >= 0; b-- {
			if v := off[k][b]; len(v) >= leastWander || b == inner && len(v) > 0 {
				w.sigma[k][b] = scene.ToDeviation * stat.Median(v) / shared
			} else if b < inner {
				w.sigma[k][b] = w.sigma[k][b+1]
			}
			if b < inner {
				w.sigma[k][b] = max(w.sigma[k][b], w.sigma[k][b+1])
			}
		}
	}
	r.wander = w
	return nil
}

// strays are the distances between readings and those of their surroundings, at sampled
// points, for each scale and band.
func (m *model) strays(ctx context.Context, r *reading, band []uint8) ([][len(bands)][]float64, error) {
	order, points := r.View.Tree.Order(), r.View.Tree.Points()
	stride := stat.Step(len(order), wanderSample)
	around := make([]float64, task.Count(len(order), stride)) // NaN: unknown
	err := task.For(ctx, m.Workers, len(around), 16, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for o := lo; o < hi; o++ {
			i := order[o*stride]
			around[o] = math.NaN()
			if !r.Use[i] {
				continue
			}
			// The far side of a thin wall is as near.
			near = r.View.Tree.KNN(points[i], 2*surroundings, near)
			mean, count := r.View.MeanOnFace(i, near, surroundings, func(j int32) (float64, bool) { return float64(r.mean[0][j]), r.Use[j] })
			// The mean of few is little more than what is held against it.
			if count >= surroundings/2 {
				around[o] = mean
			}
		}
	})
	if err != nil {
		return nil, err
	}
	off := make([][len(bands)][]float64, len(r.mean))
	for o, mean := range around {
		if math.IsNaN(mean) {
			continue
		}
		i := order[o*stride]
		for k := range r.mean {
			off[k][band[i]] = append(off[k][band[i]], math.Abs(float64(r.mean[k][i])-mean))
		}
	}
	return off, nil
}

// learnWander takes for usual what the sound scans' readings stray by, the median scan's.
func (l *lesson) learnWander(ctx context.Context) error {
	m := l.model
	m.usual = make([]sigmas, len(m.cfg.Scales))
	for _, h := range l.parts {
		if err := m.measureWander(ctx, h.reading); err != nil {
			return err
		}
	}
	for k := range m.usual {
		for b := range m.usual[k] {
			var all []float64
			for _, h := range l.parts {
				all = append(all, h.reading.wander.sigma[k][b])
			}
			m.usual[k][b] = float64(float32(stat.Median(all))) // as a model file keeps it
		}
	}
	return nil
}
