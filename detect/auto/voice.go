package auto

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"

	"blemish/detect"
	"blemish/detect/imrnet"
	"blemish/detect/scoring"
	"blemish/detect/simple3d"
	"blemish/internal/stat"
	"blemish/weights"
)

// What a companion says, in the unit of what it says of sound scans at the same place.

// voice is a companion that has learnt.
type voice struct {
	name      string
	method    scoring.Method
	mean      float32            // of what it says of held-out sound scans
	tolerance *scoring.Tolerance // of what it says beyond that, at each point of the union
	unit      float32            // the excess that counts as 1
}

// baseCost and cost are about how many seconds of two cores a scan of 20,000 points takes:
// docs/measurements/auto.md has the measurement. They are nominal, so that a model does not
// hang on how busy a machine was.
const baseCost = 0.45

var cost = map[string]float64{simple3d.Name: 0.3, imrnet.Name: 0.25}

// chosen are the companions of these names.
func (c *Config) chosen(names []string) []scoring.Companion {
	var out []scoring.Companion
	for _, name := range names {
		switch name {
		case simple3d.Name:
			out = append(out, simple3d.Companion(*c.Simple3D))
		case imrnet.Name:
			out = append(out, imrnet.Companion(*c.IMRNet))
		}
	}
	return out
}

// affordable are the companions that the budget has room for, in their order.
func (c *Config) affordable(log *slog.Logger) []scoring.Companion {
	var names []string
	left := c.Budget - baseCost
	for _, name := range c.Companions {
		if cost[name] > left {
			if log != nil {
				log.Info(fmt.Sprintf("%s is left out: it takes about %.2g s a scan, and the budget leaves %.2g", name, cost[name], max(0, left)))
			}
			continue
		}
		left -= cost[name]
		names = append(names, name)
	}
	return c.chosen(names)
}

const (
	// placeNeighbors is how many held-out readings say what is usual at a place.
	placeNeighbors = 24
	// soundShare is the share of held-out sound readings that stay below 1.
	soundShare = 0.999
	// wild is how many standard deviations a reading counts at most when they are measured.
	wild = 5
)

// join lets companions learn.
func (m *model) join(ctx context.Context, l *scoring.Lesson, companions []scoring.Companion) error {
	for _, c := range companions {
		method, terms, err := c.Learn(ctx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name(), err)
		}
		v := &voice{name: c.Name(), method: method}
		if err := v.calibrate(ctx, l, terms); err != nil {
			return err
		}
		m.voices = append(m.voices, v)
	}
	return nil
}

// calibrate learns what the companion says of sound scans at each place.
func (v *voice) calibrate(ctx context.Context, l *scoring.Lesson, terms []*scoring.Terms) error {
	n := len(l.Points)
	said, valid := make([]float32, n), make([]bool, n)
	for k, h := range l.Held {
		for i, at := range h.Index {
			said[at], valid[at] = terms[k].Score[i], h.Use[i]
		}
	}
	var sum, square float64
	count := 0
	for i, x := range said {
		if valid[i] {
			sum += float64(x)
			count++
		}
	}
	v.mean = float32(sum / float64(max(1, count)))
	for i, x := range said {
		said[i] = x - v.mean
		if valid[i] {
			square += float64(said[i]) * float64(said[i])
		}
	}
	surface := l.Part.Surface
	read := &scoring.Readings{Tree: surface.Tree, Side: surface.Normal, Owner: l.Owner, Value: [][]float32{said}, Valid: valid}
	opt := scoring.ToleranceOptions{Neighbors: placeNeighbors, Most: wild * math.Sqrt(square/float64(max(1, count)))}
	var err error
	if v.tolerance, err = read.Learn(ctx, l.Workers, false, opt); err != nil {
		return err
	}
	read.Owner = l.Out
	apart, err := read.Learn(ctx, l.Workers, true, opt)
	if err != nil {
		return err
	}
	v.unit = 1
	var all []float32
	for k, h := range l.Held {
		for i, x := range v.excess(terms[k].Score, apart, h.Index, h.Use) {
			if h.Use[i] {
				all = append(all, x)
			}
		}
	}
	if q := stat.Quantile(all, soundShare); q > 0 {
		v.unit = q
	}
	return nil
}

// excess is by how much more than usual at its place the companion says of each point; 0 where
// it is less, or where the point is not comparable.
func (v *voice) excess(said []float32, t *scoring.Tolerance, near []int32, use []bool) []float32 {
	out := make([]float32, len(said))
	for i, x := range said {
		if !use[i] {
			continue
		}
		over, spread := x-v.mean-t.Bias[0][near[i]], t.Spread[0][near[i]]
		if over > 0 && spread > 0 {
			out[i] = min(over/spread/v.unit, most)
		}
	}
	return out
}

// most bounds what is said, so that sums stay finite.
const most = 1e6

// put adds the companion to a model file, under its name.
func (v *voice) put(f *weights.File) {
	own := &weights.File{}
	v.method.Put(own)
	own.Add("auto.bias", v.tolerance.Bias[0], len(v.tolerance.Bias[0]))
	own.Add("auto.spread", v.tolerance.Spread[0], len(v.tolerance.Spread[0]))
	own.Add("auto.unit", []float32{v.mean, v.unit}, 2)
	for _, t := range own.Tensors {
		t.Name = v.name + "." + t.Name
		f.Tensors = append(f.Tensors, t)
	}
}

// openVoice reads a companion, of a part with so many points.
func openVoice(ctx context.Context, f *weights.File, c scoring.Companion, points int, seed uint64, opt detect.OpenOptions) (*voice, error) {
	own := &weights.File{}
	for _, t := range f.Tensors {
		if name, ok := strings.CutPrefix(t.Name, c.Name()+"."); ok {
			t.Name = name
			own.Tensors = append(own.Tensors, t)
		}
	}
	v := &voice{name: c.Name(), tolerance: &scoring.Tolerance{}}
	var err error
	if v.method, err = c.Open(ctx, own, seed, opt); err != nil {
		return nil, err
	}
	bias, err := own.Get("auto.bias", points)
	if err != nil {
		return nil, err
	}
	spread, err := own.Get("auto.spread", points)
	if err != nil {
		return nil, err
	}
	unit, err := own.Get("auto.unit", 2)
	if err != nil {
		return nil, err
	}
	v.tolerance.Bias, v.tolerance.Spread = [][]float32{bias}, [][]float32{spread}
	if v.mean, v.unit = unit[0], unit[1]; !(v.unit > 0) {
		return nil, fmt.Errorf("tensor %q holds %g; it must be above 0", "auto.unit", v.unit)
	}
	return v, nil
}
