package nn

import "blemish/tensor"

// Backward sets the gradients of all parameters from DTokens.
func (p *EmbedPass) Backward(w *tensor.Worker) {
	p.run(embedPoolGrad, len(p.parts), w)
	p.norm2Grad()
	p.run(embedPointGrad, len(p.parts), w)
	p.run(embedFinish, finishPieces, w)
}

// poolGrad takes the tokens' gradient to the fourth layer's weights and to the
// second normalisation. A token's channel has one winning point: no product over
// all points is needed.
func (p *EmbedPass) poolGrad(s *embedPart) {
	e := p.e
	for patch := s.lo; patch < s.hi; patch++ {
		if !p.Wanted[patch] {
			continue
		}
		grad, arg := p.DTokens[patch*e.Out:][:e.Out], p.tokArg[patch*e.Out:][:e.Out]
		for c, d := range grad {
			row := (patch*p.K + int(arg[c])) * e.C3
			tensor.PoolGrad(s.conv4[c*e.C3:][:e.C3], s.sum, s.cross, d, e.Conv4.W.Value[c*e.C3:], p.hidden[row:row+e.C3], p.norm2)
		}
		tensor.AddTo(s.conv4Bias, grad)
	}
}

// norm2Grad sets the gradients of the second normalisation, and what its statistics
// take from every point.
func (p *EmbedPass) norm2Grad() {
	n := p.e.Norm2
	for i := range n.Gamma.Grad {
		sum, cross := 0.0, 0.0
		for j := range p.parts {
			sum += float64(p.parts[j].sum[i])
			cross += float64(p.parts[j].cross[i])
		}
		rstd := p.stats2.rstd(i)
		n.Beta.Grad[i] = float32(sum)
		n.Gamma.Grad[i] = float32(cross * rstd)
		if p.mode == EmbedTrain {
			scale := float64(n.Gamma.Value[i]) * rstd
			p.c0[i] = float32(scale * sum / p.stats2.count)
			p.c1[i] = float32(scale * rstd * rstd * cross / p.stats2.count)
		}
	}
}

// pointGrad takes the gradient from the third layer to the first, for the points of
// the segment, and collects the gradients of the weights between. With constant
// statistics nothing reaches a patch that is not wanted.
func (p *EmbedPass) pointGrad(s *embedPart, w *tensor.Worker) {
	e, k := p.e, p.K
	d3 := w.Buffer(0, groupPatches*k*e.C3)
	d1 := w.Buffer(1, groupPatches*k*e.C1)
	a1 := w.Buffer(2, groupPatches*k*e.C1)
	own := w.Buffer(3, groupPatches*(e.C2+e.C3))
	dTop, dGlobal := own[:groupPatches*e.C2], own[groupPatches*e.C2:]
	var group [groupPatches]int
	for next := s.lo; next < s.hi; {
		n := 0
		for ; next < s.hi && n < groupPatches; next++ {
			if p.mode == EmbedTrain || p.Wanted[next] {
				group[n] = next
				n++
			} else {
				clear(p.dGlobal[next*e.C3:][:e.C3])
				clear(p.maxima[next*e.C2:][:e.C2])
			}
		}
		rows := n * k
		for i, patch := range group[:n] {
			p.first(a1[i*k*e.C1:], patch, patch+1)
			d, global := d3[i*k*e.C3:][:k*e.C3], dGlobal[i*e.C3:][:e.C3]
			p.hiddenGrad(d, patch)
			clear(global)
			tensor.ColumnSums(global, d)
			copy(p.dGlobal[patch*e.C3:], global)
		}
		tensor.ColumnSums(s.mergedBias, dGlobal[:n*e.C3])
		w.Mul(e.C3, e.C1, rows, tensor.Rows(d3, e.C3).T(), tensor.Rows(a1, e.C1), tensor.Rows(s.merged, e.C1), true)
		w.MulPacked(rows, tensor.Rows(d3, e.C3), &e.mergedBackward, nil, tensor.Rows(d1, e.C1), false)
		w.MulPacked(n, tensor.Rows(dGlobal, e.C3), &e.globalBackward, nil, tensor.Rows(dTop, e.C2), false)
		for i, patch := range group[:n] {
			a, d := a1[i*k*e.C1:][:k*e.C1], d1[i*k*e.C1:][:k*e.C1]
			p.maximumGrad(s, patch, dTop[i*e.C2:][:e.C2], a, d)
			tensor.PointReLUGrad(s.first, d, a, p.Points[3*patch*k:3*(patch+1)*k], e.C1)
		}
	}
}

// hiddenGrad sets the gradient of the third layer's output for one patch.
func (p *EmbedPass) hiddenGrad(d []float32, patch int) {
	e := p.e
	clear(d)
	if p.Wanted[patch] {
		arg := p.tokArg[patch*e.Out:]
		for c, g := range p.DTokens[patch*e.Out:][:e.Out] {
			tensor.Axpy(d[int(arg[c])*e.C3:][:e.C3], g, e.Conv4.W.Value[c*e.C3:])
		}
	}
	tensor.NormReLUGrad(d, p.hidden[patch*p.K*e.C3:][:p.K*e.C3], p.norm2, p.c0, p.c1)
}

// maximumGrad takes the gradient of one patch's maximum back to the points that won.
func (p *EmbedPass) maximumGrad(s *embedPart, patch int, grad, a1, d1 []float32) {
	c1 := p.e.C1
	arg := p.maxArg[patch*p.e.C2:]
	for c, g := range grad {
		row := int(arg[c]) * c1
		tensor.Axpy(d1[row:row+c1], g, p.e.Conv2.W.Value[c*c1:])
		tensor.Axpy(s.conv2[c*c1:][:c1], g, a1[row:])
	}
	tensor.AddTo(s.conv2Bias, grad)
}

// finishPieces is the number of pieces of finish.
const finishPieces = 4

// finish adds up the segments' gradients and takes them apart into the layers'.
func (p *EmbedPass) finish(piece int, w *tensor.Worker) {
	e := p.e
	switch piece {
	case 0: // the merged matrix: point half of Conv3, and Conv2
		merged := p.total(func(s *embedPart) []float32 { return s.merged })
		bias := p.total(func(s *embedPart) []float32 { return s.mergedBias })
		d := tensor.Rows(merged, e.C1)
		local := tensor.Rows(e.Conv3.W.Grad[e.C2:], 2*e.C2)
		w.Mul(e.C3, e.C2, e.C1, d, tensor.Rows(e.Conv2.W.Value, e.C1).T(), local, false)
		copy(e.Conv2.W.Grad, p.total(func(s *embedPart) []float32 { return s.conv2 }))
		w.Mul(e.C2, e.C1, e.C3, e.local().T(), d, tensor.Rows(e.Conv2.W.Grad, e.C1), true)
		copy(e.Conv3.B.Grad, bias)
		copy(e.Conv2.B.Grad, p.total(func(s *embedPart) []float32 { return s.conv2Bias }))
		for i, g := range bias {
			tensor.Axpy(local.Data[i*2*e.C2:][:e.C2], g, e.Conv2.B.Value)
			tensor.Axpy(e.Conv2.B.Grad, g, e.local().Data[i*2*e.C2:][:e.C2])
		}
	case 1: // maximum's half of Conv3
		w.Mul(e.C3, e.C2, p.patches, tensor.Rows(p.dGlobal, e.C3).T(), tensor.Rows(p.maxima, e.C2), tensor.Rows(e.Conv3.W.Grad, 2*e.C2), false)
	case 2:
		copy(e.Conv4.W.Grad, p.total(func(s *embedPart) []float32 { return s.conv4 }))
		copy(e.Conv4.B.Grad, p.total(func(s *embedPart) []float32 { return s.conv4Bias }))
	case 3:
		p.firstGrad()
	}
}

// total adds up one of the segments' arrays in order, in the first one's memory.
func (p *EmbedPass) total(of func(*embedPart) []float32) []float32 {
	sum := of(&p.parts[0])
	for i := 1; i < len(p.parts); i++ {
		tensor.AddTo(sum, of(&p.parts[i]))
	}
	return sum
}

// firstGrad sets the gradients of the first layer and its normalisation from four
// sums a channel: a linear map of the points needs no more.
func (p *EmbedPass) firstGrad() {
	e, n := p.e, p.e.C1
	sums := p.total(func(s *embedPart) []float32 { return s.first })
	first, second := p.totals()
	for c := 0; c < n; c++ {
		rstd := p.stats1.rstd(c)
		scale := float64(e.Norm1.Gamma.Value[c]) * rstd
		weight := e.Conv1.W.Value[3*c:]
		offset := float64(e.Conv1.B.Value[c]) - p.stats1.mean[c]
		sum := float64(sums[3*n+c])
		cross := offset * sum
		for d := 0; d < 3; d++ {
			cross += float64(weight[d]) * float64(sums[d*n+c])
		}
		cross *= rstd
		e.Norm1.Beta.Grad[c], e.Norm1.Gamma.Grad[c] = float32(sum), float32(cross)
		bias := sum
		if p.mode == EmbedTrain {
			bias = 0
		}
		e.Conv1.B.Grad[c] = float32(scale * bias)
		for d := 0; d < 3; d++ {
			g := float64(sums[d*n+c])
			if p.mode == EmbedTrain {
				normed := offset * first[d] // Σ of the normalised value times coordinate d
				for i := 0; i < 3; i++ {
					normed += float64(weight[i]) * second[i][d]
				}
				g -= (sum*first[d] + cross*rstd*normed) / p.stats1.count
			}
			e.Conv1.W.Grad[3*c+d] = float32(scale * g)
		}
	}
}
