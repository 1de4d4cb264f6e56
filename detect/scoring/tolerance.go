package scoring

import (
	"context"
	"math"

	"blemish/feature"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Tolerance is what sound scans read at each place of the part: learnt from scans that were
// held out, so that edges and thin parts, where sampling alone makes distances, are judged by
// their own measure.
type Tolerance struct {
	Bias   [][]float32 // one for each kind of reading, at each place: the mean
	Spread [][]float32 // and the root mean square about it
}

// Readings are what held-out sound scans showed, and where.
type Readings struct {
	Tree  *spatial.Tree // places on the surface
	Side  []geom.Vec3   // which way the surface faces there
	Owner []int32       // the scan of each
	Value [][]float32   // one for each kind of reading, about 0 where nothing is off
	Valid []bool        // there is a reading
}

// ToleranceOptions is how a tolerance is gathered.
type ToleranceOptions struct {
	Neighbors int     // from how many readings
	Most      float64 // a reading that is off by more counts for so much in the part's overall spread: what a few wild ones say is no spread
}

// Learn gathers the tolerance at each place of the readings themselves. With apart, a
// place's own scan does not count for it: that is the tolerance which a scan would meet had
// it not been learnt from.
func (r *Readings) Learn(ctx context.Context, workers task.Workers, apart bool, opt ToleranceOptions) (*Tolerance, error) {
	var owner []int32
	if apart {
		owner = r.Owner
	}
	return r.At(ctx, workers, r.Tree.Points(), r.Side, owner, opt)
}

// At gathers the tolerance at places of the surface that face as side says, from the
// nearest readings of the same face. owner, where it is not nil, names for each place the
// scan that does not count.
func (r *Readings) At(ctx context.Context, workers task.Workers, places, side []geom.Vec3, owner []int32, opt ToleranceOptions) (*Tolerance, error) {
	t := &Tolerance{make([][]float32, len(r.Value)), make([][]float32, len(r.Value))}
	whole := make([]float64, len(r.Value))
	for k := range r.Value {
		t.Bias[k], t.Spread[k] = make([]float32, len(places)), make([]float32, len(places))
		whole[k] = meanSquare(r.Value[k], r.Valid, opt.Most)
	}
	err := task.For(ctx, workers, len(places), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			near = r.Tree.KNN(places[i], 2*opt.Neighbors, near)
			chosen := near[:0] // the search's own room
			for _, b := range near {
				if !r.Valid[b.Index] || owner != nil && r.Owner[b.Index] == owner[i] || r.Side[b.Index].D().Dot(side[i].D()) < feature.SameFace {
					continue
				}
				if chosen = append(chosen, b); len(chosen) == opt.Neighbors {
					break
				}
			}
			for k := range r.Value {
				bias, spread := pooled(r.Value[k], chosen, whole[k])
				t.Bias[k][i], t.Spread[k][i] = float32(bias), float32(spread)
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
// counts like most.
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

// Excess is how many tolerances a reading is off, at reference point near. noise is the
// variance of the reading that sound scans did not have.
func (t *Tolerance) Excess(scale int, reading float32, near int32, noise float64) float32 {
	d := math.Abs(float64(reading) - float64(t.Bias[scale][near]))
	spread := float64(t.Spread[scale][near])
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
