package defect

// quick estimates what a cut does, from the coarse mesh and a coarse skin: the
// anomalous share of the carved surface, the share that is taken away, and which
// vertices of the fine mesh go.
func (t *Target) quick(body cutter, band float64) (share, lost float64, gone []bool) {
	center, radius := body.ball()
	reach := radius + band
	var rim float64
	gone = make([]bool, len(t.fine.Vertices))
	for v, x := range t.fine.Vertices {
		if x.D().Sub(center).Norm2() > float64(reach*reach) {
			continue
		}
		switch d := body.value(x.D()); {
		case d <= 0:
			lost += t.weight[v]
			gone[v] = true
		case d < band:
			rim += t.weight[v]
		}
	}
	var inner float64
	if t.solid {
		skin := body.skin(0.16 * radius)
		in := make([]float64, len(skin.Vertices))
		for v, x := range skin.Vertices {
			if t.inside(x.D()) {
				in[v] = 1
			}
		}
		for f, c := range skin.Faces {
			inner += skin.FaceArea(f) * (in[c[0]] + in[c[1]] + in[c[2]]) / 3
		}
	}
	share = (rim + inner) / (t.area - lost + inner)
	return share, lost / t.area, gone
}

// severs reports whether the vertices that stay fall into more large pieces than
// before.
func (t *Target) severs(gone []bool) bool {
	piece := make([]int32, len(gone))
	var queue []int32
	count := int32(0)
	big := make([]bool, t.parts) // parts that have a piece larger than a crumb
	for v := range gone {
		if gone[v] || piece[v] != 0 {
			continue
		}
		count++
		piece[v] = count
		queue = append(queue[:0], int32(v))
		area := 0.0
		for head := 0; head < len(queue); head++ {
			area += t.weight[queue[head]]
			for _, w := range t.next.Of(queue[head]) {
				if !gone[w] && piece[w] == 0 {
					piece[w] = count
					queue = append(queue, w)
				}
			}
		}
		if area > crumb*t.area {
			if big[t.part[v]] {
				return true
			}
			big[t.part[v]] = true
		}
	}
	return false
}

// fitting reports whether an estimated share is near enough to the wanted one; last:
// whether it will do at all. The bounds keep some distance from what plans promise,
// because the estimate is rough.
func fitting(share, want float64, last bool) bool {
	if share < 1.45*leastShare || share > 0.75*mostShare {
		return false
	}
	return last || share > 0.75*want && share < 1.35*want
}

// power is x to a whole number: exact on every machine, unlike math.Pow.
func power(x float64, n int) float64 {
	y := 1.0
	for ; n > 0; n-- {
		y *= x
	}
	return y
}
