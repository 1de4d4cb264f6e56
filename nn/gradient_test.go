package nn

import (
	"math"
	"testing"

	"blemish/seed"
	"blemish/task"
	"blemish/tensor"
)

// checkGradient holds a gradient against central differences of a loss, value by
// value. The forward pass is float32, so a difference over 2·step carries noise of
// about 1e-7·loss/step and an error of step²: with losses and gradients near 1 and
// a step of 4e-3, 1e-2 of the gradient's root mean square bounds both.
func checkGradient(t *testing.T, name string, value, grad []float32, loss func() float64) {
	t.Helper()
	want, rms := differences(value, loss, 4e-3)
	for i, w := range want {
		if d := math.Abs(float64(grad[i]) - w); d > 1e-2*rms+1e-3 {
			t.Errorf("%s[%d]: gradient %.5g, differences say %.5g (root mean square %.3g)", name, i, grad[i], w, rms)
			return
		}
	}
}

// checkKinked is checkGradient for a loss full of maxima and ReLUs, whose kinks
// lie closer than a step: a smaller step, and a bound on the whole vector alone, 3 %
// of its length. Exact values are compared with PyTorch's in package pointmae.
func checkKinked(t *testing.T, name string, value, grad []float32, loss func() float64) {
	t.Helper()
	want, rms := differences(value, loss, 5e-4)
	off := 0.0
	for i, w := range want {
		off += (float64(grad[i]) - w) * (float64(grad[i]) - w)
	}
	if off = math.Sqrt(off / float64(len(want))); off > 3e-2*rms+2e-3 {
		t.Errorf("%s: gradient is off by %.3g of %.3g", name, off, rms)
	}
}

// differences returns the central differences of loss by value, and their root mean square.
func differences(value []float32, loss func() float64, step float32) (d []float64, rms float64) {
	d = make([]float64, len(value))
	for i, v := range value {
		value[i] = v + step
		up, hi := loss(), value[i]
		value[i] = v - step
		down := loss()
		d[i] = (up - down) / float64(hi-value[i])
		value[i] = v
		rms += d[i] * d[i]
	}
	return d, math.Sqrt(rms / float64(len(d)))
}

// spread fills parameters and arrays with random values.
func spread(r *seed.Rand, scale float64, arrays ...[]float32) {
	for _, a := range arrays {
		for i := range a {
			a[i] = float32(scale * r.Norm())
		}
	}
}

// weigh is the loss Σ r·y whose gradient by y is r.
func weigh(y, r []float32) float64 {
	s := 0.0
	for i, v := range y {
		s += float64(v) * float64(r[i])
	}
	return s
}

func randomise(p *Params, r *seed.Rand) {
	p.Allocate()
	p.AllocateGrads()
	for _, a := range p.All() {
		scale := 0.3
		if len(a.Shape) > 1 {
			scale = 1 / math.Sqrt(float64(a.Shape[1]))
		}
		spread(r, scale, a.Value)
		if len(a.Shape) == 1 && a.Name[len(a.Name)-4:] != "bias" {
			for i := range a.Value {
				a.Value[i]++
			}
		}
	}
}

func TestTransformerGradients(t *testing.T) {
	for _, workers := range []task.Workers{1, 3} {
		var params Params
		tr := NewTransformer(&params, "t", 2, 12, 3)
		r := seed.Stream(1, "transformer")
		randomise(&params, r)
		pass := tr.NewPass(true)
		lengths := []int{5, 9}
		rows := 14
		x, pos, weight := make([]float32, rows*12), make([]float32, rows*12), make([]float32, rows*12)
		spread(r, 1, x, pos)
		spread(r, 0.3, weight)
		var arena tensor.Arena
		pool := tensor.NewPool(workers)
		w := pool.Start()
		defer pool.Stop()
		forward := func() float64 {
			arena.Take(func() { pass.Begin(&arena, lengths) })
			copy(pass.X, x)
			copy(pass.Pos, pos)
			// Sequence 0 loses the first block's attention and gets more of the second's MLP.
			pass.Keep[0], pass.Keep[1], pass.Keep[4+1] = 0, 1.25, 2
			for _, l := range tr.Linears() {
				l.Prepare(true)
			}
			for s := range lengths {
				pass.Forward(s, w)
			}
			return weigh(pass.Outs[1], weight)
		}
		forward()
		copy(pass.DX, weight)
		for s := range lengths {
			pass.Backward(s, w)
		}
		var g Gradients
		pass.Gradients(&g)
		g.Run(w)
		dx, dpos := append([]float32(nil), pass.DX...), append([]float32(nil), pass.DPos...)
		checkGradient(t, "input", x, dx, forward)
		checkGradient(t, "position", pos, dpos, forward)
		for _, a := range params.All() {
			checkGradient(t, a.Name, a.Value, a.Grad, forward)
		}
	}
}

func TestPatchEmbedGradients(t *testing.T) {
	for _, mode := range []EmbedMode{EmbedTrain, EmbedFrozen} {
		var params Params
		e := NewPatchEmbed(&params, "e", [3]int{6, 7, 9}, 5)
		r := seed.Stream(2, "embed")
		randomise(&params, r)
		for i := range e.Norm2.Mean {
			e.Norm2.Mean[i], e.Norm2.Var[i] = 0.2, 1.5
		}
		const patches, k = 21, 6
		points, weight := make([]float32, 3*patches*k), make([]float32, patches*5)
		spread(r, 1, points)
		spread(r, 0.3, weight)
		for i := 0; i < patches; i += 3 { // every third patch is not wanted
			clear(weight[i*5 : i*5+5])
		}
		pass := e.NewPass()
		var arena tensor.Arena
		w := tensor.NewPool(1).Start()
		forward := func() float64 {
			e.Prepare(w, true)
			arena.Take(func() { pass.Begin(&arena, patches, k, mode) })
			copy(pass.Points, points)
			for i := range pass.Wanted {
				pass.Wanted[i] = i%3 != 0
			}
			pass.Forward(w)
			s := 0.0
			for i := range patches {
				if pass.Wanted[i] {
					s += weigh(pass.Tokens[i*5:i*5+5], weight[i*5:])
				}
			}
			return s
		}
		forward()
		copy(pass.DTokens, weight)
		pass.Backward(w)
		for _, a := range params.All() {
			grad := append([]float32(nil), a.Grad...)
			checkKinked(t, a.Name, a.Value, grad, forward)
		}
	}
}

func TestInferenceIsTheFrozenForward(t *testing.T) {
	var params Params
	e := NewPatchEmbed(&params, "e", [3]int{6, 7, 9}, 5)
	r := seed.Stream(3, "embed")
	randomise(&params, r)
	w := tensor.NewPool(1).Start()
	e.Prepare(w, false)
	points := make([]float32, 3*20*8)
	spread(r, 1, points)
	var tokens [2][]float32
	for i, mode := range []EmbedMode{EmbedInfer, EmbedFrozen} {
		var arena tensor.Arena
		pass := e.NewPass()
		arena.Take(func() { pass.Begin(&arena, 20, 8, mode) })
		copy(pass.Points, points)
		for j := range pass.Wanted {
			pass.Wanted[j] = true
		}
		pass.Forward(w)
		tokens[i] = pass.Tokens
	}
	for i, v := range tokens[0] {
		if v != tokens[1][i] {
			t.Fatalf("token value %d: %v and %v", i, v, tokens[1][i])
		}
	}
}

// The merged computation must equal the formulas as published.
func TestPatchEmbedIsThePublishedNetwork(t *testing.T) {
	var params Params
	e := NewPatchEmbed(&params, "e", [3]int{6, 7, 9}, 5)
	r := seed.Stream(4, "embed")
	randomise(&params, r)
	const k = 8
	points := make([]float32, 3*k)
	spread(r, 1, points)
	w := tensor.NewPool(1).Start()
	e.Prepare(w, false)
	var arena tensor.Arena
	pass := e.NewPass()
	arena.Take(func() { pass.Begin(&arena, 1, k, EmbedInfer) })
	copy(pass.Points, points)
	pass.Wanted[0] = true
	pass.Forward(w)
	for i, want := range publishedEmbed(e, points, k) {
		if math.Abs(want-float64(pass.Tokens[i])) > 1e-5 {
			t.Errorf("token[%d] = %v, want %v", i, pass.Tokens[i], want)
		}
	}
}

// publishedEmbed is Point-MAE's Encoder in evaluation mode, line by line, in float64.
func publishedEmbed(e *PatchEmbed, points []float32, k int) []float64 {
	apply := func(l *Linear, x [][]float64) [][]float64 {
		y := make([][]float64, len(x))
		for r, row := range x {
			for o := range l.Out {
				s := float64(l.B.Value[o])
				for i, v := range row {
					s += v * float64(l.W.Value[o*l.In+i])
				}
				y[r] = append(y[r], s)
			}
		}
		return y
	}
	norm := func(b *BatchNorm, x [][]float64) {
		for _, row := range x {
			for i, v := range row {
				v = (v-float64(b.Mean[i]))/math.Sqrt(float64(b.Var[i])+1e-5)*float64(b.Gamma.Value[i]) + float64(b.Beta.Value[i])
				row[i] = math.Max(0, v)
			}
		}
	}
	top := func(x [][]float64) []float64 {
		m := append([]float64(nil), x[0]...)
		for _, row := range x {
			for i, v := range row {
				m[i] = math.Max(m[i], v)
			}
		}
		return m
	}
	x := make([][]float64, k)
	for i := range x {
		x[i] = []float64{float64(points[3*i]), float64(points[3*i+1]), float64(points[3*i+2])}
	}
	x = apply(e.Conv1, x)
	norm(e.Norm1, x)
	x = apply(e.Conv2, x)
	global := top(x)
	for i := range x {
		x[i] = append(append([]float64(nil), global...), x[i]...)
	}
	x = apply(e.Conv3, x)
	norm(e.Norm2, x)
	return top(apply(e.Conv4, x))
}

func TestPositionGradients(t *testing.T) {
	var params Params
	m := NewPositionMLP(&params, "p", 7, 5)
	r := seed.Stream(5, "position")
	randomise(&params, r)
	const rows = 100
	centres, weight, y := make([]float32, 3*rows), make([]float32, 5*rows), make([]float32, 5*rows)
	spread(r, 1, centres)
	spread(r, 0.2, weight)
	pass := m.NewPass(true)
	var arena tensor.Arena
	w := tensor.NewPool(1).Start()
	forward := func() float64 {
		arena.Take(func() { pass.Begin(&arena, rows) })
		for _, l := range m.Linears() {
			l.Prepare(true)
		}
		copy(pass.Centres, centres)
		pass.Forward(w, y)
		return weigh(y, weight)
	}
	forward()
	pass.Backward(w, weight)
	var g Gradients
	pass.Gradients(&g, weight)
	g.Run(w)
	for _, a := range params.All() {
		checkGradient(t, a.Name, a.Value, a.Grad, forward)
	}
}

func TestChamferGradient(t *testing.T) {
	r := seed.Stream(6, "chamfer")
	w := tensor.NewPool(1).Start()
	for _, sizes := range [][2]int{{5, 9}, {9, 5}, {1, 1}, {33, 40}} {
		pred, target, grad := make([]float32, 3*sizes[0]), make([]float32, 3*sizes[1]), make([]float32, 3*sizes[0])
		spread(r, 1, pred, target)
		Chamfer(w, grad, pred, target, 3)
		checkKinked(t, "prediction", pred, grad, func() float64 { return 3 * Chamfer(w, nil, pred, target, 0) })
	}
	// Two points against one of them: 0 back, (0 + 4)/2 forth.
	if d := Chamfer(w, nil, []float32{0, 0, 0, 2, 0, 0}, []float32{0, 0, 0}, 0); d != 2 {
		t.Errorf("distance %v, want 2", d)
	}
}
