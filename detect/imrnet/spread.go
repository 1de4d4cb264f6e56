package imrnet

import (
	"context"
	"fmt"
	"math"

	"blemish/detect"
	"blemish/seed"
)

// How far the features of sound scans spread: Figure 6 of the paper.

// FeatureSpread is the standard deviation of each dimension of the fused features
// (Eq. 17) over all patches of the sound scans that the model learnt from.
func FeatureSpread(ctx context.Context, learnt detect.Model) ([]float64, error) {
	m, ok := learnt.(*model)
	if !ok {
		return nil, fmt.Errorf("imrnet: a model of another detector has no such features")
	}
	session := m.session()
	defer m.release(session)
	var sum, square []float64
	n := 0.0
	for i, c := range m.bank.clouds() {
		r := &reader{cfg: m.cfg, seed: m.seed, workers: m.Workers, net: session}
		v, err := NewView(ctx, m.Workers, m.cfg, c, seed.Stream(m.seed, "imrnet spread", i))
		if err != nil {
			return nil, err
		}
		sets, _, err := r.passes(ctx, v)
		if err != nil {
			return nil, err
		}
		features, err := fused(ctx, session, sets, m.cfg)
		if err != nil {
			return nil, err
		}
		for k, f := range features {
			d := len(f) / sets[k].n()
			if sum == nil {
				sum, square = make([]float64, d), make([]float64, d)
			}
			for j, v := range f {
				sum[j%d] += float64(v)
				square[j%d] += float64(v) * float64(v)
			}
			n += float64(sets[k].n())
		}
	}
	for j := range sum {
		mean := sum[j] / n
		sum[j] = math.Sqrt(max(0, square[j]/n-mean*mean))
	}
	return sum, nil
}
