package imrnet

import (
	"context"
	"fmt"
	"math"

	"blemish/detect/scoring"
	"blemish/geom"
	"blemish/spatial"
	"blemish/task"
)

// Fusing the terms to one score (Eq. 20).

// tolerancePoints is how many held-out readings the tolerance of a place is learnt
// from; prior is how many readings the spread of the whole part counts for there.
const (
	tolerancePoints = 32
	prior           = 8
)

// bank remembers what sound scans read where, so that a term can be told from what
// is normal in its region: sampling alone makes distances at edges and thin parts.
type bank struct {
	tree   *spatial.Tree // positions in network coordinates
	owner  []int32       // which sound scan each reading is from, ascending
	names  []string
	values [][]float32 // one slice a term, one value a position
	mean   []float64   // of each term over all readings
	spread []float64
	level  []float64 // of each term: what a sound scan that was held out reaches as a whole, in spreads; at least 1; nil where the terms are joined by their means
}

// newBank joins the readings of the sound scans.
func newBank(points [][]geom.Vec3, readings []*scoring.Terms) *bank {
	b := &bank{names: readings[0].Names, values: make([][]float32, len(readings[0].Names))}
	var all []geom.Vec3
	for i, p := range points {
		all = append(all, p...)
		for range p {
			b.owner = append(b.owner, int32(i))
		}
		for t := range b.values {
			b.values[t] = append(b.values[t], readings[i].Values[t]...)
		}
	}
	b.tree = spatial.NewTree(all)
	b.summarise()
	return b
}

// clouds are the sound scans that the bank was made from.
func (b *bank) clouds() [][]geom.Vec3 {
	var clouds [][]geom.Vec3
	points := b.tree.Points()
	for lo, hi := 0, 0; lo < len(points); lo = hi {
		for hi = lo; hi < len(points) && b.owner[hi] == b.owner[lo]; hi++ {
		}
		clouds = append(clouds, points[lo:hi])
	}
	return clouds
}

func (b *bank) summarise() {
	b.mean, b.spread = make([]float64, len(b.values)), make([]float64, len(b.values))
	for t, values := range b.values {
		var sum, square float64
		for _, v := range values {
			sum += float64(v)
		}
		n := float64(len(values))
		b.mean[t] = sum / n
		for _, v := range values {
			d := float64(v) - b.mean[t]
			square += float64(d * d)
		}
		b.spread[t] = math.Sqrt(square / n)
	}
}

// fuse joins the terms of a scan's points (Eq. 20). held is the sound scan to leave
// out, -1 for none. Terms are added in units of their level: one that is noisy on sound
// scans says less. Voids count by what they exceed the level of sound scans: below it
// they are chance.
func (b *bank) fuse(ctx context.Context, workers task.Workers, points []geom.Vec3, t *scoring.Terms, held int32, fusion string) ([]float32, error) {
	if len(t.Values) != len(b.values) {
		panic(fmt.Sprintf("imrnet: %d terms against a bank of %d", len(t.Values), len(b.values)))
	}
	if fusion == "mean" {
		return b.fuseByMean(t), nil
	}
	excess, err := b.excess(ctx, workers, points, t, held)
	if err != nil {
		return nil, err
	}
	return b.add(excess), nil
}

// add joins the excess of the terms in units of their level.
func (b *bank) add(excess [][]float32) []float32 {
	out := make([]float32, len(excess[0]))
	for i := range out {
		var sum float64
		for k, name := range b.names {
			v := float64(excess[k][i]) / b.level[k]
			if name == termCoverage {
				v = max(0, v-1)
			}
			sum += v
		}
		out[i] = float32(sum)
	}
	return out
}

// excess is by how many spreads each term of each point exceeds what sound scans read
// in that region, one slice a term; 0 where it lies below.
func (b *bank) excess(ctx context.Context, workers task.Workers, points []geom.Vec3, t *scoring.Terms, held int32) ([][]float32, error) {
	out := make([][]float32, len(t.Values))
	for k := range out {
		out[k] = make([]float32, len(points))
	}
	err := task.For(ctx, workers, len(points), 256, func(_, lo, hi int) {
		var near []spatial.Neighbor
		for i := lo; i < hi; i++ {
			near = b.tree.KNN(points[i], 2*tolerancePoints, near)
			chosen := near[:0]
			for _, n := range near {
				if b.owner[n.Index] != held && len(chosen) < tolerancePoints {
					chosen = append(chosen, n)
				}
			}
			for k := range t.Values {
				out[k][i] = float32(b.excessAt(k, float64(t.Values[k][i]), chosen))
			}
		}
	})
	return out, err
}

// fuseByMean is the plainest reading of Eq. 20: each term divided by its mean over
// the training clouds, then added.
func (b *bank) fuseByMean(t *scoring.Terms) []float32 {
	out := make([]float32, len(t.Values[0]))
	for k, values := range t.Values {
		if b.mean[k] <= 0 {
			continue
		}
		for i, v := range values {
			out[i] += float32(float64(v) / b.mean[k])
		}
	}
	return out
}

// excessAt is how many spreads a reading of term k lies above what sound scans read
// at the same place, 0 where it lies below. Mean and spread of a place are drawn
// towards those of the whole part, because few readings say little.
func (b *bank) excessAt(k int, value float64, near []spatial.Neighbor) float64 {
	n := float64(len(near))
	sum := float64(prior * b.mean[k])
	for _, o := range near {
		sum += float64(b.values[k][o.Index])
	}
	mean := sum / (n + prior)
	square := float64(prior * b.spread[k] * b.spread[k])
	for _, o := range near {
		d := float64(b.values[k][o.Index]) - mean
		square += float64(d * d)
	}
	spread := math.Sqrt(square / (n + prior))
	if !(spread > 0) || value <= mean {
		return 0
	}
	return (value - mean) / spread
}
