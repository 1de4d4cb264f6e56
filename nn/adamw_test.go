package nn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"blemish/seed"
	"blemish/tensor"
)

// The update formula in float64, with decay for one parameter of two, and clipping.
func TestAdamW(t *testing.T) {
	var params Params
	a, b := params.Add("a", false, 5), params.Add("w", true, 3, 7)
	r := seed.Stream(1, "adam")
	params.Allocate()
	params.AllocateGrads()
	spread(r, 1, a.Value, b.Value)
	o := AdamW{Decay: 0.1, Clip: 2}
	pool := tensor.NewPool(1)
	w := pool.Start()
	type state struct{ value, m, v float64 }
	want := map[*Param][]state{}
	for _, p := range []*Param{a, b} {
		for _, v := range p.Value {
			want[p] = append(want[p], state{value: float64(v)})
		}
	}
	for step := 1; step <= 5; step++ {
		spread(r, 0.3*float64(step), a.Grad, b.Grad) // clipped from the third step on
		norm := 0.0
		for _, g := range append(slices.Clone(a.Grad), b.Grad...) {
			norm += float64(g) * float64(g)
		}
		norm = math.Sqrt(norm)
		clip := math.Min(1, 2/(norm+1e-6))
		rate := 0.01 * float64(step)
		if got := o.Step(w, &params, rate); math.Abs(got-norm) > 1e-6*norm {
			t.Fatalf("norm %v, want %v", got, norm)
		}
		for p, states := range want {
			for i := range states {
				s, g := &states[i], float64(p.Grad[i])*clip
				s.m = 0.9*s.m + 0.1*g
				s.v = 0.999*s.v + 0.001*g*g
				if p.Decay {
					s.value -= rate * 0.1 * s.value
				}
				s.value -= rate * (s.m / (1 - math.Pow(0.9, float64(step)))) / (math.Sqrt(s.v/(1-math.Pow(0.999, float64(step)))) + 1e-8)
				if math.Abs(s.value-float64(p.Value[i])) > 2e-6 {
					t.Fatalf("step %d: %s[%d] = %v, want %v", step, p.Name, i, p.Value[i], s.value)
				}
			}
		}
	}
}

func TestCosine(t *testing.T) {
	c := Cosine{Base: 1e-3, Min: 1e-6, Start: 1e-6, Warmup: 10, Total: 300}
	for step, want := range map[int]float64{
		0: 1e-6, 5: 0.0005005, 9: 0.0009001,
		// timm: min + (base − min)·(1 + cos(π·t/300))/2
		10: 1e-6 + 0.000999*(1+math.Cos(math.Pi/30))/2, 150: 0.0005005, 299: 1e-6 + 0.000999*(1+math.Cos(math.Pi*299/300))/2, 300: 1e-6, 1000: 1e-6,
	} {
		if got := c.Rate(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
	}
	if got := (Cosine{Base: 1, Total: 10}).Rate(0); got != 1 {
		t.Errorf("without warm-up the first rate is %v", got)
	}
}

func TestParametersLieInOneArray(t *testing.T) {
	var p Params
	bias, weight, token := p.Add("b", false, 3), p.Add("w", true, 2, 20), p.Add("t", false, 1, 1, 4)
	p.Allocate()
	p.AllocateGrads()
	for i, a := range []*Param{bias, weight, token} {
		for j := range a.Value {
			a.Value[j], a.Grad[j] = float32(i+1), float32(-i-1)
		}
	}
	value, grad := p.value, p.grad
	if p.Count() != 47 || len(value) != len(grad) || value[0] != 2 || p.decays != 48 {
		t.Errorf("%d values in %d, %d with decay", p.Count(), len(value), p.decays)
	}
	for name, f := range map[string]func(){"late": func() { p.Add("x", false, 1) }, "twice": func() { var q Params; q.Add("x", true, 1); q.Add("x", true, 1) }} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func ExampleAdamW() {
	var params Params
	layer := NewLinear(&params, "layer", 2, 1, true)
	params.Allocate()
	params.AllocateGrads()
	pool := tensor.NewPool(1)
	w := pool.Start()
	defer pool.Stop()

	x, want := []float32{0, 0, 0, 1, 1, 0, 1, 1}, []float32{1, 3, 2, 4} // y = 1 + x₀ + 2·x₁
	y, dy := make([]float32, 4), make([]float32, 4)
	var optimiser AdamW
	var gradients Gradients
	for range 2000 {
		layer.Prepare(true)
		layer.Forward(w, y, x, 4)
		for i := range dy {
			dy[i] = y[i] - want[i]
		}
		gradients.Reset()
		gradients.Linear(layer, x, dy, 4)
		gradients.Run(w)
		optimiser.Step(w, &params, 0.01)
	}
	round := func(v float32) int { return int(math.Round(float64(v) * 100)) }
	fmt.Println(round(layer.W.Value[0]), round(layer.W.Value[1]), round(layer.B.Value[0]))
	// Output: 100 200 100
}
