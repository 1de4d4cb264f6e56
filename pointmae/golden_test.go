package pointmae

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"blemish/geom"
	"blemish/weights"
)

// goldenConfig is the model of testdata/make_golden.py.
var goldenConfig = Config{Width: 12, Encoder: 2, Decoder: 2, Heads: 2, GroupSize: 7, Embed: [3]int{8, 10, 14}, PosHidden: 6}

// golden reads what PyTorch computed.
func golden(t testing.TB) *weights.File {
	t.Helper()
	f, err := weights.Read("testdata/golden.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func tensorOf(t testing.TB, f *weights.File, name string) weights.Tensor {
	t.Helper()
	x := f.Find(name)
	if x == nil {
		t.Fatalf("the fixture lacks %s", name)
	}
	return *x
}

// goldenBatch is the fixture's input.
func goldenBatch(t testing.TB, f *weights.File) []Cloud {
	points := func(name string) []geom.Vec3 {
		d := tensorOf(t, f, name).Data
		p := make([]geom.Vec3, len(d)/3)
		for i := range p {
			p[i] = geom.Vec3{X: d[3*i], Y: d[3*i+1], Z: d[3*i+2]}
		}
		return p
	}
	mask := tensorOf(t, f, "mask")
	n, patches := mask.Shape[0], mask.Shape[1]
	centres, points3, targets := points("centres"), points("patches"), points("target")
	k, goal := len(points3)/len(centres), len(targets)/n
	batch := make([]Cloud, n)
	for i := range batch {
		c := &batch[i]
		c.Centres = centres[i*patches:][:patches]
		c.Patches = points3[i*patches*k:][:patches*k]
		c.Targets = targets[i*goal:][:goal]
		for _, m := range mask.Data[i*patches:][:patches] {
			c.Masked = append(c.Masked, m != 0)
		}
	}
	return batch
}

func goldenModel(t testing.TB, f *weights.File) *Model {
	t.Helper()
	m, err := Load(goldenConfig, f, "init.")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// near fails unless got is want within the relative bound of want's size as a whole.
func near(t *testing.T, name string, got, want []float32, bound float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", name, len(got), len(want))
	}
	var worst, size float64
	for i, w := range want {
		size += float64(w) * float64(w)
		worst = math.Max(worst, math.Abs(float64(got[i])-float64(w)))
		if got[i] != got[i] {
			t.Fatalf("%s[%d] is NaN", name, i)
		}
	}
	if scale := math.Sqrt(size/float64(len(want))) + 1e-6; worst > bound*scale {
		t.Errorf("%s is off by %.2g, %.2g of its size", name, worst, worst/scale)
	}
}

// The bound on values and gradients: float32 in another order of addition.
const goldenBound = 2e-4

func TestReconstructionMatchesPyTorch(t *testing.T) {
	f := golden(t)
	s := NewSession(goldenModel(t, f), 2)
	got, err := s.Reconstruct(context.Background(), goldenBatch(t, f))
	if err != nil {
		t.Fatal(err)
	}
	var flat []float32
	for _, c := range got {
		for _, p := range c {
			flat = append(flat, p.X, p.Y, p.Z)
		}
	}
	near(t, "prediction", flat, tensorOf(t, f, "eval.prediction").Data, goldenBound)
}

func TestFeaturesMatchPyTorch(t *testing.T) {
	f := golden(t)
	s := NewSession(goldenModel(t, f), 2)
	batch := goldenBatch(t, f)
	for _, masked := range []bool{true, false} {
		if !masked {
			for i := range batch {
				batch[i].Masked = nil
			}
		}
		got, err := s.Features(context.Background(), batch, 2, 1)
		if err != nil {
			t.Fatal(err)
		}
		for b, block := range []int{2, 1} {
			prefix := "unmasked"
			if masked {
				prefix = "eval"
			}
			want := tensorOf(t, f, fmt.Sprintf("%s.block%d", prefix, block)).Data
			size := len(want) / len(batch)
			for i := range batch {
				if masked { // PyTorch's rows: visible patches, then masked ones
					near(t, "features", reorder(got[i][b], batch[i].Masked), want[i*size:][:size], goldenBound)
				} else {
					near(t, "features", got[i][b], want[i*size:][:size], goldenBound)
				}
			}
		}
	}
}

// reorder puts the rows of visible patches before those of masked ones.
func reorder(rows []float32, masked []bool) []float32 {
	width := len(rows) / len(masked)
	var out []float32
	for _, want := range []bool{false, true} {
		for i, m := range masked {
			if m == want {
				out = append(out, rows[i*width:][:width]...)
			}
		}
	}
	return out
}

// hasNoGradient names the biases before a batch normalisation, whose statistics take
// any constant away.
func hasNoGradient(name string) bool {
	return strings.HasSuffix(name, "_conv.0.bias") || strings.HasSuffix(name, "first_conv.3.bias")
}

func TestGradientsMatchPyTorch(t *testing.T) {
	f := golden(t)
	for _, mode := range []string{"train", "eval", "drop"} {
		t.Run(mode, func(t *testing.T) {
			c := goldenConfig
			if mode == "drop" {
				c.DropPath = 0.5
			}
			m, err := Load(c, f, "init.")
			if err != nil {
				t.Fatal(err)
			}
			tr := NewTrainer(m, TrainOptions{Workers: 2, FrozenNorm: mode == "eval", Seed: 2})
			w := tr.pass.pool.Start()
			loss, err := tr.gradients(context.Background(), goldenBatch(t, f), w)
			tr.pass.pool.Stop()
			if err != nil {
				t.Fatal(err)
			}
			if mode == "drop" { // the draws that the fixture was made with
				near(t, "encoder's draws", tr.pass.encoder.Keep, tensorOf(t, f, "drop.keep.encoder").Data, 0)
				near(t, "decoder's draws", tr.pass.decoder.Keep, tensorOf(t, f, "drop.keep.decoder").Data, 0)
			}
			near(t, "loss", []float32{float32(loss)}, tensorOf(t, f, mode+".loss").Data, 1e-5)
			near(t, "prediction", tr.pass.prediction, tensorOf(t, f, mode+".prediction").Data, goldenBound)
			for _, p := range m.params.All() {
				want := tensorOf(t, f, mode+".grad."+p.Name).Data
				if mode != "eval" && hasNoGradient(p.Name) {
					for i, g := range p.Grad {
						if math.Abs(float64(g)) > 1e-5 || math.Abs(float64(want[i])) > 1e-5 {
							t.Errorf("%s[%d]: %v, PyTorch %v, want 0 but for rounding", p.Name, i, g, want[i])
						}
					}
					continue
				}
				near(t, p.Name, p.Grad, want, goldenBound)
			}
		})
	}
}

func TestStepsMatchPyTorch(t *testing.T) {
	f := golden(t)
	m := goldenModel(t, f)
	tr := NewTrainer(m, TrainOptions{Workers: 2, WeightDecay: 0.05, Clip: 0.5})
	var losses []float32
	for step := range 10 {
		loss, err := tr.Step(context.Background(), goldenBatch(t, f), 1e-3*float64(step+1))
		if err != nil {
			t.Fatal(err)
		}
		losses = append(losses, float32(loss))
	}
	near(t, "losses", losses, tensorOf(t, f, "steps.losses").Data, 1e-4)
	var after weights.File
	m.Save(&after, "after.")
	for _, x := range after.Tensors {
		bound := 1e-3
		switch {
		case hasNoGradient(x.Name):
			continue // Adam makes whole steps of gradients that are only rounding
		case strings.HasSuffix(x.Name, "running_mean"):
			bound = 2e-2 // which moves the means by as much
		}
		near(t, x.Name, x.Data, tensorOf(t, f, x.Name).Data, bound)
	}
}
