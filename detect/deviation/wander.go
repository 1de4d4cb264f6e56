package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/detect/scene"
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
	wanderSample = 4000
	// leastWander is the number of points from which a band has a median of its own.
	leastWander = 50
)

// bands end at these distances from the rim of a scan of one side, in spacings. Within, and
// all over a scan without a rim, is the last band.
var bands = [...]float64{2, 6, math.Inf(1)}

// wander is by how much the readings of a scan stray: the standard deviation for each scale,
// by band.
type wander struct {
	band  []uint8 // of each point
	sigma [][len(bands)]float64
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
	w := &wander{band: make([]uint8, len(r.Use)), sigma: make([][len(bands)]float64, len(r.mean))}
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
	off := make([][len(bands)][]float64, len(r.mean))
	stride := int32(len(r.Use)/wanderSample + 1)
	order := r.View.Tree.Order()
	normal := r.Part.Surface.Normal
	for o := int32(0); int(o) < len(order); o += stride {
		i := order[o]
		if !r.Use[i] {
			continue
		}
		var sum float64
		count := 0
		for _, n := range r.View.Tree.KNN(r.View.Tree.Points()[i], surroundings, nil) {
			f := r.View.Feet[n.Index]
			if r.Use[n.Index] && normal[f.Near].D().Dot(normal[r.View.Feet[i].Near].D()) >= scene.SameFace {
				sum += f.Signed
				count++
			}
		}
		if count < surroundings/2 {
			continue // the mean is of little more than what is held against it
		}
		for k := range r.mean {
			off[k][w.band[i]] = append(off[k][w.band[i]], math.Abs(float64(r.mean[k][i])-sum/float64(count)))
		}
	}
	for k, scale := range m.cfg.Scales {
		const toDeviation = 1.4826 // from the median of normal noise
		shared := math.Sqrt(1 - min(0.9, float64(scale)/surroundings))
		for b := inner; b >= 0; b-- {
			if v := off[k][b]; len(v) >= leastWander || b == inner && len(v) > 0 {
				w.sigma[k][b] = toDeviation * middle64(v) / shared
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
