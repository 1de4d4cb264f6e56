package report

// The columns of a scan: how finely each quantity is kept.

import (
	"math"
	"slices"

	"blemish/geom"
)

// positionColumns quantises coordinates within the box to a 24th of the spacing,
// or a 65535th of the longest side where that is coarser: nobody sees either.
func positionColumns(prefix string, points []geom.Vec3, p *packed) []column {
	step := math.Max(p.Spacing/24, max(p.Size[0], p.Size[1], p.Size[2])/65535)
	if !(step > 0) {
		step = 1
	}
	out := make([]column, 0, 3)
	for axis, name := range []string{"x", "y", "z"} {
		values := make([]float64, len(points))
		for i, q := range points {
			values[i] = [3]float64{float64(q.X), float64(q.Y), float64(q.Z)}[axis] - p.Lo[axis]
		}
		out = append(out, quantise(prefix+name, values, 0, step, 65535, false))
	}
	return out
}

// scoreColumn rounds scores down to a grid on which the threshold lies, so that
// the page marks the same points as the program does.
func scoreColumn(score []float32, order []int32, threshold float64) column {
	values := pick(score, order)
	peak := 0.0
	for _, v := range values {
		if v-v == 0 { // finite
			peak = math.Max(peak, v)
		}
	}
	if !(threshold > 0) || math.IsInf(threshold, 0) {
		threshold = 1
	}
	steps := min(max(math.Floor(65535*threshold/math.Max(peak, threshold)), 20), scoreSteps)
	return quantise("score", values, 0, threshold/steps, 65535, true)
}

// signedColumn keeps 0 exact and gives the sound surface about 8 steps to its
// median distance; the colour scale ends at the 99.8 % quantile. Points that are not judged count for
// neither.
func (p *packed) signedColumn(values []float64, judged func(i int) bool) column {
	size := make([]float64, 0, len(values))
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && judged(i) {
			size = append(size, math.Abs(v))
		}
	}
	slices.Sort(size)
	step := 1.0
	if n := len(size); n > 0 && size[n-1] > 0 {
		step = math.Max(size[n/2]/8, size[n-1]/32000)
		p.signedHi = size[min(n-1, n*998/1000)]
		if p.signedHi == 0 {
			p.signedHi = size[n-1]
		}
	}
	const half = 32767
	return quantise("signed", values, -half*step, step, 65535, false)
}

func (p *packed) addTerms(terms map[string][]float32, order []int32) {
	p.Terms = []termScale{}
	for i, name := range sortedKeys(terms) {
		if i == maxTerms {
			break
		}
		values := pick(terms[name], order)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
		if !(lo <= hi) {
			lo, hi = 0, 1
		}
		step := (hi - lo) / 255
		if !(step > 0) {
			step = 1
		}
		p.Terms = append(p.Terms, termScale{name, lo, hi})
		p.Columns = append(p.Columns, quantise("term:"+name, values, lo, step, 255, false))
	}
}

// normalColumns packs directions into the octahedron (Meyer et al. 2010), six
// bits an axis: about two degrees. 63 in the first column says that there is none.
func normalColumns(normals []geom.Vec3) []column {
	u, v := make([]float64, len(normals)), make([]float64, len(normals))
	for i, n := range normals {
		x, y, z := float64(n.X), float64(n.Y), float64(n.Z)
		sum := math.Abs(x) + math.Abs(y) + math.Abs(z)
		if !(sum > 0) || math.IsInf(sum, 0) {
			u[i], v[i] = 63, 31
			continue
		}
		x, y = x/sum, y/sum
		if z < 0 {
			x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
		}
		u[i], v[i] = math.Round(31+31*x), math.Round(31+31*y)
	}
	return []column{quantise("nu", u, 0, 1, 63, false), quantise("nv", v, 0, 1, 63, false)}
}
