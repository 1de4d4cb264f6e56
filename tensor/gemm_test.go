package tensor

import (
	"fmt"
	"math"
	"testing"

	"blemish/internal/kernels"
)

// eachFamily runs a test with every family that this processor offers.
func eachFamily(t *testing.T, f func(t *testing.T)) {
	best, before := kernels.Active(), active
	defer func() { active = before }()
	for k, fam := range families() {
		if k > best {
			continue
		}
		t.Run(k.String(), func(t *testing.T) {
			active = fam
			f(t)
		})
	}
}

// noise is a cheap fixed sequence in [-1, 1).
type noise uint32

func (n *noise) next() float32 {
	*n = *n*1664525 + 1013904223
	return float32(int32(*n)) / (1 << 31)
}

func (n *noise) fill(size int) []float32 {
	s := make([]float32, size)
	for i := range s {
		s[i] = n.next()
	}
	return s
}

const guard = float32(12345.678)

// guarded is n values between two walls of guard values.
func guarded(n int) (values []float32, intact func() bool) {
	const wall = 64
	all := make([]float32, n+2*wall)
	for i := range all {
		all[i] = guard
	}
	return all[wall : wall+n : wall+n], func() bool {
		for i := 0; i < wall; i++ {
			if all[i] != guard || all[wall+n+i] != guard {
				return false
			}
		}
		return true
	}
}

func TestProductsMatchTheReference(t *testing.T) {
	shapes := [][3]int{{1, 1, 1}, {14, 32, 16}, {15, 33, 17}, {13, 31, 1}, {29, 16, 3}, {6, 16, 64}, {7, 15, 70},
		{3, 100, 0}, {28, 48, 513}, {5, 7, 1025}, {230, 40, 20}, {27, 154, 16}, {154, 16, 154}, {96, 3, 64}, {64, 96, 3}, {560, 100, 40}, {31, 131, 530}}
	eachFamily(t, func(t *testing.T) {
		for _, s := range shapes {
			for form := 0; form < 4; form++ {
				for mode := 0; mode < 4; mode++ {
					checkProduct(t, s[0], s[1], s[2], form&1 == 1, form&2 == 2, mode)
				}
			}
		}
	})
}

// checkProduct runs one product with strides wider than the rows and walls around
// the result. Mode 0 sets, 1 adds, 2 is packed, 3 packed with a bias.
func checkProduct(t *testing.T, m, n, k int, ta, tb bool, mode int) {
	t.Helper()
	r := noise(m*131 + n*17 + k)
	view := func(rows, columns int, transposed bool) Matrix {
		if transposed {
			rows, columns = columns, rows
		}
		stride := columns + 3
		size := 0
		if rows > 0 {
			size = (rows-1)*stride + columns
		}
		return Matrix{Data: r.fill(size), Stride: stride, Transposed: transposed}
	}
	at := func(x Matrix, i, j int) float64 {
		if x.Transposed {
			i, j = j, i
		}
		return float64(x.Data[i*x.Stride+j])
	}
	a, b := view(m, k, ta), view(k, n, tb)
	bias := r.fill(n)
	stride := n + 5
	out, intact := guarded((m-1)*stride + n)
	before := make([]float32, len(out))
	for i := range out {
		if i%stride < n {
			out[i] = r.next()
		}
		before[i] = out[i]
	}
	c := Matrix{Data: out, Stride: stride}
	var s Scratch
	var p Packed
	switch mode {
	case 0, 1:
		s.Mul(m, n, k, a, b, c, mode == 1)
	case 2, 3:
		if k == 0 {
			return
		}
		p.Pack(k, n, b)
		if mode == 2 {
			bias = nil
		}
		s.MulPacked(m, a, &p, bias, c, false)
	}
	name := fmt.Sprintf("%d×%d×%d, transposed %v %v, mode %d", m, n, k, ta, tb, mode)
	for i := 0; i < m; i++ {
		for j := 0; j < n; j++ {
			var want, scale float64
			for q := 0; q < k; q++ {
				v := at(a, i, q) * at(b, q, j)
				want += v
				scale += math.Abs(v)
			}
			if mode == 1 {
				want += float64(before[i*stride+j])
			}
			if mode == 3 {
				want += float64(bias[j])
			}
			// Rounding: at most about √k half-steps of 2⁻²⁴ in practice; k of them would be the bound.
			if got := float64(out[i*stride+j]); math.Abs(got-want) > 1e-6*(scale+1) {
				t.Fatalf("%s: C(%d,%d) = %v, want %v", name, i, j, got, want)
			}
		}
	}
	for i, v := range out {
		if i%stride >= n && v != guard {
			t.Fatalf("%s: wrote between the rows at %d", name, i)
		}
	}
	if !intact() {
		t.Fatalf("%s: wrote outside the result", name)
	}
}

// Memory behind the end of A or B must not even be read: a NaN there would show.
func TestProductsReadNothingOutside(t *testing.T) {
	eachFamily(t, func(t *testing.T) {
		for _, m := range []int{1, 5, 13, 14, 23} {
			for _, n := range []int{1, 15, 17, 32, 40} {
				for _, k := range []int{1, 5, 16, 37} {
					poison := func(size int) []float32 {
						r := noise(size)
						all := r.fill(size + 128)
						for i := size; i < len(all); i++ {
							all[i] = float32(math.NaN())
						}
						return all[:size]
					}
					c := make([]float32, m*n)
					var s Scratch
					s.Mul(m, n, k, Rows(poison(m*k), k), Rows(poison(k*n), n), Rows(c, n), false)
					s.Mul(m, n, k, Rows(poison(m*k), m).T(), Rows(poison(k*n), k).T(), Rows(c, n), true)
					for i, v := range c {
						if v != v {
							t.Fatalf("%d×%d×%d: C[%d] is poisoned", m, n, k, i)
						}
					}
				}
			}
		}
	})
}

func TestShapeErrorsPanic(t *testing.T) {
	var s Scratch
	small := Rows(make([]float32, 10), 4)
	for name, f := range map[string]func(){
		"short A":           func() { s.Mul(4, 2, 4, small, Rows(make([]float32, 8), 2), Rows(make([]float32, 8), 2), false) },
		"short B":           func() { s.Mul(1, 4, 4, small, small, small, false) },
		"short C":           func() { s.Mul(4, 4, 1, Rows(make([]float32, 4), 1), small, small, false) },
		"narrow stride":     func() { s.Mul(2, 2, 5, small, Rows(make([]float32, 10), 2), small, false) },
		"bias and addition": func() { s.MulPacked(1, small, &Packed{}, []float32{1}, small, true) },
	} {
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

func BenchmarkProduct(b *testing.B) {
	shapes := []struct {
		name    string
		m, n, k int
		form    string
	}{
		{"qkv96", 154, 288, 96, "packed"}, {"fc2-96", 154, 96, 384, "packed"}, {"scores96", 154, 154, 16, "NT"}, {"context96", 154, 16, 154, "NN"},
		{"weights96", 384, 96, 308, "TN"}, {"embed96", 64, 128, 64, "packed"},
		{"qkv384", 154, 1152, 384, "packed"}, {"fc2-384", 154, 384, 1536, "packed"}, {"weights384", 384, 384, 154, "TN"},
		{"embed384", 64, 512, 128, "packed"}, {"big", 512, 512, 512, "NN"},
	}
	for _, s := range shapes {
		b.Run(fmt.Sprintf("%s/%dx%dx%d%s", s.name, s.m, s.n, s.k, s.form), func(b *testing.B) {
			r := noise(1)
			x, y, c := Rows(r.fill(s.m*s.k), s.k), Rows(r.fill(s.k*s.n), s.n), Rows(make([]float32, s.m*s.n), s.n)
			switch s.form {
			case "NT":
				y = Rows(y.Data, s.k).T()
			case "TN":
				x = Rows(x.Data, s.m).T()
			}
			var p Packed
			p.Pack(s.k, s.n, y)
			var w Scratch
			for b.Loop() {
				if s.form == "packed" {
					w.MulPacked(s.m, x, &p, nil, c, false)
				} else {
					w.Mul(s.m, s.n, s.k, x, y, c, false)
				}
			}
			b.ReportMetric(2*float64(s.m)*float64(s.n)*float64(s.k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}
