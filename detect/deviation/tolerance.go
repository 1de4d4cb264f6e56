package deviation

import (
	"context"
	"math"
	"slices"

	"blemish/detect/scene"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// tolerance is how far sound scans are off the surface at each place of it: learnt
// from scans that were held out, so that edges and thin parts, where sampling alone
// makes distances, are judged by their own measure.
type tolerance struct {
	bias   [][]float32 // one for each scale, at each reference point: mean signed distance
	spread [][]float32 // and the root mean square about it
}

// readings are what held-out sound scans showed, and where.
type readings struct {
	tree  *spatial.Tree // places on the surface
	side  []geom.Vec3   // which way the surface faces there
	owner []int32       // the scan of each
	mean  [][]float32   // one for each scale
	valid []bool        // there is a reading
}

// learn gathers the tolerance at each place of the readings themselves. With apart, a
// place's own scan does not count for it: that is the tolerance which a scan would meet had
// it not been learnt from. spacing is that of the surface's points.
func (r *readings) learn(ctx context.Context, workers int, apart bool, spacing float64, cfg *Config) (*tolerance, error) {
	var owner []int32
	if apart {
		owner = r.owner
	}
	return r.at(ctx, workers, r.tree.Points(), r.side, owner, spacing, cfg)
}

// at gathers the tolerance at places of the surface that face as side says, from the
// nearest readings of the same face. owner, where it is not nil, names for each place the
// scan that does not count.
func (r *readings) at(ctx context.Context, workers int, places, side []geom.Vec3, owner []int32, spacing float64, cfg *Config) (*tolerance, error) {
	t := &tolerance{make([][]float32, len(r.mean)), make([][]float32, len(r.mean))}
	whole := make([]float64, len(r.mean))
	for k := range r.mean {
		t.bias[k], t.spread[k] = make([]float32, len(places)), make([]float32, len(places))
		whole[k] = meanSquare(r.mean[k], r.valid, spacing)
	}
	err := task.For(ctx, workers, len(places), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			near = r.tree.KNN(places[i], 2*cfg.ToleranceNeighbors, near)
			chosen := near[:0] // the search's own room
			for _, b := range near {
				if !r.valid[b.Index] || owner != nil && r.owner[b.Index] == owner[i] || r.side[b.Index].D().Dot(side[i].D()) < scene.SameFace {
					continue
				}
				if chosen = append(chosen, b); len(chosen) == cfg.ToleranceNeighbors {
					break
				}
			}
			for k := range r.mean {
				bias, spread := pooled(r.mean[k], chosen, whole[k])
				t.bias[k][i], t.spread[k][i] = float32(bias), float32(spread)
			}
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

// meanSquare is the mean square of the valid readings. One that is off by more than most
// counts like most: what a few wild ones say is no spread.
func meanSquare(v []float32, valid []bool, most float64) float64 {
	var sum float64
	n := 0
	for i, x := range v {
		if valid[i] {
			d := min(math.Abs(float64(x)), most)
			sum += float64(d * d)
			n++
		}
	}
	return sum / float64(max(1, n))
}

// excess is how many tolerances a reading is off, at reference point near. noise is the
// variance of the reading that sound scans did not have.
func (t *tolerance) excess(scale int, reading float32, near int32, noise float64) float32 {
	d := math.Abs(float64(reading) - float64(t.bias[scale][near]))
	spread := float64(t.spread[scale][near])
	if noise > 0 {
		spread = math.Sqrt(spread*spread + noise)
	}
	if !(spread > 0) {
		if d > 0 {
			return math.MaxFloat32 / 4
		}
		return 0
	}
	return float32(d / spread)
}

// quantile is the excess that the given share of the valid readings at the reference
// points stay below; 1 where that is nothing.
func (t *tolerance) quantile(scale int, reading []float32, valid []bool, share float64) float32 {
	var all []float32
	for i := range reading {
		if valid[i] {
			all = append(all, t.excess(scale, reading[i], int32(i), 0))
		}
	}
	if len(all) == 0 {
		return 1
	}
	slices.Sort(all)
	if q := all[int(share*float64(len(all)-1))]; q > 0 {
		return q
	}
	return 1
}
