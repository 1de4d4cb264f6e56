package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/spatial"
)

// tolerance is how far sound scans are off the surface at each place of it: learnt
// from scans that were held out, so that edges and thin parts, where sampling alone
// makes distances, are judged by their own measure.
type tolerance struct {
	bias   [][]float32 // one for each scale, at each reference point: mean signed distance
	spread [][]float32 // and the root mean square about it
}

// learn gathers the tolerance at each point of tree from held-out readings:
// mean[scale][i] is the reading at point i itself, made while its scan was held
// out. With apart, a point's own scan does not count for it: that is the tolerance
// which a scan would meet had it not been learnt from. owner tells the scan of each
// point.
func learn(ctx context.Context, workers int, s *surface, owner []int32, mean [][]float32, apart bool, cfg *Config) (*tolerance, error) {
	n := s.tree.Len()
	t := &tolerance{make([][]float32, len(mean)), make([][]float32, len(mean))}
	whole := make([]float64, len(mean))
	for k := range mean {
		t.bias[k], t.spread[k] = make([]float32, n), make([]float32, n)
		whole[k] = meanSquare(mean[k])
	}
	err := s.tree.ForNeighbors(ctx, workers, 2*cfg.ToleranceNeighbors, func(_ int, i int32, near []spatial.Neighbor) {
		chosen := near[:0] // the search's own room
		for _, b := range near {
			if apart && owner[b.Index] == owner[i] || s.normal[b.Index].D().Dot(s.normal[i].D()) < sameFace {
				continue
			}
			if chosen = append(chosen, b); len(chosen) == cfg.ToleranceNeighbors {
				break
			}
		}
		for k := range mean {
			bias, spread := pooled(mean[k], chosen, whole[k])
			t.bias[k][i], t.spread[k][i] = float32(bias), float32(spread)
		}
	})
	return t, err
}

// prior is how many readings the class's overall spread counts for where a place
// has few of its own.
const prior = 6

// pooled is the mean of the chosen readings, drawn towards 0, and their root mean
// square about it, drawn towards that of the whole part.
func pooled(mean []float32, chosen []spatial.Neighbor, whole float64) (bias, spread float64) {
	var sum float64
	for _, b := range chosen {
		sum += float64(mean[b.Index])
	}
	n := float64(len(chosen))
	bias = sum / (n + prior)
	var square float64
	for _, b := range chosen {
		d := float64(mean[b.Index]) - bias
		square += float64(d * d)
	}
	return bias, math.Sqrt((square + float64(prior*whole)) / (n + prior))
}

func meanSquare(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum / float64(max(1, len(v)))
}

// excess is how many tolerances a reading is off, at reference point near.
func (t *tolerance) excess(scale int, reading float32, near int32) float32 {
	d := math.Abs(float64(reading) - float64(t.bias[scale][near]))
	spread := float64(t.spread[scale][near])
	if !(spread > 0) {
		if d > 0 {
			return math.MaxFloat32 / 4
		}
		return 0
	}
	return float32(d / spread)
}

// quantile is the excess that the given share of the readings at the reference
// points stay below; 1 where that is nothing.
func (t *tolerance) quantile(scale int, reading []float32, share float64) float32 {
	all := make([]float32, len(reading))
	for i := range all {
		all[i] = t.excess(scale, reading[i], int32(i))
	}
	slices.Sort(all)
	if q := all[int(share*float64(len(all)-1))]; q > 0 {
		return q
	}
	return 1
}
