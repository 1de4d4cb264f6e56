package tensor

// Arena hands out float32 slices that live until the next Reset. The first round
// allocates; later rounds of the same or smaller need do not. The zero value is
// ready. It is not safe for use by several goroutines.
type Arena struct {
	block []float32
	used  int
	need  int // values asked for since Reset, also those beyond block
}

// alignment keeps slices at 64-byte steps, one cache line and one AVX-512 register.
const alignment = 16

// Reset takes everything back. Slices handed out before are overwritten by later ones.
func (a *Arena) Reset() {
	if a.need > len(a.block) {
		a.block = make([]float32, a.need)
	}
	a.used, a.need = 0, 0
}

// Floats returns n values of unspecified content.
func (a *Arena) Floats(n int) []float32 {
	padded := (n + alignment - 1) / alignment * alignment
	a.need += padded
	if a.used+padded > len(a.block) {
		return make([]float32, n)
	}
	s := a.block[a.used : a.used+n : a.used+n]
	a.used += padded
	return s
}

// Zeros returns n zeros.
func (a *Arena) Zeros(n int) []float32 {
	s := a.Floats(n)
	clear(s)
	return s
}

// Size is the memory held, in bytes.
func (a *Arena) Size() int { return 4 * len(a.block) }

// sized returns a slice of n values, s itself where it is large enough.
func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
