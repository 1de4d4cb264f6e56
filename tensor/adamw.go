package tensor

import "math"

// AdamW holds one step's constants of Loshchilov and Hutter, "Decoupled weight decay
// regularization", ICLR 2019, in the form of PyTorch.
type AdamW struct {
	Rate, Beta1, Beta2, Epsilon float64
	Decay                       float64 // weight decay, applied as value ·= 1 − Rate·Decay
	Step                        int     // from 1
	Scale                       float64 // factor on the gradient first, for clipping; 1 for none
}

// Update moves values against their gradients; m and v are the moments, zero before
// the first step.
func (o *AdamW) Update(values, grads, m, v []float32) {
	n := len(values)
	grads, m, v = grads[:n], m[:n], v[:n]
	b1, b2 := float32(o.Beta1), float32(o.Beta2)
	c1, c2 := float32(1-o.Beta1), float32(1-o.Beta2)
	step := float32(o.Rate / (1 - math.Pow(o.Beta1, float64(o.Step))))
	root := float32(1 / math.Sqrt(1-math.Pow(o.Beta2, float64(o.Step))))
	keep, eps, scale := float32(1-o.Rate*o.Decay), float32(o.Epsilon), float32(o.Scale)
	constants := [9]float32{b1, c1, b2, c2, step, root, eps, keep, scale}
	if n == 0 || adamStep(&values[0], &grads[0], &m[0], &v[0], &constants[0], n) {
		return
	}
	for i := range values {
		g := grads[i] * scale
		m[i] = b1*m[i] + c1*g
		v[i] = b2*v[i] + c2*g*g
		denominator := float32(math.Sqrt(float64(v[i])))*root + eps
		values[i] = keep*values[i] - step*m[i]/denominator
	}
}
