package nn

import "blemish/tensor"

// groupPatches is how many patches share one product with the maximum's half of the
// third layer.
const groupPatches = 8

// Forward sets Tokens from Points, for the Wanted patches.
func (p *EmbedPass) Forward(w *tensor.Worker) {
	e := p.e
	if p.mode == EmbedTrain {
		p.run(embedMoments, len(p.parts), w)
		p.firstStats()
		e.Norm1.track(&p.stats1)
	} else {
		e.Norm1.useRunning(&p.stats1)
		e.Norm2.useRunning(&p.stats2)
		p.setNorm2()
	}
	p.foldFirst()
	p.run(embedHidden, len(p.parts), w)
	if p.mode == EmbedTrain {
		p.secondStats()
		e.Norm2.track(&p.stats2)
		p.setNorm2()
		p.run(embedTokens, len(p.parts), w)
	}
}

// takeMoments adds up x, y, z and their products over the segment's points.
func (s *embedPart) takeMoments(p *EmbedPass) {
	s.moments = [9]float64{}
	points := p.Points[3*s.lo*p.K : 3*s.hi*p.K]
	for ; len(points) >= 3; points = points[3:] {
		x, y, z := float64(points[0]), float64(points[1]), float64(points[2])
		m := &s.moments
		m[0] += x
		m[1] += y
		m[2] += z
		m[3] += x * x
		m[4] += x * y
		m[5] += x * z
		m[6] += y * y
		m[7] += y * z
		m[8] += z * z
	}
}

// totals adds up the moments: first, second and the number of points.
func (p *EmbedPass) totals() (first [3]float64, second [3][3]float64) {
	var m [9]float64
	for i := range p.parts {
		for j, v := range p.parts[i].moments {
			m[j] += v
		}
	}
	return [3]float64{m[0], m[1], m[2]}, [3][3]float64{{m[3], m[4], m[5]}, {m[4], m[6], m[7]}, {m[5], m[7], m[8]}}
}

// firstStats derives the statistics of the first layer's output from the moments.
func (p *EmbedPass) firstStats() {
	e, s := p.e, &p.stats1
	first, second := p.totals()
	s.resize(e.C1)
	s.count = float64(p.patches * p.K)
	for c := range s.mean {
		weight := e.Conv1.W.Value[3*c:]
		mean, variance := 0.0, 0.0
		for i := range first {
			wi := float64(weight[i])
			mean += wi * first[i] / s.count
			for j := range first {
				covariance := second[i][j]/s.count - first[i]/s.count*first[j]/s.count
				variance += wi * float64(weight[j]) * covariance
			}
		}
		s.mean[c] = mean + float64(e.Conv1.B.Value[c])
		s.variance[c] = max(0, variance)
	}
}

// foldFirst writes the first layer and its normalisation as one affine map.
func (p *EmbedPass) foldFirst() {
	e, n := p.e, p.e.C1
	for c := 0; c < n; c++ {
		f := float64(e.Norm1.Gamma.Value[c]) * p.stats1.rstd(c)
		for d := 0; d < 3; d++ {
			p.folded[d*n+c] = float32(float64(e.Conv1.W.Value[3*c+d]) * f)
		}
		p.folded[3*n+c] = float32((float64(e.Conv1.B.Value[c])-p.stats1.mean[c])*f + float64(e.Norm1.Beta.Value[c]))
	}
}

// setNorm2 prepares the second normalisation for its kernels.
func (p *EmbedPass) setNorm2() {
	p.e.Norm2.affine(&p.stats2, p.norm2.Scale, p.norm2.Shift)
	for i, v := range p.stats2.mean {
		p.norm2.Mean[i] = float32(v)
	}
}

// first computes the first layer behind its ReLU for patches [lo, hi).
func (p *EmbedPass) first(y []float32, lo, hi int) {
	n := p.e.C1
	tensor.PointReLU(y, p.Points[3*lo*p.K:3*hi*p.K], p.folded[:3*n], p.folded[3*n:])
}

// hiddenLayer computes the third layer for the segment's patches; with constant
// statistics it goes on to the tokens at once, and only for patches that are wanted.
func (p *EmbedPass) hiddenLayer(s *embedPart, w *tensor.Worker) {
	e, k := p.e, p.K
	a1 := w.Buffer(0, groupPatches*k*e.C1)
	h2 := w.Buffer(1, k*max(e.C2, e.C3+e.Out))[:k*e.C2] // as large as token wants it
	own := w.Buffer(2, groupPatches*(e.C2+e.C3)+k*e.C3+2*e.C3)
	top, global := own[:groupPatches*e.C2], own[groupPatches*e.C2:][:groupPatches*e.C3]
	scratch := own[groupPatches*(e.C2+e.C3):]
	s.count = 0
	var group [groupPatches]int
	for next := s.lo; next < s.hi; {
		n := 0
		for ; next < s.hi && n < groupPatches; next++ {
			if p.mode == EmbedTrain || p.Wanted[next] {
				group[n] = next
				n++
			}
		}
		for i, patch := range group[:n] {
			a := a1[i*k*e.C1:][:k*e.C1]
			p.first(a, patch, patch+1)
			e.Conv2.Forward(w, h2, a, k)
			row := top[i*e.C2:][:e.C2]
			if p.mode == EmbedInfer {
				tensor.MaxRows(row, nil, h2[:k*e.C2])
				continue
			}
			tensor.MaxRows(row, p.maxArg[patch*e.C2:][:e.C2], h2[:k*e.C2])
			copy(p.maxima[patch*e.C2:], row)
		}
		w.MulPacked(n, tensor.Rows(top, e.C2), &e.globalForward, e.mergedBias, tensor.Rows(global, e.C3), false)
		for i, patch := range group[:n] {
			h3 := scratch[:k*e.C3]
			if p.mode != EmbedInfer {
				h3 = p.hidden[patch*k*e.C3:][:k*e.C3]
			}
			w.MulPacked(k, tensor.Rows(a1[i*k*e.C1:], e.C1), &e.mergedForward, global[i*e.C3:][:e.C3], tensor.Rows(h3, e.C3), false)
			if p.mode == EmbedTrain {
				s.takeStats(h3, k, scratch[k*e.C3:])
			} else {
				p.token(patch, h3, w)
			}
		}
	}
}

// takeStats merges the mean and squares of some rows into the segment's (Chan,
// Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
// sample variances", 1979).
func (s *embedPart) takeStats(x []float32, rows int, scratch []float32) {
	c := len(s.mean)
	mean, squares := scratch[:c], scratch[c:2*c]
	clear(mean)
	clear(squares)
	tensor.ColumnSums(mean, x)
	tensor.Scale(mean, 1/float32(rows), mean)
	tensor.ColumnSquares(squares, mean, x)
	if s.count == 0 {
		for i := range mean {
			s.mean[i], s.squares[i] = float64(mean[i]), float64(squares[i])
		}
		s.count = float64(rows)
		return
	}
	s.merge(float64(rows), func(i int) (float64, float64) { return float64(mean[i]), float64(squares[i]) })
}

// merge adds the statistics of n more rows, given by channel.
func (s *embedPart) merge(n float64, other func(i int) (mean, squares float64)) {
	total := s.count + n
	for i := range s.mean {
		mean, squares := other(i)
		delta := mean - s.mean[i]
		s.mean[i] += delta * n / total
		s.squares[i] += squares + delta*delta*s.count*n/total
	}
	s.count = total
}

// secondStats merges the segments' statistics in order.
func (p *EmbedPass) secondStats() {
	first := -1
	for i := range p.parts {
		s := &p.parts[i]
		switch {
		case s.count == 0:
		case first < 0:
			first = i
		default:
			p.parts[first].merge(s.count, func(j int) (float64, float64) { return s.mean[j], s.squares[j] })
		}
	}
	s := &p.parts[first]
	p.stats2.resize(p.e.C3)
	p.stats2.count = s.count
	copy(p.stats2.mean, s.mean)
	for i, v := range s.squares {
		p.stats2.variance[i] = v / s.count
	}
}

// tokenLayer computes the tokens of the segment's wanted patches.
func (p *EmbedPass) tokenLayer(s *embedPart, w *tensor.Worker) {
	size := p.K * p.e.C3
	for patch := s.lo; patch < s.hi; patch++ {
		if p.Wanted[patch] {
			p.token(patch, p.hidden[patch*size:][:size], w)
		}
	}
}

// token computes one token from the third layer's output.
func (p *EmbedPass) token(patch int, h3 []float32, w *tensor.Worker) {
	e, k := p.e, p.K
	// Buffer 1 holds the second layer in hiddenLayer, which is done with it.
	buffer := w.Buffer(1, k*max(e.C2, e.C3+e.Out))
	a3, h4 := buffer[:k*e.C3], buffer[k*e.C3:][:k*e.Out]
	tensor.ScaleShiftReLU(a3, h3, p.norm2.Scale, p.norm2.Shift)
	e.Conv4.Forward(w, h4, a3, k)
	token := p.Tokens[patch*e.Out:][:e.Out]
	if p.mode == EmbedInfer {
		tensor.MaxRows(token, nil, h4)
	} else {
		tensor.MaxRows(token, p.tokArg[patch*e.Out:][:e.Out], h4)
	}
}
