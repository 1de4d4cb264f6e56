package pointmae

import (
	"context"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/nn"
	"blemish/weights"
)

// The full-size model against testdata/full.safetensors: norms and samples of what
// PyTorch computed (testdata/make_full.py). Both sides make weights and inputs from
// names, by hash.

// fnv is the 32-bit FNV-1a hash.
func fnv(name string) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h
}

// named fills x with offset + scale·noise of that name.
func named(x []float32, name string, scale, offset float64) []float32 {
	for i := range x {
		h := fnv(name) + uint32(i)*0x9e3779b9
		h = (h ^ h>>16) * 0x85ebca6b
		h = (h ^ h>>13) * 0xc2b2ae35
		h ^= h >> 16
		x[i] = float32(float64((float64(h>>8)/(1<<23)-1)*scale) + offset)
	}
	return x
}

func fullModel(t testing.TB) *Model {
	c := DefaultConfig()
	c.GroupSize, c.DropPath = 64, 0
	m, err := build(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.params.All() {
		switch {
		case len(p.Shape) == 1 && strings.HasSuffix(p.Name, "weight"):
			named(p.Value, p.Name, 0.1, 1)
		case len(p.Shape) == 1 || p.Name == "mask_token":
			named(p.Value, p.Name, 0.1, 0)
		default:
			named(p.Value, p.Name, math.Sqrt(3/float64(p.Shape[1])), 0)
		}
	}
	for _, b := range m.batchNorms() {
		named(b.norm.Mean, b.name+".running_mean", 0.1, 0)
		named(b.norm.Var, b.name+".running_var", 0.5, 1)
	}
	return m
}

func fullBatch() []Cloud {
	points := func(name string, n int, scale float64) []geom.Vec3 {
		x := named(make([]float32, 3*n), name, scale, 0)
		p := make([]geom.Vec3, n)
		for i := range p {
			p[i] = geom.Vec3{X: x[3*i], Y: x[3*i+1], Z: x[3*i+2]}
		}
		return p
	}
	c := Cloud{Centres: points("centres", 256, 0.7), Patches: points("patches", 256*64, 0.1), Targets: points("target", 102*64, 0.1)}
	for i := range 256 {
		c.Masked = append(c.Masked, i*5%256 < 102)
	}
	return []Cloud{c}
}

// sampled is a row of the fixture: the norm of x and some of its values.
func sampled(name string, x []float32) []float32 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	row := []float32{float32(math.Sqrt(sum))}
	for k := range uint64(6) {
		row = append(row, x[(uint64(fnv(name))+2654435761*k)%uint64(len(x))])
	}
	return row
}

// nearRow holds a row against PyTorch's: the norm within bound, the samples within
// sample times the root mean square of all values.
func nearRow(t *testing.T, name string, x, want []float32, bound, sample float64) {
	t.Helper()
	got := sampled(name, x)
	norm := float64(want[0])
	if math.Abs(float64(got[0])-norm) > bound*norm {
		t.Errorf("%s: norm %v, PyTorch %v", name, got[0], want[0])
	}
	size := norm / math.Sqrt(float64(len(x)))
	for k := 1; k < len(want); k++ {
		if d := math.Abs(float64(got[k]) - float64(want[k])); !(d <= sample*size) {
			t.Errorf("%s: sample %d is %v, PyTorch %v: %.2g of its size", name, k, got[k], want[k], d/size)
		}
	}
}

// rowOf is row i of a fixture's table.
func rowOf(x weights.Tensor, i int) []float32 { return x.Data[7*i:][:7] }

func TestFullSizeMatchesPyTorch(t *testing.T) {
	if os.Getenv("BLEMISH_LONG") == "" { // golden_test.go has the same of a small one
		t.Skip("runs the full-size model a dozen times: set BLEMISH_LONG")
	}
	f, err := weights.Read("testdata/full.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	params := func(m *Model) []string {
		var names []string
		for _, p := range m.params.All() {
			names = append(names, p.Name)
		}
		slices.Sort(names)
		return names
	}
	for _, mode := range []string{"eval", "train"} {
		m := fullModel(t)
		tr := NewTrainer(m, TrainOptions{Workers: 2, FrozenNorm: mode == "eval"})
		tr.pass.decoder.KeepOutputs = true
		w := tr.pass.pool.Start()
		loss, err := tr.gradients(context.Background(), fullBatch(), w)
		tr.pass.pool.Stop()
		if err != nil {
			t.Fatal(err)
		}
		near(t, mode+" loss", []float32{float32(loss)}, tensorOf(t, f, mode+".loss").Data, 1e-5)
		nearRow(t, "prediction", tr.pass.prediction, tensorOf(t, f, mode+".prediction").Data, 1e-5, 1e-3)
		for i := range tr.pass.decoder.Outs { // the trainer's rows: visible, then masked ones, as PyTorch's
			nearRow(t, "block"+string(rune('1'+i)), tr.pass.decoder.Outs[i], rowOf(tensorOf(t, f, mode+".blocks"), i), 1e-5, 1e-3)
		}
		for i, name := range params(m) {
			if mode == "train" && hasNoGradient(name) {
				continue
			}
			nearRow(t, name, m.find(name).Grad, rowOf(tensorOf(t, f, mode+".grad"), i), 1e-3, 1e-2)
		}
	}
	m := fullModel(t)
	tr := NewTrainer(m, TrainOptions{Workers: 2, WeightDecay: 0.05, Clip: 10})
	var losses []float32
	steps := 3
	if os.Getenv("BLEMISH_LONG") != "" {
		steps = 10
	}
	for range steps {
		loss, err := tr.Step(context.Background(), fullBatch(), 1e-4)
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, float32(loss))
	}
	near(t, "losses", losses, tensorOf(t, f, "steps.losses").Data[:steps], 1e-3)
	if steps < 10 {
		return // the fixture has the weights after ten
	}
	before := fullModel(t)
	for i, name := range params(m) {
		if hasNoGradient(name) {
			continue // Adam makes whole steps of gradients that are only rounding
		}
		moved := slices.Clone(m.find(name).Value)
		for j, v := range before.find(name).Value {
			moved[j] -= v
		}
		nearRow(t, name, moved, rowOf(tensorOf(t, f, "steps.moved"), i), 1e-2, 0.1)
	}
	statistics := tensorOf(t, f, "steps.statistics")
	for i, b := range m.batchNorms() {
		// Of the biases before the normalisation only the mean tells, and they only drift by rounding.
		nearRow(t, b.name+".running_mean", b.norm.Mean, rowOf(statistics, 2*i), 1e-2, 2e-2)
		nearRow(t, b.name+".running_var", b.norm.Var, rowOf(statistics, 2*i+1), 1e-3, 1e-3)
	}
}

// find returns a parameter by name.
func (m *Model) find(name string) *nn.Param {
	for _, p := range m.params.All() {
		if p.Name == name {
			return p
		}
	}
	return nil
}
