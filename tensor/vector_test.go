package tensor

import (
	"math"
	"testing"
)

// bench hands a pass its arrays, all walled with guard values, and remembers them.
type bench struct {
	r     noise
	made  [][]float32
	walls []func() bool
	args  [][]int32
}

// of returns n random values.
func (b *bench) of(n int) []float32 {
	s, intact := guarded(n)
	for i := range s {
		s[i] = b.r.next()
	}
	b.made, b.walls = append(b.made, s), append(b.walls, intact)
	return s
}

// index returns n whole numbers, of which the ones behind the end must stay.
func (b *bench) index(n int) []int32 {
	all := make([]int32, n+40)
	for i := range all {
		all[i] = 77
	}
	b.args = append(b.args, all)
	b.walls = append(b.walls, func() bool {
		for _, v := range all[n:] {
			if v != 77 {
				return false
			}
		}
		return true
	})
	return all[:n:n]
}

func (b *bench) norm(c int) NormReLU {
	return NormReLU{Scale: b.of(c), Shift: b.of(c), Mean: b.of(c)}
}

// passes are all passes, each on arrays of about n values a row.
var passes = map[string]func(b *bench, n int){
	"AddTo":         func(b *bench, n int) { AddTo(b.of(n), b.of(n)) },
	"Sum":           func(b *bench, n int) { Sum(b.of(n), b.of(n), b.of(n)) },
	"MulTo":         func(b *bench, n int) { MulTo(b.of(n), b.of(n)) },
	"Axpy":          func(b *bench, n int) { Axpy(b.of(n), 0.7, b.of(n)) },
	"Scale":         func(b *bench, n int) { Scale(b.of(n), 0.7, b.of(n)) },
	"Dot":           func(b *bench, n int) { b.of(1)[0] = Dot(b.of(n), b.of(n)) },
	"SquareSum":     func(b *bench, n int) { b.of(1)[0] = float32(SquareSum(b.of(n)) + SquareSum(b.of(20*n))) },
	"ColumnSums":    func(b *bench, n int) { ColumnSums(b.of(n), b.of(5*n)) },
	"ColumnSquares": func(b *bench, n int) { ColumnSquares(b.of(n), b.of(n), b.of(5*n)) },
	"GELU":          func(b *bench, n int) { GELU(b.of(n), nil, wide(b.of(n))) },
	"GELU slope":    func(b *bench, n int) { GELU(b.of(n), b.of(n), wide(b.of(n))) },
	"Softmax":       func(b *bench, n int) { Softmax(wide(b.of(3*n)), n, 0.3) },
	"SoftmaxGrad":   func(b *bench, n int) { SoftmaxGrad(b.of(3*n), b.of(3*n), n, 0.3) },
	"LayerNorm": func(b *bench, n int) {
		mean, rstd := LayerNorm(b.of(n), b.of(n), b.of(n), b.of(n), 1e-5)
		s := b.of(2)
		s[0], s[1] = mean, rstd
	},
	"LayerNormGrad":   func(b *bench, n int) { LayerNormGrad(b.of(n), b.of(n), b.of(n), b.of(n), b.of(n), b.of(n), 0.1, 1.3) },
	"ScaleShiftReLU":  func(b *bench, n int) { ScaleShiftReLU(b.of(5*n), b.of(5*n), b.of(n), b.of(n)) },
	"PointReLU":       func(b *bench, n int) { PointReLU(b.of(7*n), b.of(3*7), b.of(3*n), b.of(n)) },
	"PointReLUGrad":   func(b *bench, n int) { PointReLUGrad(b.of(4*n), b.of(7*n), b.of(7*n), b.of(3*7), n) },
	"MaxRows":         func(b *bench, n int) { MaxRows(b.of(n), b.index(n), steps(b.of(9*n))) },
	"MaxRows alone":   func(b *bench, n int) { MaxRows(b.of(n), nil, b.of(9*n)) },
	"MaxRows one row": func(b *bench, n int) { MaxRows(b.of(n), b.index(n), b.of(n)) },
	"PoolGrad":        func(b *bench, n int) { PoolGrad(b.of(n), b.of(n), b.of(n), -0.4, b.of(n), b.of(n), b.norm(n)) },
	"NormReLUGrad":    func(b *bench, n int) { NormReLUGrad(b.of(5*n), b.of(5*n), b.norm(n), b.of(n), b.of(n)) },
	"NearestPoints":   func(b *bench, n int) { NearestPoints(b.of(n), b.index(n), b.of(3*n), b.of(3*11)) },
	"AdamW": func(b *bench, n int) {
		o := AdamW{Rate: 1e-2, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8, Decay: 0.1, Step: 3, Scale: 0.8}
		v := b.of(n)
		for i := range v {
			v[i] = v[i]*v[i] + 1e-3
		}
		o.Update(b.of(n), b.of(n), b.of(n), v)
	},
}

// wide spreads values over [-12, 12], where the tails of GELU and exp lie.
func wide(x []float32) []float32 {
	for i := range x {
		x[i] *= 12
	}
	return x
}

// steps makes many values equal, so that the first winner is asked for.
func steps(x []float32) []float32 {
	for i := range x {
		x[i] = float32(math.Floor(float64(x[i] * 3)))
	}
	return x
}

// Vector kernels fuse products and sums, so they differ in the last bits: 2e-5 of
// the largest value allows for cancellation in the sums of these sizes.
func TestPassesMatchThePlainOnes(t *testing.T) {
	sizes := []int{1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 96, 154}
	eachFamily(t, func(t *testing.T) {
		fast := active
		for name, pass := range passes {
			for _, n := range sizes {
				run := func(f *family) *bench {
					active = f
					b := &bench{r: noise(n)}
					pass(b, n)
					for _, intact := range b.walls {
						if !intact() {
							t.Fatalf("%s, %d values: wrote outside", name, n)
						}
					}
					return b
				}
				want, got := run(&genericFamily), run(fast)
				active = fast
				for i := range want.made {
					top := 1.0
					for _, v := range want.made[i] {
						top = max(top, math.Abs(float64(v)))
					}
					for j, v := range want.made[i] {
						if d := math.Abs(float64(v - got.made[i][j])); !(d <= 2e-5*top) {
							t.Fatalf("%s, %d values: array %d[%d] = %v, want %v", name, n, i, j, got.made[i][j], v)
						}
					}
				}
				for i := range want.args {
					for j, v := range want.args[i] {
						if v != got.args[i][j] {
							t.Fatalf("%s, %d values: index %d is %d, want %d", name, n, j, got.args[i][j], v)
						}
					}
				}
			}
		}
	})
}

func TestActivationsAgainstTheStandardLibrary(t *testing.T) {
	eachFamily(t, func(t *testing.T) {
		const n = 20001
		x, y, slope := make([]float32, n), make([]float32, n), make([]float32, n)
		for i := range x {
			x[i] = float32(i-n/2) / 1000
		}
		GELU(y, slope, x)
		for i, v := range x {
			a := float64(v)
			phi := 0.5 * math.Erfc(-a/math.Sqrt2)
			if d := math.Abs(float64(y[i]) - a*phi); d > 1e-6 {
				t.Fatalf("GELU(%v) = %v, want %v", v, y[i], a*phi)
			}
			want := phi + a*math.Exp(-a*a/2)/math.Sqrt(2*math.Pi)
			if d := math.Abs(float64(slope[i]) - want); d > 1e-6 {
				t.Fatalf("GELU'(%v) = %v, want %v", v, slope[i], want)
			}
		}
		row := []float32{1, -80, 3, 2.5, -1000, 3}
		Softmax(row, len(row), 1)
		var sum float64
		for i, v := range []float64{1, -80, 3, 2.5, -1000, 3} {
			sum += float64(row[i])
			want := math.Exp(v-3) / (math.Exp(-2) + 2 + math.Exp(-0.5) + math.Exp(-83))
			if math.Abs(float64(row[i])-want) > 1e-7+1e-6*want {
				t.Errorf("softmax[%d] = %v, want %v", i, row[i], want)
			}
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("softmax sums to %v", sum)
		}
	})
}

// A value that is no number must not vanish on its way to the loss.
func TestNoNumberStaysNoNumber(t *testing.T) {
	nan := float32(math.NaN())
	eachFamily(t, func(t *testing.T) {
		for _, n := range []int{5, 16, 37} {
			x := make([]float32, n)
			x[n/2] = nan
			y, s, ones := make([]float32, n), make([]float32, n), make([]float32, n)
			for i := range ones {
				ones[i] = 1
			}
			GELU(y, s, x)
			if y[n/2] == y[n/2] || s[n/2] == s[n/2] {
				t.Errorf("GELU(NaN) = %v, slope %v", y[n/2], s[n/2])
			}
			ScaleShiftReLU(y, x, ones, ones)
			if y[n/2] == y[n/2] {
				t.Errorf("ReLU(NaN) = %v", y[n/2])
			}
			Softmax(x, n, 1)
			if x[0] == x[0] {
				t.Errorf("softmax of a row with NaN = %v", x[0])
			}
		}
	})
}

func TestSquareSumAtTheEndsOfFloat32(t *testing.T) {
	eachFamily(t, func(t *testing.T) {
		big := make([]float32, 600)
		for i := range big {
			big[i] = 1e30
		}
		if got := SquareSum(big); math.Abs(got-6e62) > 1e57 {
			t.Errorf("600 times 1e60 is %v", got)
		}
		big[7] = float32(math.NaN())
		if got := SquareSum(big); got == got {
			t.Errorf("NaN was lost: %v", got)
		}
		long := make([]float32, 1<<20)
		for i := range long {
			long[i] = 0.1
		}
		want := float64(long[0]) * float64(long[0]) * (1 << 20)
		if got := SquareSum(long); math.Abs(got-want) > 1e-6*want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}
